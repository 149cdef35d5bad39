/** Turns one payload into one record: readings and events that hold, and what does not hold with its rule. */
import type { DeviceEvent, LimitState, Message, Reading, Refusal } from '../log/record.ts';
import { LARGEST_VALUE } from '../log/record.ts';
import { Directory, type KnownDevice } from '../registry/directory.ts';
import type { Property } from '../thing-models/thing-model.ts';
import {
  BadPayload,
  type Entry,
  type EventEntry,
  eventEntries,
  parseJson,
  readingEntries,
} from './payload.ts';
import type { MessageKind } from './topic.ts';

export interface AcceptLimits {
  /** A reading older than this when it comes is refused. */
  lateMs: number;
  /** A reading further ahead of our clock than this is refused. */
  aheadMs: number;
  mostBytes: number;
}

export interface Arrived {
  /** Who is signed in, or whose topic it is. */
  source: string;
  kind: MessageKind;
  /** Bytes as they came, or JSON that is parsed already. */
  payload: Uint8Array | { json: unknown };
  receivedAt: number;
}

const MOST_SEQ = Number.MAX_SAFE_INTEGER;
const KEPT_OF_MESSAGE = 4096;
const KEPT_OF_ENTRY = 512;
const MOST_DETAIL = 2048;
const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/;

/** Says why an entry, or one value of it, is not taken. */
class Refused extends Error {
  constructor(
    readonly rule: string,
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

/** Everything in the payload, accepted or refused; nothing is dropped and nothing throws but a fault of ours. */
export function acceptMessage(directory: Directory, limits: AcceptLimits, arrived: Arrived): Message {
  const message: Message = {
    receivedAt: arrived.receivedAt,
    source: arrived.source,
    readings: [],
    events: [],
    refusals: [],
  };
  if (arrived.kind === 'heartbeat') return message;
  try {
    const body = bodyOf(arrived.payload, limits);
    if (arrived.kind === 'telemetry')
      for (const entry of readingEntries(body)) acceptReadings(directory, limits, message, entry);
    else for (const entry of eventEntries(body)) acceptEvent(directory, limits, message, entry);
  } catch (error) {
    if (!(error instanceof BadPayload) && !(error instanceof Refused)) throw error;
    // A payload is read as a whole or not at all.
    message.readings = [];
    message.events = [];
    message.refusals = [
      {
        device: arrived.source,
        rule: error.rule,
        field: '',
        message: error.message,
        payload: keptOf(arrived.payload),
      },
    ];
  }
  return message;
}

function bodyOf(payload: Arrived['payload'], limits: AcceptLimits): unknown {
  if (!(payload instanceof Uint8Array)) return payload.json;
  if (payload.length > limits.mostBytes)
    throw new Refused('too_large', '', `The payload has more than ${limits.mostBytes} bytes.`);
  return parseJson(payload);
}

const keptOf = (payload: Arrived['payload']): string =>
  payload instanceof Uint8Array
    ? new TextDecoder().decode(payload.subarray(0, KEPT_OF_MESSAGE))
    : JSON.stringify(payload.json).slice(0, KEPT_OF_MESSAGE);

function acceptReadings(directory: Directory, limits: AcceptLimits, message: Message, entry: Entry): void {
  attempt(message, entry, () => {
    const device = speaker(directory, message.source, entry.device);
    const time = timeOf(entry.t, message.receivedAt, limits);
    const seq = seqOf(entry.seq);
    const properties = device.known?.properties;
    if (properties === undefined)
      throw new Refused('no_thing_model', '', `The product ${device.product} has no published thing model.`);
    for (const [name, given] of Object.entries(entry.values)) {
      attempt(message, entry, () => {
        const property = properties.get(name);
        if (property === undefined)
          throw new Refused('unknown_property', name.slice(0, 64), 'The thing model has no such property.');
        const value = valueOf(property, given);
        const limit = limitOf(property, value);
        const reading: Reading = { device: device.device, property: name, time, seq, value, limit };
        message.readings.push(reading);
        if (limit !== 'within') message.events.push(crossing(reading, property));
      });
    }
  });
}

function acceptEvent(directory: Directory, limits: AcceptLimits, message: Message, entry: EventEntry): void {
  attempt(message, entry, () => {
    const device = speaker(directory, message.source, entry.device);
    const time = timeOf(entry.t, message.receivedAt, limits);
    const seq = seqOf(entry.seq);
    const event = typeof entry.event === 'string' ? device.known?.events.get(entry.event) : undefined;
    if (event === undefined)
      throw new Refused('unknown_event', 'event', 'The thing model has no such event.');
    const detail = entry.detail === undefined ? '' : JSON.stringify(entry.detail);
    if (detail.length > MOST_DETAIL)
      throw new Refused('too_large', 'detail', `More than ${MOST_DETAIL} characters.`);
    const none = { property: '', value: 0, threshold: 0 };
    message.events.push({
      device: device.device,
      event: event.name,
      time,
      seq,
      level: event.level,
      detail,
      ...none,
    });
  });
}

function attempt(message: Message, entry: Entry | EventEntry, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const refusal: Refusal = {
      device: (typeof entry.device === 'string' ? entry.device : message.source).slice(0, 64),
      rule: error.rule,
      field: error.field,
      message: error.message,
      payload: JSON.stringify(entry).slice(0, KEPT_OF_ENTRY),
    };
    message.refusals.push(refusal);
  }
}

function speaker(directory: Directory, source: string, given: unknown): KnownDevice {
  if (given !== undefined && typeof given !== 'string')
    throw new Refused('unknown_device', 'device', 'The device must be a text.');
  const device = directory.find(given ?? source);
  if (device === undefined) throw new Refused('unknown_device', 'device', 'There is no such device.');
  if (device.state !== 'enabled')
    throw new Refused('disabled_device', 'device', `The device is ${device.state}.`);
  if (!Directory.maySpeakFor(source, device))
    throw new Refused('not_its_gateway', 'device', 'The sender may not speak for this device.');
  return device;
}

function timeOf(given: unknown, receivedAt: number, { lateMs, aheadMs }: AcceptLimits): number {
  const time =
    typeof given === 'number' && Number.isInteger(given)
      ? given
      : typeof given === 'string' && ISO_INSTANT.test(given)
        ? Date.parse(given)
        : NaN;
  if (Number.isNaN(time))
    throw new Refused(
      'bad_time',
      't',
      'Not an instant: milliseconds since 1970, or ISO 8601 with its offset.',
    );
  if (time < receivedAt - lateMs || time > receivedAt + aheadMs)
    throw new Refused('time_out_of_range', 't', 'Too far from the time it came.');
  return time;
}

function seqOf(given: unknown): number {
  if (given === undefined || given === null) return 0;
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 0 || given > MOST_SEQ)
    throw new Refused('bad_seq', 'seq', 'Not a whole number from 0 to 2^53.');
  return given;
}

function valueOf(property: Property, given: unknown): number {
  const value = numberOf(property, given);
  if (value === null || !Number.isFinite(value))
    throw new Refused('bad_value', property.name, `Not a value of type ${property.type}.`);
  const { min = -LARGEST_VALUE, max = LARGEST_VALUE } = property;
  if (value < min || value > max)
    throw new Refused('out_of_range', property.name, `Not between ${min} and ${max}.`);
  return value;
}

function numberOf({ type, codes }: Property, given: unknown): number | null {
  switch (type) {
    case 'number':
      return typeof given === 'number' ? given : null;
    case 'integer':
      return typeof given === 'number' && Number.isInteger(given) ? given : null;
    case 'boolean':
      return given === true || given === 1 ? 1 : given === false || given === 0 ? 0 : null;
    case 'code':
      if (codes === undefined) return null;
      if (typeof given === 'string') return Object.hasOwn(codes, given) ? (codes[given] ?? null) : null;
      return typeof given === 'number' && Object.values(codes).includes(given) ? given : null;
  }
}

const limitOf = ({ low = -Infinity, high = Infinity }: Property, value: number): LimitState =>
  value > high ? 'over' : value < low ? 'under' : 'within';

function crossing(
  { device, property, time, seq, value, limit }: Reading,
  { level, low, high }: Property,
): DeviceEvent {
  const threshold = (limit === 'over' ? high : low) ?? 0;
  return { device, event: `${limit}_limit`, property, time, seq, level, value, threshold, detail: '' };
}
