/** Quality as people ask for it: by agency, data set, field and day, with the rules broken and the rows behind. */
import { z } from 'zod';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import { type Dataset, datasetId } from '../../ingestion/contract.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { MeasureName } from './dimensions.ts';
import { groupedBy } from '../grouped-by.ts';
import { ATTRIBUTES } from './sources-compared.ts';
import { meanScore, type Score, scoreOf } from './score.ts';

export interface QualityFilter {
  owner?: string;
  dataset?: string;
  /** Any of these. */
  datasets?: readonly string[];
  /** Any of these, by standard name; what is about whole rows is left out. */
  fields?: readonly { dataset: string; field: string }[];
  /** Business days, both included. */
  from?: string;
  to?: string;
}

const LANE = { tag: 'quality.read' } as const;

/** Condition on `day`, `dataset`, `owner`, and where fields are asked for `field`: of a distribution it is followed by what was measured. */
export function filterSql({ owner, dataset, datasets, fields, from, to }: QualityFilter): string {
  return [
    '1',
    ...(owner === undefined ? [] : [`owner = ${literal(owner)}`]),
    ...(dataset === undefined ? [] : [`dataset = ${literal(dataset)}`]),
    ...(datasets === undefined ? [] : [`dataset IN (${datasets.map(literal).join(', ') || "''"})`]),
    ...(fields === undefined
      ? []
      : [
          `(dataset, splitByChar(' ', field)[1]) IN (${
            fields.map((one) => `(${literal(one.dataset)}, ${literal(one.field)})`).join(', ') || "('', '')"
          })`,
        ]),
    ...(from === undefined ? [] : [`day >= toDate(${literal(from)})`]),
    ...(to === undefined ? [] : [`day <= toDate(${literal(to)})`]),
  ].join(' AND ');
}

const counted = z.object({
  ...{ owner: z.string(), dataset: z.string(), field: z.string(), day: z.string(), measure: z.string() },
  ...{ good: z.number(), total: z.number() },
});
type Row = z.output<typeof counted>;

/** Counts by measure; `by` says what is kept apart, the rest is ''. */
async function countsBy(
  warehouse: Warehouse,
  filter: QualityFilter,
  by: { field?: boolean; day?: boolean },
): Promise<Row[]> {
  return warehouse.rows(
    `SELECT toString(any(owner)) AS owner, toString(dataset) AS dataset, ${by.field ? 'toString(field)' : "''"} AS field,
       ${by.day ? 'toString(day)' : "''"} AS day, toString(measure) AS measure, toFloat64(sum(good)) AS good, toFloat64(sum(total)) AS total
     FROM (SELECT owner, dataset, field, day AS at, day, measure, good, total FROM meta.quality_score WHERE ${filterSql(filter)})
     GROUP BY dataset, field, day, measure`,
    counted,
    LANE,
  );
}

const scored = (rows: readonly Row[]): Score =>
  scoreOf(rows.map((row) => ({ ...row, measure: row.measure as MeasureName })));

export interface DatasetScore extends Score {
  dataset: string;
  zh: string;
  owner: string;
}
export interface OwnerScore extends Score {
  owner: string;
  datasets: number;
}

/** Data sets, worst first. */
export async function datasetScores(
  warehouse: Warehouse,
  contracts: Contracts,
  filter: QualityFilter,
): Promise<DatasetScore[]> {
  const rows = await countsBy(warehouse, filter, {});
  return [...groupedBy(rows, ({ dataset }) => dataset)]
    .map(([dataset, own]) => ({
      ...{ dataset, zh: contracts.find(dataset)?.zh ?? dataset, owner: own[0]?.owner ?? '' },
      ...scored(own),
    }))
    .toSorted((a, b) => (a.overall ?? 1) - (b.overall ?? 1));
}

/** Agencies, worst first: each the mean of its data sets. */
export function ownerScores(datasets: readonly DatasetScore[]): OwnerScore[] {
  return [...groupedBy(datasets, ({ owner }) => owner)]
    .map(([owner, own]) => ({ owner, datasets: own.length, ...meanScore(own) }))
    .toSorted((a, b) => (a.overall ?? 1) - (b.overall ?? 1));
}

export interface FieldScore extends Score {
  field: string;
  /** The column as the agency names it; '' for what is about whole rows. */
  column: string;
}

export async function fieldScores(
  warehouse: Warehouse,
  dataset: Dataset,
  filter: QualityFilter,
): Promise<FieldScore[]> {
  const rows = await countsBy(warehouse, { ...filter, dataset: datasetId(dataset) }, { field: true });
  return [...groupedBy(rows, ({ field }) => field.split(' ')[0] ?? '')]
    .map(([field, own]) => ({
      ...{ field, column: columnOf(dataset, field) },
      ...scored(own),
    }))
    .toSorted((a, b) => (a.overall ?? 1) - (b.overall ?? 1));
}

export interface DayScore extends Score {
  day: string;
}

/** As the agency names it; of what is compared of persons (`employer`) as we do. */
const columnOf = ({ fields }: Dataset, field: string): string =>
  fields.find(({ name }) => name === field)?.source ??
  ATTRIBUTES.find(({ name }) => name === field)?.zh ??
  field;

/** By business day, oldest first. */
export async function trend(warehouse: Warehouse, filter: QualityFilter): Promise<DayScore[]> {
  const rows = await countsBy(warehouse, filter, { day: true });
  return [...groupedBy(rows, ({ day }) => day)]
    .map(([day, own]) => {
      const parts = [...groupedBy(own, ({ dataset }) => dataset).values()].map(scored);
      return { day, ...meanScore(parts) };
    })
    .toSorted((a, b) => (a.day < b.day ? -1 : 1));
}

export interface BrokenRule {
  dataset: string;
  owner: string;
  field: string;
  rule: string;
  marked: number;
  quarantined: number;
}
const broken = z.object({
  ...{ dataset: z.string(), owner: z.string(), field: z.string(), rule: z.string() },
  ...{ marked: z.number(), quarantined: z.number() },
});

/** Rules broken, most often first. Of data sets that come whole only the last delivery counts: it says what is wrong still. */
export function brokenRules(warehouse: Warehouse, filter: QualityFilter): Promise<BrokenRule[]> {
  const where = filterSql(filter);
  return warehouse.rows(
    `SELECT toString(dataset) AS dataset, toString(any(owner)) AS owner, toString(field) AS field, toString(rule) AS rule,
       toUInt32(sumIf(rows, handling = 'marked')) AS marked, toUInt32(sumIf(rows, handling = 'quarantined')) AS quarantined
     FROM (SELECT * FROM meta.quality_failure FINAL WHERE ${where} AND batch_id IN (${countingBatchesSql(filter)}))
     GROUP BY dataset, field, rule ORDER BY marked + quarantined DESC, dataset, field, rule`,
    broken,
    LANE,
  );
}

/** Batches a period's failures are counted from. */
export const countingBatchesSql = (filter: QualityFilter): string =>
  `SELECT if(is_whole, last_id, batch_id) FROM (
     SELECT batch_id, is_whole, max(batch_id) OVER (PARTITION BY dataset) AS last_id FROM meta.quality_batch FINAL
     WHERE ${filterSql(filter)} AND batch_id IN (SELECT batch_id FROM meta.batch))`;

const anomaly = z.object({
  ...{ day: z.string(), dataset: z.string(), owner: z.string(), kind: z.string(), field: z.string() },
  ...{ statistic: z.string(), observed: z.number(), low: z.number(), high: z.number() },
  ...{ dayKind: z.string(), history: z.number(), explanation: z.string() },
});

/** Newest first. */
export const anomalies = (warehouse: Warehouse, filter: QualityFilter, limit: number) =>
  warehouse.rows(
    `SELECT toString(day) AS day, toString(dataset) AS dataset, toString(owner) AS owner, toString(kind) AS kind, toString(field) AS field,
       toString(statistic) AS statistic, observed, low, high, toString(day_kind) AS dayKind, toUInt32(history) AS history, explanation
     FROM (SELECT * FROM meta.quality_anomaly FINAL WHERE ${filterSql(filter)}) ORDER BY day DESC, dataset LIMIT ${Math.trunc(limit)}`,
    anomaly,
    LANE,
  );
export const anomalySchema = anomaly;
