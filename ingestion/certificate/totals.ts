/** What a certificate adds up over a batch's good rows. */
import { z } from 'zod';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { QueryOptions, Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { Field } from '../contract.ts';
import { fieldElement } from '../generate/field-element.ts';
import { plainOf } from '../generate/plain.ts';

export interface Totals {
  /** One a summed field, in the element's unit. */
  sums: string[];
  /** First and last day or instant of the cursor's column; '' where there is none. */
  from: string;
  to: string;
}

const totals = z.object({ sums: z.array(z.string()), from: z.string(), to: z.string() });
const firstTotals = totals.extend({ others: z.coerce.number() });

/** Fraction digits of the sums: the most a plain text has. */
const SCALE = 6;

/**
 * Most values are read without normalising, in one pass that counts the others; those are read in full in a second one, and
 * added. A row without a defect has passed the element's checks, so that what the engine reads as a number is that number.
 */
export async function totalsOf(
  warehouse: Warehouse,
  table: string,
  { summed, cursor }: { summed: readonly Field[]; cursor: Field | undefined },
  options: QueryOptions & { isSmall: boolean },
): Promise<Totals> {
  // Machine code for a few rows takes longer to make than they do.
  const settings = options.isSmall
    ? 'SETTINGS compile_expressions = 0, compile_aggregate_expressions = 0'
    : '';
  const amounts = summed.map((field, i) => amountSql(field, `_n${i}`));
  const day = cursor ? daySql(cursor, '_n_day') : null;
  const others = [...amounts.map(({ isDirect }) => isDirect), ...(day ? [day.isDirect] : [])].map(
    (isDirect) => `(NOT ${isDirect})`,
  );
  if (others.length === 0) return { sums: [], from: '', to: '' };
  // Not OR and AND: what the engine computes lazily it computes again for every use.
  const isOther = others.reduce((all, other) => `bitOr(${all}, ${other})`);
  const firstSums = amounts.map(
    ({ millionths, isDirect }) =>
      `toDecimal128(sumIf(toInt128(${millionths}), ${isDirect}), ${SCALE}) / ${10 ** SCALE}`,
  );
  const [first = { sums: [], from: '', to: '', others: 0 }] = await warehouse.rows(
    `SELECT ${sumsSql(firstSums)}, ${rangeSql(day && { value: day.direct, isTaken: day.isDirect })}, toString(countIf(${isOther})) AS others FROM ${table} ${settings}`,
    firstTotals,
    options,
  );
  const ofDay = (text: string): string => (text === '' ? '' : (day?.spell(text) ?? text));
  const seen = { sums: first.sums, from: ofDay(first.from), to: ofDay(first.to) };
  if (first.others === 0) return seen;

  const secondSums = amounts.map(
    ({ read, isDirect }, i) =>
      `toDecimal128('${first.sums[i] ?? '0'}', ${SCALE}) + ifNull(sumIf(${read}, NOT ${isDirect}), 0)`,
  );
  // Named once: parsing says a normalised text several times over, and the engine would analyse thousands of characters each time.
  const normalised = [...amounts, ...(day ? [day] : [])].map((each) => `${each.normalised} AS ${each.as}`);
  const [rest = seen] = await warehouse.rows(
    `SELECT ${sumsSql(secondSums)}, ${rangeSql(day && { value: day.read, isTaken: `NOT ${day.isDirect}` })}
     FROM (SELECT *, ${normalised.join(', ')} FROM ${table} WHERE ${isOther}) ${settings}`,
    totals,
    options,
  );
  const days = [seen.from, seen.to, rest.from, rest.to].filter((text) => text !== '').sort();
  return { sums: rest.sums, from: days[0] ?? '', to: days.at(-1) ?? '' };
}

const sumsSql = (sums: string[]): string =>
  `[${sums.map((sum) => `toString(${sum})`).join(', ')}]::Array(String) AS sums`;

const rangeSql = (day: { value: string; isTaken: string } | null): string =>
  day
    ? `minIf(${day.value} AS day, day != '' AND ${day.isTaken}) AS from, maxIf(day, ${day.isTaken}) AS to`
    : "'' AS from, '' AS to";

/** Characters of a number that is read in binary: of so few every digit comes out right, and a seventh decimal shows. */
const BINARY = 10;

interface Normalised {
  /** SQL of the normalised text, and the name `read` knows it by. */
  normalised: string;
  as: string;
}

/**
 * `isDirect`: the text is a number of so few digits that its millionths, an Int64, can be read in binary, at a third of what a
 * decimal costs. `read`: Decimal(18, 6), NULL where the text is no number.
 */
function amountSql(
  field: Field,
  as: string,
): { millionths: string; isDirect: string; read: string } & Normalised {
  const text = identifier(field.source);
  const element = fieldElement(field);
  const number = `toFloat64OrNull(${text})`;
  const scaled = `(ifNull(${number}, 0) * ${10 ** SCALE})`;
  // Words for infinity and powers of ten are read too, and are none.
  const inRange = `if(abs(${scaled}) < 1e16, ${scaled}, 0.1)`;
  const isShort = `bitAnd(length(${text}) <= ${BINARY}, abs(${inRange} - round(${inRange})) < 0.005)`;
  const decimal = `toDecimal64OrNull(${text}, ${SCALE})`;
  const parsed = `toDecimal64OrNull(toString(${element.parseSql(as)}), ${SCALE})`;
  const isPlain = plainOf(field) !== undefined && field.unit !== 'wan_yuan';
  return {
    ...{ normalised: element.normaliseSql(text), as },
    millionths: `toInt64(round(${inRange}))`,
    isDirect: isPlain
      ? `bitAnd(empty(_defects), bitOr(${text} = '', bitAnd(isNotNull(${number}), ${isShort})))`
      : 'false',
    read: isPlain ? `if(bitAnd(empty(_defects), isNotNull(${decimal})), ${decimal}, ${parsed})` : parsed,
  };
}

/** Canonical texts of days and instants sort as time does; one without a defect and with the marks in their places is canonical. */
function daySql(
  field: Field,
  as: string,
): {
  direct: string;
  isDirect: string;
  read: string;
  spell: (text: string) => string;
} & Normalised {
  const text = identifier(field.source);
  const element = fieldElement(field);
  const length = CANONICAL_LENGTHS[field.element];
  return {
    ...{ normalised: element.normaliseSql(text), as },
    direct: text,
    isDirect:
      length === undefined
        ? 'false'
        : `bitAnd(empty(_defects), bitAnd(length(${text}) = ${length}, bitAnd(substring(${text}, 5, 1) = '-', substring(${text}, 8, 1) = '-')))`,
    read: `ifNull(if(isNull(${element.parseSql(as)}), '', ${as}), '')`,
    spell: (canonical) => plainOf(field)?.value?.(canonical) ?? canonical,
  };
}

const CANONICAL_LENGTHS: Record<string, number | undefined> = { date: 10, timestamp: 19 };
