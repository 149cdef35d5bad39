/** Keeps the index up to date: entries that changed are written anew, the others stay as they are indexed. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { maskSql } from '../../domain/masking.ts';
import { searchFormSql } from '../../domain/search.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { isSearched, type SearchKind } from './kind.ts';
import { searchKinds } from './kinds.ts';
import { lookupKey, lookupsSql } from './lookup-key.ts';

/** Between these a title is kept. */
export const TITLE_START = '\u0002';
export const TITLE_END = '\u0003';

const COLUMNS =
  'entity, entry_key, newest_first, title, text, lookups, division_codes, shown_title, shown_parts, entry_hash';
/** Each block's part of the index is made in memory: blocks of the usual million rows took 4 GiB for ten million entries. */
const SMALL_BLOCKS =
  'max_insert_threads = 1, max_threads = 2, min_insert_block_size_rows = 131072, max_insert_block_size = 131072';
const BATCH = { lane: 'batch' as const, tag: 'search index' };

export interface SearchRefresh {
  entity: string;
  /** Entries written anew, and taken out (old forms of changed entries included). */
  written: number;
  removed: number;
}

/** Brings up to date what follows from tables that changed; entities whose tables were never built stay as they are. */
export async function refreshSearch(
  { warehouse, config }: Pick<Platform, 'warehouse' | 'config'>,
  kinds: readonly SearchKind[] = searchKinds,
): Promise<SearchRefresh[]> {
  const key = await lookupKey(config.home);
  const [comments, made] = await Promise.all([tableComments(warehouse), madeBefore(warehouse)]);
  const done: SearchRefresh[] = [];
  for (const kind of kinds) {
    const versions = [kind.table, ...kind.alsoReads].map((table) => comments.get(table));
    if (versions.some((version) => version === undefined)) continue;
    const select = entriesSql(kind);
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([select, key.fingerprint, versions]))
      .digest('hex')
      .slice(0, 32);
    if (made.get(kind.entity) === fingerprint) continue;
    done.push(await rewrite(warehouse, kind, select, key.params));
    await warehouse.run(
      `INSERT INTO search.made SELECT ${literal(kind.entity)}, ${literal(fingerprint)}, (SELECT count() FROM search.entry WHERE entity = ${literal(kind.entity)}), now64(3)`,
      BATCH,
    );
  }
  return done;
}

/**
 * What changed comes in before what it replaces goes: a search meanwhile may see both, never neither. A crash in between is
 * made good by the next run, which compares with what is there.
 */
async function rewrite(
  warehouse: Warehouse,
  { entity }: SearchKind,
  select: string,
  params: Record<string, string>,
): Promise<SearchRefresh> {
  const staged = `search.${identifier(`${entity}__staged`)}`;
  const here = `entity = ${literal(entity)}`;
  const count = (sql: string): Promise<number> => warehouse.value(sql, z.coerce.number(), BATCH);
  await warehouse.run(`DROP TABLE IF EXISTS ${staged}`, BATCH);
  await warehouse.run(
    `CREATE TABLE ${staged} ENGINE = MergeTree ORDER BY (newest_first, entry_key) AS ${select}`,
    { ...BATCH, params },
  );
  const isNew = `entry_hash NOT IN (SELECT entry_hash FROM search.entry WHERE ${here})`;
  const isGone = `${here} AND entry_hash NOT IN (SELECT entry_hash FROM ${staged})`;
  const written = await count(`SELECT count() FROM ${staged} WHERE ${isNew}`);
  const removed = await count(`SELECT count() FROM search.entry WHERE ${isGone}`);
  if (written > 0)
    await warehouse.run(
      `INSERT INTO search.entry (${COLUMNS}) SELECT ${COLUMNS} FROM ${staged} WHERE ${isNew} SETTINGS ${SMALL_BLOCKS}`,
      BATCH,
    );
  if (removed > 0) await warehouse.run(`DELETE FROM search.entry WHERE ${isGone}`, BATCH);
  await warehouse.run(`DROP TABLE ${staged}`, BATCH);
  return { entity, written, removed };
}

/** One row an entry, in the columns of `search.entry`. */
export function entriesSql(kind: SearchKind): string {
  const { entity, table, where, key, title, parts, numbers, personalNumbers, divisions, places, day } = kind;
  const searched = [title, ...parts].filter(isSearched).map(({ sql }) => searchFormSql(sql));
  const placed = places !== undefined;
  const codes = `arrayFilter(code -> code != '', [${divisions.join(', ')}])`;
  const columns = {
    entity: literal(entity),
    entry_key: key,
    newest_first: `-toInt32(ifNull(toDate32(${placed ? `coalesce(${day}, places.latest)` : day}), toDate32('1970-01-01')))`,
    title: `concat('\\x02', ${searchFormSql(title.sql)}, '\\x03')`,
    text: `arrayStringConcat(arrayFilter(form -> form != '', [${searched.join(', ')}]), ' ')`,
    lookups: lookupsSql({ case: numbers, person: personalNumbers }),
    division_codes: `CAST(${
      placed ? `arrayDistinct(arrayConcat(places.codes${divisions.length > 0 ? `, ${codes}` : ''}))` : codes
    } AS Array(LowCardinality(String)))`,
    shown_title: maskSql(title.mask, title.sql),
    shown_parts: `[${parts.map(({ mask, sql }) => maskSql(mask, sql)).join(', ')}]`,
  };
  const list = Object.entries(columns).map(([name, sql]) => `${sql} AS ${name}`);
  return `SELECT *, reinterpretAsUInt128(sipHash128(*)) AS entry_hash FROM (
SELECT ${list.join(',\n')}
FROM ${table} AS one${placed ? ` LEFT JOIN (${places}) AS places ON ${key} = places.place_key` : ''}
WHERE ${key} != ''${where === undefined ? '' : ` AND ${where}`})`;
}

/** Comments of the tables entries are made of: the runner keeps fingerprint and content hash there, `replaceTable` the hash. */
async function tableComments(warehouse: Warehouse): Promise<Map<string, string>> {
  const rows = await warehouse.rows(
    "SELECT concat(database, '.', name) AS relation, comment FROM system.tables WHERE database = 'base' OR (database = 'search' AND name = 'document')",
    z.object({ relation: z.string(), comment: z.string() }),
    BATCH,
  );
  return new Map(rows.map(({ relation, comment }) => [relation, comment]));
}

async function madeBefore(warehouse: Warehouse): Promise<Map<string, string>> {
  const rows = await warehouse.rows(
    'SELECT entity, fingerprint FROM search.made FINAL',
    z.object({ entity: z.string(), fingerprint: z.string() }),
    BATCH,
  );
  return new Map(rows.map(({ entity, fingerprint }) => [entity, fingerprint]));
}
