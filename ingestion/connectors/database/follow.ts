/**
 * From a change log to deliveries: whole transactions, one file a table, the position after each. Exactly once by the position
 * alone: it says for each table which of its changes are in, so that a batch whose files were committed only in part goes on
 * behind the last one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { datasetId } from '../../contract.ts';
import type { CollectCall, Collected } from '../connector.ts';
import { type Batch, type BatchPart, BatchWriter } from './change-batch.ts';
import type { ChangeLog, LogEvent, Point } from './change-log.ts';
import { csvLine } from './csv.ts';
import { isConnectionError, sourceError } from './errors.ts';
import { CSV, fileLabel } from './extract.ts';
import type { LogSettings } from './log-settings.ts';
import { TextFile } from './text-file.ts';
import { join } from 'node:path';

export const streamPosition = z.object({
  phase: z.literal('stream'),
  /** The `snapshot` of the settings the tables were read whole for. */
  snapshot: z.number(),
  /** Everything before is in, of every table … */
  point: z.record(z.string(), z.union([z.string(), z.number()])),
  /** … and behind it, of these tables, what is not after the change named. */
  done: z.record(z.string(), z.string()),
  /** What the tables and the server are known by: another one under the same name is not followed. */
  identity: z.record(z.string(), z.string()),
});
export type StreamPosition = z.output<typeof streamPosition>;

const FIRST_WAIT = 100;
const LONGEST_WAIT = 5000;

export async function* followLog(
  call: CollectCall<LogSettings>,
  log: ChangeLog,
  start: StreamPosition,
): AsyncGenerator<Collected> {
  const { settings, signal } = call;
  let position = start;
  let target: Point | null = null;
  let lostAt: number | null = null;
  for (let wait = FIRST_WAIT; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      if (!settings.follow) target ??= await log.end();
      for await (const batch of batchesOf(call, log, position, target)) {
        lostAt = null;
        wait = FIRST_WAIT;
        for (const [i, part] of batch.parts.entries()) {
          const isLast = i === batch.parts.length - 1;
          position = isLast
            ? { ...position, point: batch.point, done: {} }
            : { ...position, done: { ...position.done, [part.table.name]: part.until } };
          yield { ...fileOf(part, batch.at, settings), position };
        }
        log.confirm(position.point);
      }
      return;
    } catch (thrown) {
      if (signal.aborted) return;
      const error = sourceError(thrown, log.host);
      lostAt ??= performance.now();
      if (!isConnectionError(error) || performance.now() - lostAt > settings.reconnectSeconds * 1000)
        throw error;
      call.log.warn({ err: error, wait }, 'the source is away; the log is read on from the position');
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Batches over one connection, until the target is reached. */
async function* batchesOf(
  call: CollectCall<LogSettings>,
  log: ChangeLog,
  position: StreamPosition,
  target: Point | null,
): AsyncGenerator<Batch> {
  const { settings, signal } = call;
  if (target && log.reaches(position.point, target)) return;
  let reached = position.point;
  const writer = new BatchWriter(call.directory, log.tables);
  const stop = new AbortController();
  const events = log.read(position.point, AbortSignal.any([signal, stop.signal]))[Symbol.asyncIterator]();
  const isDue = (): boolean =>
    writer.changes >= settings.batchChanges || writer.age >= settings.batchSeconds * 1000;
  try {
    for (let next = events.next(); ;) {
      const left = writer.canEnd ? settings.batchSeconds * 1000 - writer.age : null;
      const event = await eventOrTime(next, left);
      if (event === 'time') {
        const batch = await writer.take();
        reached = batch.point;
        yield batch;
        continue;
      }
      if (event.done) return;
      const { value } = event;
      if (value.kind === 'change' || value.kind === 'truncate') {
        const isKnown = value.id <= (position.done[value.table] ?? '');
        const behind = isKnown ? undefined : writer.add(value);
        if (behind) await behind;
      } else {
        if (value.kind === 'commit') writer.commit(value.point, value.at);
        const isThere = target !== null && log.reaches(value.point, target);
        if (writer.canEnd && (isThere || (value.kind === 'commit' && isDue()))) {
          reached = value.point;
          yield await writer.take();
        } else if (!writer.canEnd && log.isAgeing(reached, value.point)) {
          reached = value.point;
          yield await heartbeat(call, log, value.point);
        } else if (!writer.canEnd) log.confirm(value.point);
        if (isThere) return;
      }
      next = events.next();
    }
  } finally {
    writer.abandon();
    // Ends a wait for the next event as well.
    stop.abort();
    await events.return?.();
  }
}

/** A batch without a change, by which the position moves on. */
async function heartbeat(call: CollectCall<LogSettings>, log: ChangeLog, point: Point): Promise<Batch> {
  const [table] = log.tables.values();
  if (!table) throw new Error('no table is followed');
  const file = new TextFile(join(call.directory, 'heartbeat.csv'));
  file.write(csvLine([...table.header, '_op', '_change']));
  await file.close();
  const part = { table, path: file.path, from: '', until: '', isTruncate: false, changes: 0 };
  return { parts: [part], point, at: new Date() };
}

/** The next event, or `time` after so many milliseconds without one. */
async function eventOrTime(
  next: Promise<IteratorResult<LogEvent>>,
  milliseconds: number | null,
): Promise<IteratorResult<LogEvent> | 'time'> {
  if (milliseconds === null) return next;
  const timer = new AbortController();
  try {
    return await Promise.race([
      next,
      sleep(Math.max(1, milliseconds), 'time' as const, { signal: timer.signal }).catch(
        () => 'time' as const,
      ),
    ]);
  } finally {
    timer.abort();
  }
}

/** The local date of an instant at a fixed offset, `YYYY-MM-DD`. */
function dateAt(at: Date, utcOffset: string): string {
  const [hours = 0, minutes = 0] = utcOffset.slice(1).split(':').map(Number);
  const sign = utcOffset.startsWith('-') ? -1 : 1;
  return new Date(at.getTime() + sign * (hours * 60 + minutes) * 60_000).toISOString().slice(0, 10);
}

function fileOf(part: BatchPart, at: Date, settings: LogSettings): Omit<Collected, 'position'> {
  const name = fileLabel(part.table.name);
  return {
    dataset: datasetId(part.table.dataset),
    path: part.path,
    shape: CSV,
    businessDate: dateAt(at, settings.utcOffset),
    ...(part.isTruncate
      ? {
          fileName: `${name}_truncated_${part.from}.csv`,
          loadAs: 'snapshot',
          massDeleteReason: `the source emptied the table at ${part.from}`,
        }
      : { fileName: `${name}_changes_${part.from || 'none'}.csv`, loadAs: 'changes' }),
  };
}

/** Files of whole tables, read at one point of the log. */
export interface Snapshot {
  point: Point;
  identity: Record<string, string>;
  files: { dataset: string; table: string; path: string }[];
}

/** The tables' files; only the last one moves the position into the log, so that an interrupted snapshot is taken anew. */
export function* snapshotFiles(
  settings: LogSettings,
  { point, identity, files }: Snapshot,
): Generator<Collected, StreamPosition> {
  const position: StreamPosition = {
    phase: 'stream',
    snapshot: settings.snapshot,
    point,
    done: {},
    identity,
  };
  const label = Object.values(point)
    .join('_')
    .replace(/[^\w.]/g, '-');
  for (const [i, { dataset, table, path }] of files.entries()) {
    yield {
      ...{ dataset, path, shape: CSV, loadAs: 'snapshot' as const },
      businessDate: dateAt(new Date(), settings.utcOffset),
      fileName: `${fileLabel(table)}_snapshot_${label}.csv`,
      // Read from the log's own place: a row that is not there is gone, however many they are.
      massDeleteReason: `the whole table as the log has it at ${label}`,
      position: i === files.length - 1 ? position : { phase: 'snapshot' },
    };
  }
  return position;
}

/** Where to go on; null when the tables must be read whole first. */
export function resumed(call: CollectCall<LogSettings>, tables: readonly string[]): StreamPosition | null {
  const known = streamPosition.safeParse(call.position);
  if (!known.success || known.data.snapshot !== call.settings.snapshot) return null;
  return tables.every((table) => table in known.data.identity) ? known.data : null;
}
