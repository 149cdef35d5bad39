/** From a Parquet file of texts to checked rows, in SQL that follows from the contract. */
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { arrivedSql } from '../contracts/in-force.ts';
import type { Dataset, Field } from '../contract.ts';
import { fieldElement } from '../generate/field-element.ts';
import { plainOf, plainRowSql, plainTextSql } from '../generate/plain.ts';
import type { ReadResult } from '../readers/index.ts';
import { CHANGE_FAILURES, CHANGE_TEXTS, isChangeLog } from './change-log.ts';

const source = (field: Field): string => identifier(`s_${field.name}`);
const normalised = (field: Field): string => identifier(`n_${field.name}`);

/** The 128 bits a key or a row is known by. One concatenated text: hashing many arguments costs four times as much. */
const hashOf = (texts: string[], more: string[] = []): string => {
  const parts = [texts.join(", '\\0', ") || "''", ...more];
  return `reinterpretAsUInt128(sipHash128(${parts.length === 1 && texts.length === 1 ? texts[0] : `concat(${parts.join(', ')})`}))`;
};

/** An absent optional column adds nothing, not even what parts it from the others: a widened contract must not make every known row look changed. */
const rowHash = (fields: Field[]): string =>
  hashOf(
    fields.filter(({ optionalColumn }) => !optionalColumn).map(source),
    fields
      .filter(({ optionalColumn }) => optionalColumn)
      .map((field) => {
        const text = source(field);
        return `if(${text} = '', '', concat('\\0', ${literal(`${field.source}=`)}, ${text}))`;
      }),
  );

/** Parquet's columns for `insertParquet`. */
export const parquetStructure = (read: ReadResult): string =>
  [
    ...(read.numbering === 'column' ? ['_row_no UInt64'] : []),
    ...read.columns.map((name) => `${identifier(name)} String`),
  ].join(', ');

/** Rows whose every value is plain can be read without normalising; `rest` are the others. Together they are `all`. */
export type Part = 'all' | 'plain' | 'rest';

/**
 * SELECT giving, for each row: `s_*` texts as delivered, `_row_no`, `_key_hash`, `_row_hash`, `_rejects` (why the row cannot be
 * what it claims, `field:rule`) and `_marks` (defects it is loaded with).
 * @param only condition on `_row_no`, applied before anything is computed
 */
export function checkedSql(
  dataset: Dataset,
  read: Pick<ReadResult, 'columns' | 'numbering'>,
  from: string,
  part: Part = 'all',
  only = '',
): string {
  const { fields } = dataset;
  const present = new Set(read.columns);
  const rowNo = read.numbering === 'column' ? '_row_no' : 'toUInt64(assumeNotNull(_row_number) + 1)';
  const texts = fields.map(
    (field) =>
      `${present.has(field.source) ? arrivedSql(field, identifier(field.source)) : "''"} AS ${source(field)}`,
  );
  const isPlain = plainRowSql(fields, (field) => isNeeded(dataset, field), source);
  const conditions = [
    only,
    part === 'plain' ? isPlain : '',
    part === 'rest' ? `NOT (${isPlain})` : '',
  ].filter(Boolean);
  if (isChangeLog(dataset))
    texts.push(...CHANGE_TEXTS.map(({ column, as }) => `${identifier(column)} AS ${as}`));
  const delivered = `SELECT ${rowNo} AS _row_no, ${texts.join(', ')} FROM ${from}`;
  const chosen =
    conditions.length === 0 ? delivered : `SELECT * FROM (${delivered}) WHERE ${conditions.join(' AND ')}`;

  const norms = fields.map((field) => `${normalisedSql(field, part)} AS ${normalised(field)}`);
  const clean = `SELECT *, ${norms.join(', ')} FROM (${chosen})`;

  const parsed = fields
    .filter((field) => dataset.checks.some(({ sql }) => new RegExp(`\\b${field.name}\\b`).test(sql)))
    .map((field) => `${fieldElement(field).parseSql(normalised(field))} AS ${identifier(field.name)}`);
  const typed = parsed.length === 0 ? clean : `SELECT *, ${parsed.join(', ')} FROM (${clean})`;

  const key = dataset.key.map((name) => `n_${name}`).map(identifier);
  const doubtful = part === 'plain' ? fields.filter((field) => !plainOf(field)?.isValid) : fields;
  const rejects = doubtful.flatMap((field) => rejectSql(dataset, field));
  const ofKey = fields
    .filter(({ name }) => dataset.key.includes(name))
    .flatMap((field) => rejectSql(dataset, field));
  const ofChange = isChangeLog(dataset)
    ? CHANGE_FAILURES.map(({ failure, failsSql }) => `if(${failsSql}, ${literal(failure)}, '')`)
    : [];
  const verdicts = [
    `${hashOf(key)} AS _key_hash`,
    `${rowHash(fields)} AS _row_hash`,
    `${unlessDeleted(dataset, [...ofChange, ...rejects, ...rowFailures(dataset, 'reject')], [...ofChange, ...ofKey])} AS _rejects`,
    `${unlessDeleted(dataset, [...doubtful.flatMap(markSql), ...rowFailures(dataset, 'mark')], [])} AS _marks`,
  ];
  const log = isChangeLog(dataset) ? CHANGE_TEXTS.map(({ as }) => `${as}, `).join('') : '';
  return `SELECT _row_no, ${log}${fields.map(source).join(', ')}, ${verdicts.join(', ')} FROM (${typed})`;
}

/** Of a Delete in a change log nothing but its key is asked: that may be all the source still knows. */
const unlessDeleted = (dataset: Dataset, failures: string[], ofDelete: string[]): string =>
  isChangeLog(dataset)
    ? `if(log_op = 'D', ${failuresSql(ofDelete)}, ${failuresSql(failures)})`
    : failuresSql(failures);

function normalisedSql(field: Field, part: Part): string {
  const plain = part === 'plain' ? plainOf(field) : undefined;
  return plain ? plainTextSql(plain, source(field)) : fieldElement(field).normaliseSql(source(field));
}

const failuresSql = (failures: string[]): string =>
  failures.length === 0 ? "CAST([], 'Array(String)')" : `arrayRemove([${failures.join(', ')}], '')`;

/** The first check that fails, as `field:rule`, or ''. */
function firstFailure(field: Field, missing: string): string {
  const name = normalised(field);
  const checks = fieldElement(field).checks.map(
    (check) => `${check.failsSql(name)}, ${literal(`${field.name}:${check.rule}`)}`,
  );
  return `multiIf(${[`${name} = ''`, literal(missing), ...checks].join(', ')}, '')`;
}

const isNeeded = (dataset: Dataset, field: Field): boolean =>
  field.required || dataset.key.includes(field.name);

function rejectSql(dataset: Dataset, field: Field): string[] {
  const missing = isNeeded(dataset, field) ? `${field.name}:required` : '';
  if (field.onInvalid === 'reject' && fieldElement(field).checks.length > 0)
    return [firstFailure(field, missing)];
  return missing === '' ? [] : [`if(${normalised(field)} = '', ${literal(missing)}, '')`];
}

function markSql(field: Field): string[] {
  return field.onInvalid === 'mark' && fieldElement(field).checks.length > 0 ? [firstFailure(field, '')] : [];
}

/** Rules over several fields are named `*:rule`. What cannot be computed does not fail. */
const rowFailures = (dataset: Dataset, onFail: 'mark' | 'reject'): string[] =>
  dataset.checks
    .filter((check) => check.onFail === onFail)
    .map((check) => `if(ifNull(toBool(${check.sql}), false), ${literal(`*:${check.rule}`)}, '')`);

/** Every `field:rule` of a data set with the sentence that explains it to the agency. */
export function failureMessages(dataset: Dataset): Map<string, string> {
  const messages = new Map<string, string>();
  for (const field of dataset.fields) {
    messages.set(`${field.name}:required`, `${field.source} is missing`);
    for (const { rule, message } of fieldElement(field).checks)
      messages.set(`${field.name}:${rule}`, `${field.source} ${message}`);
  }
  for (const { rule, message } of dataset.checks) messages.set(`*:${rule}`, message);
  for (const { failure, message } of CHANGE_FAILURES) messages.set(failure, message);
  messages.set('*:duplicate_key', 'another row of the delivery has the same key and other content');
  return messages;
}

/** The row as delivered, `{"column": "text"}`: what staff mend. */
export function rowTextSql(dataset: Dataset, column: (field: Field) => string = source): string {
  const texts = dataset.fields.map((field) => `${literal(field.source)}, ${column(field)}`);
  if (isChangeLog(dataset)) texts.push(...CHANGE_TEXTS.map((text) => `${literal(text.column)}, ${text.as}`));
  return `toJSONString(map(${texts.join(', ')}))`;
}

/** Text of the field a failure `field:rule` names, '' for rules over the row. */
export const failedValueSql = (
  dataset: Dataset,
  failure: string,
  column: (field: Field) => string = source,
): string =>
  `map(${dataset.fields.map((field) => `${literal(field.name)}, ${column(field)}`).join(', ')})[splitByChar(':', ${failure})[1]]`;

export const sourceColumn = source;
