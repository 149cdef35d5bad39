/** Targets and thresholds of metrics, set at run time (CJJ/T 258, 000:530): those of the definition hold until somebody sets others. */
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { MetricGoalTable } from '../../warehouse/operational/tables/metric-goals.ts';
import type { By } from '../staff-rules/store.ts';
import { type Metric, thresholdsFit } from './definition.ts';

/** In the metric's unit, a ratio as a fraction; null for none. */
export const goalSchema = z.strictObject({
  target: z.number().nullable(),
  thresholds: z.strictObject({ warn: z.number(), alarm: z.number() }).nullable(),
});
export type Goal = z.output<typeof goalSchema>;
export type StoredGoal = Selectable<MetricGoalTable>;

/**
 * @param goal null gives the shipped one back
 * @throws AppError `bad_request` when the thresholds do not go with what is better of the metric, or a metric that is neither has some
 */
export async function setGoal(
  { db }: OperationalStore,
  { name, zh, better }: Metric,
  goal: Goal | null,
  { user, reason }: By,
): Promise<StoredGoal> {
  if (goal?.thresholds && !thresholdsFit(better, goal.thresholds))
    throw new AppError('bad_request', `These thresholds do not go with ${name} (${zh}).`, {
      where: { field: 'thresholds' },
      fix: {
        higher: 'More is better: the alarm is at or below the warning.',
        lower: 'Less is better: the alarm is at or above the warning.',
        neutral: 'Neither more nor less is better: set a target alone.',
      }[better],
    });
  return db
    .insertInto('metric_goal')
    .values({
      ...{ metric: name, is_shipped: goal === null, target: goal?.target ?? null },
      ...{ warn: goal?.thresholds?.warn ?? null, alarm: goal?.thresholds?.alarm ?? null },
      ...{ reason, set_by: user },
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What staff set and holds today, by metric. */
export async function goalsSet({ db }: OperationalStore): Promise<Map<string, StoredGoal>> {
  const newest = await db
    .selectFrom('metric_goal')
    .selectAll()
    .distinctOn('metric')
    .orderBy('metric')
    .orderBy('goal_id', 'desc')
    .execute();
  return new Map(newest.filter((goal) => !goal.is_shipped).map((goal) => [goal.metric, goal]));
}

/** The newest first. */
export const goalHistory = ({ db }: OperationalStore, metric: string): Promise<StoredGoal[]> =>
  db
    .selectFrom('metric_goal')
    .selectAll()
    .where('metric', '=', metric)
    .orderBy('goal_id', 'desc')
    .limit(200)
    .execute();
