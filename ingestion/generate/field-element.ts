import { sqlText } from '../../domain/sql.ts';
import { isCodeListName } from '../../domain/codes/index.ts';
import type { Element } from '../../domain/element.ts';
import {
  codedElement,
  elementNamed,
  KIND_SEPARATOR,
  withCalendar,
  withUnit,
} from '../../domain/elements/index.ts';
import type { Dataset, Field } from '../contract.ts';

/** The data element as this field means it: bound to its code list, read in the unit and calendar the agency writes. */
export function fieldElement({ codes, element: name, unit, calendar }: Field): Element {
  const element: Element =
    codes !== undefined && isCodeListName(codes) ? (codedElement(codes) as Element) : elementNamed(name);
  if (calendar !== undefined) return withCalendar(element, calendar);
  return unit === 'wan_yuan' ? withUnit(element, 'wan_yuan') : element;
}

/**
 * SQL of what the field's element normalises: the text, and of a certificate whose kind another field tells that kind before it.
 * @param text SQL of the field's own text, where it is not its column
 */
export function elementInputSql(
  { fields }: Pick<Dataset, 'fields'>,
  field: Field,
  column: (field: Field) => string,
  text = column(field),
): string {
  const kind = fields.find(({ name }) => name === field.certificate);
  return kind ? `if(${text} = '', '', concat(${column(kind)}, ${sqlText(KIND_SEPARATOR)}, ${text}))` : text;
}

/** The same of texts by field name: what `checkElement` and `normalise` are given. */
export function elementInput(field: Field, text: string, textOf: (name: string) => string): string {
  if (field.certificate === undefined || text === '') return text;
  return `${textOf(field.certificate)}${KIND_SEPARATOR}${text}`;
}
