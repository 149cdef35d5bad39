/** What a collection task is (catalog A2-2, A2-3): a source, when it may be asked, how often, and what then happens to failures. */
import { Cron } from 'croner';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Database } from '../../warehouse/operational/store.ts';

export const TIME_ZONE = 'Asia/Shanghai';

const cron = z.string().max(100).refine(isCron, {
  message: 'must be a cron expression of five fields that has a next time, such as “0 2 * * *”',
});

/** Collection frequency (采集频率): the times of a cron expression (Asia/Shanghai), or a distance. */
export const frequencySchema = z.union([
  z.strictObject({ cron }),
  z.strictObject({
    every: z.number().int().min(1).max(10_000),
    unit: z.enum(['minutes', 'hours', 'days']),
  }),
]);

const clockTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time such as 08:30');

/**
 * Permitted hours (采集时间段, 工作日具体时段). `working`: working days by the holiday calendar; `weekend`: every other day;
 * numbers: days of the week, 1 is Monday, whatever the calendar says. A window whose end comes before its start goes past midnight.
 */
export const windowSchema = z
  .strictObject({
    days: z.union([
      z.enum(['working', 'all', 'weekend']),
      z.array(z.number().int().min(1).max(7)).min(1).max(7),
    ]),
    from: clockTime,
    to: clockTime,
  })
  .refine(({ from, to }) => from !== to && from !== '24:00', { message: 'must have a length' });

export const retrySchema = z
  .strictObject({
    /** Runs before it is given up. */
    attempts: z.number().int().min(1).max(20).default(3),
    firstPauseSeconds: z.number().int().min(1).max(86_400).default(60),
    longestPauseSeconds: z.number().int().min(1).max(86_400).default(3_600),
  })
  .prefault({});

const groupKey = z.string().regex(/^[\w.-]{1,64}$/, 'letters, digits, dots and dashes');

/** What staff say of a task. Secrets are apart: they go in and never come out. */
export const taskSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  connector: z.string().max(64),
  /** `source.dataset` of each contract it feeds. */
  datasets: z.array(z.string().max(128)).min(1).max(200),
  settings: z.record(z.string(), z.unknown()).default({}),
  /** Null: runs only when told to. */
  frequency: frequencySchema.nullable().default(null),
  /** None: any time. */
  windows: z.array(windowSchema).max(20).default([]),
  retry: retrySchema,
  /** Tasks of one group share `concurrency`; by default each task is a group of its own. */
  group: groupKey.optional(),
  concurrency: z.number().int().min(1).max(16).default(1),
});

export const taskIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,62}$/, 'lower-case letters, digits and dashes; a letter first');
/** New values of secrets; null takes one away, names not given keep theirs. */
export const secretsSchema = z
  .record(z.string().max(64), z.string().min(1).max(20_000).nullable())
  .default({});

export type Frequency = z.output<typeof frequencySchema>;
export type Window = z.output<typeof windowSchema>;
export type Retry = z.output<typeof retrySchema>;
export type TaskInput = z.output<typeof taskSchema>;

export interface CollectionTask extends Omit<TaskInput, 'group'> {
  taskId: string;
  group: string;
  state: 'enabled' | 'disabled' | 'deleted';
  version: number;
  nextDueAt: Date | null;
  createdAt: Date;
  createdBy: string;
  changedAt: Date;
  changedBy: string;
}

export const taskOf = (row: Selectable<Database['collection_task']>): CollectionTask => ({
  taskId: row.task_id,
  name: row.name,
  connector: row.connector,
  datasets: row.datasets,
  settings: row.settings,
  frequency: frequencySchema.nullable().parse(row.frequency),
  windows: z.array(windowSchema).parse(row.windows),
  retry: retrySchema.parse(row.retry),
  group: row.group_key,
  concurrency: row.concurrency,
  state: row.state,
  version: row.version,
  nextDueAt: row.next_due_at,
  createdAt: row.created_at,
  createdBy: row.created_by,
  changedAt: row.changed_at,
  changedBy: row.changed_by,
});

/** Five fields, so that nothing is asked more than once a minute, and a time that ever comes. */
function isCron(text: string): boolean {
  if (text.trim().split(/\s+/).length !== 5) return false;
  try {
    return new Cron(text, { timezone: TIME_ZONE, paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}
