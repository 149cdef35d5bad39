/** Periods of a flow: `2026-10`, `2026-Q3`, `2026`. Dates are YYYY-MM-DD; all arithmetic is on the calendar, in UTC. */
import { AppError } from '../../domain/errors.ts';

export type Grain = 'month' | 'quarter' | 'year';
export const GRAINS: readonly Grain[] = ['month', 'quarter', 'year'];

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
  return `formatDateTime(${column}, '%Y-%m')`;
}

interface Span {
  year: number;
  /** First month, 0 to 11, and how many. */
  month: number;
  months: number;
}

const FORMS: [RegExp, (parts: string[]) => Span][] = [
  [/^(\d{4})$/, ([year]) => ({ year: Number(year), month: 0, months: 12 })],
  [
    /^(\d{4})-Q([1-4])$/,
    ([year, quarter]) => ({ year: Number(year), month: (Number(quarter) - 1) * 3, months: 3 }),
  ],
  [
    /^(\d{4})-(0[1-9]|1[0-2])$/,
    ([year, month]) => ({ year: Number(year), month: Number(month) - 1, months: 1 }),
  ],
];

function spanOf(period: string): Span | undefined {
  for (const [form, read] of FORMS) {
    const match = form.exec(period);
    if (match) return read(match.slice(1));
  }
  return undefined;
}

const iso = (year: number, month: number, day: number): string =>
  new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);

/** First and last day of a period or of a single date. Throws `bad_request` for anything else. */
export function rangeOf(text: string): Required<Range> {
  const span = spanOf(text);
  if (span) return { from: iso(span.year, span.month, 1), to: iso(span.year, span.month + span.months, 0) };
  if (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    iso(...dayParts(text)) === text
  ) {
    return { from: text, to: text };
  }
  throw new AppError('bad_request', `“${text.slice(0, 20)}” is not a period.`, {
    fix: 'Use 2026, 2026-Q3, 2026-10 or 2026-10-31.',
  });
}

/** The period a date falls in. */
export function periodOf(date: string, grain: Grain): string {
  const [year, month] = dayParts(date);
  if (grain === 'year') return String(year);
  return grain === 'quarter' ? `${year}-Q${Math.floor(month / 3) + 1}` : date.slice(0, 7);
}

/** The same period of the year before (`yoy`), or the one just before (`pop`). */
export function earlier(period: string, by: 'yoy' | 'pop'): string {
  const span = spanOf(period);
  if (!span) throw new AppError('bug', `${period} is not a period.`);
  const grain: Grain = span.months === 12 ? 'year' : span.months === 3 ? 'quarter' : 'month';
  const months = by === 'yoy' ? 12 : span.months;
  return periodOf(iso(span.year, span.month - months, 1), grain);
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
