/**
 * One sealed segment into the warehouse, exactly once, and repeatable at any point: rows whose key raw holds already are left
 * out, whether they came twice from a device or from a load that was killed half way. So a segment needs no state of its own
 * but its file, which goes last.
 */
import { rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { Platform } from '../../../warehouse/platform.ts';
import type { QueryOptions, Warehouse } from '../../../warehouse/engine/warehouse.ts';
import { faultPoint } from '../../landing/fault-points.ts';
import { HEAD_COLUMNS, RECORD_COLUMNS } from '../log/record.ts';
import type { Segment } from '../log/segments.ts';

const STAGE = 'raw_stage.device_segment';
const COLUMNS = ['record', 'received_at', 'source', 'readings', 'events', 'refusals'];
const BATCH: QueryOptions = { lane: 'batch', tag: 'devices.load' };

const READING_KEY = 'device_id, property, event_time, seq';
const EVENT_KEY = 'device_id, event, property, event_time, seq';
const READING_COLUMNS = `${READING_KEY}, value, limit_state, source, received_at`;
const EVENT_COLUMNS = `${EVENT_KEY}, level, value, threshold, detail, source, received_at`;

export interface SegmentAccount {
  segment: number;
  messages: number;
  /** Readings and refusals in it; landed = loaded + duplicates + refused. */
  landed: number;
  loaded: number;
  duplicates: number;
  refused: number;
  events: number;
}

/** Loads the segment, writes its account into the ledger, removes its file. */
export async function loadSegment(platform: Platform, segment: Segment): Promise<SegmentAccount | null> {
  if ((await stat(segment.path)).size === 0) {
    await rm(segment.path);
    return null;
  }
  const { warehouse } = platform;
  await stage(warehouse, segment);
  await insertReadings(warehouse, segment);
  faultPoint(platform.config, 'devices-after-readings');
  await insertEvents(warehouse, segment);
  await insertRefusals(warehouse, segment);
  const account = await keepAccount(platform, segment);
  faultPoint(platform.config, 'devices-before-remove');
  await rm(segment.path);
  return account;
}

/** In memory, for it is read six times and thrown away. */
async function stage(warehouse: Warehouse, segment: Segment): Promise<void> {
  const kept = RECORD_COLUMNS.slice(HEAD_COLUMNS).join(', ');
  await warehouse.run(`CREATE OR REPLACE TABLE ${STAGE} (${kept}) ENGINE = Memory`, BATCH);
  await warehouse.insertFile(
    'RowBinary',
    STAGE,
    COLUMNS,
    segment.path,
    RECORD_COLUMNS.join(', '),
    (source) => `SELECT ${COLUMNS.join(', ')} FROM ${source}`,
    BATCH,
  );
}

/** The array's fields as columns of their own. */
const exploded = (array: string, fields: readonly string[]): string =>
  `SELECT ${fields.map((field) => `item.${field} AS ${field}`).join(', ')}, record, source, received_at FROM ${STAGE} ARRAY JOIN ${array} AS item`;
const READINGS = exploded('readings', ['device_id', 'property', 'event_time', 'seq', 'value', 'limit_state']);
const EVENTS = exploded('events', [
  'device_id',
  'event',
  'property',
  'event_time',
  'seq',
  'level',
  'value',
  'threshold',
  'detail',
]);

const QUARTER = 'toStartOfFifteenMinutes(event_time)';

async function insertReadings(warehouse: Warehouse, { number }: Segment): Promise<void> {
  await warehouse.run(
    `INSERT INTO raw.device_reading (${READING_COLUMNS}, segment)
     SELECT ${READING_COLUMNS}, ${number} FROM (${READINGS})
     WHERE (${READING_KEY}) NOT IN (
       SELECT ${READING_KEY} FROM raw.device_reading
       WHERE ${QUARTER} IN (SELECT DISTINCT ${QUARTER} FROM (${READINGS}))
         AND (${READING_KEY}) IN (SELECT ${READING_KEY} FROM (${READINGS}))
     )
     ORDER BY record LIMIT 1 BY ${READING_KEY}`,
    BATCH,
  );
}

async function insertEvents(warehouse: Warehouse, { number }: Segment): Promise<void> {
  await warehouse.run(
    `INSERT INTO raw.device_event (${EVENT_COLUMNS}, segment)
     SELECT ${EVENT_COLUMNS}, ${number} FROM (${EVENTS})
     WHERE (${EVENT_KEY}) NOT IN (
       SELECT ${EVENT_KEY} FROM raw.device_event
       WHERE event_time >= (SELECT min(event_time) FROM (${EVENTS}))
         AND (${EVENT_KEY}) IN (SELECT ${EVENT_KEY} FROM (${EVENTS}))
     )
     ORDER BY record LIMIT 1 BY ${EVENT_KEY}`,
    BATCH,
  );
}

async function insertRefusals(warehouse: Warehouse, { number }: Segment): Promise<void> {
  const fields = ['device_id', 'rule', 'field', 'message', 'payload'];
  await warehouse.run(
    `INSERT INTO raw.device_refusal (segment, record, item, received_at, source, ${fields.join(', ')})
     SELECT ${number}, record, number, received_at, source, ${fields.map((field) => `refusal.${field}`).join(', ')}
     FROM ${STAGE} ARRAY JOIN refusals AS refusal, arrayEnumerate(refusals) AS number
     WHERE (record, number) NOT IN (SELECT record, item FROM raw.device_refusal WHERE segment = ${number})`,
    BATCH,
  );
}

const count = z.coerce.number();
const accountRow = z.object({
  messages: count,
  readings: count,
  refused: count,
  events: count,
  loaded: count,
  quarters: z.array(z.number()),
});

/** Counted from what is published, so that a load repeated after a crash gives the same account. */
async function keepAccount({ warehouse, store }: Platform, { number }: Segment): Promise<SegmentAccount> {
  const [row] = await warehouse.rows(
    `SELECT count() AS messages, sum(length(readings)) AS readings, sum(length(refusals)) AS refused, sum(length(events)) AS events,
       (SELECT count() FROM raw.device_reading WHERE segment = ${number} AND ${QUARTER} IN (SELECT DISTINCT ${QUARTER} FROM (${READINGS}))) AS loaded,
       (SELECT arraySort(groupUniqArray(toUnixTimestamp(${QUARTER}))) FROM (${READINGS})) AS quarters
     FROM ${STAGE}`,
    accountRow,
    BATCH,
  );
  const { messages, readings, refused, events, loaded, quarters } = accountRow.parse(row);
  const account = {
    segment: number,
    messages,
    landed: readings + refused,
    loaded,
    duplicates: readings - loaded,
    refused,
    events,
  };
  await store.db
    .insertInto('device_segment')
    .values({ ...account, quarters: JSON.stringify(loaded === 0 ? [] : quarters) })
    .onConflict((conflict) => conflict.column('segment').doNothing())
    .execute();
  return account;
}
