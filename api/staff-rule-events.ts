/** What became of something staff made: one answer for rules of alert, rules of cleaning and indicators of credit. */
import { z } from 'zod';
import type { RuleEvent } from '../pipelines/staff-rules/store.ts';
import type { OperationalStore } from '../warehouse/operational/store.ts';
import { RULE_STATES } from '../warehouse/operational/tables/staff-rules.ts';

export const ruleEventsAnswer = z.object({
  events: z.array(
    z.object({
      version: z.number(),
      state: z.enum(RULE_STATES),
      author: z.string(),
      reason: z.string(),
      at: z.iso.datetime(),
    }),
  ),
});

export async function ruleEvents(
  rules: { events(store: OperationalStore, ruleId: number): Promise<RuleEvent[]> },
  { store }: { store: OperationalStore },
  ruleId: number,
): Promise<z.output<typeof ruleEventsAnswer>> {
  const events = await rules.events(store, ruleId);
  return { events: events.map((event) => ({ ...event, at: event.at.toISOString() })) };
}
