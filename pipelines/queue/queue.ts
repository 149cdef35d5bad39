/**
 * Jobs that must run although processes die, sources fail and clocks jump. One interface, two implementations: in the operational
 * store (`embedded.ts`), and BullMQ on Redis (`redis.ts`). A job runs at least once; what it does must bear being done again.
 */

export interface Backoff {
  /** Pause after the first failure; each further one doubles it. */
  firstMs: number;
  longestMs: number;
}

export interface AddOptions {
  /** While a job of this id is known (finished ones a day long), adding it again does nothing. A new one when absent. */
  jobId?: string;
  delayMs?: number;
  /** Runs before it is a dead letter; 3 unless given. */
  attempts?: number;
  backoff?: Backoff;
  /** 0 first; equal ones in the order they were added. */
  priority?: number;
  /** Jobs of one group share the limit `perGroup` of their worker, for example one source. */
  group?: string;
}

export interface Job<Data = unknown> {
  queue: string;
  id: string;
  name: string;
  data: Data;
  /** 1 the first time. */
  attempt: number;
  attempts: number;
  group: string;
}

/** Works on a job. `signal` fires when the job is cancelled or the worker closes; then the handler should end soon. */
export type Handler<Data> = (job: Job<Data>, signal: AbortSignal) => Promise<void>;

export interface WorkOptions {
  /** Jobs at the same time. */
  concurrency?: number;
  /** Jobs of one group at the same time; no limit when absent. */
  perGroup?: number | ((group: string) => number);
}

export interface Worker {
  /**
   * Takes no further jobs and waits for those under way. `interrupt` asks these to stop: what then ends without success
   * is put back and costs no attempt.
   */
  close(options?: { interrupt?: boolean }): Promise<void>;
}

export interface QueueStats {
  /** Ready to run. */
  waiting: number;
  /** Later, or after a failure. */
  delayed: number;
  active: number;
  done: number;
  dead: number;
}

export interface DeadLetter {
  id: string;
  name: string;
  data: unknown;
  failures: number;
  lastError: string;
  failedAt: Date;
}

export type JobState = 'waiting' | 'active' | 'done' | 'dead';

export interface JobQueue {
  readonly kind: 'embedded' | 'redis';
  /** Returns the id, and whether the job is new. */
  add(
    queue: string,
    name: string,
    data: unknown,
    options?: AddOptions,
  ): Promise<{ id: string; isNew: boolean }>;
  work<Data>(queue: string, handler: Handler<Data>, options?: WorkOptions): Worker;
  /** A waiting job is taken out, a running one is asked to stop and not repeated. False when there is nothing to cancel. */
  cancel(queue: string, id: string): Promise<boolean>;
  /** Null when the queue does not know it (any more). A cancelled job counts as done. */
  state(queue: string, id: string): Promise<JobState | null>;
  stats(queue: string): Promise<QueueStats>;
  /** Newest first. */
  deadLetters(queue: string, limit?: number): Promise<DeadLetter[]>;
  /** Puts a dead letter back with all its attempts. False when there is none of this id. */
  replay(queue: string, id: string): Promise<boolean>;
  /** Closes the workers (`Worker.close`), then the connections. */
  close(options?: { interrupt?: boolean }): Promise<void>;
}

export interface QueueTiming {
  /** How long a silent worker keeps its job; renewed at a third of it. */
  leaseMs: number;
  /** Longest time between two looks for work another process may have added. */
  pollMs: number;
}

export const QUEUE_TIMING: QueueTiming = { leaseMs: 30_000, pollMs: 1_000 };
export const DEFAULT_ATTEMPTS = 3;
export const DEFAULT_BACKOFF: Backoff = { firstMs: 1_000, longestMs: 300_000 };
export const DEFAULT_CONCURRENCY = 1;
/** Workers that may die over a job before it is a dead letter: a job may be what kills them. */
export const MOST_STALLS = 3;
/** How long a finished job is remembered, so that adding it again does nothing. */
export const REMEMBER_DONE_SECONDS = 86_400;
const LONGEST_ERROR = 1_000;

/** Pause before the next attempt: doubled each time, between half and the whole of it at random, so that many do not return at once. */
export function pauseAfter(failures: number, { firstMs, longestMs }: Backoff): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(whole * (0.5 + Math.random() / 2));
}

/** A handler throws it when trying again cannot help: the job is a dead letter at once. */
export class GiveUp extends Error {
  constructor(cause: unknown) {
    super(errorText(cause), { cause });
    this.name = 'GiveUp';
  }
}

/** The message alone: stacks are for the log. */
export const errorText = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, LONGEST_ERROR);

/** The most jobs of a group; Infinity without a limit. */
export const groupLimit = (options: WorkOptions, group: string): number => {
  if (group === '' || options.perGroup === undefined) return Infinity;
  return typeof options.perGroup === 'function' ? options.perGroup(group) : options.perGroup;
};
