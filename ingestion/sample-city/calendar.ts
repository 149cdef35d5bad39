/** Days as whole numbers since 1970-01-01, so that time is arithmetic; text is made at the edge and remembered. */
const MILLISECONDS_A_DAY = 86_400_000;

/** "Not yet", "never": later than any date of the city. */
export const NEVER = 1_000_000;

export const day = (text: string): number => Math.round(Date.parse(`${text}T00:00:00Z`) / MILLISECONDS_A_DAY);

const FIRST = day('1900-01-01');
const LAST = day('2100-01-01');
const texts: string[] = [];

/** `YYYY-MM-DD`, or '' for NEVER. */
export function dayText(value: number): string {
  if (value < FIRST || value >= LAST) return '';
  return (texts[value - FIRST] ??= new Date(value * MILLISECONDS_A_DAY).toISOString().slice(0, 10));
}

/** The day's text when it is not after `asOf`; '' while it lies in the future. */
export const dayTextUntil = (value: number, asOf: number): string => (value <= asOf ? dayText(value) : '');

/** `YYYYMMDD` */
export const compactDay = (value: number): string => dayText(value).replaceAll('-', '');
export const yearOf = (value: number): number => Number(dayText(value).slice(0, 4));

const months: number[] = [];
/** Months as whole numbers: year × 12 + month - 1. */
export function monthOf(value: number): number {
  const text = dayText(value);
  return (months[value - FIRST] ??= Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1);
}
const TWO = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'));
/** `00` to `99`. */
export const two = (value: number): string => TWO[value] ?? '';
/** `YYYY-MM` */
export const monthText = (month: number): string => `${Math.floor(month / 12)}-${two((month % 12) + 1)}`;
/** `YYYYMM` */
export const compactMonth = (month: number): string => monthText(month).replace('-', '');
export const firstDayOf = (month: number): number => day(`${monthText(month)}-01`);
export const lastDayOf = (month: number): number => firstDayOf(month + 1) - 1;

/** The same day `months` later; the 31st becomes the last day of a shorter month. */
export function addMonths(value: number, months: number): number {
  const month = monthOf(value) + months;
  return Math.min(firstDayOf(month) + Number(dayText(value).slice(8)) - 1, lastDayOf(month));
}

/** `YYYY-MM-DD hh:mm:ss` of a day and the seconds into it. */
export function instantText(value: number, seconds: number): string {
  return `${dayText(value)} ${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
