/** Recorded values of snapshot metrics: `mart_decision.kpi_day`, one row a metric, division and as-of date. */
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { DIVISION_LEVELS } from './dimensions.ts';
import type { DivisionLevel } from './dimensions.ts';
import type { Metric } from './definition.ts';
import type { Filters } from './request.ts';
import { isBuilt } from '../is-built.ts';

export const KPI_DAY = 'mart_decision.kpi_day';

export interface HistoryRow {
  asOf: string;
  keys: Record<string, string>;
  labels: Record<string, string>;
  numerator: number;
  denominator: number;
}
export interface HistoryAsk {
  metric: Metric;
  request: { dimensions: string[]; filters: Filters };
}

/**
 * The level of division a question is about, or null when the history cannot answer it: it is kept by division only, and
 * several places cannot be added up (a ratio has no sum).
 */
export function historyLevel(dimensions: string[], filters: Filters): DivisionLevel | null {
  const asked = [...dimensions, ...Object.keys(filters)];
  const levels: readonly string[] = DIVISION_LEVELS;
  if (asked.some((name) => name === 'city' || !levels.includes(name))) return null;
  const finest = DIVISION_LEVELS.findLast((level) => asked.includes(level)) ?? 'city';
  const single = (name: string): boolean => [filters[name] ?? []].flat().length === 1;
  const isOnePlaceEach = dimensions.includes(finest) || finest === 'city' || single(finest);
  return isOnePlaceEach ? finest : null;
}

const rowSchema = z.object({
  metric: z.string(),
  as_of: z.string(),
  district: z.string(),
  street: z.string(),
  community: z.string(),
  numerator: z.number(),
  denominator: z.number(),
});

/** All recorded rows for each question; none where there is no history yet. Questions of one level and place share a query. */
export async function readHistory<T extends HistoryAsk>(
  warehouse: Warehouse,
  asks: T[],
): Promise<Map<T, HistoryRow[]>> {
  const groups = new Map<string, { level: DivisionLevel; filters: Filters; asks: T[] }>();
  for (const ask of asks) {
    const level = historyLevel(ask.request.dimensions, ask.request.filters);
    if (level === null) continue;
    const key = JSON.stringify([level, Object.entries(ask.request.filters).toSorted()]);
    const group = groups.get(key) ?? { level, filters: ask.request.filters, asks: [] };
    group.asks.push(ask);
    groups.set(key, group);
  }
  if (groups.size === 0 || !(await isBuilt(warehouse, KPI_DAY, { tag: 'metrics history' }))) return new Map();
  const names = asks.some((ask) => ask.request.dimensions.length > 0)
    ? await divisionNames(warehouse)
    : new Map<string, string>();
  const answers = await Promise.all(
    [...groups.values()].map(async (group) => {
      const rows = await readGroup(
        warehouse,
        group.level,
        group.filters,
        group.asks.map((ask) => ask.metric.name),
      );
      return group.asks.map((ask): [T, HistoryRow[]] => [
        ask,
        rows
          .filter((row) => row.metric === ask.metric.name)
          .map((row) => historyRow(row, ask.request.dimensions, names)),
      ]);
    }),
  );
  return new Map(answers.flat());
}

async function readGroup(
  warehouse: Warehouse,
  level: DivisionLevel,
  filters: Filters,
  metrics: string[],
): Promise<z.infer<typeof rowSchema>[]> {
  const params: Record<string, string | string[]> = { level, metrics: [...new Set(metrics)] };
  const places = (['district', 'street', 'community'] as const).flatMap((name) => {
    const wanted = filters[name];
    if (wanted === undefined) return [];
    params[name] = [wanted].flat();
    return [`${name}_code IN {${name}:Array(String)}`];
  });
  return warehouse.rows(
    `SELECT metric, toString(as_of) AS as_of, district_code AS district, street_code AS street, community_code AS community,
       toFloat64(numerator) AS numerator, toFloat64(denominator) AS denominator
     FROM ${KPI_DAY}
     WHERE ${['level = {level:String}', 'metric IN {metrics:Array(String)}', ...places].join(' AND ')}
     ORDER BY metric, as_of`,
    rowSchema,
    { params, tag: 'metrics history' },
  );
}

function historyRow(
  row: z.infer<typeof rowSchema>,
  dimensions: string[],
  names: Map<string, string>,
): HistoryRow {
  const codes: Record<string, string> = {
    district: row.district,
    street: row.street,
    community: row.community,
  };
  return {
    asOf: row.as_of,
    keys: Object.fromEntries(dimensions.map((name) => [name, codes[name] ?? ''])),
    labels: Object.fromEntries(
      dimensions.map((name) => [name, names.get(codes[name] ?? '') ?? codes[name] ?? '']),
    ),
    numerator: row.numerator,
    denominator: row.denominator,
  };
}

async function divisionNames(warehouse: Warehouse): Promise<Map<string, string>> {
  const rows = await warehouse.rows(
    'SELECT division_code AS code, any(division_name) AS name FROM base.division GROUP BY code',
    z.object({ code: z.string(), name: z.string() }),
    { tag: 'division names' },
  );
  return new Map(rows.map((row) => [row.code, row.name]));
}
