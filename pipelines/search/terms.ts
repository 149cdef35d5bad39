/** What a word of a question asks of an entry, in the engine's SQL. Words are bound as parameters, never glued into the text. */
import { ngramsOf } from '../../domain/search.ts';
import { TITLE_START } from './refresh.ts';

/** The expression the index of titles is over; the engine only uses it when the condition has the very same. */
const TITLE_GRAMS = 'arrayConcat(ngrams(title, 1), ngrams(title, 2))';

export interface TermSql {
  params: Record<string, string | string[]>;
  /** The title begins with it. */
  begins: string;
  /** It stands in the title. */
  inTitle: string;
  /** It stands anywhere in the entry. */
  inText: string;
  /** `inText` has to look at the rows: a single character is no two in a row. */
  isScan: boolean;
}

/** @param index tells the words of a question apart, in the names of parameters */
export function termSql(term: string, index: number): TermSql {
  const name = (what: string): string => `${what}_${index}`;
  const isScan = [...term].length === 1;
  const start = `${TITLE_START}${term}`;
  const holds = (column: string): string => `position(${column}, {${name('term')}:String}) > 0`;
  const grams = (expression: string, what: string): string =>
    `hasAllTokens(${expression}, {${name(what)}:Array(String)})`;
  return {
    params: {
      [name('term')]: term,
      [name('start')]: start,
      [name('start_grams')]: ngramsOf(start, 2),
      [name('grams')]: isScan ? [term] : ngramsOf(term, 2),
    },
    begins: `(${grams(TITLE_GRAMS, 'start_grams')} AND startsWith(title, {${name('start')}:String}))`,
    inTitle: `(${grams(TITLE_GRAMS, 'grams')} AND ${holds('title')})`,
    inText: isScan ? `(${holds('text')})` : `(${grams('text', 'grams')} AND ${holds('text')})`,
    isScan,
  };
}
