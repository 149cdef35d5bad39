/** Takes jobs out of the operational store one by one, keeps their leases, and writes down how they ended. */
import { randomUUID } from 'node:crypto';
import { type Selectable, sql, type UpdateObject } from 'kysely';
import type { Logger } from '../../warehouse/log.ts';
import type { Database, OperationalStore } from '../../warehouse/operational/store.ts';
import {
  DEFAULT_CONCURRENCY,
  errorText,
  GiveUp,
  groupLimit,
  type Handler,
  MOST_STALLS,
  pauseAfter,
  type QueueTiming,
  REMEMBER_DONE_SECONDS,
  type WorkOptions,
} from './queue.ts';
import { RunningJobs, type StopReason } from './running.ts';

type JobRow = Selectable<Database['job']>;
type JobChange = UpdateObject<Database, 'job'>;

const now = sql<Date>`clock_timestamp()`;
const later = (milliseconds: number) =>
  sql<Date>`clock_timestamp() + ${milliseconds} * interval '1 millisecond'`;
const RELEASED = { worker: null, lease_until: null } as const;

export class EmbeddedWorker {
  readonly #name = randomUUID();
  readonly #running = new RunningJobs();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #loop: Promise<void>;
  #isClosing = false;
  #woken = false;
  #wakeUp: () => void = () => undefined;

  constructor(
    private readonly store: OperationalStore,
    private readonly log: Logger,
    private readonly timing: QueueTiming,
    readonly queue: string,
    private readonly handler: Handler<unknown>,
    private readonly options: WorkOptions,
  ) {
    this.#heartbeat = setInterval(() => void this.#keep(), timing.leaseMs / 3);
    this.#loop = this.#work();
  }

  /** There may be something to do. */
  wake(): void {
    this.#woken = true;
    this.#wakeUp();
  }

  cancel(id: string): void {
    this.#running.stop(id, 'cancelled');
  }

  async close({ interrupt = false }: { interrupt?: boolean } = {}): Promise<void> {
    this.#isClosing = true;
    this.wake();
    await this.#loop;
    if (interrupt) for (const id of this.#running.ids()) this.#running.stop(id, 'closing');
    await this.#running.allEnded();
    clearInterval(this.#heartbeat);
  }

  async #work(): Promise<void> {
    const { concurrency = DEFAULT_CONCURRENCY } = this.options;
    await this.#keep();
    while (!this.#isClosing) {
      this.#woken = false;
      let pause = this.timing.pollMs;
      try {
        const job = this.#running.size < concurrency ? await this.#claim() : null;
        if (job) {
          void this.#running
            .start(job.job_id, (signal, why) => this.#run(job, signal, why))
            .then(() => this.wake());
          continue;
        }
        pause = Math.min(pause, await this.#untilNext());
      } catch (error) {
        this.log.error({ err: error, queue: this.queue }, 'the job queue cannot be read');
      }
      await this.#sleep(pause);
    }
  }

  /** Ends early when woken, also by a wake that came before. */
  async #sleep(milliseconds: number): Promise<void> {
    if (this.#woken || this.#isClosing) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The next job whose group has room. One claimer of a queue at a time, so that a group's limit holds between processes. */
  async #claim(): Promise<JobRow | undefined> {
    return this.store.db.transaction().execute(async (trx) => {
      await sql`SELECT pg_advisory_xact_lock(hashtext(${`anju.queue.${this.queue}`}))`.execute(trx);
      const active = await trx
        .selectFrom('job')
        .select(['group_key', ({ fn }) => fn.countAll<number>().as('jobs')])
        .where('queue', '=', this.queue)
        .where('state', '=', 'active')
        .groupBy('group_key')
        .execute();
      const full = active
        .filter(({ group_key, jobs }) => jobs >= groupLimit(this.options, group_key))
        .map(({ group_key }) => group_key);
      const next = trx
        .selectFrom('job')
        .select('job_id')
        .where('queue', '=', this.queue)
        .where('state', '=', 'waiting')
        .where('run_at', '<=', now)
        .where(sql<boolean>`group_key <> ALL(${full}::text[])`)
        .orderBy('priority')
        .orderBy('seq')
        .limit(1)
        .forUpdate()
        .skipLocked();
      return trx
        .updateTable('job')
        .set({ state: 'active', worker: this.#name, lease_until: later(this.timing.leaseMs) })
        .where('queue', '=', this.queue)
        .where('job_id', '=', next)
        .returningAll()
        .executeTakeFirst();
    });
  }

  /** Milliseconds until the next delayed job, at least 10. */
  async #untilNext(): Promise<number> {
    const { rows } = await sql<{ wait: number | null }>`
      SELECT (extract(epoch FROM min(run_at) - clock_timestamp()) * 1000)::float8 AS wait
      FROM job WHERE queue = ${this.queue} AND state = 'waiting' AND run_at > clock_timestamp()`.execute(
      this.store.db,
    );
    return Math.max(10, Math.ceil(rows[0]?.wait ?? Infinity));
  }

  async #run(row: JobRow, signal: AbortSignal, why: () => StopReason | null): Promise<void> {
    const { queue, job_id: id, name, data, attempts, failures, group_key: group } = row;
    let end: JobChange;
    try {
      await this.handler({ queue, id, name, data, attempt: failures + 1, attempts, group }, signal);
      end = { state: why() === 'cancelled' ? 'cancelled' : 'done', finished_at: now };
    } catch (error) {
      end = this.#afterError(row, error, why());
    }
    if (why() === 'lost') return;
    try {
      await this.#own(id)
        .set({ ...end, ...RELEASED })
        .execute();
    } catch (error) {
      this.log.error({ err: error, queue, job: id }, 'the end of a job cannot be written; it will run again');
    }
  }

  #afterError(row: JobRow, error: unknown, why: StopReason | null): JobChange {
    if (why === 'cancelled') return { state: 'cancelled', finished_at: now };
    if (why === 'closing') return { state: 'waiting' };
    const failures = row.failures + 1;
    const last_error = errorText(error);
    const isDead = failures >= row.attempts || error instanceof GiveUp;
    this.log.warn(
      { queue: this.queue, job: row.job_id, failures, isDead, reason: last_error },
      'a job failed',
    );
    if (isDead) return { state: 'dead', failures, last_error, finished_at: now };
    const backoff = { firstMs: row.backoff_first_ms, longestMs: row.backoff_longest_ms };
    return { state: 'waiting', failures, last_error, run_at: later(pauseAfter(failures, backoff)) };
  }

  /** The job, as long as it is still this worker's. */
  #own(id: string) {
    return this.store.db
      .updateTable('job')
      .where('queue', '=', this.queue)
      .where('job_id', '=', id)
      .where('state', '=', 'active')
      .where('worker', '=', this.#name);
  }

  /** Renews the leases, hears of cancellations, takes back what dead workers left, forgets what is long done. */
  async #keep(): Promise<void> {
    try {
      const held = this.#running.ids();
      for (const id of held) {
        const kept = await this.#own(id)
          .set({ lease_until: later(this.timing.leaseMs) })
          .returning('is_cancel_asked')
          .executeTakeFirst();
        if (!kept) this.#running.stop(id, 'lost');
        else if (kept.is_cancel_asked) this.#running.stop(id, 'cancelled');
      }
      await this.#takeBack();
      await this.store.db
        .deleteFrom('job')
        .where('queue', '=', this.queue)
        .where('state', 'in', ['done', 'cancelled'])
        .where('finished_at', '<', later(-REMEMBER_DONE_SECONDS * 1000))
        .execute();
    } catch (error) {
      this.log.error({ err: error, queue: this.queue }, 'the leases of jobs cannot be renewed');
    }
  }

  /**
   * Jobs whose lease ran out, or reaches further than any lease can: then the clock went back. Never our own, whatever the
   * clock says: what runs here is known here.
   */
  async #takeBack(): Promise<void> {
    const taken = await this.store.db
      .updateTable('job')
      .set({
        ...RELEASED,
        state: sql`CASE WHEN stalls >= ${MOST_STALLS} THEN 'dead' ELSE 'waiting' END`,
        finished_at: sql`CASE WHEN stalls >= ${MOST_STALLS} THEN clock_timestamp() END`,
        last_error: 'The worker died over it.',
        stalls: sql`stalls + 1`,
      })
      .where('queue', '=', this.queue)
      .where('state', '=', 'active')
      .where(({ eb, or }) =>
        or([eb('lease_until', '<', now), eb('lease_until', '>', later(this.timing.leaseMs * 2))]),
      )
      .where(sql<boolean>`job_id <> ALL(${this.#running.ids()}::text[])`)
      .returning('job_id')
      .execute();
    if (taken.length === 0) return;
    this.log.warn({ queue: this.queue, jobs: taken.length }, 'jobs of a dead worker came back');
    this.wake();
  }
}
