/** Answers a whole screen: requests over the same rows share a query, each result stands or fails alone. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { amongPeriods, compared, earlierRange, groupKey, inHistory } from './compare.ts';
import type { CompareBy } from './compare.ts';
import type { Metric } from './definition.ts';
import { readHistory } from './history.ts';
import type { HistoryRow } from './history.ts';
import { measured } from './measure.ts';
import { periodOf, periodsBetween } from './period.ts';
import { attempt, planRequest } from './plan-request.ts';
import type { Planned } from './plan-request.ts';
import type { MetricRequest, MetricRequestInput, MetricResult, MetricRow, QueryScope } from './request.ts';
import { runGroups } from './run-groups.ts';

/** One result a request, in order. A request that cannot be answered has `error` and no rows; the others are unharmed. */
export async function queryMetrics(
  warehouse: Warehouse,
  metrics: Metric[],
  requests: MetricRequestInput[],
  scope: QueryScope,
): Promise<MetricResult[]> {
  const byName = new Map(metrics.map((metric) => [metric.name, metric]));
  const planned = requests.map((request) => attempt(() => planRequest(byName, request, scope)));
  const good = planned.flatMap((each) => (each.ok ? [each.value] : []));
  const live = good.filter((each) => !each.isHistory);
  const before = new Map(live.map((each) => [each, earlierTotals(each)]));
  const [answers, history] = await Promise.all([
    runGroups(warehouse, [...live, ...[...before.values()].flatMap((each) => Object.values(each))]),
    readHistory(warehouse, good.filter(needsHistory)),
  ]);
  const rowsOf = (each: Planned | undefined): MetricRow[] => {
    const answer = each && answers.get(each);
    return answer?.ok ? answer.value : [];
  };
  return requests.map((request, index) => {
    const each = planned[index];
    const metric = byName.get(request.metric);
    const head = { id: request.id, metric: request.metric, zh: metric?.zh ?? '', unit: metric?.unit ?? '' };
    if (!each?.ok) return { ...head, rows: [], error: each?.error };
    const asked = each.value;
    const answer = answers.get(asked);
    if (answer && !answer.ok) return { ...head, rows: [], error: answer.error };
    const past = history.get(asked) ?? [];
    const all = asked.isHistory ? historyRows(asked, past) : withoutGaps(asked, rowsOf(asked));
    const totals = before.get(asked) ?? {};
    const then = earlierValues(
      asked,
      all,
      past,
      { yoy: rowsOf(totals.yoy), pop: rowsOf(totals.pop) },
      scope.asOf,
    );
    const rows = compared(all, asked.request.compare, then).filter((row) => isAsked(asked, row));
    return { ...head, rows: arranged(rows, asked.request) };
  });
}

/** Every metric for the whole city and all time; one whose mart does not exist is left out. */
export async function cityValues(
  warehouse: Warehouse,
  metrics: Metric[],
): Promise<Record<string, number | null>> {
  const existing = await warehouse.rows(
    "SELECT concat(database, '.', name) AS model FROM system.tables WHERE startsWith(database, 'mart_')",
    z.object({ model: z.string() }),
    { tag: 'marts' },
  );
  const models = new Set(existing.map((row) => row.model));
  const asked = metrics.filter((metric) => models.has(metric.model));
  const requests = asked.map((metric) => ({ id: metric.name, metric: metric.name }));
  const results = await queryMetrics(warehouse, asked, requests, { asOf: '2299-12-31' });
  const failed = results.find((result) => result.error !== undefined);
  if (failed) {
    throw new AppError('bad_configuration', `metric ${failed.metric}: ${failed.error?.detail ?? ''}`, {
      where: { metric: failed.metric },
    });
  }
  return Object.fromEntries(results.map((result) => [result.metric, result.rows[0]?.value ?? null]));
}

const needsHistory = ({ metric, isHistory, request }: Planned): boolean =>
  metric.time === null && (isHistory || request.compare.length > 0);

/** A total over a range of dates is compared with the totals of earlier ranges, which are asked in the same batch. */
function earlierTotals(asked: Planned): Partial<Record<CompareBy, Planned>> {
  const { from, to } = asked.range;
  if (asked.metric.time === null || asked.request.grain || from === undefined || to === undefined) return {};
  const request = { ...asked.request, compare: [] };
  return Object.fromEntries(
    asked.request.compare.map((by) => [by, { ...asked, request, range: earlierRange({ from, to }, by) }]),
  );
}

/** Where the earlier value of a row is found: among its own periods, in an earlier total, or in the recorded history. */
function earlierValues(
  { metric, request }: Planned,
  rows: MetricRow[],
  past: HistoryRow[],
  totals: Record<CompareBy, MetricRow[]>,
  asOf: string,
): (row: MetricRow, by: CompareBy) => number | null {
  if (request.grain) return amongPeriods(rows);
  if (metric.time === null)
    return inHistory(past, asOf, (row) => measured(metric, row.numerator, row.denominator).value);
  return (row, by) => totals[by].find((each) => groupKey(each) === groupKey(row))?.value ?? null;
}

/** A month without a row is a month of zero (or of no ratio), not a hole in the line. Split answers stay as they are. */
function withoutGaps({ metric, request, range }: Planned, rows: MetricRow[]): MetricRow[] {
  const { grain } = request;
  const periods = rows.flatMap((row) => row.period ?? []).toSorted();
  const [first] = periods;
  if (!grain || request.dimensions.length > 0 || first === undefined) return rows;
  const last = range.to === undefined ? (periods.at(-1) ?? first) : periodOf(range.to, grain);
  const known = new Map(rows.map((row) => [row.period, row]));
  return periodsBetween(first, last).map(
    (period) => known.get(period) ?? { keys: {}, labels: {}, period, ...measured(metric, 0, 0) },
  );
}

/** Earlier periods were read only to be compared with. */
const isAsked = ({ range, request }: Planned, row: MetricRow): boolean => {
  if (!request.grain || row.period === undefined) return true;
  return (
    (range.from === undefined || row.period >= periodOf(range.from, request.grain)) &&
    (range.to === undefined || row.period <= periodOf(range.to, request.grain))
  );
};

/** The last recorded day of each period is the period's value. */
function historyRows({ metric, dimensions, request }: Planned, past: HistoryRow[]): MetricRow[] {
  const last = new Map<string, HistoryRow>();
  const grain = request.grain ?? 'month';
  for (const row of past) {
    const id = JSON.stringify([periodOf(row.asOf, grain), request.dimensions.map((name) => row.keys[name])]);
    const known = last.get(id);
    if (!known || known.asOf < row.asOf) last.set(id, row);
  }
  return [...last.values()].map((row) => ({
    keys: Object.fromEntries(request.dimensions.map((name) => [name, row.keys[name] ?? ''])),
    labels: Object.fromEntries(
      dimensions.map((dimension) => [
        dimension.name,
        row.labels[dimension.name] ?? row.keys[dimension.name] ?? '',
      ]),
    ),
    period: periodOf(row.asOf, grain),
    ...measured(metric, row.numerator, row.denominator),
  }));
}

function arranged(rows: MetricRow[], { orderBy, limit, grain, dimensions }: MetricRequest): MetricRow[] {
  const key = (row: MetricRow): string => dimensions.map((name) => row.keys[name]).join('\u0000');
  const byKey = (a: MetricRow, b: MetricRow): number => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
  if (orderBy === 'value') {
    const sorted = rows.toSorted((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity) || byKey(a, b));
    return sorted.slice(0, limit);
  }
  const byPeriod = rows.toSorted((a, b) =>
    (a.period ?? '') < (b.period ?? '') ? -1 : (a.period ?? '') > (b.period ?? '') ? 1 : byKey(a, b),
  );
  if (limit === undefined || !grain) return byPeriod.slice(0, limit);
  const periods = [...new Set(byPeriod.map((row) => row.period))].slice(-limit);
  return byPeriod.filter((row) => periods.includes(row.period));
}
