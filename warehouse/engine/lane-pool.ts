import { AppError } from '../../domain/errors.ts';

/** A few connections shared first come, first served: each serves one caller at a time. */
export class LanePool<Connection> {
  readonly #idle: Connection[];
  readonly #size: number;
  readonly #waiting: { take: (connection: Connection) => void; refuse: (error: AppError) => void }[] = [];
  #whenDrained: (() => void) | undefined;
  #closed = false;

  constructor(
    readonly name: string,
    connections: Connection[],
  ) {
    this.#idle = [...connections];
    this.#size = connections.length;
  }

  /** Callers waiting for a connection. */
  get queued(): number {
    return this.#waiting.length;
  }

  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#acquire();
    try {
      return await work(connection);
    } finally {
      this.#release(connection);
    }
  }

  /** Refuses those who wait and those who come, and resolves when the last caller has given its connection back. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter.refuse(closedError(this.name));
    if (this.#idle.length === this.#size) return;
    await new Promise<void>((resolve) => (this.#whenDrained = resolve));
  }

  #acquire(): Promise<Connection> {
    if (this.#closed) return Promise.reject(closedError(this.name));
    const connection = this.#idle.shift();
    if (connection !== undefined) return Promise.resolve(connection);
    return new Promise((take, refuse) => this.#waiting.push({ take, refuse }));
  }

  #release(connection: Connection): void {
    const next = this.#waiting.shift();
    if (next) next.take(connection);
    else this.#idle.push(connection);
    if (this.#idle.length === this.#size) this.#whenDrained?.();
  }
}

function closedError(name: string): AppError {
  return new AppError('sql_failed', `The warehouse is closing; its ${name} lane takes no further queries.`, {
    retriable: true,
  });
}
