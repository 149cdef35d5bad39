/** Year-on-year (同比) and period-on-period (环比). */
import type { HistoryRow } from './history.ts';
import { addDays, daysBetween, earlier, lastMonthEnd, yearBefore } from './period.ts';
import type { Range } from './period.ts';
import type { Comparison, MetricRow } from './request.ts';

export type CompareBy = 'yoy' | 'pop';

/** Rows with `yoy` and `pop` filled from what `then` answers for a row; null where it knows nothing. */
export function compared(
  rows: MetricRow[],
  by: CompareBy[],
  then: (row: MetricRow, by: CompareBy) => number | null,
): MetricRow[] {
  return rows.map((row) => ({
    ...row,
    ...Object.fromEntries(by.map((each) => [each, comparison(row.value, then(row, each))])),
  }));
}

function comparison(now: number | null, then: number | null): Comparison {
  const change =
    now === null || then === null || then === 0 ? null : Number(((now - then) / Math.abs(then)).toFixed(6));
  return { value: then, change };
}

/** The group a row is about, whatever its period. */
export const groupKey = (row: { keys: Record<string, string> }): string =>
  JSON.stringify(Object.entries(row.keys).toSorted());

/** Looks among rows of the same groups for the earlier period. */
export function amongPeriods(rows: MetricRow[]): (row: MetricRow, by: CompareBy) => number | null {
  const values = new Map(rows.map((row) => [`${groupKey(row)} ${row.period ?? ''}`, row.value]));
  return (row, by) => values.get(`${groupKey(row)} ${earlier(row.period ?? '', by)}`) ?? null;
}

/** The range of dates a total over `range` is compared with: the same days a year before, or as many days just before. */
export function earlierRange({ from, to }: Required<Range>, by: CompareBy): Required<Range> {
  if (by === 'yoy') return { from: yearBefore(from), to: yearBefore(to) };
  return { from: addDays(from, -daysBetween(from, to) - 1), to: addDays(from, -1) };
}

/** A recorded value counts for a day when it is at most this much older. */
const MOST_DAYS_OLD = 31;

/** Looks in the recorded history: a year ago, or the end of last month. */
export function inHistory(
  past: HistoryRow[],
  asOf: string,
  valueOf: (row: HistoryRow) => number | null,
): (row: MetricRow, by: CompareBy) => number | null {
  const wanted = { yoy: yearBefore(asOf), pop: lastMonthEnd(asOf) };
  return (row, by) => {
    const day = wanted[by];
    const candidates = past.filter(
      (each) =>
        groupKey(each) === groupKey(row) && each.asOf <= day && daysBetween(each.asOf, day) <= MOST_DAYS_OLD,
    );
    const latest = candidates.toSorted((a, b) => (a.asOf < b.asOf ? 1 : -1))[0];
    return latest === undefined ? null : valueOf(latest);
  };
}
