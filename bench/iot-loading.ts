/** How fast a segment of the log goes into the warehouse, keys checked and accounted, against the engine's bare insert. */
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSegment } from '../ingestion/devices/load/load-segment.ts';
import { encodeRecord, RECORD_COLUMNS, type Reading } from '../ingestion/devices/log/record.ts';
import type { Platform } from '../warehouse/platform.ts';
import { seconds } from './bench.ts';

const A_MESSAGE = 50;
const METERS = 1000;

/** A segment of readings, each meter at its own second: rows of a site's quarter of an hour. */
async function writeSegment(path: string, rows: number): Promise<void> {
  const file = await open(path, 'w');
  // A day nothing else has written to.
  const begin = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 10 * 86_400_000;
  for (let at = 0; at < rows;) {
    const parts: Buffer[] = [];
    for (let i = 0; i < 1000 && at < rows; i++) {
      const readings: Reading[] = [];
      const device = `LOAD-${String((at / A_MESSAGE) % METERS).padStart(5, '0')}`;
      for (; readings.length < A_MESSAGE && at < rows; at++)
        readings.push({
          device,
          property: 'energy',
          time: begin + at,
          seq: at,
          value: at / 10,
          limit: 'within',
        });
      parts.push(
        encodeRecord(
          { receivedAt: begin, source: device, readings, events: [], refusals: [] },
          at / A_MESSAGE,
        ),
      );
    }
    await file.write(Buffer.concat(parts));
  }
  await file.close();
}

/** Rows a second, the bare insert first. */
export async function measureLoading(
  platform: Platform,
  rows: number,
): Promise<{ ours: number; peer: number }> {
  const { warehouse, config } = platform;
  const path = join(config.home, 'bench.log');
  await writeSegment(path, rows);
  const batch = { lane: 'batch', tag: 'bench' } as const;
  const names = ['device_id', 'property', 'event_time', 'seq', 'value', 'limit_state'];
  await warehouse.run('CREATE OR REPLACE TABLE raw_stage.bench AS raw.device_reading', batch);
  const peer = await seconds(() =>
    warehouse.insertFile(
      'RowBinary',
      'raw_stage.bench',
      [...names, 'source', 'received_at'],
      path,
      RECORD_COLUMNS.join(', '),
      (source) =>
        `SELECT ${names.map((name) => `item.${name}`).join(', ')}, source, received_at FROM ${source} ARRAY JOIN readings AS item`,
      batch,
    ),
  );
  await warehouse.run('DROP TABLE raw_stage.bench SYNC', batch);
  const ours = await seconds(() => loadSegment(platform, { number: Date.now(), path }));
  await rm(path, { force: true });
  return { ours: Math.round(rows / ours), peer: Math.round(rows / peer) };
}
