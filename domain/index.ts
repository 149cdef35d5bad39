/** The whole package; each part also stands under its own name (`@anju/domain/elements`, `…/codes`, `…/masking`). */
export * from './calendar.ts';
export { checkElement, type Element, type ElementCheck, type Failure } from './element.ts';
export * from './elements/index.ts';
export * from './codes/index.ts';
export { masks, maskSql, maskText, type Mask } from './masking.ts';
export { PROVINCE_CODES } from './divisions.ts';
export * from './division-periods.ts';
