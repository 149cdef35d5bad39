/** Tags people give objects: with a reason, for a time, one by one or many keys at once; and take back. */
import { sql } from 'kysely';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { csvText } from '../dbt/seed.ts';
import { subjectNamed, type Subjects } from '../conditions/subjects.ts';
import type { By } from '../staff-rules/store.ts';
import { isGiven, type Versioned } from './definition.ts';

export const MOST_KEYS = 10_000;

/** A condition over the division columns of a mart: what the person may see. */
export interface Within {
  sql: string;
  params: Record<string, string>;
}

/** What is standing, as the seed of a run; none where nobody gave anything. */
export async function givenSeed({ db }: OperationalStore): Promise<GeneratedFile[]> {
  const rows = await db
    .selectFrom('tag_given')
    .select(['tag', 'object_key', 'given_on', 'until_on'])
    .where('taken_at', 'is', null)
    .orderBy('tag')
    .orderBy('object_key')
    .execute();
  if (rows.length === 0) return [];
  return [
    {
      path: 'seeds/tag_given.csv',
      content: csvText(
        ['tag', 'object_key', 'given_on', 'until_on'],
        rows.map((row) => [row.tag, row.object_key, row.given_on, row.until_on ?? '\\N']),
      ),
    },
  ];
}

/** A tag given by hand, the table of the objects it is about, and for how many days it is given (0: until it is taken back). */
export interface GivenAbout {
  tag: string;
  table: string;
  validDays: number;
}

/** What a tag given by hand is about. @throws AppError `bad_request` when the tag is no such */
export function givable(tags: readonly Versioned[], subjects: Subjects, name: string): GivenAbout {
  const tag = tags.find((one) => one.tag === name);
  if (!tag || !isGiven(tag))
    throw new AppError('bad_request', `${name} is no tag people give.`, {
      where: { field: 'tag' },
      fix: 'Name a tag that is given by hand (by_hand).',
    });
  const { model } = subjectNamed(subjects, tag.subject, name);
  return { tag: name, table: model.replace('__', '.'), validDays: tag.valid_days };
}

/**
 * Gives a tag to objects, from the next run on; one that has it already gets the new reason and time.
 * @param until the last day; the tag's own time when absent
 * @throws AppError `not_found` that says how many of the keys nobody knows (or this person may not see); nothing is given then
 */
export async function giveTag(
  { warehouse, store }: Pick<Platform, 'warehouse' | 'store'>,
  { tag, table, validDays }: GivenAbout,
  { keys, until }: { keys: readonly string[]; until?: string },
  within: Within,
  by: By,
): Promise<number> {
  const wanted = [...new Set(keys)];
  const known = await warehouse.rows(
    `SELECT object_key AS key FROM ${table} WHERE object_key IN {keys:Array(String)} AND ${within.sql}`,
    z.object({ key: z.string() }),
    { params: { ...within.params, keys: wanted }, tag: 'tags' },
  );
  if (known.length < wanted.length)
    throw new AppError('not_found', `${wanted.length - known.length} of ${wanted.length} keys are unknown.`, {
      where: { field: 'keys' },
      fix: 'Leave them out, or run the models first.',
    });
  const given = JSON.stringify(wanted);
  const keyRows = sql`SELECT value AS object_key FROM jsonb_array_elements_text(${given}::jsonb) AS value`;
  const lapses = validDays === 0 ? sql`NULL::date` : sql`current_date + ${validDays}::integer`;
  await store.db.transaction().execute(async (trx) => {
    await sql`UPDATE tag_given SET taken_at = now(), taken_by = ${by.user}, taken_reason = 'given again'
      WHERE tag = ${tag} AND taken_at IS NULL AND object_key IN (${keyRows})`.execute(trx);
    await sql`INSERT INTO tag_given (tag, object_key, given_on, until_on, reason, given_by)
      SELECT ${tag}, object_key, current_date, ${until === undefined ? lapses : sql`${until}::date`}, ${by.reason}, ${by.user}
      FROM (${keyRows}) AS keys`.execute(trx);
  });
  return wanted.length;
}

/** Takes a tag back from objects that have it by hand. @returns from how many */
export async function takeTag(
  { warehouse, store }: Pick<Platform, 'warehouse' | 'store'>,
  { tag, table }: GivenAbout,
  keys: readonly string[],
  within: Within,
  by: By,
): Promise<number> {
  const seen = await warehouse.rows(
    `SELECT object_key AS key FROM ${table} WHERE object_key IN {keys:Array(String)} AND ${within.sql}`,
    z.object({ key: z.string() }),
    { params: { ...within.params, keys }, tag: 'tags' },
  );
  // Who sees the whole city may take it back from an object that is gone as well.
  const from = within.sql === '1' ? keys : seen.map(({ key }) => key);
  const { numUpdatedRows } = await store.db
    .updateTable('tag_given')
    .set({ taken_at: new Date(), taken_by: by.user, taken_reason: by.reason })
    .where('tag', '=', tag)
    .where('taken_at', 'is', null)
    .where('object_key', 'in', [...from, ''])
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Whoever gave an object tags, and who took them back, newest first. */
export const givenOf = ({ db }: OperationalStore, key: string) =>
  db
    .selectFrom('tag_given')
    .select(['tag', 'given_on', 'until_on', 'reason', 'given_by', 'taken_at', 'taken_by', 'taken_reason'])
    .where('object_key', '=', key)
    .orderBy('given_id', 'desc')
    .limit(100)
    .execute();
