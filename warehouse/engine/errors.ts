import { AppError, isAppError, type ErrorCode } from '../../domain/errors.ts';
import { errorMessage } from '../error-code.ts';

export interface QueryContext {
  queryId: string;
  tag: string;
}

/** ClickHouse's error names that mean "asked for too much", not "asked wrongly". */
const RESOURCE_ERRORS = new Set([
  'TIMEOUT_EXCEEDED',
  'TOO_SLOW',
  'MEMORY_LIMIT_EXCEEDED',
  'TOO_MANY_ROWS',
  'TOO_MANY_BYTES',
  'TOO_MANY_ROWS_OR_BYTES',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
  'TOO_DEEP_RECURSION',
  'TOO_BIG_AST',
  'NOT_ENOUGH_SPACE',
]);
const REJECTED_ERRORS = new Set(['READONLY', 'ACCESS_DENIED', 'QUERY_IS_PROHIBITED']);
const MAX_MESSAGE = 600;

/**
 * Turns whatever an engine threw into an AppError. Engine messages quote values and the query's text, which may be
 * personal: what is quoted, long numbers, and everything after the query's text are withheld.
 */
export function engineError(error: unknown, context: QueryContext): AppError {
  if (isAppError(error)) return error;
  const text = errorMessage(error);
  const name = engineErrorName(error, text);
  const code: ErrorCode = RESOURCE_ERRORS.has(name)
    ? 'resource_limit'
    : REJECTED_ERRORS.has(name)
      ? 'sql_rejected'
      : 'sql_failed';
  return new AppError(code, `The warehouse refused ${context.tag}: ${withholdValues(text)}`, {
    where: { queryId: context.queryId, tag: context.tag, engineError: name },
    fix:
      code === 'resource_limit'
        ? 'Ask for less: a narrower filter, fewer columns, an aggregate; or raise the limit of the lane.'
        : undefined,
    retriable: code === 'resource_limit',
  });
}

function engineErrorName(error: unknown, text: string): string {
  if (typeof error === 'object' && error !== null && 'type' in error && typeof error.type === 'string')
    return error.type;
  return (
    text
      .match(/\(([A-Z][A-Z_0-9]{3,})\)/g)
      ?.at(-1)
      ?.slice(1, -1) ?? 'UNKNOWN'
  );
}

/** Keeps the engine's sentence and its `names`, withholds what may be a value from the data. */
export function withholdValues(text: string): string {
  const sentence = text
    .replace(/^(Code: \d+\. DB::Exception: )+/, '')
    .replace(
      /\b(in scope|while executing|at row|Row \d+:|in query:|before:|Cannot parse \w+ from)[\s\S]*$/i,
      '…',
    )
    .replace(/(Syntax error[^:]*: failed at position \d+)[\s\S]*?(Expected one of|$)/, '$1. $2')
    .replace(/(?<!\w)'(?:[^'\\]|\\.)*'?/g, '‘…’')
    .replace(/"(?:[^"\\]|\\.)*"?/g, '“…”')
    .replace(/\d{6,}/g, '…')
    .trim();
  return sentence.length > MAX_MESSAGE ? `${sentence.slice(0, MAX_MESSAGE)}…` : sentence;
}
