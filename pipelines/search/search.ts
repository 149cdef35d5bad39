/**
 * A question to the index. An entry must hold every word. First come those a typed number names, then those whose title begins
 * with a word, then those with a word in the title, then the others; among equals the newest. The newest entries are asked for
 * first, and with less than a page of them all is said; only of common words are titles asked for on their own. Each statement
 * reads in the order of the table for as many as a page holds, so that common words cost no more than rare ones.
 */
import { z } from 'zod';
import { searchTerms } from '../../domain/search.ts';
import { AppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type SearchEntity, searchKind } from './kinds.ts';
import { asNumber, lookupKey, type LookupKey, typedHashSql } from './lookup-key.ts';
import { termSql } from './terms.ts';

export const MOST_TERMS = 8;
/** Rows a single character, which no index knows, is looked for in. */
const MOST_SCANNED = 1_000_000;
const MOST_SECONDS = 5;
/** One thread stops in the order of the table as soon as the page is full; a second would read on. Lists of common words stay in memory. */
const ASKING = 'max_threads = 1, use_text_index_dictionary_cache = 1, use_text_index_postings_cache = 1';

/** Why an entry was found; the order of the answer. */
export const FOUND_BY = ['number', 'title_start', 'title', 'text'] as const;
export type FoundBy = (typeof FOUND_BY)[number];

export interface Question {
  words: string;
  entities?: readonly SearchEntity[];
  /** Only entries of this division (six, nine or twelve digits); '' for the whole city. */
  division?: string;
  /** May the words be an identity or telephone number? */
  mayUsePersonalNumbers?: boolean;
  /** A further condition over `entity` and `entry_key`, written by the pipeline. */
  within?: { sql: string; params: Record<string, unknown> };
  limit: number;
}

const foundSchema = z.object({
  found_by: z.enum(FOUND_BY),
  newest_first: z.number(),
  entity: z.string(),
  entry_key: z.string(),
  shown_title: z.string(),
  shown_parts: z.array(z.string()),
});
type FoundRow = z.output<typeof foundSchema>;

export interface Found {
  entity: SearchEntity;
  key: string;
  foundBy: FoundBy;
  /** Masked. */
  title: string;
  parts: { zh: string; value: string }[];
}

export interface Answer {
  found: Found[];
  /** There are more than the limit. */
  hasMore: boolean;
  /** A single character was looked for in the newest million entries only. */
  isPartial: boolean;
}

/** @throws AppError `bad_request` for a question without words or with too many */
export async function search(
  { warehouse, config }: Pick<Platform, 'warehouse' | 'config'>,
  question: Question,
): Promise<Answer> {
  return searchWith(warehouse, await lookupKey(config.home), question);
}

export async function searchWith(warehouse: Warehouse, key: LookupKey, question: Question): Promise<Answer> {
  const terms = searchTerms(question.words);
  if (terms.length === 0 || terms.length > MOST_TERMS)
    throw new AppError('bad_request', `A search has one to ${MOST_TERMS} words.`, {
      where: { field: 'words' },
      fix: 'Type part of a name, an address or a text, or a whole number.',
    });
  const asked = terms.map(termSql);
  const here = scopeOf(question);
  const named = await byNumber(warehouse, key, question, here);
  // Whoever types a whole number means what it names.
  if (named.length > 0 || isWholeNumber(terms)) return answerOf(named, question, false);
  const hasScan = asked.some(({ isScan }) => isScan);
  const anywhere = asked.map(({ inText }) => inText).join(' AND ');
  // Words of one character are looked for in titles as long as the index answers.
  const indexed = asked.map((term) => (term.isScan ? term.inTitle : term.inText));
  const some = (conditions: readonly string[]): string => `(${conditions.join(' OR ')})`;
  const foundBy = `multiIf(${some(asked.map(({ isBeginning }) => isBeginning))}, 'title_start', ${some(asked.map(({ isInTitle }) => isInTitle))}, 'title', 'text')`;
  const params = Object.assign({}, here.params, ...asked.map((term) => term.params)) as Record<
    string,
    unknown
  >;
  const limit = question.limit + 1;
  const ask = (where: string, isBounded = false): Promise<FoundRow[]> =>
    entries(warehouse, `${where} AND ${here.sql}`, { foundBy, params, limit, isBounded });
  const isFull = (rows: readonly FoundRow[]): boolean => rows.length >= limit;
  /** One of the words so, and every other anywhere. */
  const oneOf = (conditions: readonly string[]): string =>
    some(conditions.map((one, at) => [one, ...indexed.filter((_, other) => other !== at)].join(' AND ')));

  const newest = await ask(indexed.join(' AND '));
  if (isFull(newest)) {
    const starts = await ask(oneOf(asked.map(({ begins }) => begins)));
    // With a word that no index of texts knows, the newest are of titles already.
    const titles = isFull(starts) || hasScan ? [] : await ask(oneOf(asked.map(({ inTitle }) => inTitle)));
    return answerOf([...starts, ...titles, ...newest], question, false);
  }
  if (!hasScan) return answerOf(newest, question, false);
  const all = [...newest, ...(await ask(anywhere, true))];
  const isShort = new Set(all.map(nameOf)).size < limit;
  return answerOf(all, question, isShort && (await isBeyondScan(warehouse)));
}

/** A long number is looked up, not searched: its digits stand in every text. */
const isWholeNumber = ([term = '', ...others]: readonly string[]): boolean =>
  others.length === 0 && /^[0-9A-Z]{8,}$/.test(term) && /[0-9]{6}/.test(term);

const nameOf = ({ entity, entry_key }: { entity: string; entry_key: string }): string =>
  `${entity} ${entry_key}`;

const isBeyondScan = async (warehouse: Warehouse): Promise<boolean> =>
  (await warehouse.value('SELECT count() FROM search.entry', z.coerce.number(), { tag: 'search' })) >
  MOST_SCANNED;

/** Entries one of whose numbers was typed, alone and in full. */
async function byNumber(
  warehouse: Warehouse,
  key: LookupKey,
  { words, mayUsePersonalNumbers, limit }: Question,
  here: ReturnType<typeof scopeOf>,
): Promise<FoundRow[]> {
  const number = asNumber(words);
  if (!/^(?=.*[0-9]).{4,64}$/u.test(number)) return [];
  const hashes = [
    typedHashSql('case', 'number'),
    ...(mayUsePersonalNumbers ? [typedHashSql('person', 'number')] : []),
  ];
  return entries(warehouse, `hasAnyTokens(lookups, [${hashes.join(', ')}]) AND ${here.sql}`, {
    foundBy: "'number'",
    params: { ...here.params, ...key.params, number },
    limit: limit + 1,
  });
}

function scopeOf({ entities, division = '', within }: Question): {
  sql: string;
  params: Record<string, unknown>;
} {
  const parts = ['1'];
  if (entities !== undefined && entities.length > 0) parts.push('entity IN {entities:Array(String)}');
  if (division !== '') parts.push('has(division_codes, {division:String})');
  if (within) parts.push(within.sql);
  return {
    sql: parts.join(' AND '),
    params: {
      ...(entities !== undefined && entities.length > 0 ? { entities } : {}),
      ...(division === '' ? {} : { division }),
      ...within?.params,
    },
  };
}

/** The newest entries of which a condition holds. What is shown is read of these alone (the engine's lazy materialisation). */
function entries(
  warehouse: Warehouse,
  where: string,
  {
    foundBy,
    params,
    limit,
    isBounded = false,
  }: { foundBy: string; params: Record<string, unknown>; limit: number; isBounded?: boolean },
): Promise<FoundRow[]> {
  const bound = isBounded ? `, max_rows_to_read = ${MOST_SCANNED}, read_overflow_mode = 'break'` : '';
  return warehouse.rows(
    `SELECT ${foundBy} AS found_by, newest_first, entity, entry_key, shown_title, shown_parts FROM search.entry
     WHERE ${where} ORDER BY newest_first, entry_key LIMIT ${limit} SETTINGS ${ASKING}${bound}`,
    foundSchema,
    { lane: 'interactive', params, maxSeconds: MOST_SECONDS, tag: 'search' },
  );
}

/** The page of what was found, each entry once, in the order of why it was found. */
function answerOf(rows: readonly FoundRow[], { limit }: Question, isPartial: boolean): Answer {
  const once = [...new Map(rows.map((row) => [nameOf(row), row])).values()].toSorted(
    (a, b) =>
      FOUND_BY.indexOf(a.found_by) - FOUND_BY.indexOf(b.found_by) ||
      a.newest_first - b.newest_first ||
      (a.entry_key < b.entry_key ? -1 : 1),
  );
  return {
    found: once.slice(0, limit).map((row) => ({
      entity: row.entity as SearchEntity,
      key: row.entry_key,
      foundBy: row.found_by,
      title: row.shown_title,
      parts: searchKind(row.entity).parts.flatMap(({ zh }, index) => {
        const value = row.shown_parts[index] ?? '';
        return value === '' ? [] : [{ zh, value }];
      }),
    })),
    hasMore: once.length > limit,
    isPartial,
  };
}
