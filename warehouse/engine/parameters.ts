import { AppError } from '../../domain/errors.ts';
import { literal } from './sql.ts';

/** Placeholder names the SQL asks for: `{name:Type}`. */
const PLACEHOLDER = /\{\s*([A-Za-z_]\w*)\s*:/g;

export function placeholderNames(sql: string): Set<string> {
  return new Set([...sql.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''));
}

/**
 * The engine's text form of a parameter: escaped text at the top, SQL literals inside arrays and maps.
 * Dates are given as text, so that no time zone is guessed.
 * @throws AppError `bug` for a value that has no exact text form
 */
export function parameterText(name: string, value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'string') {
    return value
      .replaceAll('\\', '\\\\')
      .replaceAll('\t', '\\t')
      .replaceAll('\n', '\\n')
      .replaceAll('\r', '\\r')
      .replaceAll('\0', '\\0');
  }
  return nested(name, value);
}

function nested(name: string, value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  switch (typeof value) {
    case 'string':
      return literal(value);
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) break;
      return String(value);
    case 'object':
      if (Array.isArray(value)) return `[${value.map((item) => nested(name, item)).join(',')}]`;
      if (value instanceof Map) {
        return `{${[...value].map(([key, item]) => `${nested(name, key)}:${nested(name, item)}`).join(',')}}`;
      }
      break;
  }
  throw new AppError(
    'bug',
    `The query parameter “${name}” has no exact text form; give text, a safe number, a bigint, an array or a Map.`,
  );
}
