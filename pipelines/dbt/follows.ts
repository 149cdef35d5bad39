/**
 * Tables that follow what they read. A model that says `meta: {follows: {key, inputs}}` is built whole like any table, and after that only
 * rows of keys that an input's change speaks of are taken anew: its text asks `touched('…')` which they are. `key` are columns of the
 * model, none of which is ever NULL. Each input says which keys its changed rows speak of; a change of one that says nothing builds all.
 */
import { z } from 'zod';
import type { Project } from './resolve.ts';
import type { Node } from './types.ts';

const columns = z.array(z.string()).min(1);
const inputSchema = z.union([
  /** Columns of the input, in the order of the key. */
  columns.transform((key) => ({ kind: 'key' as const, columns: key })),
  /** Columns the input and the model share: keys of the rows published that have their values. */
  z.strictObject({ at: columns }).transform(({ at }) => ({ kind: 'at' as const, columns: at })),
  /** SQL (with Jinja) of keys; `{{ var('changed') }}` stands for the changed rows in these columns of the input. */
  z
    .strictObject({
      columns,
      keys: z.string(),
      /** A condition (with Jinja): rows that the model reads several times are put aside first, and read from there. */
      aside: z.string().optional(),
    })
    .transform((given) => ({ kind: 'sql' as const, ...given })),
]);
const followsSchema = z.strictObject({
  key: columns,
  /** By model, seed, or source (`linkage.person_link`). */
  inputs: z.record(z.string(), inputSchema),
});
export type Follows = z.output<typeof followsSchema>;

const known = new WeakMap<Node, Follows | undefined>();

/** What a model follows; undefined where it is built whole, or by another strategy. */
export function followsOf(node: Node): Follows | undefined {
  if (!known.has(node)) {
    const given = node.config.materialized === 'table' ? node.config.meta['follows'] : undefined;
    known.set(node, given === undefined ? undefined : followsSchema.parse(given));
  }
  return known.get(node);
}

/** Of each input that is followed the columns its followers ask for, by its name. */
export function followedColumns(project: Project): Map<string, string[]> {
  const asked = new Map<string, Set<string>>();
  for (const node of project.nodes.values()) {
    for (const [input, { columns: names }] of Object.entries(followsOf(node)?.inputs ?? {})) {
      const all = asked.get(input) ?? new Set();
      for (const name of names) all.add(name);
      asked.set(input, all);
    }
  }
  return new Map([...asked].map(([input, names]) => [input, [...names].sort()]));
}

/** The way a table came to say what it says (`trail.ts`). */
export const trailSchema = z.object({
  columns: z.array(z.string()),
  /** `from` is the hash of the table the step begins at; the next step's `from`, or the table's own hash, is where it leads. */
  steps: z.array(z.object({ at: z.number(), from: z.string(), rows: z.number() })),
});
export type Trail = z.output<typeof trailSchema>;
