/** When beneficiaries are polled, about what, and which (T-3, T-4; 002:6723, 002:6727): plans of staff, and those that are due. */
import { z } from 'zod';
import { addDays, CHINA_OFFSET_MINUTES } from '../../domain/calendar.ts';
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type { By } from '../staff-rules/store.ts';
import { analysisSchema } from './definitions.ts';
import { scopeSchema } from './beneficiaries.ts';
import { poll } from './poll.ts';

export const planSchema = z
  .strictObject({
    zh: z.string().trim().min(1).max(60),
    /** Days of business between two polls. */
    everyDays: z.number().int().min(1).max(366),
    /** Hours of the day in Asia/Shanghai in which it may run, the last not included. */
    fromHour: z.number().int().min(0).max(23).default(0),
    untilHour: z.number().int().min(1).max(24).default(24),
    analyses: z.array(analysisSchema).min(1),
    scope: scopeSchema.default({}),
    isActive: z.boolean().default(true),
  })
  .refine(({ fromHour, untilHour }) => fromHour < untilHour, 'the window ends before it begins');
export type Plan = z.output<typeof planSchema>;
export type StoredPlan = Plan & { planId: number; lastDay: string | null; author: string };

export async function listPlans({ db }: OperationalStore): Promise<StoredPlan[]> {
  const rows = await db
    .selectFrom('eligibility_poll_plan as plan')
    .selectAll('plan')
    .select((eb) =>
      eb
        .selectFrom('eligibility_poll as poll')
        .select((of) => of.fn.max('poll.day').as('day'))
        .whereRef('poll.plan_id', '=', 'plan.plan_id')
        .where('poll.state', '=', 'done')
        .as('last_day'),
    )
    .orderBy('plan.plan_id')
    .execute();
  return rows.map((row) => ({
    ...planSchema.parse({
      ...{ zh: row.zh, everyDays: row.every_days, fromHour: row.from_hour, untilHour: row.until_hour },
      ...{ analyses: row.analyses, scope: row.scope, isActive: row.is_active },
    }),
    ...{ planId: row.plan_id, lastDay: row.last_day, author: row.author },
  }));
}

/** A new plan, or one changed. @throws AppError `not_found` */
export async function savePlan(
  store: OperationalStore,
  plan: Plan,
  { user, reason }: By,
  planId?: number,
): Promise<StoredPlan> {
  const values = {
    ...{ zh: plan.zh, every_days: plan.everyDays, from_hour: plan.fromHour, until_hour: plan.untilHour },
    ...{ is_active: plan.isActive, author: user, reason, changed_at: new Date() },
    analyses: JSON.stringify(plan.analyses),
    scope: JSON.stringify(plan.scope),
  };
  const { db } = store;
  const row =
    planId === undefined
      ? await db.insertInto('eligibility_poll_plan').values(values).returning('plan_id').executeTakeFirst()
      : await db
          .updateTable('eligibility_poll_plan')
          .set(values)
          .where('plan_id', '=', planId)
          .returning('plan_id')
          .executeTakeFirst();
  const saved = (await listPlans(store)).find((one) => one.planId === row?.plan_id);
  if (saved) return saved;
  throw new AppError('not_found', `There is no plan ${planId}.`, { where: { plan: planId ?? 0 } });
}

const hourIn = (now: Date): number => new Date(now.getTime() + CHINA_OFFSET_MINUTES * 60_000).getUTCHours();

/** Is the plan due on a day of business, at this moment? Once a day at most, however often it is asked. */
export const isDue = (plan: StoredPlan, day: string, now: Date): boolean =>
  plan.isActive &&
  plan.fromHour <= hourIn(now) &&
  hourIn(now) < plan.untilHour &&
  (plan.lastDay === null || addDays(plan.lastDay, plan.everyDays) <= day);

/** Polls by every plan that is due; what they find becomes findings with the next build of the models. @returns numbers of the polls */
export async function pollWhenDue(platform: Platform, day: string, now = new Date()): Promise<number[]> {
  const polls: number[] = [];
  for (const plan of await listPlans(platform.store)) {
    if (!isDue(plan, day, now)) continue;
    const { pollId } = await poll(platform, { ...plan, day }, plan.author);
    polls.push(pollId);
  }
  return polls;
}
