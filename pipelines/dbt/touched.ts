/** Of a model that follows its inputs: which keys they speak of since it was built. */
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { inputsOf } from './compile.ts';
import { type Follows, followsOf } from './follows.ts';
import type { Touched } from './passes.ts';
import { contextOf, nodeOf, type Project } from './resolve.ts';
import { asideRelation, relationSql, touchedRelation } from './sql.ts';
import { countRows, type Identity, type Stamp } from './state.ts';
import { changedSince, isMuch, stepsSince, type Trailed } from './trail.ts';
import type { Node, Relation, Vars } from './types.ts';

export interface TouchedKeys extends Touched {
  keys: number;
  /** By name of an input: its rows of these keys, put aside. */
  aside: ReadonlyMap<string, string>;
}

/**
 * Keys of what changed in a model's inputs since its table was built, in a table of the build database.
 * @param trailed what an input is, and how it came to be that
 * @returns undefined where the model must be built whole: nobody knows what changed, or much did
 */
export async function touchedKeys(
  warehouse: Warehouse,
  project: Project,
  node: Node,
  { old, identity, vars }: { old: Stamp; identity: Identity; vars: Vars },
  trailed: (input: string) => Promise<Trailed | undefined>,
): Promise<TouchedKeys | undefined> {
  const follows = followsOf(node);
  if (!follows || old.definition !== identity.definition || old.text !== identity.text) return undefined;
  const { nodes, sources } = inputsOf(project, node);
  const queries: string[] = [];
  let rows = 0;
  for (const { name, relation } of [...nodes, ...sources]) {
    const was = old.saw[name];
    if (was === identity.saw[name]) continue;
    const input = follows.inputs[name];
    const now = await trailed(name);
    if (was === undefined || !now || !input) return undefined;
    const changed = changedSince(relation, now, was, input.columns);
    if (changed === undefined) return undefined;
    rows += stepsSince(now, was);
    queries.push(keysSql(project, node, follows, input, changed, vars));
  }
  const relation = touchedRelation(node.relation);
  if (isMuch(rows, old.rows)) return undefined;
  if (queries.length === 0) return { key: follows.key, relation, keys: 0, aside: new Map() };
  await warehouse.run(
    `CREATE TABLE ${relationSql(relation)} ENGINE = Memory AS SELECT DISTINCT ${namesOf(follows.key)} FROM (${queries.join('\nUNION ALL\n')})`,
    { lane: 'batch', tag: `touched ${node.name}` },
  );
  const keys = await countRows(warehouse, relation);
  if (isMuch(keys, old.rows)) return undefined;
  const aside =
    keys === 0 ? new Map<string, string>() : await putAside(warehouse, project, node, follows, vars);
  return { key: follows.key, relation, keys, aside };
}

/** Reads what is read several times once: a common table expression is computed for each reader. */
async function putAside(
  warehouse: Warehouse,
  project: Project,
  node: Node,
  { inputs }: Follows,
  vars: Vars,
): Promise<Map<string, string>> {
  const aside = new Map<string, string>();
  const touched = relationSql(touchedRelation(node.relation));
  for (const [at, [name, input]] of Object.entries(inputs).entries()) {
    if (input.kind !== 'sql' || input.aside === undefined) continue;
    const { relation } = nodeOf(project, name, node.path);
    const place = relationSql(asideRelation(node.relation, at));
    const condition = project.renderer.render(
      input.aside,
      node.path,
      contextOf(project, {
        where: node.path,
        vars: { ...vars, touched },
        execute: true,
        ref: (other) => aside.get(other) ?? relationSql(nodeOf(project, other, node.path).relation),
      }),
    );
    await warehouse.run(
      `CREATE TABLE ${place} ENGINE = Memory AS SELECT * FROM ${relationSql(relation)} WHERE ${condition}`,
      { lane: 'batch', tag: `aside ${node.name}` },
    );
    aside.set(name, place);
  }
  return aside;
}

const namesOf = (columns: readonly string[]): string => columns.map(identifier).join(', ');

function keysSql(
  project: Project,
  { relation: place, path }: { relation: Relation; path: string },
  { key }: Follows,
  input: Follows['inputs'][string],
  changed: string,
  vars: Vars,
): string {
  switch (input.kind) {
    case 'key':
      return `SELECT ${input.columns.map((name, at) => `${identifier(name)} AS ${identifier(key[at] ?? name)}`).join(', ')} FROM ${changed}`;
    case 'at':
      return `SELECT ${namesOf(key)} FROM ${relationSql(place)} WHERE (${namesOf(input.columns)}) IN ${changed}`;
    case 'sql':
      return project.renderer.render(
        input.keys,
        path,
        contextOf(project, { where: path, vars: { ...vars, changed }, this: place, execute: true }),
      );
  }
}
