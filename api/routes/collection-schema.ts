import { z } from 'zod';
import type { CollectionRun } from '../../pipelines/collection/runs.ts';
import {
  type CollectionTask,
  frequencySchema,
  retrySchema,
  windowSchema,
} from '../../pipelines/collection/task.ts';
import { secretsOf } from '../../pipelines/collection/tasks.ts';
import type { Platform } from '../../warehouse/platform.ts';

const instant = z.iso.datetime();

/** A task as it is shown: the names of its secrets, never their values. */
export const task = z.object({
  taskId: z.string(),
  name: z.string(),
  connector: z.string(),
  datasets: z.array(z.string()),
  settings: z.record(z.string(), z.unknown()),
  secrets: z.array(z.string()),
  frequency: frequencySchema.nullable(),
  windows: z.array(windowSchema),
  retry: retrySchema,
  group: z.string(),
  concurrency: z.number().int(),
  state: z.enum(['enabled', 'disabled', 'deleted']),
  version: z.number().int(),
  nextDueAt: instant.nullable(),
  createdAt: instant,
  createdBy: z.string(),
  changedAt: instant,
  changedBy: z.string(),
});

export const taskAnswer = async (
  platform: Platform,
  one: CollectionTask,
): Promise<z.output<typeof task>> => ({
  ...one,
  secrets: await secretsOf(platform, one.taskId),
  nextDueAt: one.nextDueAt?.toISOString() ?? null,
  createdAt: one.createdAt.toISOString(),
  changedAt: one.changedAt.toISOString(),
});

/** A run with its figures (A2-1). */
export const run = z.object({
  runId: z.string(),
  taskId: z.string(),
  kind: z.enum(['schedule', 'manual']),
  state: z.enum(['queued', 'running', 'succeeded', 'failed', 'stopped']),
  askedBy: z.string(),
  queuedAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  attempt: z.number().int(),
  requested: z.number(),
  returned: z.number(),
  deliveries: z.number().int(),
  refused: z.number().int(),
  valid: z.number(),
  failed: z.number(),
  lastReturnAt: instant.nullable(),
  error: z.string().nullable(),
});

export const runAnswer = (one: CollectionRun): z.output<typeof run> => ({
  ...one,
  queuedAt: one.queuedAt.toISOString(),
  startedAt: one.startedAt?.toISOString() ?? null,
  finishedAt: one.finishedAt?.toISOString() ?? null,
  lastReturnAt: one.lastReturnAt?.toISOString() ?? null,
});

/** The job queue behind the tasks, and the runs given up, which can be replayed. */
export const queueAnswer = z.object({
  kind: z.enum(['embedded', 'redis']),
  stats: z.object({
    waiting: z.number(),
    delayed: z.number(),
    active: z.number(),
    done: z.number(),
    dead: z.number(),
  }),
  deadLetters: z.array(
    z.object({
      runId: z.string(),
      taskId: z.string(),
      failures: z.number(),
      lastError: z.string(),
      failedAt: instant,
    }),
  ),
});
