/**
 * Links again what changed: records new, changed or gone since the linkage before are found by their hashes; only they are
 * normalised, only blocks they are or were in give pairs, and every other pair keeps its levels. How common a value is, is counted
 * anew, so that the result is that of linking everything at once. Begins anew where the rules are others, where much has
 * changed, or where a block passed the size above which it says nothing.
 */
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type LinkInput, linkTables, type LinkTables } from './blocks.ts';
import { changeTables, type ChangeTables, dropChanges, findChanges, takeChanges } from './changes.ts';
import type { Clusters } from './clusters.ts';
import { addFrequencies } from './frequency.ts';
import { clustersOf, link } from './link.ts';
import { addCandidates, blocksGrown, gatherNear } from './near.ts';
import type { Model, Specification } from './specification.ts';
import { forgetState, type LinkState, standingState, writeState } from './state.ts';
import type { WeighedPair } from './weights.ts';

/** More than this share changed: linking everything costs no more. */
const MUCH = 0.2;
const options = { lane: 'batch' as const, tag: 'relink' };

export interface Relinked {
  /** Records new, changed or gone; all of them after a whole linkage. */
  changed: number;
  isWhole: boolean;
  /** Pairs compared now. */
  pairs: number;
  model: Model;
  edges: WeighedPair[];
  clusters: Clusters;
  tables: LinkTables;
}

/** As `link`, going on from the linkage of that name before. */
export async function relink(warehouse: Warehouse, input: LinkInput): Promise<Relinked> {
  const tables = linkTables(input.name);
  const state = await standingState(warehouse, tables, input.specification);
  const done = state && (await relinkChanged(warehouse, input, tables, state));
  if (done) return done;
  const whole = await link(warehouse, input);
  return { ...whole, changed: whole.records, isWhole: true };
}

/** undefined where everything must be linked. */
async function relinkChanged(
  warehouse: Warehouse,
  input: LinkInput,
  tables: LinkTables,
  state: LinkState,
): Promise<Relinked | undefined> {
  const { specification } = input;
  const { model, nextId } = state;
  const work = changeTables(tables);
  await dropChanges(warehouse, work);
  try {
    const { fresh, gone } = await findChanges(warehouse, input, tables, work);
    if (fresh + gone + state.dead > MUCH * state.records) return undefined;
    let pairs = 0;
    if (fresh + gone > 0) {
      await takeChanges(warehouse, input, work, nextId);
      await gatherNear(warehouse, specification, tables, work);
      if (await blocksGrown(warehouse, specification, work)) return undefined;
      await forgetState(warehouse, tables);
      await replaceRecords(warehouse, specification, tables, work, gone);
      if (fresh > 0) pairs = await addCandidates(warehouse, specification, tables, work, { model, nextId });
    }
    const found = await clustersOf(warehouse, specification, tables, model);
    if (fresh + gone > 0)
      await writeState(warehouse, tables, { ...state, nextId: nextId + fresh, dead: state.dead + gone });
    return { changed: fresh + gone, isWhole: false, pairs, model, tables, ...found };
  } finally {
    await dropChanges(warehouse, work);
  }
}

async function replaceRecords(
  warehouse: Warehouse,
  specification: Specification,
  tables: LinkTables,
  { fresh, gone }: ChangeTables,
  leaving: number,
): Promise<void> {
  if (leaving > 0) {
    const settings = 'SETTINGS mutations_sync = 2, lightweight_deletes_sync = 2';
    await warehouse.run(
      `DELETE FROM ${tables.record} WHERE id IN (SELECT id FROM ${gone}) ${settings}`,
      options,
    );
    await warehouse.run(
      `DELETE FROM ${tables.candidate} WHERE l IN (SELECT id FROM ${gone}) OR r IN (SELECT id FROM ${gone}) ${settings}`,
      options,
    );
  }
  await warehouse.run(`INSERT INTO ${tables.record} SELECT * FROM ${fresh}`, options);
  await addFrequencies(warehouse, specification, tables.frequency, [
    { table: fresh, sign: 1 },
    { table: gone, sign: -1 },
  ]);
}
