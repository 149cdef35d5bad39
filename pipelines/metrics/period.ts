/**
 * Periods of a flow: `2026-10-31`, `2026-W44` (the week of GB/T 7408.1: Monday first, the first with a Thursday in the year), `2026-10`,
 * `2026-Q3`, `2026`. Dates are YYYY-MM-DD; all arithmetic is on the calendar, in UTC.
 */
import { AppError } from '../../domain/errors.ts';

export const GRAINS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type Grain = (typeof GRAINS)[number];

/** Periods in a year, at most. */
export const PERIODS_A_YEAR: Record<Grain, number> = { day: 366, week: 53, month: 12, quarter: 4, year: 1 };

/** The grains a flow can be asked by: what is billed or paid for a month has no days. */
export const grainsOf = (time: string | null): readonly Grain[] =>
  time !== null && /(?:^|_)month$/.test(time) ? GRAINS.slice(GRAINS.indexOf('month')) : GRAINS;

export interface Range {
  /** First day, included. */
  from?: string;
  /** Last day, included. */
  to?: string;
}

/** SQL text of the period a date column falls in. */
export function periodSql(column: string, grain: Grain): string {
  if (grain === 'year') return `toString(toYear(${column}))`;
  if (grain === 'quarter') return `concat(toString(toYear(${column})), '-Q', toString(toQuarter(${column})))`;
  const forms = { month: '%Y-%m', week: '%G-W%V', day: '%Y-%m-%d' };
  return `formatDateTime(${column}, '${forms[grain]}')`;
}

interface Span extends Required<Range> {
  grain: Grain;
}

const monthsFrom = (grain: Grain, year: number, month: number, months: number): Span => ({
  grain,
  from: iso(year, month, 1),
  to: iso(year, month + months, 0),
});

const FORMS: [RegExp, (parts: number[]) => Span][] = [
  [/^(\d{4})$/, ([year = 0]) => monthsFrom('year', year, 0, 12)],
  [/^(\d{4})-Q([1-4])$/, ([year = 0, quarter = 1]) => monthsFrom('quarter', year, (quarter - 1) * 3, 3)],
  [/^(\d{4})-(0[1-9]|1[0-2])$/, ([year = 0, month = 1]) => monthsFrom('month', year, month - 1, 1)],
  [/^(\d{4})-W(0[1-9]|[1-4]\d|5[0-3])$/, ([year = 0, week = 1]) => weekSpan(year, week)],
  [
    /^(\d{4})-(\d{2})-(\d{2})$/,
    ([year = 0, month = 1, day = 1]) => {
      const date = iso(year, month - 1, day);
      return { grain: 'day', from: date, to: date };
    },
  ],
];

function weekSpan(year: number, week: number): Span {
  const monday = mondayOf(iso(year, 0, 4));
  const from = addDays(monday, (week - 1) * 7);
  return { grain: 'week', from, to: addDays(from, 6) };
}

/** Undefined for what is no period: another form, the 30th of February, a 53rd week where there is none. */
function spanOf(period: string): Span | undefined {
  for (const [form, read] of FORMS) {
    const match = form.exec(period);
    if (!match) continue;
    const span = read(match.slice(1).map(Number));
    return periodOf(span.from, span.grain) === period ? span : undefined;
  }
  return undefined;
}

const iso = (year: number, month: number, day: number): string =>
  new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);

/** First and last day of a period. Throws `bad_request` for anything else. */
export function rangeOf(text: string): Required<Range> {
  const span = spanOf(text);
  if (span) return { from: span.from, to: span.to };
  throw new AppError('bad_request', `“${text.slice(0, 20)}” is not a period.`, {
    fix: 'Use 2026, 2026-Q3, 2026-10, 2026-W44 or 2026-10-31.',
  });
}

/** The period a date falls in. */
export function periodOf(date: string, grain: Grain): string {
  const [year, month] = dayParts(date);
  if (grain === 'day') return date;
  if (grain === 'year') return date.slice(0, 4);
  if (grain === 'month') return date.slice(0, 7);
  if (grain === 'quarter') return `${year}-Q${Math.floor(month / 3) + 1}`;
  // A week is of the year of its Thursday.
  const thursday = addDays(mondayOf(date), 3);
  const [ofYear] = dayParts(thursday);
  const week = 1 + Math.floor(daysBetween(iso(ofYear, 0, 1), thursday) / 7);
  return `${ofYear}-W${String(week).padStart(2, '0')}`;
}

function mondayOf(date: string): string {
  const [year, month, day] = dayParts(date);
  const weekday = (new Date(Date.UTC(year, month, day)).getUTCDay() + 6) % 7;
  return iso(year, month, day - weekday);
}

/** The same period of the year before (`yoy`; of a week its number, the 52nd for a 53rd there is none of), or the one just before (`pop`). */
export function earlier(period: string, by: 'yoy' | 'pop'): string {
  const span = spanOf(period);
  if (!span) throw new AppError('bug', `${period} is not a period.`);
  if (by === 'pop') return periodOf(addDays(span.from, -1), span.grain);
  if (span.grain !== 'week') return periodOf(yearBefore(span.from), span.grain);
  const [year = 0, week = 1] = period.split('-W').map(Number);
  const same = `${year - 1}-W${String(week).padStart(2, '0')}`;
  return spanOf(same) ? same : `${year - 1}-W52`;
}

/** Every period from the first to the last, both included; at most `MOST_PERIODS`, the latest ones. */
export function periodsBetween(first: string, last: string): string[] {
  const periods: string[] = [];
  for (let period = last; period >= first && periods.length < MOST_PERIODS; period = earlier(period, 'pop'))
    periods.unshift(period);
  return periods;
}
const MOST_PERIODS = 1_200;

/** The same days a year earlier; the 29th of February becomes the 28th. */
export function yearBefore(date: string): string {
  const [year, month, day] = dayParts(date);
  const last = new Date(Date.UTC(year - 1, month + 1, 0)).getUTCDate();
  return iso(year - 1, month, Math.min(day, last));
}

/** Of any year a question may name; `domain/calendar` refuses days outside 1900 to 2299, where data cannot lie. */
export const addDays = (date: string, days: number): string => {
  const [year, month, day] = dayParts(date);
  return iso(year, month, day + days);
};

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** Last day of the month before a date's. */
export function lastMonthEnd(date: string): string {
  const [year, month] = dayParts(date);
  return iso(year, month, 0);
}

function dayParts(date: string): [number, number, number] {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return [year, month - 1, day];
}
