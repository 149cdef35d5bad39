/** Trying a tag on the measures of the last run: who would have it, what comes and goes, which other tags they have. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { subjectNamed } from '../conditions/subjects.ts';
import { latestBusinessDate } from '../plan.ts';
import { evidenceSql, tagSql } from './compile.ts';
import { isGiven, type Versioned } from './definition.ts';
import { holdersAreBuilt } from './holders.ts';
import { nameOf, type ShippedTags, type StaffTag } from './staff.ts';
import type { TagTrial } from './trial-result.ts';

const OPTIONS = { lane: 'batch' as const, tag: 'tag try-out', maxSeconds: 60 };
const count = z.coerce.number();
const HELD = 'mart_tag.holder';

/** @throws AppError `conflict` before the first run */
export async function tryTag(
  platform: Pick<Platform, 'warehouse' | 'store'>,
  shipped: ShippedTags,
  inForce: readonly Versioned[],
  definition: StaffTag,
): Promise<TagTrial> {
  const { warehouse } = platform;
  const name = nameOf(definition);
  const asOf = await latestBusinessDate(platform.store);
  if (!(await holdersAreBuilt(warehouse)))
    throw new AppError('conflict', 'No run has built the objects of tags yet.', { fix: 'anju run' });
  const tag = 'tag' in definition ? definition.tag : shipped.tags.find((one) => one.tag === name);
  const subject = subjectNamed(shipped.subjects, tag?.subject ?? '', name);
  const table = subject.model.replace('__', '.');
  const has = `SELECT object_key FROM ${HELD} WHERE subject = {subject:String} AND tag = {tag:String}`;
  const options = { ...OPTIONS, params: { subject: subject.name, tag: name } };
  // One that people give keeps who has it; a shipped one switched off has nobody.
  const holds =
    'off' in definition || tag === undefined
      ? '0'
      : isGiven(tag)
        ? `watched.object_key IN (${has})`
        : tagSql('watched', tag);
  const would = `SELECT watched.object_key FROM ${table} AS watched WHERE ${holds}`;
  const [counts] = await warehouse.rows(
    `SELECT count() AS objects, countIf(new) AS holders, countIf(new AND NOT old) AS comes, countIf(old AND NOT new) AS goes
     FROM (SELECT ${holds} AS new, watched.object_key IN (${has}) AS old FROM ${table} AS watched)`,
    z.object({ objects: count, holders: count, comes: count, goes: count }),
    options,
  );
  const districts = await warehouse.rows(
    `SELECT watched.district_name AS district, count() AS holders FROM ${table} AS watched WHERE ${holds}
     GROUP BY district ORDER BY holders DESC, district LIMIT 20`,
    z.object({ district: z.string(), holders: count }),
    options,
  );
  const overlaps = await warehouse.rows(
    `SELECT tag, count() AS holders FROM ${HELD} WHERE subject = {subject:String} AND tag != {tag:String} AND object_key IN (${would})
     GROUP BY tag ORDER BY holders DESC, tag`,
    z.object({ tag: z.string(), holders: count }),
    options,
  );
  const said = tag === undefined || isGiven(tag) ? undefined : evidenceSql('watched', tag);
  const evidence =
    said === undefined
      ? []
      : await warehouse.rows(
          `SELECT ${said} AS text FROM ${table} AS watched WHERE ${holds} ORDER BY watched.object_key LIMIT 10`,
          z.object({ text: z.string() }),
          options,
        );
  return {
    asOf,
    ...(counts ?? { objects: 0, holders: 0, comes: 0, goes: 0 }),
    districts,
    overlaps: overlaps.slice(0, 20),
    clashes: clashesOf(shipped, inForce, definition, overlaps),
    evidence: evidence.map(({ text }) => text),
  };
}

/** Objects with another tag of the same exclusive topic. */
function clashesOf(
  { classification }: ShippedTags,
  inForce: readonly Versioned[],
  definition: StaffTag,
  overlaps: readonly { tag: string; holders: number }[],
): number {
  if ('off' in definition) return 0;
  const { subject, theme, topic, tag } = definition.tag;
  if (classification[subject]?.[theme]?.topics[topic]?.exclusive !== true) return 0;
  const rivals = new Set(
    inForce
      .filter(
        (one) => one.tag !== tag && one.subject === subject && one.theme === theme && one.topic === topic,
      )
      .map((one) => one.tag),
  );
  return overlaps.filter((one) => rivals.has(one.tag)).reduce((sum, { holders }) => sum + holders, 0);
}
