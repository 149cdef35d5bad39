/** The columns of a standardising model, one field at a time: raw text becomes a normalised text, and that a value. */
import { bound } from '../../domain/sql.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { type Dataset, type Field, tableName } from '../contract.ts';
import { elementInputSql, fieldElement } from './field-element.ts';
import { plainOf, plainTextSql } from './plain.ts';

export const stdName = (dataset: Dataset): string => `std_${tableName(dataset)}`;

/** A field whose missing or unreadable value sends the row to quarantine: its column is never NULL. */
export const isSure = (dataset: Dataset, { name, required, onInvalid }: Field): boolean =>
  onInvalid === 'reject' && (required || dataset.key.includes(name));

/** ClickHouse type of the field's column in `std_`. */
export function stdType(dataset: Dataset, field: Field): string {
  const { type } = fieldElement(field);
  return isSure(dataset, field) ? type.replace(/^Nullable\((.*)\)$/, '$1') : type;
}

/** Text that Jinja would take for its own is kept from it. */
export const plain = (sql: string): string =>
  /\{[{%#]|[}%#]\}/.test(sql) ? `{% raw %}${sql}{% endraw %}` : sql;

const delivered = (field: Field): string => `delivered.${identifier(field.source)}`;
const normalised = (field: Field): string => identifier(`n_${field.name}`);

/**
 * The normalised text. Most texts are written as the platform writes them; a lambda over an array that is empty for these is computed
 * for the others alone. (In a branch of `if` it would be computed for every row.)
 */
export function normalisedColumn(dataset: Dataset, field: Field): string {
  const text = delivered(field);
  const { normaliseSql } = fieldElement(field);
  const form = plainOf(field);
  const input = elementInputSql(dataset, field, delivered);
  if (!form) return plain(`${normaliseSql(input)} as ${normalised(field)}`);
  const isPlain = `bitOr(${text} = '', ${form.testSql(text)})`;
  const others = `if(${isPlain}, emptyArrayString(), [${input}])`;
  return plain(
    `if(${isPlain}, ${plainTextSql(form, text)}, arrayMap(other -> ${normaliseSql('other')}, ${others})[1]) as ${normalised(field)}`,
  );
}

/** The same where every text is plain, or none: the text as it was delivered. */
export const textColumn = (field: Field): string => plain(`${delivered(field)} as ${normalised(field)}`);

/** The parsed value; NULL, or '' for text, where landing marked a defect. Bound, or each lazy use would normalise the text again. */
export function typedColumn(dataset: Dataset, field: Field): string {
  const { type, parseSql } = fieldElement(field);
  const parsed =
    type === 'String' ? parseSql(normalised(field)) : bound('value', normalised(field), parseSql);
  return plain(`${ofType(dataset, field, unlessMarked(field, parsed))} as ${identifier(field.name)}`);
}

/** The same of a column made by `textColumn`. */
export function typedTextColumn(dataset: Dataset, field: Field): string {
  const parsed = valueOfPlain(field, normalised(field));
  return plain(`${ofType(dataset, field, unlessMarked(field, parsed))} as ${identifier(field.name)}`);
}

/** The same in a plain row, which has no defects. */
export const plainColumn = (dataset: Dataset, field: Field): string =>
  plain(`${ofType(dataset, field, valueOfPlain(field, delivered(field)))} as ${identifier(field.name)}`);

/** A field no text of which is known to be plain is read in full. */
function valueOfPlain(field: Field, text: string): string {
  const element = fieldElement(field);
  const form = plainOf(field);
  if (!form) return element.parseSql(element.normaliseSql(text));
  return form.parseSql ? form.parseSql(text) : element.parseSql(plainTextSql(form, text));
}

function unlessMarked(field: Field, parsed: string): string {
  const element = fieldElement(field);
  if (field.onInvalid !== 'mark' || element.checks.length === 0) return parsed;
  const missing = element.type.startsWith('Nullable') ? 'null' : "''";
  return `if(has(_defective, ${literal(field.name)}), ${missing}, ${parsed})`;
}

function ofType(dataset: Dataset, field: Field, value: string): string {
  const { type } = fieldElement(field);
  if (type === 'String') return value;
  return isSure(dataset, field) ? `assumeNotNull(${value})` : `cast(${value}, ${literal(type)})`;
}
