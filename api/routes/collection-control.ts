/** Starting and stopping a task, for the API and the command alike. */
import { collectionOf } from '../../pipelines/collection/service.ts';
import type { CollectionTask } from '../../pipelines/collection/task.ts';
import { disableTask, startTask } from '../../pipelines/collection/tasks.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { audited } from '../audit.ts';

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
