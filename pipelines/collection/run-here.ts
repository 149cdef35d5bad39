import { randomUUID } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { errorText } from '../queue/queue.ts';
import { executeRun } from './execute.ts';
import { beginRun, endRun, listRuns, queueRun, type CollectionRun } from './runs.ts';
import { collectionOf } from './service.ts';
import { type Connectors, getTask } from './tasks.ts';

const LOOK_MS = 200;

/**
 * Runs a task and waits for its end: in the queue where this process serves, else right here, once.
 * @throws AppError `conflict` while a run of it is under way; what the source says when it fails here
 */
export async function runToEnd(
  platform: Platform,
  connectors: Connectors,
  { taskId, user, signal }: { taskId: string; user: string; signal: AbortSignal },
): Promise<CollectionRun> {
  const serving = collectionOf(platform);
  if (!serving) return runHere(platform, connectors, { taskId, user, signal });
  const runId = await serving.runNow(taskId, user);
  for (;;) {
    const run = await runOf(platform, runId);
    // A run that failed and waits for its next attempt says so at once: the attempt may be an hour away.
    if (run.finishedAt !== null || run.error !== null || signal.aborted) return run;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function runHere(
  platform: Platform,
  connectors: Connectors,
  { taskId, user, signal }: { taskId: string; user: string; signal: AbortSignal },
): Promise<CollectionRun> {
  const { db } = platform.store;
  const task = await getTask(platform, taskId);
  const runId = randomUUID();
  if (!(await queueRun(db, { runId, taskId, kind: 'manual', user }))) {
    throw new AppError('conflict', 'A run of the task is under way.', {
      where: { task: taskId },
      fix: 'Start anju serve, which goes on with it, or stop the task.',
    });
  }
  await beginRun(db, runId, 1);
  try {
    await executeRun(platform, connectors, { task, runId, signal });
    await endRun(db, runId, signal.aborted ? 'stopped' : 'succeeded', null);
  } catch (error) {
    await endRun(db, runId, signal.aborted ? 'stopped' : 'failed', signal.aborted ? null : errorText(error));
  }
  return runOf(platform, runId);
}

async function runOf(platform: Platform, runId: string): Promise<CollectionRun> {
  const [run] = await listRuns(platform.store.db, { runId });
  if (!run) throw new AppError('bug', `The run ${runId} is gone.`);
  return run;
}
