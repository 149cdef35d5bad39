/**
 * Days are texts `YYYY-MM-DD`, months `YYYY-MM`: they sort, compare and travel as they are. No clock in this file: what
 * day it is comes in from outside (`var('as_of')`).
 */

/** China Standard Time, the same in every year we look at. */
export const CHINA_OFFSET_MINUTES = 480;
const MILLISECONDS_A_DAY = 86_400_000;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Days of a month (1 to 12). */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

/** Is the text a day that exists, from 1900-01-01 to 2299-12-31 (what ClickHouse's Date32 holds)? */
export function isDay(text: string): boolean {
  const parts = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (!parts) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  return (
    year >= 1900 && year <= 2299 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
  );
}

/** ClickHouse rolls 30 February over instead of refusing it, and clamps years: only a date that prints as it was read exists. */
export const isDaySql = (expression: string): string =>
  `ifNull(toString(toDate32OrNull(${expression})) = ${expression}, 0)`;

function dayNumber(day: string): number {
  if (!isDay(day)) throw new RangeError(`${day} is not a day`);
  return Date.parse(`${day}T00:00:00Z`) / MILLISECONDS_A_DAY;
}

/** The day `days` later (earlier when negative). */
export function addDays(day: string, days: number): string {
  return new Date((dayNumber(day) + days) * MILLISECONDS_A_DAY).toISOString().slice(0, 10);
}

/** Days from one day to another; 0 for the same day. */
export const daysBetween = (from: string, to: string): number => dayNumber(to) - dayNumber(from);

export const monthOf = (day: string): string => day.slice(0, 7);

function monthNumber(month: string): number {
  const parts = /^([0-9]{4})-(0[1-9]|1[0-2])(?:-[0-9]{2})?$/.exec(month);
  if (!parts) throw new RangeError(`${month} is not a month`);
  return Number(parts[1]) * 12 + Number(parts[2]) - 1;
}

const monthText = (number: number): string =>
  `${String(Math.floor(number / 12)).padStart(4, '0')}-${String((number % 12) + 1).padStart(2, '0')}`;

/** The month `months` later (earlier when negative). Takes a month or a day. */
export const addMonths = (month: string, months: number): string => monthText(monthNumber(month) + months);

/** Months from one to another; 0 for the same. Takes months or days. */
export const monthsBetween = (from: string, to: string): number => monthNumber(to) - monthNumber(from);

/** Every month from the first to the last, both included. */
export function monthsFrom(first: string, last: string): string[] {
  return Array.from({ length: Math.max(0, monthsBetween(first, last) + 1) }, (_, i) => addMonths(first, i));
}

export const firstDayOf = (month: string): string => `${addMonths(month, 0)}-01`;
export const lastDayOf = (month: string): string => addDays(firstDayOf(addMonths(month, 1)), -1);

/** The same day of a later month, or that month's last day when it has no such day (31 January + 1 month = 28 February). */
export function addMonthsToDay(day: string, months: number): string {
  dayNumber(day);
  const month = addMonths(day, months);
  const wanted = `${month}${day.slice(7)}`;
  return isDay(wanted) ? wanted : lastDayOf(month);
}

/** `2026-Q4` of a month or day. */
export const quarterOf = (month: string): string =>
  `${month.slice(0, 4)}-Q${Math.floor((monthNumber(month) % 12) / 3) + 1}`;

/** Whole years lived on `day` by someone born on `birth`. Born 29 February: a year older on 1 March of common years. */
export function ageOn(birth: string, day: string): number {
  dayNumber(birth);
  dayNumber(day);
  return Number(day.slice(0, 4)) - Number(birth.slice(0, 4)) - (day.slice(5) < birth.slice(5) ? 1 : 0);
}

/** The Chinese day an instant falls on. */
export function chinaDayOf(instant: Date): string {
  return new Date(instant.getTime() + CHINA_OFFSET_MINUTES * 60_000).toISOString().slice(0, 10);
}

/** The same number of days just before a period; days YYYY-MM-DD, both included. */
export function periodBefore({ from, to }: { from: string; to: string }): { from: string; to: string } {
  const days = daysBetween(from, to) + 1;
  return { from: addDays(from, -days), to: addDays(to, -days) };
}
