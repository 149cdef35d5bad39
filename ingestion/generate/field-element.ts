import { isCodeListName } from '../../domain/codes/index.ts';
import type { Element } from '../../domain/element.ts';
import { codedElement, elementNamed, withCalendar, withUnit } from '../../domain/elements/index.ts';
import type { Field } from '../contract.ts';

/** The data element as this field means it: bound to its code list, read in the unit and calendar the agency writes. */
export function fieldElement({ codes, element: name, unit, calendar }: Field): Element {
  const element: Element =
    codes !== undefined && isCodeListName(codes) ? (codedElement(codes) as Element) : elementNamed(name);
  if (calendar !== undefined) return withCalendar(element, calendar);
  return unit === 'wan_yuan' ? withUnit(element, 'wan_yuan') : element;
}
