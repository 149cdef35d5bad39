/** What a word of a question asks of an entry, in the engine's SQL. Words are bound as parameters, never glued into the text. */
import { ngramsOf } from '../../domain/search.ts';
import { TITLE_START } from './refresh.ts';

/** The expressions the indexes are over; the engine only uses one when the condition has the very same. */
const TITLE_GRAMS = 'arrayConcat(ngrams(title, 1), ngrams(title, 2))';
export const TEXT_GRAMS = 'arrayConcat(ngrams(text, 2), ngrams(text, 3))';

/** What the index of texts keeps of a word of two characters or more. */
export const textGrams = (term: string): string[] => ngramsOf(term, [...term].length > 2 ? 3 : 2);

export interface TermSql {
  params: Record<string, string | string[]>;
  /** The title begins with it, found by the index; and looked at in a row that is found. */
  begins: string;
  isBeginning: string;
  /** It stands in the title; likewise. */
  inTitle: string;
  isInTitle: string;
  /** It stands anywhere in the entry. */
  inText: string;
  /** No index knows single characters of texts: `inText` looks at the rows. */
  isScan: boolean;
}

/**
 * Up to two characters (in texts three) are what the index keeps: its answer is exact and no row is looked at. Longer words may
 * have their parts in several places, so those rows are compared.
 * @param index tells the words of a question apart, in the names of parameters
 */
export function termSql(term: string, index: number): TermSql {
  const name = (what: string): string => `${what}_${index}`;
  const length = [...term].length;
  const start = `${TITLE_START}${term}`;
  const grams = (expression: string, what: string): string =>
    `hasAllTokens(${expression}, {${name(what)}:Array(String)})`;
  /** As long as what the index keeps, its answer needs no look at the row. */
  const exactly = (indexed: string, kept: number, compared: string): string =>
    length > kept ? `(${indexed} AND ${compared})` : indexed;
  const holds = (column: string): string => `position(${column}, {${name('term')}:String}) > 0`;
  const isBeginning = `startsWith(title, {${name('start')}:String})`;
  const isScan = length === 1;
  return {
    params: {
      [name('term')]: term,
      [name('start')]: start,
      [name('start_grams')]: ngramsOf(start, 2),
      [name('grams')]: isScan ? [term] : ngramsOf(term, 2),
      [name('text_grams')]: textGrams(term),
    },
    begins:
      length > 1
        ? `(${grams(TITLE_GRAMS, 'start_grams')} AND ${isBeginning})`
        : grams(TITLE_GRAMS, 'start_grams'),
    isBeginning,
    inTitle: exactly(grams(TITLE_GRAMS, 'grams'), 2, holds('title')),
    isInTitle: holds('title'),
    inText: isScan ? holds('text') : exactly(grams(TEXT_GRAMS, 'text_grams'), 3, holds('text')),
    isScan,
  };
}
