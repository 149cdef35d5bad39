/** A worker of BullMQ with what BullMQ leaves out: limits a group, cancellation across processes, an orderly interruption. */
import {
  DelayedError,
  type Job as BullJob,
  UnrecoverableError,
  WaitingError,
  Worker as BullWorker,
} from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../../warehouse/log.ts';
import {
  DEFAULT_BACKOFF,
  DEFAULT_CONCURRENCY,
  errorText,
  GiveUp,
  groupLimit,
  type Handler,
  MOST_STALLS,
  pauseAfter,
  type QueueTiming,
  type WorkOptions,
} from './queue.ts';
import { cancelKey, type Envelope, groupKey, ownId, PREFIX } from './redis-keys.ts';
import { RunningJobs, type StopReason } from './running.ts';

/**
 * A place in a group: a sorted set of job ids by the time their place ends, so that a dead worker's place comes free.
 * KEYS[1] the set; ARGV: job, limit, milliseconds the place is held. 1 when the job has a place.
 */
const TAKE_PLACE = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZSCORE', KEYS[1], ARGV[1]) == false and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;
/** A job that finds its group full looks again after about this long. */
const GROUP_PAUSE_MS = 200;

export class RedisWorker {
  readonly #running = new RunningJobs();
  readonly #worker: BullWorker<Envelope>;
  readonly #heartbeat: NodeJS.Timeout;
  /** Group of each job under way that holds a place. */
  readonly #places = new Map<string, string>();

  constructor(
    private readonly redis: Redis,
    private readonly log: Logger,
    private readonly timing: QueueTiming,
    readonly queue: string,
    private readonly handler: Handler<unknown>,
    private readonly options: WorkOptions,
  ) {
    this.#worker = new BullWorker<Envelope>(queue, (job, token) => this.#process(job, token), {
      connection: redis,
      prefix: PREFIX,
      concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
      lockDuration: timing.leaseMs,
      stalledInterval: timing.leaseMs,
      maxStalledCount: MOST_STALLS,
      settings: {
        backoffStrategy: (failures: number, _type?: string, _error?: Error, job?: { data: Envelope }) =>
          pauseAfter(failures, job?.data.backoff ?? DEFAULT_BACKOFF),
      },
    });
    this.#worker.on('error', (error) => log.warn({ queue, message: error.message }, 'the worker of a queue'));
    this.#worker.on('failed', (job, error) =>
      log.warn({ queue, job: job ? ownId(job.id ?? '') : '', reason: errorText(error) }, 'a job failed'),
    );
    this.#heartbeat = setInterval(() => void this.#keep(), Math.min(timing.pollMs, timing.leaseMs / 3));
  }

  cancel(id: string): void {
    this.#running.stop(id, 'cancelled');
  }

  async close({ interrupt = false }: { interrupt?: boolean } = {}): Promise<void> {
    // No further jobs first, so that one taken at the last moment is interrupted too.
    await this.#worker.pause(true);
    if (interrupt) for (const id of this.#running.ids()) this.#running.stop(id, 'closing');
    await this.#worker.close();
    clearInterval(this.#heartbeat);
  }

  async #process(job: BullJob<Envelope>, token: string | undefined): Promise<void> {
    const id = ownId(job.id ?? '');
    const { group } = job.data;
    if ((await this.redis.exists(cancelKey(this.queue, id))) === 1) return;
    if (!(await this.#takePlace(id, group))) {
      await job.moveToDelayed(Date.now() + GROUP_PAUSE_MS * (0.5 + Math.random()), token);
      throw new DelayedError();
    }
    let failure: { error: unknown; why: StopReason | null } | null = null;
    await this.#running.start(id, async (signal, why) => {
      const { name, data, attemptsMade, opts } = job;
      try {
        await this.handler(
          {
            queue: this.queue,
            id,
            name,
            data: data.data,
            attempt: attemptsMade + 1,
            attempts: opts.attempts ?? 1,
            group,
          },
          signal,
        );
      } catch (error) {
        failure = { error, why: why() };
      } finally {
        await this.#givePlace(id);
      }
    });
    await this.#settle(job, token, failure);
  }

  async #settle(
    job: BullJob<Envelope>,
    token: string | undefined,
    failure: { error: unknown; why: StopReason | null } | null,
  ): Promise<void> {
    if (failure === null || failure.why === 'cancelled') return;
    if (failure.why === 'closing') {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    if (failure.error instanceof GiveUp) throw new UnrecoverableError(errorText(failure.error));
    throw failure.error instanceof Error ? failure.error : new Error(errorText(failure.error));
  }

  async #takePlace(id: string, group: string): Promise<boolean> {
    const limit = groupLimit(this.options, group);
    if (limit === Infinity) return true;
    const taken = await this.redis.eval(
      TAKE_PLACE,
      1,
      groupKey(this.queue, group),
      id,
      String(limit),
      String(this.timing.leaseMs),
    );
    if (taken !== 1) return false;
    this.#places.set(id, group);
    return true;
  }

  async #givePlace(id: string): Promise<void> {
    const group = this.#places.get(id);
    if (group === undefined) return;
    this.#places.delete(id);
    await this.redis.zrem(groupKey(this.queue, group), id);
  }

  /** Keeps the places in groups and hears of cancellations by others; the lock of a job BullMQ renews itself. */
  async #keep(): Promise<void> {
    try {
      for (const id of this.#running.ids()) {
        if ((await this.redis.exists(cancelKey(this.queue, id))) === 1) this.#running.stop(id, 'cancelled');
        const group = this.#places.get(id);
        if (group !== undefined) await this.#takePlace(id, group);
      }
    } catch (error) {
      this.log.error({ err: error, queue: this.queue }, 'the places of jobs cannot be renewed');
    }
  }
}
