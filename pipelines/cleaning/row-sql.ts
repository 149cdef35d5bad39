/** What the compiled statements of a rule share. */
import type { Dataset, Field } from '../../ingestion/contract.ts';
import { fieldElement } from '../../ingestion/generate/field-element.ts';
import { inert } from './inert.ts';
import type { Condition, Definition } from './rule.ts';
import { conditionSql } from './text-sql.ts';

/** Of each changed value: rule, its version, field, text before and after. */
export const CHANGE_TYPE =
  'Array(Tuple(rule_id UInt64, rule_version UInt32, field String, value_before String, value_after String))';

/** The field of that name. A rule that names another was refused when it was made; a contract changed since leaves it out. */
export const fieldOf = (dataset: Dataset, name: string): Field => {
  const field = dataset.fields.find((each) => each.name === name);
  if (!field) throw new RangeError(`${dataset.source}.${dataset.dataset} has no field ${name}`);
  return field;
};

/** Boolean over a row of raw, or of `normalised`: does the rule speak of it? */
export function appliesSql(
  dataset: Dataset,
  { when, effectiveFrom, effectiveTo }: Definition,
  row: string,
  canonical: (condition: Condition) => string,
): string {
  const parts = when.map((condition) =>
    conditionSql(condition, canonical(condition), fieldElement(fieldOf(dataset, condition.field))),
  );
  if (effectiveFrom !== undefined) parts.push(`(${row}._business_date >= toDate(${inert(effectiveFrom)}))`);
  if (effectiveTo !== undefined) parts.push(`(${row}._business_date < toDate(${inert(effectiveTo)}))`);
  return parts.length === 0 ? '1' : `(${parts.join(' AND ')})`;
}
