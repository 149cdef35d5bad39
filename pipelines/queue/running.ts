/** Jobs a worker has under way, whatever holds the queue. */
export type StopReason = 'cancelled' | 'closing' | 'lost';

interface Running {
  stop: AbortController;
  reason: StopReason | null;
  ended: Promise<void>;
}

export class RunningJobs {
  readonly #jobs = new Map<string, Running>();

  get size(): number {
    return this.#jobs.size;
  }

  has(id: string): boolean {
    return this.#jobs.has(id);
  }

  ids(): string[] {
    return [...this.#jobs.keys()];
  }

  /** Runs a job's work and keeps it here until it has ended; `work` must not throw. */
  start(
    id: string,
    work: (signal: AbortSignal, why: () => StopReason | null) => Promise<void>,
  ): Promise<void> {
    const running: Running = { stop: new AbortController(), reason: null, ended: Promise.resolve() };
    this.#jobs.set(id, running);
    running.ended = work(running.stop.signal, () => running.reason).finally(() => this.#jobs.delete(id));
    return running.ended;
  }

  /** Asks one to stop; the first reason counts. */
  stop(id: string, reason: StopReason): boolean {
    const running = this.#jobs.get(id);
    if (!running) return false;
    running.reason ??= reason;
    running.stop.abort();
    return true;
  }

  async allEnded(): Promise<void> {
    await Promise.allSettled([...this.#jobs.values()].map(({ ended }) => ended));
  }
}
