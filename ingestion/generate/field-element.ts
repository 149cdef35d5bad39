import { isCodeListName } from '../../domain/codes/index.ts';
import type { Element } from '../../domain/element.ts';
import { codedElement, elementNamed, withUnit } from '../../domain/elements/index.ts';
import type { Field } from '../contract.ts';

/** The data element as this field means it: bound to its code list, read in the unit the agency sends. */
export function fieldElement(field: Field): Element {
  const element =
    field.codes !== undefined && isCodeListName(field.codes)
      ? codedElement(field.codes)
      : elementNamed(field.element);
  return field.unit === 'wan_yuan' ? withUnit(element as Element, 'wan_yuan') : (element as Element);
}
