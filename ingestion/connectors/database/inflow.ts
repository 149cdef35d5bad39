/** Items that arrive by themselves, taken one by one; the sender is held back while too many wait. */
export class Inflow<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #at = 0;
  #waiting: { resolve: () => void } | null = null;
  #failure: { error: unknown } | null = null;
  #hasEnded = false;
  #isHeld = false;

  constructor(private readonly sender: { pause: () => void; resume: () => void }) {}

  push(item: T): void {
    this.#items.push(item);
    if (!this.#isHeld && this.#items.length - this.#at > 5000) {
      this.#isHeld = true;
      this.sender.pause();
    }
    this.#wake();
  }
  /** What arrived before is still taken. */
  fail(error: unknown): void {
    if (!this.#hasEnded) this.#failure ??= { error };
    this.#wake();
  }
  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }
  #wake(): void {
    this.#waiting?.resolve();
    this.#waiting = null;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      while (this.#at < this.#items.length) yield this.#items[this.#at++] as T;
      this.#items = [];
      this.#at = 0;
      if (this.#failure) throw this.#failure.error;
      if (this.#hasEnded) return;
      if (this.#isHeld) {
        this.#isHeld = false;
        this.sender.resume();
      }
      if (this.#items.length > 0 || this.#failure || this.#hasEnded) continue;
      await new Promise<void>((resolve) => (this.#waiting = { resolve }));
    }
  }
}
