import { setTimeout as delay } from 'node:timers/promises';

/** Not more than so many requests a second, evenly spaced, for everybody who shares it. */
export class Pace {
  readonly #gapMs: number;
  #next = 0;

  constructor(perSecond: number) {
    this.#gapMs = 1000 / perSecond;
  }

  /** Comes back when it is the caller's turn. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.#next);
    this.#next = at + this.#gapMs;
    if (at > now) await delay(at - now, undefined, { signal });
  }
}
