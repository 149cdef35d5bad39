import { AppError } from '../../domain/errors.ts';

/** Types that mean the same to every reader of Parquet; nothing else goes into a package or comes out of one. */
const PLAIN = new Set([
  'String',
  'Bool',
  'UInt8',
  'UInt16',
  'UInt32',
  'UInt64',
  'Int8',
  'Int16',
  'Int32',
  'Int64',
  'Date32',
  "DateTime64(3, 'UTC')",
]);
const DECIMAL = /^Decimal\(([1-9]\d?), (\d{1,2})\)$/;

/** Is this, word for word, a type a package may carry: one of the list, a Decimal of at most 38 digits, or a Nullable of them? */
export function isExchangeType(type: string): boolean {
  const inner = /^Nullable\((.*)\)$/.exec(type)?.[1] ?? type;
  if (PLAIN.has(inner)) return true;
  const [, precision, scale] = DECIMAL.exec(inner) ?? [];
  return precision !== undefined && Number(precision) <= 38 && Number(scale) <= Number(precision);
}

/** The type of a column as it travels: dates and instants in one width, no dictionaries. Throws where a definition must cast. */
export function exchangeType(column: string, type: string): string {
  const plain = type.replace(/^LowCardinality\((.*)\)$/, '$1');
  const travelling = plain
    .replace(/\bDate\b/, 'Date32')
    .replace(/\bDateTime(64\(\d\))?(\('[^']*'\))?(?=$|\))/, "DateTime64(3, 'UTC')");
  if (isExchangeType(travelling)) return travelling;
  throw new AppError('bad_configuration', `The column ${column} is ${type}, which a package cannot carry.`, {
    where: { column },
    fix: 'Give the column an `sql` in its definition that casts it, for example toString(…).',
  });
}
