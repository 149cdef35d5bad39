/** Judges every day and delivery of the data sets that have news against what is usual, and keeps what falls out with its reason. */
import { z } from 'zod';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import { type Dataset, datasetId } from '../../ingestion/contract.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type Calendar, loadCalendar } from '../collection/window.ts';
import { type Band, spreadBand, volumeBand } from './band.ts';
import { type Period, periodsDue } from './due.ts';
import { versionNow, writeMeasures } from './landed.ts';
import type { MeasureRow } from './measure.ts';
import { type SpreadSeries, spreadSeries, standardised, type VolumeSeries, volumeSeries } from './series.ts';
import { writeRows } from '../write-rows.ts';

/** `freshness`: a period that never came; `lateness`: a data set past its update limit as of now (`lateness.ts`). */
export type AnomalyKind = 'volume' | 'freshness' | 'distribution' | 'lateness';

export interface Anomaly {
  day: string;
  dataset: string;
  owner: string;
  kind: AnomalyKind;
  field: string;
  statistic: string;
  observed: number;
  low: number;
  high: number;
  dayKind: string;
  /** Observations the judgement rests on. */
  history: number;
  explanation: string;
}

interface Judged {
  anomalies: Anomaly[];
  measures: MeasureRow[];
}

/** Of the data sets with new batches everything, of the others only whether they are late: that alone moves with the as-of day. */
export async function judge(
  platform: Platform,
  contracts: Contracts,
  { asOf, news }: { asOf: string; news: ReadonlySet<Dataset> },
): Promise<void> {
  const { warehouse } = platform;
  const calendar = await loadCalendar(platform.store.db);
  const tables = await standardised(warehouse);
  const volumes = await volumeSeries(warehouse, contracts.all, tables);
  const spreads = news.size === 0 ? [] : await spreadSeries(warehouse, [...news]);
  const judged = [
    ...volumes.map((series) => judgeFreshness(series, asOf, calendar)),
    ...volumes
      .filter(({ dataset }) => news.has(dataset))
      .map((series) => judgeVolume(series, asOf, calendar)),
    ...spreads.map(judgeSpread),
    ...(await judgePunctuality(warehouse, contracts)),
  ];
  await writeMeasures(
    warehouse,
    judged.flatMap(({ measures }) => measures),
  );
  const fresh = judged.flatMap(({ anomalies }) => anomalies);
  const withNews = [...news].map((dataset) => literal(datasetId(dataset))).join(', ') || "''";
  await replaceAnomalies(
    warehouse,
    fresh,
    `kind = 'freshness' OR (kind != 'lateness' AND dataset IN (${withNews}))`,
  );
}

const about = (dataset: Dataset): { dataset: string; owner: string } => ({
  ...{ dataset: datasetId(dataset), owner: dataset.owner },
});
const measured = (
  dataset: Dataset,
  field: string,
  day: string,
  measure: MeasureRow['measure'],
  good: boolean,
) => ({
  ...about(dataset),
  ...{ batchId: 0, day, field, measure, good: Number(good), total: 1 },
});

const figure = (value: number): string =>
  (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))).toLocaleString('zh-CN');
const percent = (value: number): string => `${(value * 100).toFixed(1)}%`;

export function judgeVolume(
  { dataset, rhythm, observations }: VolumeSeries,
  asOf: string,
  calendar: Calendar,
): Judged {
  const judged: Judged = { anomalies: [], measures: [] };
  // A day of facts is whole only when the next has begun.
  const last = rhythm === 'day' && dataset.load.strategy === 'append' ? observations.at(-1)?.day : undefined;
  observations.forEach((one, index) => {
    if (one.day > asOf || one.day === last) return;
    const band = volumeBand(one.day, observations.slice(0, index), calendar, rhythm);
    if (band === null) return;
    const isUsual = one.value >= Math.floor(band.low) && one.value <= Math.ceil(band.high);
    judged.measures.push(measured(dataset, '', one.day, 'volume_in_band', isUsual));
    if (isUsual) return;
    judged.anomalies.push({
      ...{
        ...about(dataset),
        day: one.day,
        kind: 'volume',
        field: '',
        statistic: 'rows',
        observed: one.value,
      },
      ...bandOf(band),
      explanation: `${one.day}（${band.dayKind}）到达 ${figure(one.value)} 行，常态为 ${figure(Math.floor(band.low))}–${figure(Math.ceil(band.high))} 行（此前 ${band.history} 个同类日的中位数 ${figure(band.median)}）`,
    });
  });
  return judged;
}

const bandOf = ({
  low,
  high,
  dayKind,
  history,
}: Band): Pick<Anomaly, 'low' | 'high' | 'dayKind' | 'history'> => ({
  ...{ low, high, dayKind, history },
});

const STATISTIC_ZH: Record<string, string> = { filled: '填充率', conforms: '合格率', median: '中位数' };

export function judgeSpread({ dataset, field, statistic, observations }: SpreadSeries): Judged {
  const judged: Judged = { anomalies: [], measures: [] };
  const isShare = statistic !== 'median';
  const column = dataset.fields.find(({ name }) => name === field)?.source ?? field;
  const word = STATISTIC_ZH[statistic] ?? `代码“${statistic.slice('code '.length)}”的占比`;
  const text = (value: number): string => (isShare ? percent(value) : figure(value));
  observations.forEach((one, index) => {
    const band = spreadBand(one, observations.slice(0, index), isShare);
    if (band === null) return;
    // Better than usual is no fault: nobody is written to because more is filled in.
    const tooHigh = statistic !== 'filled' && statistic !== 'conforms' && one.value > band.high;
    const isUsual = one.value >= band.low && !tooHigh;
    judged.measures.push(measured(dataset, `${field} ${statistic}`, one.day, 'spread_in_band', isUsual));
    if (isUsual) return;
    judged.anomalies.push({
      ...{ ...about(dataset), day: one.day, kind: 'distribution', field, statistic, observed: one.value },
      ...bandOf(band),
      explanation: `${one.day} “${column}”${word}为 ${text(one.value)}，常态为 ${text(band.low)}–${text(band.high)}（此前 ${band.history} 次交付的中位数 ${text(band.median)}）`,
    });
  });
  return judged;
}

export function judgeFreshness(
  { dataset, observations }: VolumeSeries,
  asOf: string,
  calendar: Calendar,
): Judged {
  const days = observations.map(({ day }) => day).filter((day) => day <= asOf);
  const periods = periodsDue(dataset, days, asOf, calendar);
  return {
    measures: periods.map(({ end, came }) => measured(dataset, '', end, 'delivered_when_due', came)),
    anomalies: periods.filter(({ came }) => !came).map((period) => missing(dataset, period, days)),
  };
}

const CADENCE_ZH = { daily: '每日', weekly: '每周', monthly: '每月', irregular: '不定期' } as const;

function missing(dataset: Dataset, { end, lateFrom }: Period, days: readonly string[]): Anomaly {
  const before = days.findLast((day) => day <= end);
  return {
    ...{ ...about(dataset), day: end, kind: 'freshness', field: '', statistic: 'deliveries' },
    ...{ observed: 0, low: 1, high: 1, dayKind: CADENCE_ZH[dataset.cadence], history: days.length },
    explanation: `截至 ${lateFrom} 未收到 ${end} 这一期的数据（契约：${CADENCE_ZH[dataset.cadence]}，期末后 ${dataset.latenessDays} 天内，逢节假日顺延${before ? `；上一次为 ${before}` : ''}）`,
  };
}

const arrival = z.object({
  ...{ batch: z.number(), dataset: z.string(), day: z.string(), received: z.string(), first: z.string() },
});

/** Deliveries about days after the data set's first arrival: what came before was history, sent all at once. */
async function judgePunctuality(warehouse: Warehouse, contracts: Contracts): Promise<Judged[]> {
  const rows = await warehouse.rows(
    `SELECT toUInt32(batch_id) AS batch, toString(dataset) AS dataset, toString(day) AS day, toString(received_on) AS received,
       toString(min(received_on) OVER (PARTITION BY dataset)) AS first
     FROM meta.quality_batch FINAL WHERE batch_id IN (SELECT batch_id FROM meta.batch)`,
    arrival,
    { lane: 'batch', tag: 'quality.punctual' },
  );
  return rows.flatMap(({ batch, dataset: id, day, received, first }) => {
    const dataset = contracts.find(id);
    if (!dataset || day < first) return [];
    const late = (Date.parse(received) - Date.parse(day)) / 86_400_000 > dataset.latenessDays;
    return [
      { anomalies: [], measures: [{ ...measured(dataset, '', day, 'punctual', !late), batchId: batch }] },
    ];
  });
}

const key = z.object({
  ...{ day: z.string(), dataset: z.string(), kind: z.string(), field: z.string(), statistic: z.string() },
});
const keyOf = (one: z.output<typeof key>): string =>
  [one.day, one.dataset, one.kind, one.field, one.statistic].join('\n');

/**
 * What was an anomaly and is none any more (late data came, a batch was withdrawn) goes.
 * @param judgedNow condition on the anomalies that were judged again: of these what is not fresh goes
 */
export async function replaceAnomalies(
  warehouse: Warehouse,
  fresh: readonly Anomaly[],
  judgedNow: string,
): Promise<void> {
  const known = await warehouse.rows(
    `SELECT toString(day) AS day, toString(dataset) AS dataset, toString(kind) AS kind, toString(field) AS field, toString(statistic) AS statistic
     FROM meta.quality_anomaly FINAL WHERE ${judgedNow}`,
    key,
    { lane: 'batch', tag: 'quality.anomalies' },
  );
  const now = new Set(fresh.map(keyOf));
  const gone = known.filter((one) => !now.has(keyOf(one)));
  const version = versionNow();
  await writeRows(
    warehouse,
    'meta.quality_anomaly',
    'day Date, dataset String, owner String, kind String, field String, statistic String, observed Float64, low Float64, high Float64, day_kind String, history UInt32, explanation String, version UInt64, is_deleted UInt8',
    [
      ...fresh.map((one) => [
        ...[
          one.day,
          one.dataset,
          one.owner,
          one.kind,
          one.field,
          one.statistic,
          one.observed,
          one.low,
          one.high,
        ],
        ...[one.dayKind, one.history, one.explanation, version, 0],
      ]),
      ...gone.map((one) => [
        ...[one.day, one.dataset, '', one.kind, one.field, one.statistic, 0, 0, 0, '', 0, '', version, 1],
      ]),
    ],
  );
}
