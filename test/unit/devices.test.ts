import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PacketSizes } from '../../ingestion/devices/broker/packet-guard.ts';
import { FloodGate } from '../../ingestion/devices/gateway/flood.ts';
import { parseTopic } from '../../ingestion/devices/gateway/topic.ts';
import { crc32 } from '../../ingestion/devices/log/crc32.ts';
import { encodeRecord, soundLength } from '../../ingestion/devices/log/record.ts';
import { thingModelSchema } from '../../ingestion/devices/thing-models/thing-model.ts';

const record = (number: number, device: string): Buffer =>
  encodeRecord(
    {
      receivedAt: 1_795_190_400_000,
      source: device,
      readings: [{ device, property: 'volume', time: 1, seq: number, value: -0.000001, limit: 'under' }],
      events: [],
      refusals: [],
    },
    number,
  );

test('the checksum is the common one', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
});

describe('the end of a log that was cut anywhere', () => {
  const records = ['W-1', '表二', 'x'.repeat(300)].map((device, index) => record(index, device));
  const whole = Buffer.concat(records);
  const ends = records.map((_, index) => Buffer.concat(records.slice(0, index + 1)).length);

  test('is the end of the last whole record', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), (cut) => {
        expect(soundLength(whole.subarray(0, cut))).toBe(Math.max(0, ...ends.filter((end) => end <= cut)));
      }),
    );
  });

  test('is before the first byte that changed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, bits) => {
          const damaged = Buffer.from(whole);
          damaged[at] = (damaged[at] ?? 0) ^ bits;
          expect(soundLength(damaged)).toBe(Math.max(0, ...ends.filter((end) => end <= at)));
        },
      ),
    );
  });
});

describe('the size of MQTT packets', () => {
  /** A packet with a body of so many bytes. */
  const packet = (length: number): Buffer => {
    const head = [0x30];
    let rest = length;
    do {
      head.push((rest & 127) | (rest > 127 ? 128 : 0));
      rest >>>= 7;
    } while (rest > 0);
    return Buffer.concat([Buffer.from(head), Buffer.alloc(length, 0xff)]);
  };

  test('is followed through chunks of any length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1, 127, 128, 999, 1000, 1001), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 700 }),
        (lengths, chunk) => {
          const sizes = new PacketSizes(1000);
          const bytes = Buffer.concat(lengths.map(packet));
          let isAccepted = true;
          for (let at = 0; at < bytes.length && isAccepted; at += chunk)
            isAccepted = sizes.accept(bytes.subarray(at, at + chunk));
          expect(isAccepted).toBe(lengths.every((length) => length <= 1000));
        },
      ),
    );
  });

  test('has at most four digits', () => {
    expect(new PacketSizes(2 ** 40).accept(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 1]))).toBe(false);
  });
});

test('a flood gate lets bursts through, then a steady rate, each device for itself', () => {
  let now = 0;
  const gate = new FloodGate({ perSecond: 10, mostSlowedMs: 60_000 }, () => now);
  const wait = (device: string): number => gate.take(device).waitMs;
  expect(Array.from({ length: 22 }, () => wait('a')).filter((ms) => ms > 0)).toEqual([100, 200]);
  expect(wait('b')).toBe(0);
  gate.giveBack('a');
  now += 100;
  expect(wait('a')).toBe(100);
  now += 10_000;
  expect(wait('a')).toBe(0);
});

test('a flood gate cuts off who is slowed too long without a pause, for as long again, and says so once', () => {
  let now = 0;
  const gate = new FloodGate({ perSecond: 10, mostSlowedMs: 3000 }, () => now);
  /** Sends as fast as it may until so many milliseconds are over. @returns whether it was cut off */
  const flood = (milliseconds: number): boolean => {
    const end = now + milliseconds;
    while (now < end) {
      const { waitMs, isCut } = gate.take('a');
      if (isCut) return true;
      now += waitMs;
    }
    return false;
  };
  expect(flood(2500)).toBe(false);
  // A pause of a second and a half: what came before is forgotten.
  now += 1500;
  expect(flood(2500)).toBe(false);
  expect(flood(2500)).toBe(true);
  expect(gate.restMs('a')).toBe(3000);
  expect(gate.take('a').isCut).toBe(false);
  expect(gate.restMs('b')).toBe(0);
  now += 2999;
  expect(gate.restMs('a')).toBe(1);
  now += 1;
  expect(gate.restMs('a')).toBe(0);
  expect(gate.take('a')).toEqual({ waitMs: 0, isCut: false });
});

test('a topic is a device’s or none', () => {
  expect(parseTopic('anju/gas-meter/G-1/telemetry')).toEqual({
    product: 'gas-meter',
    device: 'G-1',
    kind: 'telemetry',
  });
  for (const other of [
    'anju/gas-meter/G-1',
    'anju//G-1/event',
    'x/gas-meter/G-1/event',
    'anju/a/b/event/c',
    'anju/a/b/__proto__',
  ])
    expect(parseTopic(other)).toBeNull();
});

test.each([
  [
    'two properties of one name',
    {
      properties: [
        { name: 'a', zh: 'a' },
        { name: 'a', zh: 'b' },
      ],
    },
  ],
  ['a code without words', { properties: [{ name: 'a', zh: 'a', type: 'code' }] }],
  ['limits the wrong way round', { properties: [{ name: 'a', zh: 'a', low: 2, high: 1 }] }],
  [
    'a register it does not have',
    { properties: [], meter: { kind: 'gas', register: 'a', digits: 5, mostPerDay: 1 } },
  ],
  ['words nobody knows', { properties: [], colour: 'red' }],
])('a thing model with %s is refused', (_, model) => {
  expect(thingModelSchema.safeParse({ product: 'p-1', zh: '产品', properties: [], events: [] }).success).toBe(
    true,
  );
  expect(thingModelSchema.safeParse({ product: 'p-1', zh: '产品', ...model }).success).toBe(false);
});
