/**
 * One accepted message as one record of the log. A record is a row in ClickHouse's RowBinary, its length and checksum the
 * first two columns: so a sealed segment is read by the engine as it lies, and no row passes through JavaScript again.
 */
import { crc32 } from './crc32.ts';

/** A value measured at an instant. `value` is kept to a millionth. */
export interface Reading {
  device: string;
  property: string;
  /** Milliseconds since 1970, the device's clock. */
  time: number;
  /** The device's own running number; 0 when it has none. */
  seq: number;
  value: number;
  limit: LimitState;
}

/** Where a value stands against its property's thresholds. */
export type LimitState = 'within' | 'over' | 'under';

/** Something that happened: told by the device, or found at a threshold (then with `value` and `threshold`). */
export interface DeviceEvent {
  device: string;
  event: string;
  /** '' for an event that is about no property. */
  property: string;
  time: number;
  seq: number;
  level: EventLevel;
  value: number;
  threshold: number;
  /** JSON text of what the device told beside; '' for none. */
  detail: string;
}

export type EventLevel = 'info' | 'warning' | 'alarm';

/** What was not accepted, as it came. */
export interface Refusal {
  device: string;
  rule: string;
  field: string;
  message: string;
  /** At most the first 4096 bytes of the payload. */
  payload: string;
}

export interface Message {
  /** Milliseconds since 1970, our clock. */
  receivedAt: number;
  /** The device that sent it: the reading's own, or its gateway. */
  source: string;
  readings: Reading[];
  events: DeviceEvent[];
  refusals: Refusal[];
}

/** Columns of a record, in order, its head first. */
export const RECORD_COLUMNS = [
  'length UInt32',
  'checksum UInt32',
  'record UInt32',
  "received_at DateTime64(3, 'UTC')",
  'source String',
  `readings Array(Tuple(device_id String, property String, event_time DateTime64(3, 'UTC'), seq UInt64, value Decimal(18, 6), limit_state Enum8('within' = 0, 'over' = 1, 'under' = 2)))`,
  `events Array(Tuple(device_id String, event String, property String, event_time DateTime64(3, 'UTC'), seq UInt64, level Enum8('info' = 0, 'warning' = 1, 'alarm' = 2), value Decimal(18, 6), threshold Decimal(18, 6), detail String))`,
  'refusals Array(Tuple(device_id String, rule String, field String, message String, payload String))',
] as const;
/** How many of them are the head. */
export const HEAD_COLUMNS = 2;

const LIMITS: Record<LimitState, number> = { within: 0, over: 1, under: 2 };
const LEVELS: Record<EventLevel, number> = { info: 0, warning: 1, alarm: 2 };

/** Bytes before the body: length of the body and its checksum. */
export const RECORD_HEAD = 8;
const TWO_32 = 2 ** 32;
export const VALUE_SCALE = 1_000_000;
/** Largest amount kept exactly: 2^53 millionths. */
export const LARGEST_VALUE = Math.floor(Number.MAX_SAFE_INTEGER / VALUE_SCALE);

/** A buffer that grows; used again for each record. */
class Writer {
  #bytes = Buffer.allocUnsafe(1 << 16);
  #at = 0;

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + count));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }

  start(): void {
    this.#at = RECORD_HEAD;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#at = this.#bytes.writeUInt32LE(value, this.#at);
  }

  /** A whole number up to ±2^53 as 64 bits. */
  int64(value: number): void {
    this.#reserve(8);
    this.#bytes.writeUInt32LE(value - Math.floor(value / TWO_32) * TWO_32, this.#at);
    this.#bytes.writeInt32LE(Math.floor(value / TWO_32), this.#at + 4);
    this.#at += 8;
  }

  decimal(value: number): void {
    this.int64(Math.round(value * VALUE_SCALE));
  }

  /** LEB128, as RowBinary counts strings and arrays. */
  count(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  text(value: string): void {
    const bytes = Buffer.byteLength(value);
    this.count(bytes);
    this.#reserve(bytes);
    this.#at += this.#bytes.write(value, this.#at);
  }

  /** The record with its head; a copy, for the buffer is used again. */
  finish(): Buffer {
    const record = Buffer.from(this.#bytes.subarray(0, this.#at));
    record.writeUInt32LE(this.#at - RECORD_HEAD, 0);
    record.writeUInt32LE(crc32(record, RECORD_HEAD), 4);
    return record;
  }
}

const writer = new Writer();

/** A message as a record. `record` is its number in the segment, from 0. */
export function encodeRecord(message: Message, record: number): Buffer {
  const { receivedAt, source, readings, events, refusals } = message;
  writer.start();
  writer.uint32(record);
  writer.int64(receivedAt);
  writer.text(source);
  writer.count(readings.length);
  for (const one of readings) {
    writer.text(one.device);
    writer.text(one.property);
    writer.int64(one.time);
    writer.int64(one.seq);
    writer.decimal(one.value);
    writer.byte(LIMITS[one.limit]);
  }
  writer.count(events.length);
  for (const one of events) {
    for (const text of [one.device, one.event, one.property]) writer.text(text);
    writer.int64(one.time);
    writer.int64(one.seq);
    writer.byte(LEVELS[one.level]);
    writer.decimal(one.value);
    writer.decimal(one.threshold);
    writer.text(one.detail);
  }
  writer.count(refusals.length);
  for (const one of refusals)
    for (const text of [one.device, one.rule, one.field, one.message, one.payload]) writer.text(text);
  return writer.finish();
}

/** End of the last whole record in `bytes`: what follows it was cut off in the middle or is damaged. */
export function soundLength(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + RECORD_HEAD <= bytes.length) {
    const end = at + RECORD_HEAD + view.getUint32(at, true);
    if (end === at + RECORD_HEAD || end > bytes.length) break;
    if (crc32(bytes, at + RECORD_HEAD, end) !== view.getUint32(at + 4, true)) break;
    at = end;
  }
  return at;
}
