/**
 * Links again what changed: records new, changed or gone since the linkage before are found by their hashes; only they are
 * normalised, only blocks they are or were in give pairs, and every other pair keeps its levels. How common a value is, is counted
 * anew, so that the result is that of linking everything at once. Begins anew where the rules are others, where much has
 * changed, or where a block passed the size above which it says nothing.
 */
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import {
  hashedInput,
  type LinkInput,
  linkTables,
  type LinkTables,
  pairsOfBlock,
  preparedSql,
} from './blocks.ts';
import type { Clusters } from './clusters.ts';
import { clustersOf, link } from './link.ts';
import type { Model, Specification } from './specification.ts';
import { vectorSql } from './sql-of.ts';
import { forgetState, type LinkState, standingState, writeState } from './state.ts';
import { candidatesSql, type WeighedPair } from './weights.ts';

/** More than this share changed: linking everything costs no more. */
const MUCH = 0.2;
const count = z.coerce.number();
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
  const { model } = state;
  const change = changeTables(tables);
  try {
    const changed = await findChanges(warehouse, input, tables, change, state.nextId);
    if (changed.fresh + changed.gone + state.dead > MUCH * state.records) return undefined;
    if (changed.fresh + changed.gone > 0) {
      const grown = await blocksGrown(warehouse, specification, tables, change);
      if (grown) return undefined;
      await forgetState(warehouse, tables);
      await replaceRecords(warehouse, tables, change, changed.gone);
    }
    const pairs =
      changed.fresh === 0 ? 0 : await addCandidates(warehouse, specification, tables, change, model);
    const found = await clustersOf(warehouse, specification, tables, model);
    await writeState(warehouse, tables, {
      ...state,
      nextId: state.nextId + changed.fresh,
      dead: state.dead + changed.gone,
    });
    return { changed: changed.fresh + changed.gone, isWhole: false, pairs, model, tables, ...found };
  } finally {
    for (const table of Object.values(change)) await warehouse.run(`DROP TABLE IF EXISTS ${table}`, options);
  }
}

interface ChangeTables {
  /** Records new or changed, as the record table has them. */
  fresh: string;
  /** Rows of the record table that are no more. */
  gone: string;
  /** `l, r` of pairs to compare, then with their levels. */
  pair: string;
  vector: string;
}
function changeTables({ record }: LinkTables): ChangeTables {
  const named = (what: string): string => record.replace(/_record`$/, `_${what}\``);
  return {
    fresh: named('fresh'),
    gone: named('gone'),
    pair: named('fresh_pair'),
    vector: named('fresh_vector'),
  };
}

async function findChanges(
  warehouse: Warehouse,
  input: LinkInput,
  tables: LinkTables,
  change: ChangeTables,
  nextId: number,
): Promise<{ fresh: number; gone: number }> {
  for (const table of Object.values(change)) await warehouse.run(`DROP TABLE IF EXISTS ${table}`, options);
  await warehouse.run(
    `CREATE TABLE ${change.fresh} ENGINE = MergeTree ORDER BY id AS
     SELECT toUInt32(${nextId} + rowNumberInAllBlocks()) AS id, *
     FROM (${preparedSql(input, `_hash NOT IN (SELECT hash FROM ${tables.record})`)})`,
    options,
  );
  await warehouse.run(
    `CREATE TABLE ${change.gone} ENGINE = MergeTree ORDER BY id AS
     SELECT * FROM ${tables.record} WHERE hash NOT IN (SELECT _hash FROM (${hashedInput(input)}))`,
    options,
  );
  const size = (table: string): Promise<number> =>
    warehouse.value(`SELECT toUInt64(count()) FROM ${table}`, count, options);
  return { fresh: await size(change.fresh), gone: await size(change.gone) };
}

/** Did a block of the changed records pass the limit, up or down? */
async function blocksGrown(
  warehouse: Warehouse,
  { blocks, pairs, maxBlockPairs }: Specification,
  tables: LinkTables,
  { fresh, gone }: ChangeTables,
): Promise<boolean> {
  const isLarge = (n: string, known: string): string =>
    `(${pairsOfBlock[pairs]
      .replaceAll(/\bknown\b/g, 'KNOWN')
      .replaceAll(/\bn\b/g, `(${n})`)
      .replaceAll('KNOWN', `(${known})`)}) > ${maxBlockPairs}`;
  for (const [i] of blocks.entries()) {
    const key = `k${i}`;
    const part = (table: string, what: string): string =>
      `SELECT ${key} AS k, side, '${what}' AS part FROM ${table} WHERE ${key} != 0`;
    const touched = `SELECT ${key} FROM ${fresh} UNION DISTINCT SELECT ${key} FROM ${gone}`;
    const passed = await warehouse.value(
      `SELECT toUInt64(countIf(was != is)) FROM (
         SELECT k, toInt64(countIf(part = 'held')) AS n0, toInt64(countIf(part = 'held' AND side = 0)) AS known0,
           n0 + toInt64(countIf(part = 'fresh')) - toInt64(countIf(part = 'gone')) AS n1,
           known0 + toInt64(countIf(part = 'fresh' AND side = 0)) - toInt64(countIf(part = 'gone' AND side = 0)) AS known1,
           ${isLarge('n0', 'known0')} AS was, ${isLarge('n1', 'known1')} AS is
         FROM (${part(tables.record, 'held')} AND ${key} IN (${touched})
           UNION ALL ${part(fresh, 'fresh')} UNION ALL ${part(gone, 'gone')})
         GROUP BY k
       )`,
      count,
      options,
    );
    if (passed > 0) return true;
  }
  return false;
}

async function replaceRecords(
  warehouse: Warehouse,
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
}

/** Pairs of the fresh records with everybody in their blocks, each once, as candidates; how many were compared. */
async function addCandidates(
  warehouse: Warehouse,
  specification: Specification,
  tables: LinkTables,
  change: ChangeTables,
  model: Model,
): Promise<number> {
  const { blocks, comparisons, pairs, maxBlockPairs } = specification;
  await warehouse.run(
    `CREATE TABLE ${change.pair} (l UInt32, r UInt32) ENGINE = MergeTree ORDER BY (l, r)`,
    options,
  );
  const may = {
    within: '1',
    across: 'one.side != other.side',
    anchored: '(one.side != 0 OR other.side != 0)',
  };
  for (const [i] of blocks.entries()) {
    const key = `k${i}`;
    const mine = `SELECT ${key} FROM ${change.fresh} WHERE ${key} != 0`;
    const large = `SELECT k FROM (SELECT ${key} AS k, toUInt64(count()) AS n, toUInt64(countIf(side = 0)) AS known, ${pairsOfBlock[pairs]} AS pairs
      FROM ${tables.record} WHERE ${key} IN (${mine}) GROUP BY k HAVING pairs > ${maxBlockPairs})`;
    // In an anchored pair whom nobody knows comes first, else the earlier record, as in a whole linkage.
    const swapped =
      pairs === 'within'
        ? 'one.record > other.record'
        : `if((one.side = 0) != (other.side = 0), one.side = 0, one.record > other.record)`;
    await warehouse.run(
      `INSERT INTO ${change.pair}
       SELECT if(${swapped}, other.id, one.id) AS l, if(${swapped}, one.id, other.id) AS r
       FROM (SELECT id, record, side, ${key} FROM ${tables.record} WHERE ${key} IN (${mine}) AND ${key} NOT IN (${large})) AS other
       INNER JOIN (SELECT id, record, side, ${key} FROM ${change.fresh} WHERE ${key} != 0) AS one ON other.${key} = one.${key}
       WHERE other.id != one.id AND ${may[pairs]} AND (other.id NOT IN (SELECT id FROM ${change.fresh}) OR one.record < other.record)`,
      options,
    );
  }
  const some = (side: 'l' | 'r'): string =>
    `(SELECT * FROM ${tables.record} WHERE id IN (SELECT ${side} FROM ${change.pair}))`;
  await warehouse.run(
    `CREATE TABLE ${change.vector} ENGINE = MergeTree ORDER BY tuple() AS
     SELECT pair.l AS l, pair.r AS r, ${vectorSql(comparisons)} AS vector
     FROM (SELECT DISTINCT l, r FROM ${change.pair}) AS pair
     INNER JOIN ${some('l')} AS l ON pair.l = l.id
     INNER JOIN ${some('r')} AS r ON pair.r = r.id`,
    options,
  );
  await warehouse.run(
    `INSERT INTO ${tables.candidate} ${candidatesSql(specification, model, change.vector, tables.record)}`,
    options,
  );
  return warehouse.value(`SELECT toUInt64(count()) FROM ${change.vector}`, count, options);
}
