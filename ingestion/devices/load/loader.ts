import type { Platform } from '../../../warehouse/platform.ts';
import type { DeviceLog } from '../log/device-log.ts';
import { carryOutRetention, type Dealt } from '../../retention/carry-out.ts';
import { loadSegment, type SegmentAccount } from './load-segment.ts';
import { rollUp } from './roll-up.ts';

/** Aggregates follow the readings by at most this long. */
const ROLL_UP_MS = 60_000;
const RETENTION_MS = 3_600_000;

/** Takes closed segments into the warehouse, one after the other, every few seconds. */
export class Loader {
  readonly #platform: Platform;
  readonly #log: DeviceLog;
  readonly #also: () => Promise<void>;
  #queue: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #rolledUpAt = 0;
  #cleanedAt = 0;

  /** @param also what else belongs into each turn */
  constructor(platform: Platform, log: DeviceLog, also: () => Promise<void>) {
    this.#platform = platform;
    this.#log = log;
    this.#also = also;
  }

  /** Begins to load by itself. */
  start(): void {
    const next = (): void => {
      if (this.#isStopped) return;
      this.#timer = setTimeout(
        () => void this.#turn().finally(next),
        this.#platform.config.devices.loadSeconds * 1000,
      );
    };
    next();
  }

  /** Loads everything that is on disk now. */
  load(): Promise<SegmentAccount[]> {
    return this.#inTurn(async () => {
      await this.#log.seal();
      const accounts: SegmentAccount[] = [];
      for (const segment of await this.#log.sealed()) {
        const account = await loadSegment(this.#platform, segment);
        if (account !== null) accounts.push(account);
      }
      return accounts;
    });
  }

  /** Brings the aggregates up to what is loaded. @returns quarters of an hour computed anew */
  rollUp(): Promise<number> {
    return this.#inTurn(() => rollUp(this.#platform));
  }

  /** Drops what rules let go. @param now milliseconds since 1970 */
  retain(now: number): Promise<Dealt[]> {
    return this.#inTurn(() => carryOutRetention(this.#platform, now));
  }

  /** Ends after the step under way; what is not loaded stays in the log. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#queue;
  }

  async #turn(): Promise<void> {
    try {
      await this.#also();
      await this.load();
      const now = Date.now();
      if (now - this.#rolledUpAt >= ROLL_UP_MS) {
        await this.rollUp();
        this.#rolledUpAt = now;
      }
      if (now - this.#cleanedAt >= RETENTION_MS) {
        await this.retain(now);
        this.#cleanedAt = now;
      }
    } catch (error) {
      this.#platform.log.error({ err: error }, 'loading readings of devices failed; it is tried again');
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
