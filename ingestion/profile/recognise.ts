/** Which data element a column holds: the platform's own rules over its values, and its title where values do not tell. */
import { codeLists, mapCode, normaliseWord } from '../../domain/codes/index.ts';
import { checkElement, type Element } from '../../domain/element.ts';
import { type Calendar, codedElement, elementNamed, type ElementName } from '../../domain/elements/index.ts';
import { type Field, fieldSchema } from '../contract.ts';
import { fieldElement } from '../generate/field-element.ts';
import { type HINTS, hints, type KnownField } from './dictionary.ts';
import { looksLikeName } from './personal.ts';
import type { Counted } from './statistics.ts';

export interface Recognised {
  element: ElementName;
  codes?: string;
  unit?: Field['unit'];
  calendar?: Field['calendar'];
  /** Share of the values looked at that pass the element's checks. */
  passing: number;
  /** Why this element. */
  by: 'title' | 'values' | 'title and values';
}

type Hint = keyof typeof HINTS;
interface Rule {
  element: ElementName;
  /** Least share of values that pass. */
  least: number;
  /** Titles without one of these hints need `form` instead; no hint and no form: values alone decide. */
  hint?: Hint;
  /** What values alone must look like before their checks count. */
  form?: RegExp;
  unit?: Field['unit'];
  calendar?: Calendar;
  /** Values of the form alone could be many things: the title must say it too. */
  isBoth?: true;
}

const GOOD = 0.9;
/** Values that show whether the others are worth a look. */
const FIRST = 100;
const DAY_FIRST = '^(?:0?[1-9]|[12][0-9]|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:19|20)[0-9]{2}';
/** In this order: what is hard to pass by chance first. */
const RULES: readonly Rule[] = [
  { element: 'id_number', least: 0.6, form: /^[0-9]{14,17}[0-9Xx]$/ },
  { element: 'credit_code', least: 0.6, form: /^[0-9A-Za-z]{18}$/ },
  { element: 'real_estate_unit_code', least: 0.6 },
  { element: 'email', least: GOOD, form: /@/ },
  { element: 'bank_account', least: GOOD, hint: 'account' },
  {
    element: 'phone',
    least: 0.8,
    hint: 'phone',
    form: /^(?:\+?86)?[ -]?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}$/,
  },
  // 1101009 under 交易年月日: years of the Republic.
  {
    element: 'date',
    least: GOOD,
    hint: 'day',
    isBoth: true,
    calendar: 'roc',
    form: /^(?:民[國国] ?)?(?:0[1-9][0-9]|1[0-9]{2}|[1-9][0-9]) ?[-/.年]? ?(?:0?[1-9]|1[0-2]) ?[-/.月]? ?(?:0?[1-9]|[12][0-9]|3[01])日?$/,
  },
  { element: 'timestamp', least: GOOD, form: /[0-9][ T]*[0-9]{1,2}[:时点][0-9]{1,2}/ },
  // 31/12/2026 08:00: only where the first number is a day somewhere.
  {
    element: 'timestamp',
    least: GOOD,
    calendar: 'day_first',
    form: new RegExp(`${DAY_FIRST}[ T]+[0-9]{1,2}:[0-9]{2}`),
  },
  { element: 'date', least: GOOD, calendar: 'day_first', form: new RegExp(`${DAY_FIRST}$`) },
  { element: 'month', least: GOOD, hint: 'month', form: /^(?:19|20)[0-9]{2} ?[-/年] ?[0-9]{1,2}月?$/ },
  {
    element: 'date',
    least: GOOD,
    hint: 'date',
    form: /^(?:(?:19|20)[0-9]{2} ?[-/.年] ?[0-9]{1,2} ?[-/.月] ?[0-9]{1,2}日?|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))$/,
  },
  { element: 'year', least: 0.98, hint: 'year' },
  {
    element: 'division_code',
    least: 0.98,
    hint: 'division',
    form: /^[1-8][0-9](?:[0-9]{4}|[0-9]{7}|[0-9]{10})$/,
  },
  { element: 'meter_no', least: 0.95, hint: 'meter' },
  { element: 'money', least: GOOD, hint: 'wanYuan', unit: 'wan_yuan' },
  { element: 'area', least: GOOD, hint: 'area', unit: 'square_metre' },
  { element: 'money', least: GOOD, hint: 'money', unit: 'yuan' },
  { element: 'share', least: 0.95, hint: 'share' },
  { element: 'quantity', least: 0.95, hint: 'quantity' },
  {
    element: 'boolean_word',
    least: 0.98,
    hint: 'boolean',
    form: /^(?:是|否|有|无|無|Y|N|YES|NO|TRUE|FALSE|√|×)$/i,
  },
];

/** Titles outrank the order above where the title says what the number is and the values could be several things. */
export function recognise(
  title: string,
  values: readonly Counted[],
  known: KnownField | undefined,
): Recognised {
  const total = values.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return { element: 'text', passing: 0, by: 'values' };
  if (known) {
    const passing = passingShare(elementOf(known), values);
    if (passing >= GOOD)
      return {
        element: known.element as ElementName,
        codes: known.codes,
        unit: known.unit,
        passing,
        by: 'title and values',
      };
  }
  for (const rule of RULES) {
    const isHinted = rule.hint !== undefined && hints(title, rule.hint);
    const isFormed = rule.form !== undefined && formShare(rule.form, values) >= rule.least;
    if (rule.isBoth && !(isHinted && isFormed)) continue;
    if ((rule.hint !== undefined || rule.form !== undefined) && !isHinted && !isFormed) continue;
    // 元/平方米 is a price.
    if (rule.element === 'area' && hints(title, 'money')) continue;
    const element = elementOf(rule);
    if (passingShare(element, values.slice(0, FIRST)) < rule.least / 2) continue;
    const passing = passingShare(element, values);
    if (passing < rule.least || isLossy(rule.element, values)) continue;
    const by = isHinted ? 'title and values' : 'values';
    return {
      element: rule.element,
      ...(rule.unit ? { unit: rule.unit } : {}),
      ...(rule.calendar ? { calendar: rule.calendar } : {}),
      passing,
      by,
    };
  }
  return codeListOf(values) ?? nameOf(title, values) ?? numberOf(values) ?? textOf(title, values);
}

/** The element a column was recognised as, bound to its code list and unit. */
export const elementOf = ({
  element,
  codes,
  unit,
  calendar,
}: Pick<Field, 'element'> & Partial<Pick<Field, 'codes' | 'unit' | 'calendar'>>): Element =>
  fieldElement(fieldSchema.parse({ name: 'column', source: 'column', element, codes, unit, calendar }));

export function passingShare(element: Element, values: readonly Counted[]): number {
  let passing = 0;
  let total = 0;
  for (const { value, count } of values) {
    total += count;
    if (element.normalise(value) !== '' && checkElement(element, value) === null) passing += count;
  }
  return total === 0 ? 0 : passing / total;
}

function formShare(form: RegExp, values: readonly Counted[]): number {
  const total = values.reduce((sum, { count }) => sum + count, 0);
  const formed = values.reduce(
    (sum, { value, count }) => (form.test(value.normalize('NFKC').trim()) ? sum + count : sum),
    0,
  );
  return formed / total;
}

/** Fraction digits an element of numbers keeps. */
const FRACTION: Partial<Record<ElementName, number>> = { money: 2, area: 2, quantity: 3 };

/** A longitude is no amount: what an element would round away speaks against it. */
function isLossy(element: ElementName, values: readonly Counted[]): boolean {
  const digits = FRACTION[element];
  if (digits === undefined) return false;
  const longer = values.filter(
    ({ value }) => (/[.]([0-9]*[1-9])0*$/.exec(value.trim())?.[1]?.length ?? 0) > digits,
  );
  return longer.length > values.length * 0.02;
}

/** A list that knows nearly every word; of several the one with the fewest words the column does not use. */
function codeListOf(values: readonly Counted[]): Recognised | null {
  const words = values.map(({ value }) => value);
  // Digits are in every list; a column of one word is in many.
  if (words.length < 2 || words.length > 60 || formShare(/^[0-9A-Za-z.]*$/, values) > 0.1) return null;
  const lists = codeLists
    .map(({ name, entries }) => {
      const codes = new Set(
        words.map((word) => mapCode(name, normaliseWord(word))).filter((code) => code !== ''),
      );
      const passing = passingShare(codedElement(name) as Element, values);
      return { name, passing, distinct: codes.size, unused: entries.length - codes.size };
    })
    .filter(({ passing, distinct }) => passing >= 0.95 && distinct >= 2)
    .toSorted((a, b) => b.passing - a.passing || a.unused - b.unused);
  const [best] = lists;
  return best ? { element: 'code', codes: best.name, passing: best.passing, by: 'values' } : null;
}

function nameOf(title: string, values: readonly Counted[]): Recognised | null {
  const names: readonly (readonly [ElementName, Hint])[] = [
    ['address', 'address'],
    ['person_name', 'personName'],
    ['organisation_name', 'organisation'],
  ];
  const areWords = values.filter(({ value }) => /\p{L}{2}/u.test(value)).length >= values.length * GOOD;
  for (const [element, hint] of names) {
    if (!areWords || !hints(title, hint)) continue;
    const passing = passingShare(elementNamed(element), values);
    if (passing >= GOOD) return { element, passing, by: 'title and values' };
  }
  return looksLikeName(values)
    ? { element: 'person_name', passing: passingShare(elementNamed('person_name'), values), by: 'values' }
    : null;
}

function numberOf(values: readonly Counted[]): Recognised | null {
  // 0071 is a number only to those who lose the zeros.
  if (values.some(({ value }) => /^0[0-9]+$/.test(value.trim()))) return null;
  for (const element of ['integer', 'quantity'] as const) {
    const isPlain = formShare(element === 'integer' ? /^[0-9]{1,9}$/ : /^[0-9]{1,12}(?:[.][0-9]+)?$/, values);
    const passing = passingShare(elementNamed(element), values);
    if (isPlain >= GOOD && passing >= GOOD && !isLossy(element, values))
      return { element, passing, by: 'values' };
  }
  return null;
}

function textOf(title: string, values: readonly Counted[]): Recognised {
  const passing = passingShare(elementNamed('identifier'), values);
  const areCodes =
    formShare(/^[0-9A-Za-z_-]{1,64}$/, values) === 1 && values.some(({ value }) => /[0-9]/.test(value));
  if (passing === 1 && areCodes && (hints(title, 'identifier') || formShare(/[0-9]/, values) >= GOOD))
    return { element: 'identifier', passing, by: hints(title, 'identifier') ? 'title and values' : 'values' };
  return { element: 'text', passing: passingShare(elementNamed('text'), values), by: 'values' };
}
