/**
 * A question to the index. An entry must hold every word. First come those a typed number names, then those whose title begins
 * with a word, then those with a word in the title, then the others; among equals the newest. One statement asks for all three,
 * each only for as many as a page holds and in the order of the table, so that common words cost no more than rare ones.
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

const keySchema = z.object({
  found_by: z.enum(FOUND_BY),
  newest_first: z.number(),
  entity: z.string(),
  entry_key: z.string(),
});
const shownSchema = z.object({
  entity: z.string(),
  entry_key: z.string(),
  shown_title: z.string(),
  shown_parts: z.array(z.string()),
});
type FoundRow = z.output<typeof keySchema> & z.output<typeof shownSchema>;

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
  const indexed = asked.map((term) => (term.isScan ? term.inTitle : term.inText)).join(' AND ');
  const params = Object.assign({}, here.params, ...asked.map((term) => term.params)) as Record<
    string,
    unknown
  >;
  const limit = question.limit + 1;
  const steps: [FoundBy, string][] = [
    ['title_start', `(${asked.map(({ begins }) => begins).join(' OR ')}) AND ${indexed}`],
    ['title', `(${asked.map(({ inTitle }) => inTitle).join(' OR ')}) AND ${indexed}`],
    ...(hasScan ? [] : [['text', anywhere] as [FoundBy, string]]),
  ];
  const found = await entries(
    warehouse,
    steps.map(([by, where]) => [by, `${where} AND ${here.sql}`]),
    { params, limit },
  );
  if (!hasScan || found.length >= limit) return answerOf(found, question, false);
  const scanned = await entries(warehouse, [['text', `${anywhere} AND ${here.sql}`]], {
    params,
    limit,
    isBounded: true,
  });
  const all = [...found, ...scanned];
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
  const [tokens] = await warehouse.rows(
    `SELECT [${hashes.join(', ')}] AS hashes`,
    z.object({ hashes: z.array(z.string()) }),
    { params: { ...key.params, number }, tag: 'search' },
  );
  return entries(warehouse, [['number', `hasAnyTokens(lookups, {hashes:Array(String)}) AND ${here.sql}`]], {
    params: { ...here.params, hashes: tokens?.hashes ?? [] },
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

/** Of each step the newest entries, the steps in their order. What is shown is read for these alone, by the table's own order. */
async function entries(
  warehouse: Warehouse,
  steps: readonly (readonly [FoundBy, string])[],
  {
    params,
    limit,
    isBounded = false,
  }: { params: Record<string, unknown>; limit: number; isBounded?: boolean },
): Promise<FoundRow[]> {
  const options = { lane: 'interactive' as const, params, maxSeconds: MOST_SECONDS, tag: 'search' };
  const bound = isBounded ? `, max_rows_to_read = ${MOST_SCANNED}, read_overflow_mode = 'break'` : '';
  const of = ([by, where]: readonly [FoundBy, string], step: number): string =>
    `(SELECT ${step} AS step, '${by}' AS found_by, newest_first, entity, entry_key FROM search.entry WHERE ${where} ORDER BY newest_first, entry_key LIMIT ${limit})`;
  const keys = await warehouse.rows(
    `SELECT * FROM (${steps.map(of).join(' UNION ALL ')}) ORDER BY step, newest_first, entry_key SETTINGS max_threads = 2${bound}`,
    keySchema,
    options,
  );
  const first = new Map(keys.toReversed().map((row) => [nameOf(row), row]));
  const wanted = keys.filter((row) => first.get(nameOf(row)) === row).slice(0, limit);
  if (wanted.length === 0) return [];
  const shown = await warehouse.rows(
    `SELECT entity, entry_key, shown_title, shown_parts FROM search.entry
     WHERE (newest_first, entry_key) IN (${wanted.map((_, i) => `({newest_${i}:Int32}, {key_${i}:String})`).join(', ')})`,
    shownSchema,
    {
      ...options,
      params: Object.fromEntries(
        wanted.flatMap((row, i) => [
          [`newest_${i}`, row.newest_first],
          [`key_${i}`, row.entry_key],
        ]),
      ),
    },
  );
  const byName = new Map(shown.map((row) => [`${row.entity} ${row.entry_key}`, row]));
  return wanted.flatMap((row) => {
    const display = byName.get(nameOf(row));
    // Written anew in between: the next question finds it.
    return display === undefined ? [] : [{ ...row, ...display }];
  });
}

/** The page of what was found, each entry once, for the best reason. */
function answerOf(rows: readonly FoundRow[], { limit }: Question, isPartial: boolean): Answer {
  const best = new Map(rows.toReversed().map((row) => [nameOf(row), row]));
  const once = rows.filter((row) => best.get(nameOf(row)) === row);
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
