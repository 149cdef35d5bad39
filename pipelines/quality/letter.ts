/** What a letter about data quality (数据质量问题函) says: by data set and rule, with the period before and masked samples. */
import { z } from 'zod';
import { periodBefore } from '../../domain/calendar.ts';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import type { MaskOf } from '../../ingestion/quarantine/list.ts';
import { ruleZh } from '../../ingestion/quarantine/rules-zh.ts';

import { literal } from '../../warehouse/engine/sql.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { authorityTold, authorityToldSchema } from './authority-told.ts';
import { badRowsSql } from './bad-rows.ts';
import { driftTold } from './drift-told.ts';
import { groupedBy } from '../grouped-by.ts';
import { intervalsTold, intervalsToldSchema } from './intervals-told.ts';
import {
  type BrokenRule,
  brokenRules,
  datasetScores,
  filterSql,
  ownerScores,
  type QualityFilter,
} from './read.ts';

const count = z.number().int().nonnegative();
export const letterContentSchema = z.object({
  owner: z.string(),
  from: z.string(),
  to: z.string(),
  /** 0 to 1; null where nothing could be measured. */
  score: z.number().nullable(),
  landed: count,
  bad: count,
  /** Of the period of the same length before. */
  before: z.object({ landed: count, bad: count }),
  datasets: z.array(
    z.object({
      dataset: z.string(),
      zh: z.string(),
      landed: count,
      rules: z.array(
        z.object({
          ...{ column: z.string(), rule: z.string(), ruleZh: z.string(), marked: count, quarantined: count },
          /** Failures by rows delivered. */
          share: z.number(),
          before: count,
        }),
      ),
    }),
  ),
  samples: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
  /** Deliveries of the period that never came, and data sets past their update limit. Letters of before have none. */
  late: z
    .array(z.object({ dataset: z.string(), zh: z.string(), since: z.string(), text: z.string() }))
    .default([]),
  /** What deliveries of the period showed against their contracts. Letters of before have none. */
  drift: z
    .array(
      z.object({
        ...{ dataset: z.string(), zh: z.string(), column: z.string(), text: z.string() },
        ...{ deliveries: count, since: z.string() },
      }),
    )
    .default([]),
  /** Gaps, overlaps and orphans the last run found. Letters of before have none. */
  intervals: z.array(intervalsToldSchema).default([]),
  /** Values that differ from the register. Letters of before have none. */
  disagreements: z.array(authorityToldSchema).default([]),
});
export type LetterContent = z.output<typeof letterContentSchema>;

const MOST_SAMPLES = 30;
const MOST_LATE = 60;
const MOST_LATE_EACH = 5;
const LANE = { tag: 'quality.letter' } as const;
const sumOf = (rules: readonly BrokenRule[]): number =>
  rules.reduce((sum, one) => sum + one.marked + one.quarantined, 0);

export async function rawTables({ warehouse }: Platform): Promise<Set<string>> {
  const tables = await warehouse.rows(
    "SELECT name FROM system.tables WHERE database = 'raw'",
    z.object({ name: z.string() }),
    LANE,
  );
  return new Set(tables.map(({ name }) => `\`raw\`.\`${name}\``));
}

async function landedBy({ warehouse }: Platform, filter: QualityFilter): Promise<Map<string, number>> {
  const rows = await warehouse.rows(
    `SELECT toString(dataset) AS dataset, toUInt32(if(any(is_whole), argMax(landed, batch_id), sum(landed))) AS landed
     FROM (SELECT * FROM meta.quality_batch FINAL WHERE ${filterSql(filter)} AND batch_id IN (SELECT batch_id FROM meta.batch)) GROUP BY dataset`,
    z.object({ dataset: z.string(), landed: count }),
    LANE,
  );
  return new Map(rows.map(({ dataset, landed }) => [dataset, landed]));
}
/** Of a data set past its limit what was so by the end of the period; of periods that never came the latest few. */
const lateOf = ({ warehouse }: Platform, { from, ...filter }: QualityFilter & { from: string }) =>
  warehouse.rows(
    `SELECT toString(dataset) AS dataset, toString(day) AS since, explanation AS text
     FROM (SELECT * FROM meta.quality_anomaly FINAL WHERE ${filterSql(filter)} AND (kind = 'lateness' OR (kind = 'freshness' AND day >= toDate(${literal(from)}))))
     ORDER BY kind = 'lateness' DESC, day DESC, dataset LIMIT ${MOST_LATE_EACH} BY kind, dataset LIMIT ${MOST_LATE}`,
    z.object({ dataset: z.string(), since: z.string(), text: z.string() }),
    LANE,
  );
const totalOf = (landed: ReadonlyMap<string, number>): number =>
  [...landed.values()].reduce((a, b) => a + b, 0);

export async function letterContent(
  platform: Platform,
  contracts: Contracts,
  of: { owner: string; from: string; to: string },
  maskOf: MaskOf,
): Promise<LetterContent> {
  const { warehouse } = platform;
  const earlier = { owner: of.owner, ...periodBefore(of) };
  const [rules, landed, rulesBefore, landedBefore] = [
    await brokenRules(warehouse, of),
    await landedBy(platform, of),
    await brokenRules(warehouse, earlier),
    await landedBy(platform, earlier),
  ];
  const keyOf = ({ dataset, field, rule }: BrokenRule): string => `${dataset}:${field}:${rule}`;
  const before = new Map(rulesBefore.map((one) => [keyOf(one), sumOf([one])]));
  const [score] = ownerScores(await datasetScores(warehouse, contracts, of));
  const samples = await warehouse.rows(
    `SELECT * FROM (${badRowsSql(contracts, await rawTables(platform), of, maskOf)}) LIMIT 2 BY \`数据集\`, \`字段\`, \`规则\` LIMIT ${MOST_SAMPLES}`,
    z.record(z.string(), z.union([z.string(), z.number()])),
    LANE,
  );
  const late = await lateOf(platform, of);
  return {
    ...of,
    drift: await driftTold(platform, contracts, of),
    intervals: await intervalsTold(platform, contracts, of.owner),
    disagreements: await authorityTold(platform, contracts, of, maskOf),
    late: late.map((one) => ({ ...one, zh: contracts.find(one.dataset)?.zh ?? one.dataset })),
    ...{ score: score?.overall ?? null, landed: totalOf(landed), bad: sumOf(rules), samples },
    before: { landed: totalOf(landedBefore), bad: sumOf(rulesBefore) },
    datasets: [...groupedBy(rules, ({ dataset }) => dataset)].map(([id, own]) => {
      const dataset = contracts.find(id);
      const delivered = landed.get(id) ?? 0;
      return {
        ...{ dataset: id, zh: dataset?.zh ?? id, landed: delivered },
        rules: own.map((one) => ({
          ...{ rule: one.rule, marked: one.marked, quarantined: one.quarantined },
          column: dataset?.fields.find(({ name }) => name === one.field)?.source ?? one.field,
          ruleZh: dataset?.checks.find(({ rule }) => rule === one.rule)?.message ?? ruleZh(one.rule),
          ...{ share: delivered === 0 ? 0 : sumOf([one]) / delivered, before: before.get(keyOf(one)) ?? 0 },
        })),
      };
    }),
  };
}

export const ownerExists = (contracts: Contracts, owner: string): boolean =>
  contracts.all.some((one) => one.owner === owner);
