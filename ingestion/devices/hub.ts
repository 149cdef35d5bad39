/**
 * The one place every message of a device comes through, whatever carried it: checked, written to the durable log, and only then
 * acknowledged by the caller. Beside it runs the loader, which takes closed segments of the log into the warehouse.
 */
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Platform } from '../../warehouse/platform.ts';
import { acceptMessage, type Arrived } from './gateway/accept.ts';
import { FloodGate } from './gateway/flood.ts';
import { Loader } from './load/loader.ts';
import { DeviceLog } from './log/device-log.ts';
import type { Message } from './log/record.ts';
import { Directory, type KnownDevice } from './registry/directory.ts';
import { mirrorRegister } from './registry/mirror.ts';
import { Presence, type Turn } from './registry/presence.ts';
import { addShippedProducts } from './registry/products.ts';

/** How far a device's clock may be ahead of ours (K-30 gives no number). */
const AHEAD_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
export const MOST_PAYLOAD_BYTES = 256 * 1024;

export interface HubCounts {
  messages: number;
  readings: number;
  events: number;
  refused: number;
  /** Messages that had to wait or were turned away because their device sent too many. */
  flooded: number;
}

export class DeviceHub {
  readonly #platform: Platform;
  readonly #log: DeviceLog;
  readonly #presence = new Presence();
  readonly #onReload = new Set<() => void>();
  readonly loader: Loader;
  readonly floodGate: FloodGate;
  readonly counts: HubCounts = { messages: 0, readings: 0, events: 0, refused: 0, flooded: 0 };
  #directory: Directory;

  private constructor(platform: Platform, log: DeviceLog, directory: Directory) {
    this.#platform = platform;
    this.#log = log;
    this.#directory = directory;
    this.#presence.learn(directory);
    const { messagesPerSecond, floodSeconds } = platform.config.devices;
    this.floodGate = new FloodGate({ perSecond: messagesPerSecond, mostSlowedMs: floodSeconds * 1000 });
    this.loader = new Loader(platform, log, () => this.#watch());
  }

  static async open(platform: Platform): Promise<DeviceHub> {
    await addShippedProducts(platform.store);
    const { rows } = await sql<{
      last: number;
    }>`select coalesce(max(segment), 0) as last from device_segment`.execute(platform.store.db);
    const { log, mended } = await DeviceLog.open(
      join(platform.config.home, 'devices', 'log'),
      rows[0]?.last ?? 0,
    );
    for (const { segment, cut, keptAt } of mended) {
      const about = { segment: segment.number, cut, keptAt };
      if (keptAt === null) platform.log.info(about, 'cut off what was being written to the log of devices');
      else platform.log.error(about, 'a segment of the log of devices is damaged; its bytes are kept');
    }
    const hub = new DeviceHub(platform, log, await Directory.load(platform.store));
    await mirrorRegister(platform);
    return hub;
  }

  get directory(): Directory {
    return this.#directory;
  }

  /** The enabled device with this id and token, else null. */
  authenticate(device: string, token: string): KnownDevice | null {
    return this.#directory.authenticate(device, token);
  }

  /**
   * Checks a message and writes it down. Resolves when it is on disk: acknowledge it then and not before. What is wrong with
   * it is written down too, as a refusal.
   * @throws AppError `resource_limit`, retriable: it is not on disk, do not acknowledge it
   */
  async receive(arrived: Arrived): Promise<Message> {
    const { lateDays } = this.#platform.config.devices;
    const limits = { lateMs: lateDays * DAY_MS, aheadMs: AHEAD_MS, mostBytes: MOST_PAYLOAD_BYTES };
    const message = acceptMessage(this.#directory, limits, arrived);
    const { readings, events, refusals } = message;
    if (readings.length + events.length + refusals.length > 0) {
      const bytes = arrived.payload instanceof Uint8Array ? arrived.payload.length : 1024;
      await this.#log.append(message, bytes);
    }
    this.#presence.heard(arrived.source, arrived.receivedAt);
    for (const { device } of readings) this.#presence.heard(device, arrived.receivedAt);
    this.counts.messages += 1;
    this.counts.readings += readings.length;
    this.counts.events += events.length;
    this.counts.refused += refusals.length;
    return message;
  }

  /** Writes down that a device flooded us and is cut off: it stands among the refusals, once each time. */
  async reportFlood(device: string): Promise<void> {
    const { messagesPerSecond, floodSeconds } = this.#platform.config.devices;
    const message = `More than ${messagesPerSecond} messages a second for ${floodSeconds} seconds without a pause.`;
    const refusal = { device, rule: 'flood', field: '', message, payload: '' };
    const said = { receivedAt: Date.now(), source: device, readings: [], events: [], refusals: [refusal] };
    await this.#log.append(said, 256);
    this.counts.refused += 1;
    this.#platform.log.warn({ device }, 'a device sends too much for too long and is cut off');
  }

  /** After a change of the register: what is checked from now on, and what models join with. */
  async reload(): Promise<void> {
    this.#directory = await Directory.load(this.#platform.store);
    this.#presence.learn(this.#directory);
    for (const tell of this.#onReload) tell();
    await mirrorRegister(this.#platform);
  }

  /** Calls back after each reload. @returns stops it */
  onReload(tell: () => void): () => void {
    this.#onReload.add(tell);
    return () => void this.#onReload.delete(tell);
  }

  /** Decides who came and who went, and writes down when. */
  async watch(now = Date.now()): Promise<void> {
    const turns = this.#presence.judge(this.#directory, now);
    if (turns.length > 0) await this.#log.append(turnsMessage(turns, now), turns.length * 64);
    await this.#presence.flush(this.#platform.store);
  }

  #watch(): Promise<void> {
    return this.watch();
  }

  async close(): Promise<void> {
    await this.loader.stop();
    await this.#presence.flush(this.#platform.store);
    await this.#log.close();
  }
}

const turnsMessage = (turns: Turn[], now: number): Message => ({
  receivedAt: now,
  source: 'anju',
  readings: [],
  events: turns.map(({ device, at, isOnline }) => ({
    device,
    event: isOnline ? 'online' : 'offline',
    property: '',
    time: at,
    seq: 0,
    level: isOnline ? 'info' : 'warning',
    value: 0,
    threshold: 0,
    detail: '',
  })),
  refusals: [],
});

const hubs = new WeakMap<Platform, Promise<DeviceHub>>();

/** The hub of a platform; opened by the first who asks. */
export function deviceHub(platform: Platform): Promise<DeviceHub> {
  const known = hubs.get(platform);
  if (known !== undefined) return known;
  const opening = DeviceHub.open(platform);
  hubs.set(platform, opening);
  // Whoever asked gets the error; the next one may try again.
  opening.catch(() => hubs.delete(platform));
  return opening;
}

/** Tells an open hub that the register changed; without one there is nobody to tell. */
export async function registerChanged(platform: Platform): Promise<void> {
  await (await hubs.get(platform))?.reload();
}

export async function closeDeviceHub(platform: Platform): Promise<void> {
  const hub = await hubs.get(platform);
  hubs.delete(platform);
  await hub?.close();
}
