import { z } from 'zod';
import type { QueryOptions } from '../../../warehouse/engine/warehouse.ts';
import type { Platform } from '../../../warehouse/platform.ts';

const BATCH: QueryOptions = { lane: 'batch', tag: 'devices.retention' };
const DAY_MS = 86_400_000;

/** Drops the days of readings that are older than the settings keep them; aggregates and events stay. @returns partitions dropped */
export async function dropExpired({ warehouse, config }: Platform, now: number): Promise<string[]> {
  const { readingDays } = config.devices;
  if (readingDays === undefined) return [];
  const oldest = new Date(now - readingDays * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  const partitions = await warehouse.rows(
    `SELECT DISTINCT partition_id AS partition FROM system.parts
     WHERE database = 'raw' AND table = 'device_reading' AND active AND partition_id < {oldest:String} ORDER BY partition`,
    z.object({ partition: z.string().regex(/^\d{8}$/) }),
    { ...BATCH, params: { oldest } },
  );
  for (const { partition } of partitions)
    await warehouse.run(`ALTER TABLE raw.device_reading DROP PARTITION ID '${partition}'`, BATCH);
  return partitions.map((one) => one.partition);
}
