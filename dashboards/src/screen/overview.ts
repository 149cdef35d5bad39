/**
 * The overview as data: which panel asks which metric. Numbers reach the screen only through this file, and all of
 * them in one call of `POST /api/metrics/query`.
 */
import type { MetricRequest } from '../api/types.ts';
import type { Lang } from '../texts.ts';
import { childDimension, filtersOf, type Focus } from './divisions.ts';

type Words = Record<Lang, string>;

/** The city promises daily data: older than this many days and the screen says so (数据陈旧). */
export const PROMISED_DAYS = 2;
/** Seconds between refreshes of a visible screen. */
export const REFRESH_SECONDS = 60;
/** Months a trend shows: a year and the same month of the year before. */
export const TREND_MONTHS = 13;

export interface KpiSpec {
  metric: string;
  name: Words;
  noun: Words;
  /** A flow is shown for its newest month. */
  monthly?: true;
  better: 'higher' | 'lower' | 'neutral';
}

/** M10, M17 (dwellings), M04, M08 (occupied), M106 (vacancy), guaranteed households, collection, alerts M78. */
export const KPIS: KpiSpec[] = [
  {
    metric: 'dwelling_total',
    name: { zh: '房源总套数', en: 'Dwellings' },
    noun: { zh: '套', en: '' },
    better: 'neutral',
  },
  {
    metric: 'occupied_dwelling_cnt',
    name: { zh: '已入住套数', en: 'Occupied dwellings' },
    noun: { zh: '套', en: '' },
    better: 'higher',
  },
  {
    metric: 'vacancy_rate',
    name: { zh: '空置率', en: 'Vacancy rate' },
    noun: { zh: '', en: '' },
    better: 'lower',
  },
  {
    metric: 'guaranteed_household_cnt',
    name: { zh: '在保家庭', en: 'Guaranteed households' },
    noun: { zh: '户', en: '' },
    better: 'higher',
  },
  {
    metric: 'rent_collection_rate',
    name: { zh: '租金收缴率', en: 'Rent collected' },
    noun: { zh: '', en: '' },
    monthly: true,
    better: 'higher',
  },
  {
    metric: 'violation_cnt',
    name: { zh: '违规告警', en: 'Violations' },
    noun: { zh: '条', en: '' },
    better: 'lower',
  },
];

export interface AreaMetric {
  metric: string;
  name: Words;
  noun: Words;
  better: 'higher' | 'lower';
}

/** What the map can be coloured by and the ranking ordered by. */
export const AREA_METRICS: AreaMetric[] = [
  {
    metric: 'vacancy_rate',
    name: { zh: '空置率', en: 'Vacancy' },
    noun: { zh: '', en: '' },
    better: 'lower',
  },
  {
    metric: 'arrears_rate',
    name: { zh: '欠租率', en: 'Arrears' },
    noun: { zh: '', en: '' },
    better: 'lower',
  },
  {
    metric: 'violation_cnt',
    name: { zh: '违规数', en: 'Violations' },
    noun: { zh: '条', en: '' },
    better: 'lower',
  },
  {
    metric: 'occupancy_rate',
    name: { zh: '入住率', en: 'Occupancy' },
    noun: { zh: '', en: '' },
    better: 'higher',
  },
];

/** The map's fifth fact on hover. */
export const AREA_SIZE = {
  metric: 'dwelling_total',
  name: { zh: '房源', en: 'Dwellings' },
  noun: { zh: '套', en: '' },
};

export interface FactSpec {
  metric: string;
  name: Words;
  noun: Words;
}

/** The strip under the map: contracts, tenants, rent and arrears, second homes (002:1705, M70-M78). */
export const FACTS: FactSpec[] = [
  {
    metric: 'contract_active_cnt',
    name: { zh: '在租合同', en: 'Active contracts' },
    noun: { zh: '份', en: '' },
  },
  { metric: 'tenant_cnt', name: { zh: '在租租户', en: 'Tenants' }, noun: { zh: '人', en: '' } },
  { metric: 'avg_rent', name: { zh: '月均租金', en: 'Average rent' }, noun: { zh: '', en: '' } },
  { metric: 'arrears_amount', name: { zh: '欠租金额', en: 'Arrears' }, noun: { zh: '', en: '' } },
  { metric: 'arrears_household_cnt', name: { zh: '欠租户数', en: 'In arrears' }, noun: { zh: '户', en: '' } },
  { metric: 'second_home_cnt', name: { zh: '另有住房', en: 'Second homes' }, noun: { zh: '户', en: '' } },
];

export const SUPPLY = ['prh_project_cnt', 'prh_unit_cnt', 'arh_project_cnt', 'arh_unit_cnt'] as const;
export const VACANCY = ['vacant_by_contract_cnt', 'vacant_by_doors_cnt', 'vacant_by_meters_cnt'] as const;
export const MONTHLY = [
  'application_cnt',
  'application_passed_cnt',
  'application_pass_rate',
  'subsidy_paid_amount',
  'rent_due_amount',
  'rent_paid_amount',
  'rent_collection_rate',
] as const;

export const ids = {
  kpi: (metric: string) => `kpi.${metric}`,
  map: (metric: string) => `map.${metric}`,
  rank: (metric: string) => `rank.${metric}`,
  fact: (metric: string) => `fact.${metric}`,
  supply: (metric: string) => `supply.${metric}`,
  vacancy: (metric: string) => `vacancy.${metric}`,
  month: (metric: string) => `month.${metric}`,
  states: 'supply.states',
  rules: 'violations.rules',
  subsidised: 'subsidy.persons',
};

/** The ranking compares streets over the city and in a district, communities in a street. */
export const rankDimension = (focus: Focus) =>
  focus.level === 'city' || focus.level === 'district' ? 'street' : 'community';

/** Everything the overview shows of a focus, as one batch. */
export function overviewRequests(focus: Focus): MetricRequest[] {
  const filters = filtersOf(focus);
  // A community is shown among its neighbours.
  const around = focus.level === 'community' ? { street: focus.parent } : filters;
  const one = (id: string, metric: string): MetricRequest => ({ id, metric, filters });
  const by = (id: string, metric: string, ...dimensions: string[]): MetricRequest => ({
    id,
    metric,
    dimensions,
    filters,
  });
  const monthly = (metric: string): MetricRequest => ({
    id: ids.month(metric),
    metric,
    grain: 'month',
    orderBy: 'period',
    filters,
  });
  const child = childDimension(focus);
  const rank = rankDimension(focus);
  const areaMetrics = AREA_METRICS.map((area) => area.metric);
  return [
    ...KPIS.map((kpi): MetricRequest => {
      const grain = kpi.monthly ? { grain: 'month' as const, orderBy: 'period' as const } : {};
      return { ...one(ids.kpi(kpi.metric), kpi.metric), ...grain, compare: ['yoy', 'pop'] };
    }),
    ...[...areaMetrics, AREA_SIZE.metric].map((metric) => ({
      ...by(ids.map(metric), metric, child),
      filters: around,
    })),
    ...(rank === child ? [] : areaMetrics.map((metric) => by(ids.rank(metric), metric, rank))),
    ...FACTS.map((fact) => one(ids.fact(fact.metric), fact.metric)),
    ...SUPPLY.map((metric) => one(ids.supply(metric), metric)),
    by(ids.states, 'dwelling_total', 'project_kind', 'dwelling_state'),
    ...VACANCY.map((metric) => one(ids.vacancy(metric), metric)),
    by(ids.rules, 'violation_cnt', 'rule'),
    one(ids.subsidised, 'subsidy_person_cnt'),
    ...MONTHLY.map(monthly),
  ];
}

/** Where a ranking's rows are: the map's own when both show the same dimension. */
export const rankAnswerId = (focus: Focus, metric: string) =>
  rankDimension(focus) === childDimension(focus) ? ids.map(metric) : ids.rank(metric);

/** The address of the records behind a number. */
export function drillPath(
  metric: string,
  focus: Focus,
  more: Record<string, string | undefined> = {},
): string {
  const query = new URLSearchParams({ metric });
  if (focus.level !== 'city') query.set(focus.level, focus.code);
  for (const [name, value] of Object.entries(more)) if (value) query.set(name, value);
  return `/drill?${query}`;
}
