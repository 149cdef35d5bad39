/** From rows of texts to checked rows, in SQL that follows from the contract. */
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { type Dataset, type Field, isKeyless } from '../contract.ts';
import { elementInputSql, fieldElement } from '../generate/field-element.ts';
import { type Plain, plainOf, plainRowSql, plainTextSql } from '../generate/plain.ts';
import { doubtBitsSql, isDoubted, isPlainTextSql, plainNumber } from '../generate/plain-rows.ts';
import { CHANGE_FAILURES, CHANGE_TEXTS, isChangeLog } from './change-log.ts';

const source = (field: Field): string => identifier(`s_${field.name}`);
const normalised = (field: Field): string => identifier(`n_${field.name}`);

/** The 128 bits a key or a row is known by. One concatenated text: hashing many arguments costs four times as much. */
const hashOf = (texts: string[], more: string[] = []): string => {
  const parts = [texts.join(", '\\0', ") || "''", ...more];
  return `reinterpretAsUInt128(sipHash128(${parts.length === 1 && texts.length === 1 ? texts[0] : `concat(${parts.join(', ')})`}))`;
};

/** Columns every file has. */
const certain = (fields: readonly Field[]): Field[] => fields.filter(({ optionalColumn }) => !optionalColumn);
const NUL = "'\\0'";

/** The texts of a row's certain columns together: what its hash is of, and what is looked at. */
export const rowTextOf = ({ fields }: Dataset): string => {
  const texts = certain(fields).map(source);
  return texts.length > 1 ? `concat(${texts.join(`, ${NUL}, `)})` : (texts[0] ?? "''");
};

/** An absent optional column adds nothing, not even what parts it from the others: a widened contract must not make every known row look changed. */
const rowHash = (fields: Field[], text?: string): string =>
  hashOf(
    text === undefined ? certain(fields).map(source) : [text],
    fields
      .filter(({ optionalColumn }) => optionalColumn)
      .map((field) => {
        const text = source(field);
        return `if(${text} = '', '', concat('\\0', ${literal(`${field.source}=`)}, ${text}))`;
      }),
  );

/** What the checks know of a text without looking: that it is plain. Undefined where a field has no plain form. */
export type PlainOf = (field: Field) => Plain | undefined;

/** Nothing is known. */
const NOTHING: PlainOf = () => undefined;

/**
 * SELECT giving, for each row: `_row_no`, `s_*` texts as delivered, `_key_hash`, `_row_hash`, `_rejects` (why the row cannot be
 * what it claims, `field:rule`) and `_marks` (defects it is loaded with).
 * @param delivered SELECT of `_row_no` and the texts `s_*`, as `deliveredSql` gives it
 * @param plainOf fields whose every text is plain, or missing where it may be: they are not normalised
 * @param more `keep`: further columns of `delivered`; `rowText`: the one that is `rowTextOf`; `file`: what tells the file from others, where rows have no key
 */
export function checkedSql(
  dataset: Dataset,
  delivered: string,
  plainOf: PlainOf = NOTHING,
  { keep = [], rowText, file = '' }: { keep?: readonly string[]; rowText?: string; file?: string } = {},
): string {
  const { fields } = dataset;
  const norms = fields.map(
    (field) => `${normalisedSql(dataset, field, plainOf(field))} AS ${normalised(field)}`,
  );
  const clean = `SELECT *, ${norms.join(', ')} FROM (${delivered})`;

  const parsed = fields
    .filter((field) => isInChecks(dataset, field))
    .map((field) => `${fieldElement(field).parseSql(normalised(field))} AS ${identifier(field.name)}`);
  const typed = parsed.length === 0 ? clean : `SELECT *, ${parsed.join(', ')} FROM (${clean})`;

  const key = isKeyless(dataset)
    ? [literal(file), 'toString(_row_no)']
    : dataset.key.map((name) => `n_${name}`).map(identifier);
  const doubtful = fields.filter((field) => !plainOf(field)?.isValid);
  const rejects = doubtful.flatMap((field) => rejectSql(dataset, field));
  const ofKey = fields
    .filter(({ name }) => dataset.key.includes(name))
    .flatMap((field) => rejectSql(dataset, field));
  const ofChange = isChangeLog(dataset)
    ? CHANGE_FAILURES.map(({ failure, failsSql }) => `if(${failsSql}, ${literal(failure)}, '')`)
    : [];
  const verdicts = [
    `${hashOf(key)} AS _key_hash`,
    `${rowHash(fields, rowText)} AS _row_hash`,
    `${unlessDeleted(dataset, [...ofChange, ...rejects, ...rowFailures(dataset, 'reject')], [...ofChange, ...ofKey])} AS _rejects`,
    `${unlessDeleted(dataset, [...doubtful.flatMap(markSql), ...rowFailures(dataset, 'mark')], [])} AS _marks`,
  ];
  const log = isChangeLog(dataset) ? CHANGE_TEXTS.map(({ as }) => as) : [];
  return `SELECT ${['_row_no', ...keep, ...log, ...fields.map(source), ...verdicts].join(', ')} FROM (${typed})`;
}

/** Is the field's value read by a rule over the row? */
const isInChecks = (dataset: Dataset, { name }: Field): boolean =>
  dataset.checks.some(({ sql }) => new RegExp(`\\b${name}\\b`).test(sql));

/** The plain form of a field as a data set needs it: of a key, and of what a rule over the row reads, the very text. */
export const plainIn =
  (dataset: Dataset): PlainOf =>
  (field) =>
    plainOf(field, dataset.key.includes(field.name) || isInChecks(dataset, field), isNeeded(dataset, field));

/** Of a Delete in a change log nothing but its key is asked: that may be all the source still knows. */
const unlessDeleted = (dataset: Dataset, failures: string[], ofDelete: string[]): string =>
  isChangeLog(dataset)
    ? `if(log_op = 'D', ${failuresSql(ofDelete)}, ${failuresSql(failures)})`
    : failuresSql(failures);

const normalisedSql = (dataset: Dataset, field: Field, plain: Plain | undefined): string =>
  plain
    ? plainTextSql(plain, source(field))
    : fieldElement(field).normaliseSql(elementInputSql(dataset, field, source));

/**
 * Is every text of a delivered row plain, or missing where it may be?
 * @param rowText SQL of `rowTextOf`
 */
export function plainSql(dataset: Dataset, rowText: string): string {
  const plain = plainIn(dataset);
  const fields = certain(dataset.fields);
  const together = plainRowSql(
    rowText,
    fields.map((field) => ({ text: source(field), plain: plain(field), isNeeded: isNeeded(dataset, field) })),
  );
  return dataset.fields
    .filter(({ optionalColumn }) => optionalColumn)
    .flatMap((field) => plainTest(dataset, field) ?? [])
    .reduce((all, test) => `bitAnd(${all}, ${test})`, together);
}

/** Undefined where the field has no plain form. */
function plainTest(dataset: Dataset, field: Field): string | undefined {
  const text = source(field);
  const test = plainIn(dataset)(field)?.testSql(text);
  return test === undefined || isNeeded(dataset, field) ? test : `bitOr(${text} = '', ${test})`;
}

/** `UInt64` of a delivered row: a bit for each field whose text is neither plain nor missing where it may be; 0 for a plain row. */
export const doubtSql = (dataset: Dataset): string =>
  doubtBitsSql(dataset, (field) => plainTest(dataset, field));

/** What `_plain_as` holds of a row that `plainSql` finds plain and no check blames: the fields of which that asks less are looked at. */
export function plainAsSql(dataset: Dataset, isPlain: string): string {
  const asked = dataset.fields
    .filter((field) => plainIn(dataset)(field)?.isText === false)
    .flatMap((field) => isPlainTextSql(field, source(field)) ?? []);
  return `toUInt32(${[plainNumber(dataset), isPlain, ...asked].join(' * ')})`;
}

/** The plain forms of the fields no row doubts. */
export const undoubted = (dataset: Dataset, doubts: bigint): PlainOf => {
  const plain = plainIn(dataset);
  return (field) => (isDoubted(dataset, doubts, field.name) ? undefined : plain(field));
};

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
