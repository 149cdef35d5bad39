/** Days of agencies that write them in another calendar or order than the elements of days expect. */
import { spaced, spacedSql } from '../cleaning.ts';
import type { Element } from '../element.ts';
import { bound, pattern } from '../sql.ts';

/** `roc`: years of the Republic (民國), 1911 behind: 1101009, 110/10/9, 民國110年10月. `day_first`: 09/10/2021 08:00. */
export type Calendar = 'roc' | 'day_first';

/** Year, then month and day or month alone, without anything between. */
const PACKED = pattern('^([0-9]{2,3})([0-9]{2}(?:[0-9]{2})?)$');
const PARTED = pattern('^(?:民[國国] ?)?([0-9]{1,3}) ?([-/.年] ?[0-9].*)$');
const BEFORE_COMMON = 1911;

const DAY_FIRST = pattern('^([0-9]{1,2}) ?[-/.] ?([0-9]{1,2}) ?[-/.] ?([0-9]{4})((?:[ T].*)?)$');

function ofRepublic(text: string): string {
  const form = [PACKED, PARTED].find((each) => each.test(text));
  return form ? `${Number(form.replace(text, '$1')) + BEFORE_COMMON}${form.replace(text, '$2')}` : text;
}
const ofRepublicSql = (x: string): string => {
  const year = (form: typeof PACKED): string =>
    `concat(toString(toUInt16OrZero(${form.replaceSql(x, '$1')}) + ${BEFORE_COMMON}), ${form.replaceSql(x, '$2')})`;
  return `multiIf(${PACKED.testSql(x)}, ${year(PACKED)}, ${PARTED.testSql(x)}, ${year(PARTED)}, ${x})`;
};

/** The element (of a day, month or instant) as a source means it that writes in this calendar. What is no day of it stays as it came. */
export function withCalendar<T>(element: Element<T>, calendar: Calendar): Element<T> {
  const isRepublic = calendar === 'roc';
  return {
    ...element,
    normalise: (raw) =>
      element.normalise(isRepublic ? ofRepublic(spaced(raw)) : DAY_FIRST.replace(spaced(raw), '$3-$2-$1$4')),
    normaliseSql: (raw) =>
      element.normaliseSql(
        isRepublic
          ? bound('roc', spacedSql(raw), ofRepublicSql)
          : DAY_FIRST.replaceSql(spacedSql(raw), '$3-$2-$1$4'),
      ),
  };
}
