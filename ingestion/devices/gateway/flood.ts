/**
 * A bucket of messages a device: it fills at a steady rate, so short bursts pass and a flood does not. A device that had to be
 * slowed for too long without a pause is cut off for as long again; others have buckets of their own and notice nothing.
 */
interface Bucket {
  left: number;
  at: number;
  /** When it began to be slowed; null once it has paused. */
  slowedSince: number | null;
  /** Until when it is cut off. */
  cutUntil: number;
}

/** What becomes of a message. */
export interface Place {
  /** Milliseconds until its place is free; 0 when it is. */
  waitMs: number;
  /** Its device is cut off by this very message, to be reported once. */
  isCut: boolean;
}

export class FloodGate {
  readonly #perSecond: number;
  readonly #mostSlowedMs: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param limits messages a second, of which twice as many may come at once; and how long a device is slowed before it is cut off */
  constructor(
    { perSecond, mostSlowedMs }: { perSecond: number; mostSlowedMs: number },
    now: () => number = Date.now,
  ) {
    this.#perSecond = perSecond;
    this.#mostSlowedMs = mostSlowedMs;
    this.#now = now;
  }

  /** Takes one message's place. */
  take(device: string): Place {
    const now = this.#now();
    const most = this.#perSecond * 2;
    const bucket = this.#buckets.get(device) ?? { left: most, at: now, slowedSince: null, cutUntil: 0 };
    bucket.left = Math.min(most, bucket.left + ((now - bucket.at) / 1000) * this.#perSecond) - 1;
    bucket.at = now;
    this.#buckets.set(device, bucket);
    const waitMs = bucket.left >= 0 ? 0 : Math.ceil((-bucket.left / this.#perSecond) * 1000);
    // A device that is slowed takes each place as it becomes free: only a second's worth of them free is a pause.
    if (waitMs > 0) bucket.slowedSince ??= now;
    else if (bucket.left >= this.#perSecond) bucket.slowedSince = null;
    const slowedMs = bucket.slowedSince === null ? 0 : now + waitMs - bucket.slowedSince;
    const isCut = slowedMs > this.#mostSlowedMs && bucket.cutUntil <= now;
    if (isCut) bucket.cutUntil = now + this.#mostSlowedMs;
    return { waitMs, isCut };
  }

  /** How long a device stays cut off, in milliseconds; after it, it begins with a full bucket. */
  restMs(device: string): number {
    const bucket = this.#buckets.get(device);
    if (bucket === undefined || bucket.cutUntil === 0) return 0;
    const restMs = bucket.cutUntil - this.#now();
    if (restMs <= 0) this.#buckets.delete(device);
    return Math.max(0, restMs);
  }

  /** Gives back the place of a message that was turned away instead of delayed. */
  giveBack(device: string): void {
    const bucket = this.#buckets.get(device);
    if (bucket !== undefined) bucket.left += 1;
  }
}
