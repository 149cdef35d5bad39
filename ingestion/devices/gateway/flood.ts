/** A bucket of messages a device: it fills at a steady rate, so short bursts pass and a flood does not. */
export class FloodGate {
  readonly #perSecond: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { left: number; at: number }>();

  /** @param perSecond messages; twice as many may come at once */
  constructor(perSecond: number, now: () => number = Date.now) {
    this.#perSecond = perSecond;
    this.#now = now;
  }

  /** Takes one message's place. @returns milliseconds until it is free; 0 when it is */
  take(device: string): number {
    const now = this.#now();
    const most = this.#perSecond * 2;
    const bucket = this.#buckets.get(device) ?? { left: most, at: now };
    bucket.left = Math.min(most, bucket.left + ((now - bucket.at) / 1000) * this.#perSecond) - 1;
    bucket.at = now;
    this.#buckets.set(device, bucket);
    return bucket.left >= 0 ? 0 : Math.ceil((-bucket.left / this.#perSecond) * 1000);
  }

  /** Gives back the place of a message that was turned away instead of delayed. */
  giveBack(device: string): void {
    const bucket = this.#buckets.get(device);
    if (bucket !== undefined) bucket.left += 1;
  }
}
