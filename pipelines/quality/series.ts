/** What anomalies are looked for in: volumes by day, and how values are spread, from what landing counted and the standardised rows. */
import { z } from 'zod';
import { type Dataset, datasetId, tableName } from '../../ingestion/contract.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { Observation, Rhythm } from './band.ts';
import type { BatchToCount } from './batches.ts';
import { groupedBy } from '../grouped-by.ts';
import { versionNow } from './landed.ts';
import { writeRows } from '../write-rows.ts';

const LANE = { lane: 'batch', tag: 'quality.series' } as const;

export interface VolumeSeries {
  dataset: Dataset;
  rhythm: Rhythm;
  /** By day, ascending. Of facts that come daily: rows by the day they are about; else rows delivered, by business date. */
  observations: Observation[];
}
export interface SpreadSeries {
  dataset: Dataset;
  field: string;
  /** `filled`, `conforms`, `median`, or `code X`: the share of a code. */
  statistic: string;
  observations: Observation[];
}

export async function standardised(warehouse: Warehouse): Promise<Set<string>> {
  const tables = await warehouse.rows(
    "SELECT name FROM system.tables WHERE database = 'base' AND startsWith(name, 'std_')",
    z.object({ name: z.string() }),
    LANE,
  );
  return new Set(tables.map(({ name }) => name));
}

/** The day a fact is about, where a data set brings facts every day. */
function dayOfFact(dataset: Dataset): string | null {
  const cursor = dataset.fields.find(({ name }) => name === dataset.load.cursor);
  if (dataset.load.strategy !== 'append' || dataset.cadence !== 'daily' || !cursor) return null;
  if (cursor.element === 'date') return `toDate(${identifier(cursor.name)})`;
  return cursor.element === 'timestamp'
    ? `toDate(toTimeZone(${identifier(cursor.name)}, 'Asia/Shanghai'))`
    : null;
}

const volume = z.object({ dataset: z.string(), day: z.string(), value: z.number() });

export async function volumeSeries(
  warehouse: Warehouse,
  datasets: readonly Dataset[],
  tables: ReadonlySet<string>,
): Promise<VolumeSeries[]> {
  const byFact = datasets.filter((one) => dayOfFact(one) !== null && tables.has(`std_${tableName(one)}`));
  const delivered = datasets.filter((one) => !byFact.includes(one));
  const selects = [
    ...byFact.map(
      (one) =>
        `SELECT ${literal(datasetId(one))} AS dataset, toString(ifNull(${dayOfFact(one) ?? 'NULL'}, toDate(0))) AS day, toFloat64(count()) AS value
         FROM base.${identifier(`std_${tableName(one)}`)} GROUP BY day`,
    ),
    ...(delivered.length === 0
      ? []
      : [
          `SELECT toString(dataset) AS dataset, toString(day) AS day, toFloat64(sum(landed)) AS value FROM meta.quality_batch FINAL
           WHERE dataset IN (${delivered.map((one) => literal(datasetId(one))).join(', ')}) AND batch_id IN (SELECT batch_id FROM meta.batch)
           GROUP BY dataset, day`,
        ]),
  ];
  const rows = await warehouse.rows(selects.join('\nUNION ALL\n'), volume, LANE);
  const ofDataset = groupedBy(rows, ({ dataset }) => dataset);
  return datasets.map((dataset) => ({
    dataset,
    rhythm: byFact.includes(dataset) || dataset.cadence === 'daily' ? 'day' : 'delivery',
    observations: (ofDataset.get(datasetId(dataset)) ?? [])
      .filter(({ day }) => day > '1970-01-01')
      .map(({ day, value }) => ({ day, value }))
      .toSorted((a, b) => (a.day < b.day ? -1 : 1)),
  }));
}

/** Of larger deliveries every tenth row says how they are spread. */
const LARGE = 20_000;
const NUMBERS = new Set(['money', 'quantity', 'area', 'integer']);
const profile = z.object({
  ...{ batch: z.number(), dataset: z.string(), field: z.string(), statistic: z.string() },
  ...{ value: z.number(), rows: z.number() },
});

/** Medians of numbers and shares of codes of new batches, into `meta.quality_profile`. */
export async function writeProfiles(
  warehouse: Warehouse,
  batches: readonly BatchToCount[],
  tables: ReadonlySet<string>,
): Promise<void> {
  const selects = [...groupedBy(batches, ({ dataset }) => dataset)]
    .filter(([dataset]) => tables.has(`std_${tableName(dataset)}`))
    .flatMap(([dataset, own]) => profileSql(dataset, own));
  if (selects.length === 0) return;
  const dayOf = new Map(batches.map(({ batchId, day }) => [batchId, day]));
  const rows = await warehouse.rows(selects.join('\nUNION ALL\n'), profile, LANE);
  await writeRows(
    warehouse,
    'meta.quality_profile',
    'batch_id UInt64, day Date, dataset String, field String, statistic String, value Float64, rows UInt64, version UInt64',
    rows.map((one) => [
      ...[one.batch, dayOf.get(one.batch) ?? '', one.dataset, one.field, one.statistic],
      ...[one.value, one.rows, versionNow()],
    ]),
  );
}

function profileSql(dataset: Dataset, batches: readonly BatchToCount[]): string[] {
  const isLarge = batches.some(({ loaded }) => loaded > LARGE);
  const from = `FROM base.${identifier(`std_${tableName(dataset)}`)} WHERE _batch_id IN (${batches.map(({ batchId }) => batchId).join(', ')})${isLarge ? ' AND _row_no % 10 = 0' : ''}`;
  return dataset.fields.flatMap(({ name, element, codes }) => {
    const about = `toUInt32(_batch_id) AS batch, ${literal(datasetId(dataset))} AS dataset, ${literal(name)} AS field`;
    const column = identifier(name);
    if (codes !== undefined)
      return [
        `SELECT ${about}, concat('code ', ${column}) AS statistic, n / sum(n) OVER (PARTITION BY batch) AS value, toUInt32(sum(n) OVER (PARTITION BY batch)) AS rows
         FROM (SELECT _batch_id, ${column}, count() AS n ${from} AND ${column} != '' GROUP BY _batch_id, ${column})`,
      ];
    if (!NUMBERS.has(element)) return [];
    return [
      `SELECT ${about}, 'median' AS statistic, quantile(toFloat64(assumeNotNull(${column}))) AS value, toUInt32(count()) AS rows ${from} AND isNotNull(${column}) GROUP BY _batch_id`,
    ];
  });
}

const spread = z.object({
  ...{ dataset: z.string(), field: z.string(), statistic: z.string() },
  observations: z.array(z.tuple([z.string(), z.number(), z.number()])),
});

export async function spreadSeries(
  warehouse: Warehouse,
  datasets: readonly Dataset[],
): Promise<SpreadSeries[]> {
  const ids = datasets.map((one) => literal(datasetId(one))).join(', ');
  const byId = new Map(datasets.map((one) => [datasetId(one), one]));
  const rows = await warehouse.rows(
    `SELECT dataset, field, statistic, arraySort(groupArray((toString(day), value, toUInt32(rows)))) AS observations FROM (
       SELECT toString(dataset) AS dataset, toString(field) AS field, if(measure = 'conforms', 'conforms', 'filled') AS statistic, day,
         sum(good) / sum(total) AS value, sum(total) AS rows
       FROM meta.quality_score WHERE dataset IN (${ids}) AND batch_id > 0 AND measure IN ('filled', 'filled_optional', 'conforms')
       GROUP BY dataset, field, statistic, day
       UNION ALL
       SELECT toString(dataset), toString(field), toString(statistic), day, sum(value * rows) / sum(rows), sum(rows)
       FROM meta.quality_profile FINAL WHERE dataset IN (${ids}) AND rows > 0 AND batch_id IN (SELECT batch_id FROM meta.batch)
       GROUP BY dataset, field, statistic, day)
     GROUP BY dataset, field, statistic`,
    spread,
    LANE,
  );
  return rows.flatMap(({ dataset: id, field, statistic, observations }) => {
    const dataset = byId.get(id);
    const of = observations.map(([day, value, n]) => ({ day, value, rows: n }));
    return dataset ? [{ dataset, field, statistic, observations: of }] : [];
  });
}
