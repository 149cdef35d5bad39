/**
 * Runs the pipeline by itself while `anju serve` is up: every few seconds it looks whether something new has come, and if
 * so runs the plan. What is not affected is skipped by its fingerprint, so the plan itself need not be cut down.
 */
import { Cron } from 'croner';
import { sql } from 'kysely';
import { unknownTables } from '../ingestion/drift/tables.ts';
import { unsettledFor, waitingFiles } from '../ingestion/landing/inbox.ts';
import { settleActions } from '../ingestion/quarantine/index.ts';
import type { Platform } from '../warehouse/platform.ts';
import { landDeliveries } from './land.ts';
import { isRunning, runPipeline } from './runner.ts';
import type { RunOptions, RunResult } from './runner.ts';

export interface SchedulerOptions extends Partial<Omit<RunOptions, 'kind' | 'signal'>> {
  /** Cron expression with seconds; every 10 seconds when absent. */
  every?: string;
  /** What belongs to the end of each run; awaited, so that the next look comes after it. */
  onRun?: (result: RunResult) => Promise<void> | void;
  /** A look or a run that threw; it is logged, and the next tick looks again. */
  onFailed?: (error: unknown) => void;
}

export interface Scheduler {
  /** Looks now instead of at the next tick; answers whether a run was made. */
  check(): Promise<boolean>;
  /** No further runs; one under way is asked to stop between models and awaited. */
  stop(): Promise<void>;
}

export function startScheduler(platform: Platform, options: SchedulerOptions = {}): Scheduler {
  const { every = '*/10 * * * * *', onRun, onFailed, ...runOptions } = options;
  const abort = new AbortController();
  let underWay: Promise<boolean> = Promise.resolve(false);
  let seen: Waiting | undefined;
  /** The last batch a run has had before its models; null until the first look. */
  let had: number | null = null;
  const land: RunOptions['land'] = async (...given) => {
    const accounts = await (runOptions.land ?? landDeliveries)(...given);
    had = await lastBatch(platform);
    return accounts;
  };

  const look = async (): Promise<boolean> => {
    if (abort.signal.aborted || isRunning(platform)) return false;
    // What it lands is a batch like any other, and makes this look a run.
    await settleActions(platform);
    had ??= await lastBatchOfRuns(platform);
    const batch = await lastBatch(platform);
    const waiting = await whatWaits(platform);
    // A file that cannot be taken (still being written, no such data set) must not start a run every tick: only what is new does,
    // and that a run took a file away is not.
    const hasNews = isNews(waiting, seen);
    seen = waiting;
    if (batch <= had && !hasNews) return false;
    had = Math.max(had, batch);
    const result = await runPipeline(platform, {
      ...runOptions,
      land,
      kind: 'schedule',
      signal: abort.signal,
    });
    await onRun?.(result);
    return true;
  };
  const check = (): Promise<boolean> =>
    (underWay = underWay.then(look).catch((error: unknown) => {
      if (!abort.signal.aborted) {
        platform.log.error({ err: error }, 'a scheduled run failed');
        onFailed?.(error);
      }
      return false;
    }));
  const job = new Cron(every, { protect: true }, async () => {
    await check();
  });
  return {
    check,
    stop: async () => {
      job.stop();
      abort.abort();
      await underWay;
    },
  };
}

interface Waiting {
  files: ReadonlySet<string>;
  /** Number of the last change staff made, '' when there is none. */
  change: string;
}

const isNews = ({ files, change }: Waiting, seen: Waiting | undefined): boolean =>
  change !== (seen?.change ?? '') || [...files].some((file) => !seen?.files.has(file));

async function whatWaits(platform: Platform): Promise<Waiting> {
  const { config } = platform;
  const waiting = (await waitingFiles(config)).filter((file) => unsettledFor(file, config) === 0);
  const files = waiting.map(({ path, origin }) => `${path}:${origin}`);
  // A table without a contract is told of by the run that finds it, and may land under a draft.
  files.push(...(await unknownTables(config)).flatMap(({ paths }) => paths));
  return { files: new Set(files), change: await lastChange(platform) };
}

/** Number of the last batch loaded, 0 before the first: collection tasks and `anju land` load without a run. */
async function lastBatch(platform: Platform): Promise<number> {
  const { rows } = await sql<{
    last: number | null;
  }>`select max(batch_id) as last from batch where state = 'loaded'`.execute(platform.store.db);
  return rows[0]?.last ?? 0;
}

/** The last batch that was loaded when the last run went on from landing to its models, whoever made that run. */
async function lastBatchOfRuns(platform: Platform): Promise<number> {
  const { rows } = await sql<{ last: number | null }>`
    select max(batch_id) as last from batch
    where state = 'loaded' and finished_at <= (select max(finished_at) from run_step where step = 'land')`.execute(
    platform.store.db,
  );
  return rows[0]?.last ?? 0;
}

async function lastChange(platform: Platform): Promise<string> {
  const { rows } = await sql<{
    last: number | null;
  }>`select max(change_no) as last from resource_change where origin = 'staff'`.execute(platform.store.db);
  return String(rows[0]?.last ?? '');
}
