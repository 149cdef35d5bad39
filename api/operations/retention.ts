import { sql } from 'kysely';
import { z } from 'zod';
import { deviceHub } from '../../ingestion/devices/index.ts';
import { GRAINS, RETENTION_DATASETS } from '../../ingestion/retention/datasets.ts';
import { holds, type RetentionHold, type RetentionRule, rules } from '../../ingestion/retention/rules.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { RETENTION_STATES } from '../../warehouse/operational/tables/retention.ts';
import { audited } from '../audit.ts';
import { COMMAND, operation } from './operation.ts';

const instant = z.iso.datetime();
export const ruleSchema = z.object({
  ruleId: z.number(),
  dataset: z.enum(RETENTION_DATASETS),
  keepDays: z.number(),
  /** The aggregate that must hold everything before it goes. */
  grain: z.enum(GRAINS),
  reason: z.string(),
  state: z.enum(RETENTION_STATES),
  proposedBy: z.string(),
  proposedAt: instant,
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  decidedReason: z.string().nullable(),
});
export const holdSchema = z.object({
  holdId: z.number(),
  dataset: z.enum(RETENTION_DATASETS),
  firstDay: z.string().nullable(),
  lastDay: z.string().nullable(),
  reason: z.string(),
  placedBy: z.string(),
  placedAt: instant,
  releasedBy: z.string().nullable(),
  releasedAt: instant.nullable(),
});
export const retentionSchema = z.object({
  rules: z.array(ruleSchema),
  holds: z.array(holdSchema),
  /** What went, newest first, with the signed statement in the object store. */
  drops: z.array(
    z.object({
      dataset: z.string(),
      partition: z.string(),
      rows: z.number(),
      ruleId: z.number(),
      droppedAt: instant.nullable(),
      statement: z.string(),
    }),
  ),
});

export const shownRule = (rule: RetentionRule): z.output<typeof ruleSchema> =>
  ruleSchema.parse({
    ...{ ruleId: rule.rule_id, dataset: rule.dataset, keepDays: rule.keep_days, grain: rule.grain },
    ...{ reason: rule.reason, state: rule.state, proposedBy: rule.proposed_by, decidedBy: rule.decided_by },
    ...{ proposedAt: rule.proposed_at.toISOString(), decidedAt: rule.decided_at?.toISOString() ?? null },
    decidedReason: rule.decided_reason,
  });
export const shownHold = (hold: RetentionHold): z.output<typeof holdSchema> =>
  holdSchema.parse({
    ...{ holdId: hold.hold_id, dataset: hold.dataset, firstDay: hold.first_day, lastDay: hold.last_day },
    ...{ reason: hold.reason, placedBy: hold.placed_by, releasedBy: hold.released_by },
    ...{ placedAt: hold.placed_at.toISOString(), releasedAt: hold.released_at?.toISOString() ?? null },
  });

export async function shownRetention(store: OperationalStore): Promise<z.output<typeof retentionSchema>> {
  const drops = await store.db
    .selectFrom('retention_drop')
    .selectAll()
    .orderBy(sql`dropped_at desc nulls first`)
    .limit(500)
    .execute();
  return {
    rules: (await rules(store)).map(shownRule),
    holds: (await holds(store)).map(shownHold),
    drops: drops.map((drop) => ({
      ...{
        dataset: drop.dataset,
        partition: drop.partition_id,
        rows: drop.rows_dropped,
        ruleId: drop.rule_id,
      },
      droppedAt: drop.dropped_at?.toISOString() ?? null,
      statement: drop.object_key,
    })),
  };
}

/** `anju retention`: rules, holds and what went; with `run`, what is due goes now. Deciding takes two persons who signed in. */
export const retention = operation({
  params: z.object({ run: z.boolean().default(false) }),
  result: retentionSchema.extend({
    dealt: z.array(
      z.object({
        dataset: z.string(),
        partition: z.string(),
        rows: z.number(),
        keptFor: z.string().nullable(),
      }),
    ),
  }),
  run: async (platform, { run }) => {
    const dealt = run
      ? await audited(platform.store, { user: COMMAND, action: 'retention-run' }, async () =>
          (await deviceHub(platform)).loader.retain(Date.now()),
        )
      : [];
    return { ...(await shownRetention(platform.store)), dealt };
  },
});
