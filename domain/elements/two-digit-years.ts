/** Days whose year has lost its century: 98-07-01, 24/1/5, 98年7月1日, 980701. */
import { spaced, spacedSql } from '../cleaning.ts';
import type { Element } from '../element.ts';
import { pattern, replaceInTurn, replaceInTurnSql, type Step } from '../sql.ts';

const padded = (year: number): string => String(year).padStart(2, '0');

/** Two replacements a century: parted days and months, and six digits. */
function stepsOf(pivot: number): Step[] {
  const years = (from: number, to: number): string =>
    Array.from({ length: to - from + 1 }, (_, i) => padded(from + i)).join('|');
  const centuries: [string, string][] = [['20', years(0, pivot)]];
  if (pivot < 99) centuries.push(['19', years(pivot + 1, 99)]);
  return centuries.flatMap(([century, list]): Step[] => [
    [pattern(`^'?(${list}) ?([-/.年] ?[0-9]{1,2}(?:[-/.月日 ].*)?)$`), `${century}$1$2`],
    [pattern(`^(${list})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$`), `${century}$1-$2-$3`],
  ]);
}

/**
 * The element (of a day, month or instant) as a source means it that writes years in two digits: up to `pivot` they are
 * of this century, above it of the last. What is no such day stays as it came.
 * @param pivot 0 to 99; what was born or signed lies before today, so the year of the delivery is a good one
 */
export function withTwoDigitYears<T>(element: Element<T>, pivot: number): Element<T> {
  if (!Number.isInteger(pivot) || pivot < 0 || pivot > 99)
    throw new RangeError(`The pivot of two-digit years is a number from 0 to 99, not ${pivot}`);
  const steps = stepsOf(pivot);
  return {
    ...element,
    normalise: (raw) => element.normalise(replaceInTurn(steps, spaced(raw))),
    normaliseSql: (raw) => element.normaliseSql(replaceInTurnSql(steps, spacedSql(raw))),
  };
}
