/** What landing left behind, apart from when and under which number. */
import { z } from 'zod';
import type { Platform } from '../../warehouse/platform.ts';

/** Content hash of a query's rows, whatever their order, and their count. */
export const hashOf = (platform: Platform, select: string): Promise<string> =>
  platform.warehouse.value(
    `SELECT concat(hex(sumWithOverflow(reinterpretAsUInt128(sipHash128(tuple(*))))), '-', toString(count())) FROM (${select})`,
    z.string(),
  );

/** Of a raw table: every row with its operation and business date. */
export const rawHash = (platform: Platform, table: string): Promise<string> =>
  hashOf(platform, `SELECT * EXCEPT (_loaded_at, _batch_id) FROM raw.${table}`);
