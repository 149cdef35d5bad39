/** 更新时限: a data set whose last news is older than its limit is a finding of timeliness, and its agency's. */
import { z } from 'zod';
import { addDays, daysBetween } from '../../domain/calendar.ts';
import { type Dataset, datasetId } from '../../ingestion/contract.ts';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type Calendar, loadCalendar } from '../collection/window.ts';
import { type Anomaly, replaceAnomalies } from './anomalies.ts';
import { nextWorkingDay } from './due.ts';
import { writeMeasures } from './landed.ts';

/** How a data set stands, as `meta.catalog_lateness` has it. */
const standingSchema = z.object({
  dataset: z.string(),
  asOf: z.string(),
  lastDate: z.string(),
  /** Days of the contract, and of the agency's resource catalogue; 0 where that does not list it. */
  limitDays: z.number(),
  catalogueDays: z.number(),
});
export type Standing = z.output<typeof standingSchema>;

const LIMITS = { contract: '契约更新时限', catalogue: '资源目录更新时限' } as const;
type Limit = keyof typeof LIMITS;

/** After the catalog: what is past its limit as of the run, in place of what was as of the run before. */
export async function judgeLateness(platform: Platform, contracts: Contracts): Promise<void> {
  const { warehouse, store } = platform;
  const calendar = await loadCalendar(store.db);
  const standings = await warehouse.rows(
    `SELECT dataset, toString(as_of) AS asOf, toString(assumeNotNull(last_date)) AS lastDate, update_days AS limitDays, catalogue_days AS catalogueDays
     FROM meta.catalog_lateness WHERE update_days > 0 AND last_date IS NOT NULL`,
    standingSchema,
    { lane: 'batch', tag: 'quality.lateness' },
  );
  const judged = standings.flatMap((standing) => {
    const dataset = contracts.find(standing.dataset);
    return dataset ? [{ dataset, asOf: standing.asOf, late: lateness(dataset, standing, calendar) }] : [];
  });
  await writeMeasures(
    warehouse,
    judged.map(({ dataset, asOf, late }) => ({
      ...{ batchId: 0, day: asOf, dataset: datasetId(dataset), owner: dataset.owner, field: '' },
      ...{ measure: 'within_limit', good: Number(late?.statistic !== 'contract'), total: 1 },
    })),
  );
  const found = judged.flatMap(({ late }) => (late === null ? [] : [late]));
  await replaceAnomalies(warehouse, found, "kind = 'lateness'");
}

/**
 * The finding; null for what is in time. The contract's limit is what the agency has agreed to and counts first; the catalogue's
 * says what the public was promised. A limit that ends on a holiday ends on the next working day.
 */
export function lateness(dataset: Dataset, standing: Standing, calendar: Calendar): Anomaly | null {
  const { asOf, lastDate, limitDays, catalogueDays } = standing;
  const limits: [Limit, number][] = [
    ['contract', limitDays],
    ['catalogue', catalogueDays],
  ];
  for (const [limit, days] of limits) {
    if (days === 0) continue;
    const lateFrom = nextWorkingDay(addDays(lastDate, days + 1), calendar);
    if (asOf < lateFrom) continue;
    return {
      ...{ day: lateFrom, dataset: datasetId(dataset), owner: dataset.owner, kind: 'lateness', field: '' },
      ...{ statistic: limit, observed: daysBetween(lastDate, asOf), low: 0, high: days },
      ...{ dayKind: '', history: 1 },
      explanation: `“${dataset.zh}”最近一期为 ${lastDate}，至 ${asOf} 已 ${daysBetween(lastDate, asOf)} 天未更新，${LIMITS[limit]}为 ${days} 天（逢节假日顺延），自 ${lateFrom} 起逾期`,
    };
  }
  return null;
}
