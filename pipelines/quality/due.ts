/** When deliveries were due and whether they came: the contract's frequency and limit (更新时限), over the days people work. */
import { addDays, daysBetween, firstDayOf, lastDayOf, monthOf, monthsFrom } from '../../domain/calendar.ts';
import type { Dataset } from '../../ingestion/contract.ts';
import { type Calendar, isWorkingDay, weekday } from '../collection/window.ts';

export interface Period {
  /** Its last day; the period is named by it. */
  end: string;
  /** The first day on which it is late. */
  lateFrom: string;
  came: boolean;
}

/** A daily source that delivered on fewer of the days of rest than this does not work on them. */
const WORKS_ON_REST = 0.5;

/**
 * Every period from the first delivery until `asOf` whose delivery should be here by then.
 * @param days days with a delivery, or with facts where they come daily; ascending
 */
export function periodsDue(
  { cadence, latenessDays }: Pick<Dataset, 'cadence' | 'latenessDays'>,
  days: readonly string[],
  asOf: string,
  calendar: Calendar,
): Period[] {
  const [first] = days;
  if (first === undefined || cadence === 'irregular') return [];
  const came = new Set(days);
  const due = (end: string, has: boolean): Period => ({
    ...{ end, came: has, lateFrom: nextWorkingDay(addDays(end, latenessDays + 1), calendar) },
  });
  const periods =
    cadence === 'daily'
      ? dailyPeriods(first, asOf, came, calendar).map((day) => due(day, came.has(day)))
      : cadence === 'weekly'
        ? weeks(first, asOf).map((end) => due(end, inLast(7, end, came)))
        : monthsFrom(monthOf(first), monthOf(asOf)).map((month) =>
            due(
              lastDayOf(firstDayOf(month)),
              days.some((day) => monthOf(day) === month),
            ),
          );
  return periods.filter(({ lateFrom, came: has, end }) => (has ? end <= asOf : lateFrom <= asOf));
}

/** The day itself when people work on it. */
export const nextWorkingDay = (day: string, calendar: Calendar): string => {
  let at = day;
  while (!isWorkingDay(at, calendar)) at = addDays(at, 1);
  return at;
};

function dailyPeriods(first: string, asOf: string, came: ReadonlySet<string>, calendar: Calendar): string[] {
  const all = Array.from({ length: Math.max(0, daysBetween(first, asOf) + 1) }, (_, i) => addDays(first, i));
  const rest = all.filter((day) => !isWorkingDay(day, calendar));
  const worksOnRest = rest.filter((day) => came.has(day)).length >= WORKS_ON_REST * rest.length;
  return worksOnRest ? all : all.filter((day) => isWorkingDay(day, calendar));
}

/** Sundays from the week of `first` to that of `asOf`. */
function weeks(first: string, asOf: string): string[] {
  const start = addDays(first, 7 - weekday(first));
  const count = Math.max(0, Math.floor(daysBetween(start, asOf) / 7) + 1);
  return Array.from({ length: count }, (_, i) => addDays(start, 7 * i));
}

const inLast = (count: number, end: string, days: ReadonlySet<string>): boolean =>
  Array.from({ length: count }, (_, i) => addDays(end, -i)).some((day) => days.has(day));
