/** What a workbook's cells mean as text: numbers, dates by their style, column letters. */

/** Zero-based column of a reference such as `AB12`; -1 when it names none. */
export function columnOf(reference: string): number {
  let column = 0;
  for (const character of reference) {
    if (character < 'A' || character > 'Z') break;
    column = column * 26 + character.charCodeAt(0) - 64;
    if (column > 16_384) return -1;
  }
  return column - 1;
}

/** A number as a person reads it in the sheet: 15 significant digits, no exponent. */
export function numberText(value: string): string {
  if (/^-?\d{1,15}$/.test(value)) return value;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return value;
  const text = String(Number(number.toPrecision(15)));
  if (!text.includes('e')) return text;
  return Math.abs(number) >= 1 ? BigInt(number).toString() : number.toFixed(20).replace(/0+$/, '');
}

const MILLISECONDS_A_DAY = 86_400_000;
/** Day 0 of the 1900 system, with its leap day that never was, and of the 1904 system. */
const DAY_ZERO = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) };

/** `YYYY-MM-DD`, with ` hh:mm:ss` when the serial has a time; a pure time is `hh:mm:ss`. Text that is no serial stays. */
export function dateText(value: string, system: 1900 | 1904): string {
  const serial = Number(value);
  if (value.trim() === '' || !Number.isFinite(serial) || serial < 0 || serial > 2_958_466) return value;
  const seconds = Math.round(serial * 86_400);
  const text = new Date(DAY_ZERO[system] + seconds * 1000).toISOString();
  const time = text.slice(11, 19);
  if (serial < 1) return time;
  return (seconds * 1000) % MILLISECONDS_A_DAY === 0 ? text.slice(0, 10) : `${text.slice(0, 10)} ${time}`;
}

/** Built-in number formats that show dates or times, the East Asian ones included (ECMA-376 part 1, 18.8.30). */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** Does a format show a date? Colours, locales and literal text are not looked at. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return isBuiltInDate(id);
  return /[ymdhs]/i.test(code.replace(/\[[^\]]*\]|"[^"]*"|\\./g, '').replace(/general/i, ''));
}
