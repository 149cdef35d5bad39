/**
 * Drops what a rule in force lets go: whole partitions only, none that is held, that an aggregate does not hold, or that comes
 * before a finer level. A signed statement of what goes is written first; done again after a crash it writes the same bytes.
 */
import { z } from 'zod';
import type { QueryOptions } from '../../warehouse/engine/warehouse.ts';
import { instanceKey } from '../../warehouse/instance-keys.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { groupsMissing } from './covered.ts';
import {
  type Grain,
  type KeptDataset,
  keptDatasets,
  RETENTION_DATASETS,
  type RetentionDataset,
  spanOf,
} from './datasets.ts';
import { holds, type RetentionRule, rules } from './rules.ts';
import { signedStatement } from './statement.ts';

const BATCH: QueryOptions = { lane: 'batch', tag: 'retention' };
const DAY_MS = 86_400_000;
/** A month's boundary may lie within a day in China whose rest is in the month after. */
const SETTLED_MS = 32 * DAY_MS;

export type Keeping = 'held' | 'not_aggregated' | 'finer_level_there' | 'may_still_change';
export interface Dealt {
  dataset: RetentionDataset;
  partition: string;
  rows: number;
  /** Why it stays although it is old enough; null when it went. */
  keptFor: Keeping | null;
}

/** @param now milliseconds since 1970 @returns every partition that is old enough, and what became of it, finest level first */
export async function carryOutRetention(platform: Platform, now: number): Promise<Dealt[]> {
  const inForce = (await rules(platform.store)).filter(({ state }) => state === 'approved');
  const dealt: Dealt[] = [];
  for (const dataset of RETENTION_DATASETS) {
    const rule = inForce.find((one) => one.dataset === dataset);
    if (rule === undefined) continue;
    const kept = keptDatasets[dataset];
    for (const { partition, rows } of await partitionsOf(platform, kept)) {
      const span = spanOf(kept.unit, partition);
      if (span.to > now - rule.keep_days * DAY_MS) continue;
      const keptFor = await reasonToKeep(platform, dataset, rule, span);
      if (keptFor === null) await drop(platform, dataset, rule, partition);
      else platform.log.warn({ dataset, partition, keptFor }, 'old enough to go by its rule, but kept');
      dealt.push({ dataset, partition, rows, keptFor });
    }
  }
  return dealt;
}

const partitionsOf = ({ warehouse }: Platform, { table }: KeptDataset) =>
  warehouse.rows(
    `SELECT partition_id AS partition, sum(rows) AS rows FROM system.parts
     WHERE database = 'raw' AND table = '${table}' AND active GROUP BY partition ORDER BY partition`,
    z.object({ partition: z.string().regex(/^\d{6}(\d\d)?$/), rows: z.coerce.number() }),
    BATCH,
  );

async function reasonToKeep(
  platform: Platform,
  dataset: RetentionDataset,
  rule: RetentionRule,
  span: { from: number; to: number },
): Promise<Keeping | null> {
  // A reading sent again would come in as new, and its quarter be computed of it alone.
  if (rule.keep_days <= platform.config.devices.lateDays) return 'may_still_change';
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const [first, last] = [day(span.from), day(span.to - 1)];
  const isHeld = (await holds(platform.store)).some(
    (hold) =>
      hold.dataset === dataset &&
      hold.released_at === null &&
      (hold.first_day ?? first) <= last &&
      (hold.last_day ?? last) >= first,
  );
  if (isHeld) return 'held';
  for (const finer of keptDatasets[dataset].finer) {
    const { table, unit } = keptDatasets[finer];
    const partitions = await partitionsOf(platform, keptDatasets[finer]);
    if (partitions.some(({ partition }) => spanOf(unit, partition).from < span.to + SETTLED_MS)) {
      platform.log.debug({ dataset, table }, 'a finer level is there still');
      return 'finer_level_there';
    }
  }
  const missing = await groupsMissing(platform.warehouse, dataset, rule.grain as Grain, span);
  return missing === 0 ? null : 'not_aggregated';
}

const contentSchema = z.object({
  rows: z.coerce.number(),
  hash: z.string(),
  first: z.string(),
  last: z.string(),
});

async function drop(
  platform: Platform,
  dataset: RetentionDataset,
  rule: RetentionRule,
  partition: string,
): Promise<void> {
  const { warehouse, store, objects, config } = platform;
  const { table, time } = keptDatasets[dataset];
  const key = await instanceKey(config.home);
  const [content] = await warehouse.rows(
    `SELECT count() AS rows, hex(sumWithOverflow(reinterpretAsUInt128(sipHash128(tuple(*))))) AS hash,
       toString(min(${time})) AS first, toString(max(${time})) AS last
     FROM raw.${table} WHERE _partition_id = '${partition}'`,
    contentSchema,
    BATCH,
  );
  const said = {
    ...{ dataset, partition, ...contentSchema.parse(content) },
    rule: {
      ...{ ruleId: rule.rule_id, keepDays: rule.keep_days, heldBy: rule.grain, reason: rule.reason },
      ...{ proposedBy: rule.proposed_by, approvedBy: rule.decided_by },
    },
  };
  const { objectKey, content: signed } = signedStatement(said, key);
  await objects.put(objectKey, signed);
  const entry = { object_key: objectKey, rule_id: rule.rule_id, dataset, partition_id: partition };
  await store.db
    .insertInto('retention_drop')
    .values({ ...entry, rows_dropped: said.rows, dropped_at: null })
    .onConflict((conflict) => conflict.column('object_key').doNothing())
    .execute();
  await warehouse.run(`ALTER TABLE raw.${table} DROP PARTITION ID '${partition}'`, BATCH);
  await store.db
    .updateTable('retention_drop')
    .set({ dropped_at: new Date() })
    .where('object_key', '=', objectKey)
    .execute();
  platform.log.info({ dataset, partition, rows: said.rows, rule: rule.rule_id }, 'dropped by rule');
}
