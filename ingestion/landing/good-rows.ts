import { z } from 'zod';
import { rawTable } from '../generate/raw-table.ts';
import { count, type Staging } from './staging.ts';

/** What is known of a batch's good rows once they are staged. */
export interface GoodRows {
  rows: number;
  /** Distinct keys among them. */
  keys: number;
  /** Rows loaded with a defect. */
  defects: number;
  /** Rows raw holds of the data set already. */
  held: number;
}

/** Keys counted at a time: a set of them takes some 130 MiB at most, whatever the file's size. */
const AT_A_TIME = 4_000_000;

const found = z.object({ rows: count, keys: count, defects: count, held: count });

/**
 * One pass over the good rows. 64 of a key's 128 bits take half the memory and time; only when two are alike, which among
 * different keys hardly ever happens, all bits are looked at.
 * @param size rows that should be there
 */
export async function lookAtGood(staging: Staging, size: number): Promise<GoodRows> {
  const held = `(SELECT count() FROM ${rawTable(staging.dataset)})`;
  const keys = size > AT_A_TIME ? '0' : `uniqExact(${HALF})`;
  const [good] = await staging.warehouse.rows(
    `SELECT toString(count()) AS rows, toString(${keys}) AS keys, toString(countIf(notEmpty(_defects))) AS defects, toString(${held}) AS held FROM ${staging.good}`,
    found,
    staging.options,
  );
  const facts = good ?? { rows: 0, keys: 0, defects: 0, held: 0 };
  if (size > AT_A_TIME) facts.keys = await distinct(staging, size, HALF);
  return facts.keys === size ? facts : { ...facts, keys: await distinct(staging, size, '_key_hash') };
}

const HALF = 'toUInt64(_key_hash)';

async function distinct(staging: Staging, rows: number, key: string): Promise<number> {
  const passes = Math.max(Math.ceil(rows / AT_A_TIME), 1);
  let keys = 0;
  for (let pass = 0; pass < passes; pass++) {
    const share = passes === 1 ? '' : `WHERE bitShiftRight(_key_hash, 64) % ${passes} = ${pass}`;
    keys += await staging.value(`SELECT uniqExact(${key}) FROM ${staging.good} ${share}`);
  }
  return keys;
}
