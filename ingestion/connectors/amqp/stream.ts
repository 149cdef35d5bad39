import type { Channel, Message } from 'amqplib';

/** Messages as they come, taken in batches. */
export class MessageStream {
  readonly #channel: Channel;
  readonly #signal: AbortSignal;
  readonly #waiting: Message[] = [];
  #ended: Error | null = null;
  #wake: () => void = () => undefined;

  constructor(channel: Channel, signal: AbortSignal) {
    this.#channel = channel;
    this.#signal = signal;
    const end = (error?: Error): void => {
      this.#ended ??= error ?? new Error('the channel is closed');
      this.#wake();
    };
    channel.on('error', end);
    channel.on('close', () => end());
    signal.addEventListener('abort', () => end(), { once: true });
  }

  async consume(queue: string, most: number): Promise<void> {
    await this.#channel.prefetch(most);
    await this.#channel.consume(queue, (message) => {
      // The broker says by null that the queue is gone.
      if (message === null) this.#ended ??= new Error('404 the queue is gone');
      else this.#waiting.push(message);
      this.#wake();
    });
  }

  /** At most so many messages: as many, or what came within so many milliseconds of the first. Waits for the first one. */
  async next(most: number, withinMs: number): Promise<Message[]> {
    while (this.#waiting.length === 0) await this.#change();
    const timeout = AbortSignal.timeout(withinMs);
    while (this.#waiting.length < most && !timeout.aborted) await this.#change(timeout);
    return this.#waiting.splice(0, most);
  }

  async #change(timeout?: AbortSignal): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#ended) throw this.#ended;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timeout?.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#signal.throwIfAborted();
    if (this.#ended) throw this.#ended;
  }
}
