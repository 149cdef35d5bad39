/** The SQL of the kinds that change one text. `x` is an expression of type String, and so is the answer. */
import {
  blanksToSql,
  compactSql,
  fullWidthSql,
  halfWidthSql,
  spacedSql,
  upperAsciiSql,
} from '../../domain/cleaning.ts';
import { normaliseWord, normaliseWordSql } from '../../domain/codes/index.ts';
import type { Element } from '../../domain/element.ts';
import { withCalendar, withTwoDigitYears } from '../../domain/elements/index.ts';
import { bound } from '../../domain/sql.ts';
import { groupsOf, inert, inertArray, quoted, replacement } from './inert.ts';
import { type Condition, type TextAction, UNITS } from './rule.ts';

/** No rule makes a text longer than this: a row of rules that each grow it must end. */
const MOST_CHARACTERS = 4000;
const NUMBER = "'^[-]?[0-9]\\x7b1,12\\x7d([.][0-9]+)?$'";

/** @param element of the field the text belongs to */
export function textSql(action: TextAction, x: string, element: Element): string {
  switch (action.kind) {
    case 'width':
      return action.to === 'half' ? halfWidthSql(x) : fullWidthSql(x);
    case 'space':
      return blanksToSql(x, action.keep === 'none' ? '' : ' ');
    case 'case':
      return action.to === 'upper' ? upperAsciiSql(x) : `lower(${x})`;
    case 'strip':
      return `replaceRegexpAll(${x}, ${inert(stripPattern(action))}, '')`;
    case 'map': {
      const words = Object.entries(action.words);
      const from = inertArray(words.map(([word]) => normaliseWord(word)));
      return `transform(${normaliseWordSql(x)}, ${from}, ${inertArray(words.map(([, to]) => to))}, ${x})`;
    }
    case 'unit': {
      const { times, by } = UNITS[action.from];
      return bound('amount', x, (amount) =>
        bound('digits', `replaceAll(${compactSql(amount)}, ',', '')`, (digits) => {
          const number = `toDecimal256(if(match(${digits}, ${NUMBER}), ${digits}, '0'), 10)`;
          const product = `round(multiplyDecimal(${number}, toDecimal256(${times}, 0), 10) / ${by}, 4)`;
          return `if(match(${digits}, ${NUMBER}), toString(${product}), ${amount})`;
        }),
      );
    }
    case 'replace': {
      if (!action.pattern) return short(`replaceAll(${x}, ${inert(action.find)}, ${inert(action.with)})`);
      const put = replacement(action.with, groupsOf(action.find));
      return short(`replaceRegexpAll(${x}, ${inert(action.find)}, ${inert(put)})`);
    }
    case 'default':
      return `if(${element.normaliseSql(x)} = '', ${inert(action.value)}, ${x})`;
    case 'date':
      return dateSql(action, x);
    case 'number':
      return bound('written', x, (written) => {
        const european = `match(${written}, '^ *[-+]?[0-9]\\x7b1,3\\x7d([. ]?[0-9]\\x7b3\\x7d)*,[0-9]+ *$')`;
        return `if(${european}, replaceAll(replaceRegexpAll(${written}, '[. ]', ''), ',', '.'), ${written})`;
      });
  }
}

const short = (x: string): string => `substringUTF8(${x}, 1, ${MOST_CHARACTERS})`;

/** Longest first, so that 有限责任公司 goes before 公司. */
function stripPattern({ words, at }: Extract<TextAction, { kind: 'strip' }>): string {
  const any = words
    .toSorted((a, b) => b.length - a.length)
    .map(quoted)
    .join('|');
  return { anywhere: `(?:${any})`, start: `^(?:${any})+`, end: `(?:${any})+$` }[at];
}

/** What a rule makes of a text and nothing more: an element that normalises nothing. */
const asIs = { normalise: (text: string) => text, normaliseSql: (x: string) => x } as Element;

function dateSql({ order, pivot }: Extract<TextAction, { kind: 'date' }>, x: string): string {
  const dated = pivot === undefined ? asIs : withTwoDigitYears(asIs, pivot);
  const { normaliseSql } = order === 'year_first' ? dated : withCalendar(dated, order);
  // Reading takes blanks and quotes away: a text that is no such day keeps its own.
  return bound('day', x, (day) =>
    bound('read', normaliseSql(day), (read) => `if(${read} = ${spacedSql(day)}, ${day}, ${read})`),
  );
}

/** Boolean SQL of a condition over the field's canonical text. */
export function conditionSql(condition: Condition, canonical: string, element: Element): string {
  const values = (texts: readonly string[]): string =>
    texts.map((value) => inert(element.normalise(value))).join(', ');
  switch (condition.is) {
    case 'empty':
      return `(${canonical} = '')`;
    case 'present':
      return `(${canonical} != '')`;
    case 'one_of':
      return `(${canonical} IN (${values(condition.values)}))`;
    case 'none_of':
      return `(${canonical} NOT IN (${values(condition.values)}))`;
    case 'like':
      groupsOf(condition.pattern);
      return `match(${canonical}, ${inert(condition.pattern)})`;
  }
}
