/** The queue in the operational store. Time is the database's: leases and pauses then agree, whoever looks at them. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Logger } from '../../warehouse/log.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { EmbeddedWorker } from './embedded-worker.ts';
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
  type Worker,
  type WorkOptions,
} from './queue.ts';

export class EmbeddedQueue implements JobQueue {
  readonly kind = 'embedded';
  readonly #workers = new Set<EmbeddedWorker>();

  constructor(
    private readonly store: OperationalStore,
    private readonly log: Logger,
    private readonly timing: QueueTiming = QUEUE_TIMING,
  ) {}

  async add(
    queue: string,
    name: string,
    data: unknown,
    options: AddOptions = {},
  ): Promise<{ id: string; isNew: boolean }> {
    const { jobId = randomUUID(), delayMs = 0, backoff = DEFAULT_BACKOFF } = options;
    const added = await this.store.db
      .insertInto('job')
      .values({
        queue,
        job_id: jobId,
        name,
        data: JSON.stringify(data ?? null),
        state: 'waiting',
        priority: options.priority ?? 0,
        group_key: options.group ?? '',
        run_at: sql<Date>`clock_timestamp() + ${delayMs} * interval '1 millisecond'`,
        attempts: options.attempts ?? DEFAULT_ATTEMPTS,
        backoff_first_ms: backoff.firstMs,
        backoff_longest_ms: backoff.longestMs,
      })
      .onConflict((conflict) => conflict.columns(['queue', 'job_id']).doNothing())
      .returning('job_id')
      .executeTakeFirst();
    if (added) this.#wake(queue);
    return { id: jobId, isNew: added !== undefined };
  }

  work<Data>(queue: string, handler: Handler<Data>, options: WorkOptions = {}): Worker {
    const worker = new EmbeddedWorker(
      this.store,
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
    const cancelled = await this.store.db
      .updateTable('job')
      .set({
        state: sql`CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END`,
        finished_at: sql`CASE state WHEN 'waiting' THEN clock_timestamp() END`,
        is_cancel_asked: true,
      })
      .where('queue', '=', queue)
      .where('job_id', '=', id)
      .where('state', 'in', ['waiting', 'active'])
      .returning('job_id')
      .executeTakeFirst();
    for (const worker of this.#workers) if (worker.queue === queue) worker.cancel(id);
    return cancelled !== undefined;
  }

  async state(queue: string, id: string): Promise<JobState | null> {
    const found = await this.store.db
      .selectFrom('job')
      .select('state')
      .where('queue', '=', queue)
      .where('job_id', '=', id)
      .executeTakeFirst();
    if (!found) return null;
    return found.state === 'cancelled' ? 'done' : found.state;
  }

  async stats(queue: string): Promise<QueueStats> {
    const { rows } = await sql<QueueStats>`
      SELECT count(*) FILTER (WHERE state = 'waiting' AND run_at <= clock_timestamp())::int AS waiting,
             count(*) FILTER (WHERE state = 'waiting' AND run_at > clock_timestamp())::int AS delayed,
             count(*) FILTER (WHERE state = 'active')::int AS active,
             count(*) FILTER (WHERE state IN ('done', 'cancelled'))::int AS done,
             count(*) FILTER (WHERE state = 'dead')::int AS dead
      FROM job WHERE queue = ${queue}`.execute(this.store.db);
    return rows[0] ?? { waiting: 0, delayed: 0, active: 0, done: 0, dead: 0 };
  }

  async deadLetters(queue: string, limit = 100): Promise<DeadLetter[]> {
    const rows = await this.store.db
      .selectFrom('job')
      .selectAll()
      .where('queue', '=', queue)
      .where('state', '=', 'dead')
      .orderBy('finished_at', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      id: row.job_id,
      name: row.name,
      data: row.data,
      failures: row.failures,
      lastError: row.last_error ?? '',
      failedAt: row.finished_at ?? row.created_at,
    }));
  }

  async replay(queue: string, id: string): Promise<boolean> {
    const replayed = await this.store.db
      .updateTable('job')
      .set({
        state: 'waiting',
        failures: 0,
        stalls: 0,
        is_cancel_asked: false,
        finished_at: null,
        run_at: sql<Date>`clock_timestamp()`,
      })
      .where('queue', '=', queue)
      .where('job_id', '=', id)
      .where('state', '=', 'dead')
      .returning('job_id')
      .executeTakeFirst();
    if (replayed) this.#wake(queue);
    return replayed !== undefined;
  }

  async close(how: { interrupt?: boolean } = {}): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.close(how)));
    this.#workers.clear();
  }

  #wake(queue: string): void {
    for (const worker of this.#workers) if (worker.queue === queue) worker.wake();
  }
}
