/** What landing left behind, apart from when and under which number. */
import { z } from 'zod';
import type { Platform } from '../../warehouse/platform.ts';

/** Content hash of a query's rows, whatever their order, and their count. */
export const hashOf = (platform: Platform, select: string): Promise<string> =>
  platform.warehouse.value(
    `SELECT concat(hex(sumWithOverflow(reinterpretAsUInt128(sipHash128(tuple(*))))), '-', toString(count())) FROM (${select})`,
    z.string(),
  );

/**
 * Of a raw table: every row that says something else than the one before it, with its operation and business date. A row that repeats
 * what is said before it is there where it was news when it came (docs/decisions/0007-two-axes.md).
 */
export const rawHash = (platform: Platform, table: string): Promise<string> =>
  hashOf(
    platform,
    `SELECT * EXCEPT (_loaded_at, _batch_id, position, before, is_deleted_before) FROM (
       SELECT *, row_number() OVER said AS position, lagInFrame(_row_hash) OVER said AS before, lagInFrame(_op = 'Delete') OVER said AS is_deleted_before
       FROM raw.${table}
       WINDOW said AS (PARTITION BY _key_hash ORDER BY _business_date, _loaded_at, _batch_id, _row_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
     ) WHERE position = 1 OR before != _row_hash OR is_deleted_before != (_op = 'Delete')`,
  );
