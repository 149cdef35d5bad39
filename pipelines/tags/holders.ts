/** Who has which tags, as the last run told: masked, within what a person may see. What is asked for counts as used. */
import { sql } from 'kysely';
import { z } from 'zod';
import { maskSql } from '../../domain/masking.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { TagSubject } from './definition.ts';
import type { Within } from './given.ts';

const OPTIONS = { lane: 'interactive' as const, tag: 'tags' };
const count = z.coerce.number().int();
const HELD = 'mart_tag.holder';

export interface TagCount {
  tag: string;
  holders: number;
  byHand: number;
}

/** Objects by tag; none before the first run that built them. */
export async function countTags(warehouse: Warehouse, within: Within): Promise<TagCount[]> {
  if (!(await holdersAreBuilt(warehouse))) return [];
  return warehouse.rows(
    `SELECT tag, count() AS holders, countIf(how = 'hand') AS byHand FROM ${HELD} WHERE ${within.sql} GROUP BY tag`,
    z.object({ tag: z.string(), holders: count, byHand: count }),
    { ...OPTIONS, params: within.params },
  );
}

export const holdersAreBuilt = async (warehouse: Warehouse): Promise<boolean> =>
  (await warehouse.value(
    "SELECT count() FROM system.tables WHERE database = 'mart_tag' AND name = 'holder'",
    count,
    OPTIONS,
  )) > 0;

/** Where the name of an object stands, and how it is shown; a dwelling's is its house code. */
const NAMES: Record<TagSubject, { table: string; key: string; name: string } | null> = {
  person: { table: 'base.person', key: 'person_id', name: maskSql('name', 'person_name') },
  household: { table: 'base.application', key: 'household_id', name: maskSql('name', 'applicant_name') },
  dwelling: null,
  enterprise: { table: 'base.enterprise', key: 'enterprise_id', name: 'enterprise_name' },
};

export interface HolderQuestion {
  subject: TagSubject;
  /** All of these, */
  all: readonly string[];
  /** and none of those. */
  none: readonly string[];
  limit: number;
  offset: number;
}

export const holderSchema = z.object({
  key: z.string(),
  /** Masked. */
  name: z.string(),
  place: z.string(),
  houseCode: z.string(),
  contractNo: z.string(),
  tags: z.array(z.string()),
});
export type Holder = z.output<typeof holderSchema>;

/** Objects that have all of some tags and none of others, in the order of their keys. */
export async function listHolders(
  { warehouse, store }: { warehouse: Warehouse; store: OperationalStore },
  { subject, all, none, limit, offset }: HolderQuestion,
  within: Within,
): Promise<{ total: number; rows: Holder[] }> {
  if (!(await holdersAreBuilt(warehouse))) return { total: 0, rows: [] };
  await countUses(store, [...all, ...none]);
  const wanted = [...new Set(all)];
  const options = {
    ...OPTIONS,
    params: { ...within.params, subject, all: wanted, none, wanted: wanted.length },
  };
  const here = `subject = {subject:String} AND ${within.sql}`;
  const without = `SELECT object_key FROM ${HELD} WHERE ${here} AND tag IN {none:Array(String)}`;
  const chosen = `SELECT object_key FROM ${HELD} WHERE ${here} AND tag IN {all:Array(String)}${
    none.length === 0 ? '' : ` AND object_key NOT IN (${without})`
  } GROUP BY object_key HAVING count() = {wanted:UInt32}`;
  const page = `SELECT object_key FROM (${chosen}) ORDER BY object_key LIMIT ${limit} OFFSET ${offset}`;
  const names = NAMES[subject];
  const named =
    names === null
      ? { column: 'held.house_code', join: '' }
      : {
          column: 'named.shown',
          join: `LEFT ANY JOIN (SELECT ${names.key} AS named_key, ${names.name} AS shown FROM ${names.table} WHERE ${names.key} IN (${page})) AS named ON named.named_key = held.object_key`,
        };
  const [total, rows] = await Promise.all([
    warehouse.value(`SELECT count() FROM (${chosen})`, count, options),
    warehouse.rows(
      `SELECT held.object_key AS key, any(${named.column}) AS name,
         any(concat(held.district_name, held.street_name, held.community_name, held.project_name)) AS place,
         any(held.house_code) AS houseCode, any(held.contract_no) AS contractNo, arraySort(groupArray(held.tag)) AS tags
       FROM ${HELD} AS held ${named.join}
       WHERE held.subject = {subject:String} AND held.object_key IN (${page})
       GROUP BY key ORDER BY key`,
      holderSchema,
      options,
    ),
  ]);
  return { total, rows };
}

export const tagOfObjectSchema = z.object({
  tag: z.string(),
  how: z.enum(['rule', 'hand']),
  version: count,
  points: z.number().nullable(),
  since: z.string().nullable(),
  until: z.string().nullable(),
  evidenceZh: z.string(),
});

/** Every tag of one object, with why: a part of its portrait (画像, 002:631). */
export async function tagsOf(
  warehouse: Warehouse,
  { subject, key }: { subject: TagSubject; key: string },
  within: Within,
): Promise<z.output<typeof tagOfObjectSchema>[]> {
  if (!(await holdersAreBuilt(warehouse))) return [];
  return warehouse.rows(
    `SELECT tag, how, version, points, toString(held.since) AS since, toString(held.until) AS until, evidence_zh AS evidenceZh
     FROM ${HELD} AS held WHERE subject = {subject:String} AND object_key = {key:String} AND ${within.sql} ORDER BY tag`,
    tagOfObjectSchema,
    { ...OPTIONS, params: { ...within.params, subject, key } },
  );
}

async function countUses({ db }: OperationalStore, tags: readonly string[]): Promise<void> {
  await db
    .insertInto('tag_use')
    .values([...new Set(tags)].map((tag) => ({ tag, uses: 1, last_used_at: new Date() })))
    .onConflict((conflict) =>
      conflict
        .column('tag')
        .doUpdateSet({ uses: sql`tag_use.uses + 1`, last_used_at: sql`excluded.last_used_at` }),
    )
    .execute();
}

export const tagUses = ({
  db,
}: OperationalStore): Promise<{ tag: string; uses: number; last_used_at: Date }[]> =>
  db.selectFrom('tag_use').selectAll().execute();
