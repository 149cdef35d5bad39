/** Is the data fresh, and did it pass its checks? */
import type { Dataset } from '../../ingestion/contract.ts';
import { datasetId } from '../../ingestion/contract.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { addDays } from '../metrics/period.ts';

export interface Freshness {
  dataset: string;
  zh: string;
  owner: string;
  cadence: Dataset['cadence'];
  /** Business date of the latest delivery loaded; null when none was. */
  latest: string | null;
  /** The next delivery is due by this date. */
  dueBy: string | null;
  state: 'fresh' | 'late' | 'missing';
}

/** Days from one delivery's business date to the next. An irregular source is late only by its own limit. */
const CADENCE_DAYS = { daily: 1, weekly: 7, monthly: 31, irregular: 0 } as const;

/** Each data set against its contract's lateness limit, as on `today` (YYYY-MM-DD). */
export async function freshness(
  store: OperationalStore,
  datasets: readonly Dataset[],
  today: string,
): Promise<Freshness[]> {
  const rows = await store.db
    .selectFrom('delivery')
    .select(['dataset', (eb) => eb.fn.max('business_date').as('latest')])
    .where('state', 'in', ['loaded', 'repeat'])
    .groupBy('dataset')
    .execute();
  const latest = new Map(rows.map((row) => [row.dataset, row.latest]));
  return datasets.map((dataset) => {
    const last = latest.get(datasetId(dataset)) ?? null;
    const dueBy = last === null ? null : addDays(last, CADENCE_DAYS[dataset.cadence] + dataset.latenessDays);
    return {
      dataset: datasetId(dataset),
      zh: dataset.zh,
      owner: dataset.owner,
      cadence: dataset.cadence,
      latest: last,
      dueBy,
      state: dueBy === null ? 'missing' : today > dueBy ? 'late' : 'fresh',
    };
  });
}

export interface LayerQuality {
  /** `base`, `mart_supply`, … */
  layer: string;
  passed: number;
  warned: number;
  failed: number;
}
export interface LatestResult {
  test: string;
  model: string;
  severity: 'warn' | 'error';
  state: 'passed' | 'warned' | 'failed';
  failures: number;
  checkedAt: string;
  runId: string;
}

/** The latest result of each test, worst first. */
export async function latestResults(store: OperationalStore): Promise<LatestResult[]> {
  const rows = await store.db
    .selectFrom('quality_result')
    .distinctOn(['model', 'test'])
    .selectAll()
    .orderBy('model')
    .orderBy('test')
    .orderBy('checked_at', 'desc')
    .execute();
  const rank = { failed: 0, warned: 1, passed: 2 };
  return rows
    .toSorted((a, b) => rank[a.state] - rank[b.state])
    .map((row) => ({
      test: row.test,
      model: row.model,
      severity: row.severity,
      state: row.state,
      failures: row.failures,
      checkedAt: row.checked_at.toISOString(),
      runId: row.run_id,
    }));
}

export function qualityByLayer(results: LatestResult[]): LayerQuality[] {
  const layers = new Map<string, LayerQuality>();
  for (const result of results) {
    const layer = result.model.split('.')[0] ?? '';
    const counts = layers.get(layer) ?? { layer, passed: 0, warned: 0, failed: 0 };
    counts[result.state] += 1;
    layers.set(layer, counts);
  }
  return [...layers.values()].toSorted((a, b) => (a.layer < b.layer ? -1 : 1));
}
