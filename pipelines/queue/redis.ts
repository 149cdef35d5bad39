/** The queue on Redis, by BullMQ: for sites that run Redis anyway, or see the queue with BullMQ's own tools. */
import { randomUUID } from 'node:crypto';
import { type Job as BullJob, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { AppError } from '../../domain/errors.ts';
import type { Logger } from '../../warehouse/log.ts';
import {
  type AddOptions,
  DEFAULT_ATTEMPTS,
  DEFAULT_BACKOFF,
  type DeadLetter,
  type Handler,
  type JobQueue,
  type JobState,
  QUEUE_TIMING,
  type QueueStats,
  type QueueTiming,
  REMEMBER_DONE_SECONDS,
  type Worker,
  type WorkOptions,
} from './queue.ts';
import { BACKOFF, bullId, cancelKey, ownId, PREFIX, type Envelope } from './redis-keys.ts';
import { RedisWorker } from './redis-worker.ts';

export class RedisQueue implements JobQueue {
  readonly kind = 'redis';
  readonly #queues = new Map<string, Queue<Envelope>>();
  readonly #workers = new Set<RedisWorker>();

  private constructor(
    private readonly redis: Redis,
    private readonly log: Logger,
    private readonly timing: QueueTiming,
  ) {}

  /** @throws AppError `bad_configuration` when Redis does not answer */
  static async open(url: string, log: Logger, timing: QueueTiming = QUEUE_TIMING): Promise<RedisQueue> {
    const redis = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true, connectionName: 'anju' });
    redis.on('error', (error: Error) =>
      log.warn({ message: error.message }, 'the connection to Redis broke'),
    );
    try {
      await redis.connect();
      await redis.ping();
    } catch (cause) {
      redis.disconnect();
      throw new AppError('bad_configuration', 'Redis at ANJU_REDIS_URL does not answer.', {
        where: { host: new URL(url).host },
        fix: 'Check the address and the password, and that the server runs.',
        retriable: true,
        cause,
      });
    }
    return new RedisQueue(redis, log, timing);
  }

  async add(
    queue: string,
    name: string,
    data: unknown,
    options: AddOptions = {},
  ): Promise<{ id: string; isNew: boolean }> {
    const id = options.jobId ?? randomUUID();
    const mark = randomUUID();
    const backoff = options.backoff ?? DEFAULT_BACKOFF;
    await this.#queue(queue).add(
      name,
      { data, group: options.group ?? '', backoff, mark },
      {
        jobId: bullId(id),
        delay: options.delayMs ?? 0,
        attempts: options.attempts ?? DEFAULT_ATTEMPTS,
        backoff: { type: BACKOFF, delay: backoff.firstMs },
        priority: options.priority ?? 0,
        removeOnComplete: { age: REMEMBER_DONE_SECONDS },
      },
    );
    // BullMQ answers the same whether the job is new or was there; the one that is there has its first adder's mark.
    const there = await this.#job(queue, id);
    return { id, isNew: there?.data.mark === mark };
  }

  work<Data>(queue: string, handler: Handler<Data>, options: WorkOptions = {}): Worker {
    const worker = new RedisWorker(
      this.redis,
      this.log,
      this.timing,
      queue,
      handler as Handler<unknown>,
      options,
    );
    this.#workers.add(worker);
    return {
      close: async (how) => {
        await worker.close(how);
        this.#workers.delete(worker);
      },
    };
  }

  async cancel(queue: string, id: string): Promise<boolean> {
    const job = await this.#job(queue, id);
    const state = job ? await job.getState() : 'unknown';
    if (!job || state === 'completed' || state === 'failed' || state === 'unknown') return false;
    // A worker that has the job, here or elsewhere, hears of it; one that takes it from now on does not start it.
    await this.redis.set(cancelKey(queue, id), '1', 'EX', REMEMBER_DONE_SECONDS);
    for (const worker of this.#workers) if (worker.queue === queue) worker.cancel(id);
    return true;
  }

  async state(queue: string, id: string): Promise<JobState | null> {
    const job = await this.#job(queue, id);
    const state = job ? await job.getState() : 'unknown';
    if (state === 'unknown') return null;
    if (state === 'completed') return 'done';
    if (state === 'failed') return 'dead';
    if (state === 'active') return 'active';
    return (await this.redis.exists(cancelKey(queue, id))) === 1 ? 'done' : 'waiting';
  }

  async stats(queue: string): Promise<QueueStats> {
    const counts = await this.#queue(queue).getJobCounts(
      'waiting',
      'prioritized',
      'delayed',
      'active',
      'completed',
      'failed',
    );
    const count = (state: string): number => counts[state] ?? 0;
    return {
      waiting: count('waiting') + count('prioritized'),
      delayed: count('delayed'),
      active: count('active'),
      done: count('completed'),
      dead: count('failed'),
    };
  }

  async deadLetters(queue: string, limit = 100): Promise<DeadLetter[]> {
    const jobs = await this.#queue(queue).getFailed(0, limit - 1);
    return jobs.map((job) => ({
      id: ownId(job.id ?? ''),
      name: job.name,
      data: job.data.data,
      failures: job.attemptsMade,
      lastError: job.failedReason ?? '',
      failedAt: new Date(job.finishedOn ?? job.timestamp),
    }));
  }

  async replay(queue: string, id: string): Promise<boolean> {
    const job = await this.#job(queue, id);
    if (!job || !(await job.isFailed())) return false;
    await this.redis.del(cancelKey(queue, id));
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
    return true;
  }

  async close(how: { interrupt?: boolean } = {}): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.close(how)));
    this.#workers.clear();
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    this.#queues.clear();
    await this.redis.quit();
  }

  #queue(name: string): Queue<Envelope> {
    const known = this.#queues.get(name);
    if (known) return known;
    const queue = new Queue<Envelope>(name, { connection: this.redis, prefix: PREFIX });
    queue.on('error', (error) => this.log.warn({ queue: name, message: error.message }, 'the job queue'));
    this.#queues.set(name, queue);
    return queue;
  }

  async #job(queue: string, id: string): Promise<BullJob<Envelope> | undefined> {
    return (await this.#queue(queue).getJob(bullId(id))) as BullJob<Envelope> | undefined;
  }
}
