/**
 * Collection while `anju serve` is up: looks every few seconds which tasks are due and within their hours, puts their runs
 * into the job queue, and works the queue off.
 */
import { randomUUID } from 'node:crypto';
import { Cron } from 'croner';
import { AppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { GiveUp, type Job, type JobQueue, openQueue, type QueueTiming, type Worker } from '../queue/index.ts';
import { errorText } from '../queue/queue.ts';
import { executeRun, isHopeless } from './execute.ts';
import { beginRun, endRun, openRuns, queueRun } from './runs.ts';
import { isBeyondReach, nextDue } from './schedule.ts';
import { type CollectionTask, taskOf } from './task.ts';
import { type Connectors, disableTask, getTask, listTasks } from './tasks.ts';
import { isOpen, loadCalendar } from './window.ts';

export const COLLECTION_QUEUE = 'collection';
/** Runs at the same time; most of their time they wait for a source. */
const CONCURRENCY = 16;
const HOURS_ENDED = 'The permitted hours ended; it goes on when they begin again.';

export interface CollectionOptions {
  connectors: Connectors;
  /** Cron expression with seconds of the looks; every 10 seconds when absent. */
  every?: string;
  timing?: QueueTiming;
  /** What the schedule takes for the time. */
  clock?: () => Date;
}

interface RunJob {
  runId: string;
  taskId: string;
}

export class Collection {
  readonly #limits = new Map<string, number>();
  /** Runs that people stopped, as opposed to those this process interrupts as it ends. */
  readonly #stopped = new Set<string>();
  readonly #worker: Worker;
  readonly #job: Cron;
  readonly #clock: () => Date;
  #looking: Promise<void> = Promise.resolve();

  private constructor(
    private readonly platform: Platform,
    readonly queue: JobQueue,
    readonly connectors: Connectors,
    { every = '*/10 * * * * *', clock = () => new Date() }: CollectionOptions,
  ) {
    this.#clock = clock;
    this.#worker = queue.work<RunJob>(COLLECTION_QUEUE, (job, signal) => this.#run(job, signal), {
      concurrency: CONCURRENCY,
      perGroup: (group) => this.#limits.get(group) ?? 1,
    });
    this.#job = new Cron(every, { protect: true }, () => this.look());
  }

  static async start(platform: Platform, options: CollectionOptions): Promise<Collection> {
    const queue = await openQueue(platform, options.timing);
    return new Collection(platform, queue, options.connectors, options);
  }

  /** Looks now instead of at the next tick: queues what is due, and mends what a crash left half done. */
  look(): Promise<void> {
    this.#looking = this.#looking
      .then(async () => {
        await this.#mendOpenRuns();
        await this.#queueDue();
      })
      .catch((error: unknown) =>
        this.platform.log.error({ err: error }, 'collection tasks cannot be looked at'),
      );
    return this.#looking;
  }

  /**
   * Runs a task now, whatever its schedule, hours and state say (即时执行, A2-7).
   * @returns the run's id
   * @throws AppError `conflict` while a run of it is under way
   */
  async runNow(taskId: string, user: string): Promise<string> {
    const task = await getTask(this.platform, taskId);
    const runId = await this.#queueRun(task, 'manual', user);
    if (runId !== null) return runId;
    throw new AppError('conflict', 'A run of the task is under way.', { where: { task: taskId } });
  }

  /** No further runs by schedule, and the one under way ends (停止, A2-7): between two files, with the position kept. */
  async stop(taskId: string, user: string): Promise<CollectionTask> {
    const task = await disableTask(this.platform, taskId, user);
    await this.cancelRuns(taskId);
    return task;
  }

  async cancelRuns(taskId: string): Promise<void> {
    const { db } = this.platform.store;
    for (const run of await openRuns(db, taskId)) {
      this.#stopped.add(run.run_id);
      const wasRunning = (await this.queue.state(COLLECTION_QUEUE, run.run_id)) === 'active';
      await this.queue.cancel(COLLECTION_QUEUE, run.run_id);
      // One under way writes its own end.
      if (!wasRunning) await endRun(db, run.run_id, 'stopped', null);
    }
  }

  /** Puts a failed run back with all its attempts. False when there is no such dead letter. */
  async replay(runId: string): Promise<boolean> {
    return this.queue.replay(COLLECTION_QUEUE, runId);
  }

  /** Interrupts what is under way; it goes on at the next start. */
  async close(): Promise<void> {
    this.#job.stop();
    await this.#looking;
    await this.#worker.close({ interrupt: true });
    await this.queue.close();
  }

  async #queueDue(): Promise<void> {
    const { store, log } = this.platform;
    const now = this.#clock();
    const tasks = await listTasks(this.platform);
    for (const { group, concurrency } of tasks) this.#limits.set(group, concurrency);
    const calendar = await loadCalendar(store.db);
    for (const task of tasks) {
      const { taskId, frequency, windows, nextDueAt } = task;
      if (task.state !== 'enabled' || frequency === null || nextDueAt === null) continue;
      if (isBeyondReach(frequency, nextDueAt, now)) {
        log.warn({ task: taskId }, 'the clock went back; the task’s next time is counted anew');
        await this.#setDue(task, nextDue(frequency, now));
      } else if (nextDueAt <= now && isOpen(windows, now, calendar)) {
        // Null: the run before is still under way. Then this time is left out, not queued up behind it.
        await this.#queueRun(task, 'schedule', 'schedule');
        await this.#setDue(task, nextDue(frequency, now, nextDueAt));
      }
    }
  }

  async #setDue({ taskId, version }: CollectionTask, next: Date | null): Promise<void> {
    await this.platform.store.db
      .updateTable('collection_task')
      .set({ next_due_at: next })
      .where('task_id', '=', taskId)
      .where('version', '=', version)
      .where('state', '=', 'enabled')
      .execute();
  }

  async #queueRun(task: CollectionTask, kind: 'schedule' | 'manual', user: string): Promise<string | null> {
    const runId = randomUUID();
    const isNew = await queueRun(this.platform.store.db, { runId, taskId: task.taskId, kind, user });
    if (!isNew) return null;
    await this.#addJob(task, runId, kind);
    return runId;
  }

  async #addJob(
    { taskId, retry, group, concurrency }: CollectionTask,
    runId: string,
    kind: string,
  ): Promise<void> {
    this.#limits.set(group, concurrency);
    await this.queue.add(COLLECTION_QUEUE, kind, { runId, taskId } satisfies RunJob, {
      jobId: runId,
      attempts: retry.attempts,
      backoff: { firstMs: retry.firstPauseSeconds * 1000, longestMs: retry.longestPauseSeconds * 1000 },
      group,
      priority: kind === 'manual' ? 0 : 1,
    });
  }

  /** Runs written down whose job is gone: a crash came between the two, or killed the worker once too often. */
  async #mendOpenRuns(): Promise<void> {
    const { db } = this.platform.store;
    for (const run of await openRuns(db)) {
      const state = await this.queue.state(COLLECTION_QUEUE, run.run_id);
      if (state === 'waiting' || state === 'active') continue;
      const row = await db
        .selectFrom('collection_task')
        .selectAll()
        .where('task_id', '=', run.task_id)
        .executeTakeFirstOrThrow();
      if (state === null && row.state !== 'deleted') await this.#addJob(taskOf(row), run.run_id, run.kind);
      // Not one that ended while we asked.
      else if ((await openRuns(db, run.task_id)).some(({ run_id }) => run_id === run.run_id))
        await endRun(db, run.run_id, 'failed', 'The process that ran it died.');
    }
  }

  async #run(
    { data: { runId, taskId }, attempt, attempts }: Job<RunJob>,
    signal: AbortSignal,
  ): Promise<void> {
    const { db } = this.platform.store;
    const run = await beginRun(db, runId, attempt);
    if (run === null) return;
    const task = await this.#taskOfRun(runId, taskId);
    if (task === null) return;
    const hours = this.#watchHours(task, run.kind);
    const either = AbortSignal.any([signal, hours.signal]);
    try {
      await executeRun(this.platform, this.connectors, { task, runId, signal: either });
      either.throwIfAborted();
      await endRun(db, runId, 'succeeded', null);
    } catch (error) {
      await this.#ended(task, runId, error, {
        isInterrupted: signal.aborted,
        haveHoursEnded: hours.signal.aborted,
        isLast: attempt >= attempts,
      });
    } finally {
      hours.close();
      this.#stopped.delete(runId);
    }
  }

  async #taskOfRun(runId: string, taskId: string): Promise<CollectionTask | null> {
    try {
      return await getTask(this.platform, taskId);
    } catch (error) {
      await endRun(this.platform.store.db, runId, 'stopped', errorText(error));
      return null;
    }
  }

  /** Writes down how a run ended that did not succeed; throws what the queue shall make of it. */
  async #ended(
    task: CollectionTask,
    runId: string,
    error: unknown,
    how: { isInterrupted: boolean; haveHoursEnded: boolean; isLast: boolean },
  ): Promise<void> {
    const { db } = this.platform.store;
    if (how.isInterrupted) {
      const isStopped = this.#stopped.has(runId);
      await endRun(db, runId, isStopped ? 'stopped' : 'queued', null);
      if (!isStopped) throw error;
    } else if (how.haveHoursEnded) {
      await endRun(db, runId, 'stopped', HOURS_ENDED);
      const present = await getTask(this.platform, task.taskId);
      await this.#setDue(present, this.#clock());
    } else {
      const isFinal = how.isLast || isHopeless(error);
      await endRun(db, runId, isFinal ? 'failed' : 'queued', errorText(error));
      throw isHopeless(error) ? new GiveUp(error) : error;
    }
  }

  /** A run by schedule ends with its hours; one that people asked for does not. */
  #watchHours({ windows }: CollectionTask, kind: string): { signal: AbortSignal; close: () => void } {
    const stop = new AbortController();
    if (kind === 'manual' || windows.length === 0) return { signal: stop.signal, close: () => undefined };
    const watch = new Cron('*/10 * * * * *', { protect: true, catch: true }, async () => {
      const calendar = await loadCalendar(this.platform.store.db);
      if (!isOpen(windows, this.#clock(), calendar)) stop.abort();
    });
    return { signal: stop.signal, close: () => watch.stop() };
  }
}

/** The collection of each platform that serves; one process owns a home, so there is one at most. */
const started = new WeakMap<Platform, Collection>();

export async function startCollection(platform: Platform, options: CollectionOptions): Promise<Collection> {
  const collection = await Collection.start(platform, options);
  started.set(platform, collection);
  return collection;
}

/** Undefined in a process that does not serve. */
export const collectionOf = (platform: Platform): Collection | undefined => started.get(platform);
