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
  /** No index knows single characters of texts: `inText` looks at the rows. */
  isScan: boolean;
}

/**
 * One or two characters are what the index keeps: its answer is exact and no row is looked at. Longer words may have their
 * pairs in several places, so those rows are compared.
 * @param index tells the words of a question apart, in the names of parameters
 */
export function termSql(term: string, index: number): TermSql {
  const name = (what: string): string => `${what}_${index}`;
  const length = [...term].length;
  const start = `${TITLE_START}${term}`;
  const grams = (expression: string, what: string): string =>
    `hasAllTokens(${expression}, {${name(what)}:Array(String)})`;
  const exactly = (indexed: string, compared: string): string =>
    length > 2 ? `(${indexed} AND ${compared})` : indexed;
  const holds = (column: string): string => `position(${column}, {${name('term')}:String}) > 0`;
  const isScan = length === 1;
  return {
    params: {
      [name('term')]: term,
      [name('start')]: start,
      [name('start_grams')]: ngramsOf(start, 2),
      [name('grams')]: isScan ? [term] : ngramsOf(term, 2),
    },
    begins:
      length > 1
        ? `(${grams(TITLE_GRAMS, 'start_grams')} AND startsWith(title, {${name('start')}:String}))`
        : grams(TITLE_GRAMS, 'start_grams'),
    inTitle: exactly(grams(TITLE_GRAMS, 'grams'), holds('title')),
    inText: isScan ? holds('text') : exactly(grams('text', 'grams'), holds('text')),
    isScan,
  };
}
