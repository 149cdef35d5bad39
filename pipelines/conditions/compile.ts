/** Conditions over the columns of a relation named `of`, as the engine's SQL; each is 0 or 1, never NULL. */
import { identifier } from '../../warehouse/engine/sql.ts';
import { inert } from '../cleaning/inert.ts';
import type { Comparison, Condition } from './condition.ts';

function comparisonSql(of: string, one: Comparison): string {
  const column = `${of}.${identifier(one.measure)}`;
  switch (one.is) {
    case 'at_least':
      return `ifNull(${column} >= ${numberSql(one.value)}, 0)`;
    case 'above':
      return `ifNull(${column} > ${numberSql(one.value)}, 0)`;
    case 'at_most':
      return `ifNull(${column} <= ${numberSql(one.value)}, 0)`;
    case 'below':
      return `ifNull(${column} < ${numberSql(one.value)}, 0)`;
    case 'one_of':
      return `ifNull(${column} in (${one.values.map(inert).join(', ')}), 0)`;
    case 'none_of':
      return `ifNull(${column} not in (${one.values.map(inert).join(', ')}), 0)`;
    case 'yes':
      return `ifNull(${column} != 0, 0)`;
    case 'no':
      return `ifNull(${column} = 0, 0)`;
    case 'empty':
      return `ifNull(toString(${column}), '') = ''`;
    case 'present':
      return `ifNull(toString(${column}), '') != ''`;
  }
}

const numberSql = (value: string): string =>
  value.includes('.') ? `toDecimal64(${inert(value)}, 4)` : value;

const conditionSql = (of: string, one: Condition): string =>
  'any' in one ? `(${one.any.map((each) => comparisonSql(of, each)).join(' or ')})` : comparisonSql(of, one);

export const allSql = (of: string, conditions: readonly Condition[]): string =>
  conditions.map((one) => conditionSql(of, one)).join(' and ');

/** All of `when` holds and none of `except`. */
export const holdsSql = (
  of: string,
  { when, except }: { when: readonly Condition[]; except: readonly Condition[] },
): string => [allSql(of, when), ...except.map((one) => `not ${conditionSql(of, one)}`)].join(' and ');

/** Measures a text names: `{door_days_30}`. */
export const namedIn = (text: string): string[] =>
  [...text.matchAll(/\{([a-z][a-z0-9_]*)\}/g)].map(([, measure]) => measure ?? '');

/** A text with measures in it as one `concat(…)`; braces that name nothing stay what they are. */
export function filledSql(of: string, text: string): string {
  const parts = text.split(/\{([a-z][a-z0-9_]*)\}/);
  const sql = parts.map((part, k) =>
    k % 2 === 0 ? inert(part) : `ifNull(toString(${of}.${identifier(part)}), '—')`,
  );
  return sql.length === 1 ? (sql[0] ?? "''") : `concat(${sql.join(', ')})`;
}
