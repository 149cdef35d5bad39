/** Collection tasks as the tests of connectors run them. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Collection, collectAndLand } from '../../ingestion/connectors/collect.ts';
import { connectors } from '../../ingestion/connectors/index.ts';
import type { SourceCall } from '../../ingestion/connectors/connector.ts';
import type { DeliveryResult } from '../../ingestion/landing/index.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { waterCsv } from './deliveries.ts';
import { testLog } from './platform.ts';

export const WATER = 'utilities.water_reading';
export const WATER_COLUMNS = ['表号', '抄表日期', '读数', '用量', '水费金额'] as const;

/** A reading as its source's record: the n-th meter, the n-th number. */
export const reading = (n: number, day = '2026-01-31'): Record<(typeof WATER_COLUMNS)[number], string> => ({
  表号: `W${String(n).padStart(7, '0')}`,
  抄表日期: day,
  读数: `${n}.0`,
  用量: '1.0',
  水费金额: '3.00',
});

/** Records of `reading(from)` … `reading(to)`. */
export const readings = (from: number, to: number): ReturnType<typeof reading>[] =>
  Array.from({ length: to - from + 1 }, (_, i) => reading(from + i));

/** The same as the water company's CSV. */
export const csvOfReadings = (from: number, to: number): string =>
  waterCsv(readings(from, to).map((row) => WATER_COLUMNS.map((name) => row[name])));

/** How many rows raw holds of these meters. */
export const readingsLoaded = (platform: Platform, from: number, to: number): Promise<number> =>
  platform.warehouse.value(
    `SELECT count() FROM raw.utilities__water_reading WHERE \`表号\` BETWEEN '${reading(from).表号}' AND '${reading(to).表号}'`,
    z.coerce.number(),
  );

/** A task with an id of its own; each call of `run` is one run of it. */
export function task(
  platform: () => Platform,
  kind: string,
  settings: Record<string, unknown>,
  secrets: Record<string, string> = {},
) {
  const connector = connectors[kind];
  if (!connector) throw new Error(`no connector ${kind}`);
  const taskId = randomUUID();
  return {
    taskId,
    run: (
      more: Partial<Collection> & { settings?: Record<string, unknown> } = {},
    ): Promise<DeliveryResult[]> =>
      collectAndLand(platform(), {
        ...{ taskId, connector, secrets, datasets: [WATER], signal: new AbortController().signal },
        ...more,
        settings: { ...settings, ...more.settings },
      }),
    test: (more: Record<string, unknown> = {}): ReturnType<typeof connector.test> => {
      const call: SourceCall<unknown> = {
        settings: connector.settings.parse({ ...settings, ...more }),
        ...{ secrets, log: testLog, signal: new AbortController().signal },
      };
      return connector.test(call);
    },
  };
}

/** One number a delivery: rows loaded, or the rule of its refusal. */
export const outcome = (results: readonly DeliveryResult[]): (number | string)[] =>
  results.map((result) =>
    result.state === 'refused' ? String(result.refusal.where['rule']) : result.loaded,
  );
