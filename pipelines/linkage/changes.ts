/** Which records are new, changed or gone since the linkage before, by the hashes of all they say. */
import { z } from 'zod';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { hashedInput, type LinkInput, type LinkTables, preparedSql, usedColumns } from './blocks.ts';
import { frequentOf } from './frequency.ts';

/** Work tables of one relinkage; nothing of them is needed after it. */
export interface ChangeTables {
  /** Records new or changed, as given. */
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

/** Fills `change` and `gone`; how many records are new or changed, and how many rows held are no more. */
export async function findChanges(
  warehouse: Warehouse,
  input: LinkInput,
  tables: LinkTables,
  { change, gone }: ChangeTables,
): Promise<{ fresh: number; gone: number }> {
  const { specification } = input;
  const given = ['_record', '_side', '_anchor', '_hash', ...usedColumns(specification).map(identifier)];
  // Each side is held against a set of the other's hashes: a join would carry all columns of all records.
  const findChange = (): Promise<void> =>
    warehouse.run(
      `CREATE TABLE ${change} ENGINE = MergeTree ORDER BY tuple() AS
       SELECT ${given.join(', ')} FROM (${hashedInput(input)}) WHERE _hash NOT IN (SELECT hash FROM ${tables.record})`,
      options,
    );
  const keys = specification.blocks.map((_, i) => `k${i}`);
  const counted = frequentOf(specification).map(({ column }) => identifier(column));
  const findGone = (): Promise<void> =>
    warehouse.run(
      `CREATE TABLE ${gone} ENGINE = MergeTree ORDER BY id AS
       SELECT ${[...new Set(['id', 'side', ...keys, ...counted])].join(', ')}
       FROM ${tables.record} WHERE hash NOT IN (SELECT _hash FROM (${hashedInput(input)}))`,
      options,
    );
  // A set of hashes is filled by one thread: two sets at a time. Both end before anybody drops what they fill.
  for (const done of await Promise.allSettled([findChange(), findGone()]))
    if (done.status === 'rejected') throw done.reason;
  const [counts] = await warehouse.rows(
    `SELECT (SELECT toUInt64(count()) FROM ${change}) AS fresh, (SELECT toUInt64(count()) FROM ${gone}) AS gone`,
    z.object({ fresh: count, gone: count }),
    options,
  );
  return counts ?? { fresh: 0, gone: 0 };
}

/** Fills `fresh` from `change`. */
export const takeChanges = (
  warehouse: Warehouse,
  { specification }: LinkInput,
  { change, fresh }: ChangeTables,
  nextId: number,
): Promise<void> =>
  warehouse.run(
    `CREATE TABLE ${fresh} ENGINE = MergeTree ORDER BY id AS
     SELECT toUInt32(${nextId} + rowNumberInAllBlocks()) AS id, *
     FROM (${preparedSql(specification, `SELECT * FROM ${change}`)})`,
    options,
  );
