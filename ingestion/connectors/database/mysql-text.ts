/** A value of the binlog as the text `cellSql` gives it from the table: raw must not see a change where there is none. */
import { refused } from './errors.ts';
import type { SourceColumn } from './settings.ts';

/** @param value as zongji decodes it with `dateStrings` */
export function binlogText(value: unknown, { name, type }: SourceColumn): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string')
    return type === 'text' || type === 'json' ? value.replaceAll('\0', '␀') : value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') {
    if (type === 'year') return value === 1900 ? '0000' : String(value);
    return type === 'float' || type === 'double' ? doubleText(value) : String(value);
  }
  if (Buffer.isBuffer(value)) {
    if (type === 'bit') return BigInt(`0x${value.toString('hex') || '0'}`).toString();
    if (type === 'binary') return value.toString('hex');
  }
  throw refused(
    `The log holds “${name}” (${type}) in a form that is not known.`,
    'Leave the column out, or read the table by mysql_table.',
    { column: name },
  );
}

/** MySQL writes out what has up to 15 digits before the point and puts the rest with an exponent, without a plus. */
export function doubleText(value: number): string {
  const [digits = '0', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const length = digits.replace(/[-.]/g, '').length;
  if (exponent >= -15 && exponent < 15) return value.toFixed(Math.max(0, length - 1 - exponent));
  return `${digits}e${exponent}`;
}
