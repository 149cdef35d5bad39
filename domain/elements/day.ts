/** The one test of whether 'YYYY-MM-DD' is a day, over what ClickHouse's Date32 can hold (1900 to 2299). */
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

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
