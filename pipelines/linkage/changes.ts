/** Which records are new, changed or gone since the linkage before: one pass over both, by the hashes of all they say. */
import { z } from 'zod';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { hashedInput, type LinkInput, type LinkTables, preparedSql, usedColumns } from './blocks.ts';
import { frequentOf } from './frequency.ts';

/** Work tables of one relinkage; nothing of them is needed after it. */
export interface ChangeTables {
  /** What differs, as given (`_given`) or as held until now (`_held`, `_id`). */
  change: string;
  /** Records new or changed, as the record table has them. */
  fresh: string;
  /** Rows of the record table that are no more: `id, side`, block keys, columns whose values are counted. */
  gone: string;
  /** `block, k, id, side, record`: every record the table held in the blocks of the two. */
  near: string;
  /** `l, r` of pairs to compare. */
  pair: string;
  /** Their records: who they are and what is compared. */
  party: string;
  /** The pairs with their levels. */
  vector: string;
}

const count = z.coerce.number();
const options = { lane: 'batch' as const, tag: 'relink changes' };

export function changeTables({ record }: LinkTables): ChangeTables {
  const named = (what: string): string => record.replace(/_record`$/, `_${what}\``);
  return {
    ...{ change: named('change'), fresh: named('fresh'), gone: named('gone') },
    ...{
      near: named('near'),
      pair: named('fresh_pair'),
      party: named('party'),
      vector: named('fresh_vector'),
    },
  };
}

export const dropChanges = (warehouse: Warehouse, work: ChangeTables): Promise<void> =>
  warehouse.run(`DROP TABLE IF EXISTS ${Object.values(work).join(', ')}`, options);

/** Fills `change`; how many records are new or changed, and how many rows held are no more. */
export async function findChanges(
  warehouse: Warehouse,
  input: LinkInput,
  tables: LinkTables,
  { change }: ChangeTables,
): Promise<{ fresh: number; gone: number }> {
  const given = ['_record', '_side', '_anchor', '_hash', ...usedColumns(input.specification).map(identifier)];
  await warehouse.run(
    `CREATE TABLE ${change} ENGINE = MergeTree ORDER BY tuple() AS
     SELECT ${given.map((column) => `given.${column} AS ${column}`).join(', ')}, given._given AS _given, held._id AS _id, held._held AS _held
     FROM (SELECT ${given.join(', ')}, toUInt8(1) AS _given FROM (${hashedInput(input)})) AS given
     FULL JOIN (SELECT id AS _id, hash AS _held_hash, toUInt8(1) AS _held FROM ${tables.record}) AS held ON given._hash = held._held_hash
     WHERE given._given = 0 OR held._held = 0`,
    options,
  );
  const [counts] = await warehouse.rows(
    `SELECT toUInt64(countIf(_held = 0)) AS fresh, toUInt64(countIf(_given = 0)) AS gone FROM ${change}`,
    z.object({ fresh: count, gone: count }),
    options,
  );
  return counts ?? { fresh: 0, gone: 0 };
}

/** Fills `fresh` and `gone` from `change`. */
export async function takeChanges(
  warehouse: Warehouse,
  { specification }: LinkInput,
  tables: LinkTables,
  { change, fresh, gone }: ChangeTables,
  nextId: number,
): Promise<void> {
  await warehouse.run(
    `CREATE TABLE ${fresh} ENGINE = MergeTree ORDER BY id AS
     SELECT toUInt32(${nextId} + rowNumberInAllBlocks()) AS id, *
     FROM (${preparedSql(specification, `SELECT * FROM ${change} WHERE _held = 0`)})`,
    options,
  );
  const keys = specification.blocks.map((_, i) => `k${i}`);
  const counted = frequentOf(specification).map(({ column }) => identifier(column));
  await warehouse.run(
    `CREATE TABLE ${gone} ENGINE = MergeTree ORDER BY id AS
     SELECT ${[...new Set(['id', 'side', ...keys, ...counted])].join(', ')}
     FROM ${tables.record} WHERE id IN (SELECT _id FROM ${change} WHERE _given = 0)`,
    options,
  );
}
