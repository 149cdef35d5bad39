/** Starting and stopping a task, and the queue behind the tasks, for the API and the command alike. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { COLLECTION_QUEUE, collectionOf } from '../../pipelines/collection/service.ts';
import type { CollectionTask } from '../../pipelines/collection/task.ts';
import { disableTask, startTask } from '../../pipelines/collection/tasks.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { audited } from '../audit.ts';
import type { queueAnswer } from './collection-schema.ts';

export const startCollecting = (
  platform: Platform,
  taskId: string,
  user: string,
  address?: string,
): Promise<CollectionTask> =>
  audited(platform.store, { user, action: 'task-start', object: taskId, address }, () =>
    startTask(platform, taskId, user),
  );

/** In a process that serves, the run under way ends too; in any other there is none. */
export const stopCollecting = (
  platform: Platform,
  taskId: string,
  user: string,
  address?: string,
): Promise<CollectionTask> =>
  audited(platform.store, { user, action: 'task-stop', object: taskId, address }, () => {
    const collection = collectionOf(platform);
    return collection ? collection.stop(taskId, user) : disableTask(platform, taskId, user);
  });

/** @throws AppError `conflict` in a process that runs no tasks */
export const serving = (platform: Platform) => {
  const collection = collectionOf(platform);
  if (collection) return collection;
  throw new AppError('conflict', 'This process runs no collection tasks.', { fix: 'Start anju serve.' });
};

/** The job queue behind the tasks: counts, and the runs given up. */
export async function collectionQueue(platform: Platform): Promise<z.output<typeof queueAnswer>> {
  const { queue } = serving(platform);
  const letters = await queue.deadLetters(COLLECTION_QUEUE);
  const data = z.object({ taskId: z.string() });
  return {
    kind: queue.kind,
    stats: await queue.stats(COLLECTION_QUEUE),
    deadLetters: letters.map((one) => ({
      runId: one.id,
      taskId: data.parse(one.data).taskId,
      failures: one.failures,
      lastError: one.lastError,
      failedAt: one.failedAt.toISOString(),
    })),
  };
}

/** Puts a run that was given up back into the queue, with all its attempts. */
export async function replayRun(
  platform: Platform,
  { runId, user, address }: { runId: string; user: string; address?: string },
): Promise<void> {
  await audited(platform.store, { user, action: 'run-replay', object: runId, address }, async () => {
    if (await serving(platform).replay(runId)) return;
    throw new AppError('not_found', 'No run of this number was given up.', { where: { run: runId } });
  });
}
