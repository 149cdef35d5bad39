/**
 * A model that says `meta: {passes: true}` is built by several short statements instead of a long one: what the engine plans costs
 * as much as some 100,000 rows do. Its text asks `var('std_rows')` which is wanted; rows taken as they are, and the others, for which
 * only the columns in doubt are read in full. One that says `meta: {in_parts: [inputs]}` is built whole a part at a time where those have
 * more rows than fit a statement's memory. An incremental one that says `meta: {takes_anew: [columns]}` is asked first (`var('asked_anew')`)
 * which values of these columns it works out again; then `var('touched')` is a table of them, it gives their rows alone, and what the table
 * has of them leaves. Without these variables, as dbt runs it, it is one statement that gives the same.
 */
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { compileModel, inputsOf } from './compile.ts';
import { nodeOf, type Project } from './resolve.ts';
import { asideRelation, contentOf, relationSql, touchedRelation } from './sql.ts';
import { countRows } from './state.ts';
import type { Node, Relation, Vars } from './types.ts';

export interface Passes {
  selects: readonly string[];
  /** The rows are all later than what the table holds: they are added, and what they follow ends. */
  isLater: boolean;
  /** The rows are all there are of these keys: what the table has of them leaves. */
  touched?: Touched;
  /** Made for the selects, and of no use after them. */
  aside?: Relation;
}
export interface Touched {
  key: readonly string[];
  relation: Relation;
}

/** Of what has no text. */
export const NO_PASSES: Passes = { selects: [], isLater: false };

/** So many rows, some hundred bytes each, are held in memory. */
const FEW = 500_000;

const flag = z.coerce.number().transform((value) => value !== 0);
const later = z.object({ since: z.string(), is_later: flag });
const doubts = z.object({
  others: z.coerce.number(),
  is_said_twice: flag,
  is_withdrawn: flag,
  doubted: z.array(z.string()),
});

/** Columns by whose values an increment takes rows anew, where the model says so. */
export function takenAnew({ config }: Node): readonly string[] | undefined {
  const given = config.materialized === 'incremental' ? config.meta['takes_anew'] : undefined;
  return given === undefined ? undefined : z.array(z.string()).min(1).parse(given);
}

/** @param mayFollow nothing was withdrawn since the table was built */
export async function passesOf(
  warehouse: Warehouse,
  project: Project,
  node: Node,
  { vars, incremental, mayFollow }: { vars: Vars; incremental: boolean; mayFollow: boolean },
): Promise<Passes> {
  const compile = (more: Vars = {}): string =>
    compileModel(project, node, { vars: { ...vars, ...more }, incremental });
  const inOne = (): Passes => ({ selects: [compile()], isLater: false });
  if (!incremental && node.config.meta['in_parts'] !== undefined) {
    const part_count = await partsOf(warehouse, project, node, vars);
    const numbers = Array.from({ length: part_count }, (_, part) => part);
    return { selects: numbers.map((part) => compile({ part_count, part })), isLater: false };
  }
  const key = takenAnew(node);
  if (incremental && key) {
    const relation = touchedRelation(node.relation);
    await warehouse.run(
      `CREATE TABLE ${relationSql(relation)} ENGINE = Memory AS ${compile({ asked_anew: true })}`,
      { lane: 'batch', tag: `anew ${node.name}` },
    );
    return {
      selects: [compile({ touched: relationSql(relation) })],
      isLater: false,
      touched: { key, relation },
    };
  }
  if (node.config.meta['passes'] !== true) return inOne();
  const ask = async <T>(schema: z.ZodType<T>, more: Vars): Promise<T> => {
    const [row] = await warehouse.rows(compile(more), z.unknown(), {
      lane: 'batch',
      tag: `passes ${node.name}`,
    });
    return schema.parse(row);
  };
  const keepsVersions = contentOf(node).moving.length > 0;
  let since = '';
  if (incremental && keepsVersions) {
    if (!mayFollow) return inOne();
    const found = await ask(later, { std_rows: 'later' });
    if (!found.is_later) return inOne();
    since = found.since;
  }
  const aside = incremental
    ? undefined
    : await putOthersAside(warehouse, project, node, {
        vars,
        othersSql: () => compile({ std_rows: 'aside' }),
      });
  const toldIn = aside ? { std_told_in: relationSql(aside) } : {};
  const found = await ask(doubts, { std_rows: 'doubts', std_since: since, ...toldIn });
  const told = { std_since: since, std_is_said_twice: found.is_said_twice };
  const selects = [compile({ ...told, std_rows: 'plain' })];
  if (found.others > 0 || found.is_withdrawn) {
    // Of a withdrawn row nobody asked how it is written.
    const doubted = found.is_withdrawn ? {} : { std_doubted: found.doubted };
    selects.push(
      compile({ ...told, ...toldIn, ...doubted, std_rows: 'others', std_is_withdrawn: found.is_withdrawn }),
    );
  }
  return { selects, isLater: since !== '', ...(aside && { aside }) };
}

/**
 * Puts the rows that are not plain in a table of their own where they are few among many: they lie all over raw, so every column of it is
 * read nearly whole for them, and worked on by handfuls. Once, then, and not for the question and again for the answer.
 */
async function putOthersAside(
  warehouse: Warehouse,
  project: Project,
  node: Node,
  { vars, othersSql }: { vars: Vars; othersSql: () => string },
): Promise<Relation | undefined> {
  const options = { lane: 'batch', tag: `aside ${node.name}` } as const;
  const raw = inputsOf(project, node).sources.find(({ relation }) => relation.database === 'raw');
  // In a smaller table reading them twice costs less than that. A project need not say so.
  const least = z.number().positive().optional().parse(vars['aside_rows']);
  if (!raw || least === undefined || (await countRows(warehouse, raw.relation)) < least) return undefined;
  const others = othersSql();
  const count = await warehouse.value(`SELECT count() FROM (${others})`, z.coerce.number(), options);
  if (count === 0 || count > FEW) return undefined;
  const aside = asideRelation(node.relation, 0);
  await warehouse.run(`CREATE OR REPLACE TABLE ${relationSql(aside)} ENGINE = Memory AS ${others}`, options);
  return aside;
}

/** How many statements a model is built whole by that says `meta: {in_parts: [inputs]}` (models/macros/parts.sql). */
async function partsOf(warehouse: Warehouse, project: Project, node: Node, vars: Vars): Promise<number> {
  const inputs = z.array(z.string()).parse(node.config.meta['in_parts']);
  const most = z.number().positive().parse(vars['part_rows']);
  let rows = 0;
  for (const input of inputs) rows += await countRows(warehouse, nodeOf(project, input, node.path).relation);
  return Math.max(1, Math.ceil(rows / most));
}
