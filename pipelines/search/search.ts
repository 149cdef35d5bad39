/**
 * A question to the index. An entry must hold every word. First come those a typed number names, then those whose title begins
 * with a word, then those with a word in the title, then the others; among equals the newest. Each step is only asked when
 * those before it did not fill the page, and stops reading when it is full, so that common words cost no more than rare ones.
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

const foundSchema = z.object({
  entity: z.string(),
  entry_key: z.string(),
  shown_title: z.string(),
  shown_parts: z.array(z.string()),
});

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
  const all = asked.map(({ inText }) => inText).join(' AND ');
  const isScan = asked.every((term) => term.isScan);
  const steps: { foundBy: FoundBy; where: string; isBounded?: boolean }[] = [
    { foundBy: 'title_start', where: `(${asked.map(({ begins }) => begins).join(' OR ')}) AND ${all}` },
    { foundBy: 'title', where: `(${asked.map(({ inTitle }) => inTitle).join(' OR ')}) AND ${all}` },
    { foundBy: 'text', where: all, isBounded: isScan },
  ];
  const here = scopeOf(question);
  const found = await byNumber(warehouse, key, question, here);
  let isPartial = false;
  // Whoever types a whole number means what it names.
  for (const step of found.size > 0 ? [] : steps) {
    if (found.size > question.limit) break;
    const rows = await entries(warehouse, `${step.where} AND ${here.sql}`, {
      params: Object.assign({}, here.params, ...asked.map(({ params }) => params)) as Record<string, unknown>,
      limit: question.limit + 1 + found.size,
      isBounded: step.isBounded ?? false,
    });
    add(found, rows, step.foundBy);
    if (step.isBounded && found.size <= question.limit) isPartial = await isBeyondScan(warehouse);
  }
  const list = [...found.values()];
  return { found: list.slice(0, question.limit), hasMore: list.length > question.limit, isPartial };
}

const isBeyondScan = async (warehouse: Warehouse): Promise<boolean> =>
  (await warehouse.value('SELECT count() FROM search.entry', z.coerce.number(), { tag: 'search' })) >
  MOST_SCANNED;

/** Entries one of whose numbers was typed, alone and in full. */
async function byNumber(
  warehouse: Warehouse,
  key: LookupKey,
  { words, mayUsePersonalNumbers, limit }: Question,
  here: ReturnType<typeof scopeOf>,
): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  const number = asNumber(words);
  if (!/^.*[0-9].{3,}$/u.test(number)) return found;
  const hashes = [
    typedHashSql('case', 'number'),
    ...(mayUsePersonalNumbers ? [typedHashSql('person', 'number')] : []),
  ];
  const [tokens] = await warehouse.rows(
    `SELECT [${hashes.join(', ')}] AS hashes`,
    z.object({ hashes: z.array(z.string()) }),
    { params: { ...key.params, number }, tag: 'search' },
  );
  const rows = await entries(warehouse, `hasAnyTokens(lookups, {hashes:Array(String)}) AND ${here.sql}`, {
    params: { ...here.params, hashes: tokens?.hashes ?? [] },
    limit: limit + 1,
    isBounded: false,
  });
  add(found, rows, 'number');
  return found;
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

function entries(
  warehouse: Warehouse,
  where: string,
  { params, limit, isBounded }: { params: Record<string, unknown>; limit: number; isBounded: boolean },
): Promise<z.output<typeof foundSchema>[]> {
  const bound = isBounded ? ` SETTINGS max_rows_to_read = ${MOST_SCANNED}, read_overflow_mode = 'break'` : '';
  return warehouse.rows(
    `SELECT entity, entry_key, shown_title, shown_parts FROM search.entry WHERE ${where} ORDER BY newest_first, entry_key LIMIT ${limit}${bound}`,
    foundSchema,
    { lane: 'interactive', params, maxSeconds: MOST_SECONDS, tag: 'search' },
  );
}

function add(
  found: Map<string, Found>,
  rows: readonly z.output<typeof foundSchema>[],
  foundBy: FoundBy,
): void {
  for (const row of rows) {
    const name = `${row.entity} ${row.entry_key}`;
    if (found.has(name)) continue;
    const kind = searchKind(row.entity);
    found.set(name, {
      entity: row.entity as SearchEntity,
      key: row.entry_key,
      foundBy,
      title: row.shown_title,
      parts: kind.parts.flatMap(({ zh }, index) => {
        const value = row.shown_parts[index] ?? '';
        return value === '' ? [] : [{ zh, value }];
      }),
    });
  }
}
