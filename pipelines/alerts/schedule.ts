/** Which rules a run looks at: those marked instant every time, the others once a week or month, at the first run of it (C0). */
import { addDays, firstDayOf, monthOf } from '../../domain/calendar.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { AlertRule } from './rule.ts';

/** The first day of the period a business date lies in; weeks begin on Monday. */
export function periodStart(period: 'weekly' | 'monthly', day: string): string {
  if (period === 'monthly') return firstDayOf(monthOf(day));
  const sinceMonday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(day, -sinceMonday);
}

/** Names of rules whose cases a run of this business date leaves as they are. Repeating a day's run looks again. */
export async function restingRules(
  { db }: OperationalStore,
  rules: readonly AlertRule[],
  asOf: string,
): Promise<Set<string>> {
  const looks = await db.selectFrom('alert_rule_look').selectAll().execute();
  const lookedOn = new Map(looks.map(({ rule, looked_on }) => [rule, looked_on]));
  const resting = rules.filter(({ rule, looked_at }) => {
    const last = lookedOn.get(rule);
    if (looked_at === 'instant' || last === undefined || last === asOf) return false;
    return last >= periodStart(looked_at, asOf);
  });
  return new Set(resting.map(({ rule }) => rule));
}

/** Keeps that the rules of a period were looked at; called when their cases are as the run found them. */
export async function keepLooks(
  { db }: OperationalStore,
  rules: readonly AlertRule[],
  asOf: string,
): Promise<void> {
  const rows = rules
    .filter(({ looked_at }) => looked_at !== 'instant')
    .map(({ rule }) => ({ rule, looked_on: asOf }));
  if (rows.length === 0) return;
  await db
    .insertInto('alert_rule_look')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('rule').doUpdateSet((eb) => ({ looked_on: eb.ref('excluded.looked_on') })),
    )
    .execute();
}
