/** How right a predictive tag is: told over days of the past with what was known then, held against what came of it. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { allSql } from '../conditions/compile.ts';
import { type Subject, subjectNamed } from '../conditions/subjects.ts';
import { tagSql } from './compile.ts';
import { comparisonsOf, type PredictiveTag, type Tag } from './definition.ts';
import type { TagGround } from './ground.ts';

const share = z.number().min(0).max(1).nullable();
const counts = {
  /** Objects looked at whose outcome is known; with the tag; where it came true; both. */
  objects: z.number().int(),
  told: z.number().int(),
  came: z.number().int(),
  hits: z.number().int(),
};
const monthSchema = z.object({ day: z.string(), ...counts });
export const tagCheckSchema = z.object({
  tag: z.string(),
  outcome: z.string(),
  ...counts,
  /** Of those told, those it came true of; of those it came true of, those told. Null where there is none. */
  precision: share,
  recall: share,
  /** The outcome's share of all looked at: what somebody picked at random would be right in. */
  baseRate: share,
  /** By the day looked back from, oldest first. */
  months: z.array(monthSchema),
});
export type TagCheck = z.output<typeof tagCheckSchema>;

/**
 * No month is left out, for points are written by people and made from none; an object counts in each month it was looked at.
 * @throws AppError `bad_request` for a tag that foresees nothing that can be measured; `conflict` before the first run
 */
export async function checkPredictive(
  warehouse: Warehouse,
  { subjects }: TagGround,
  tag: Tag,
): Promise<TagCheck> {
  const [subject, foreseen] = measurable(subjectNamed(subjects, tag.subject, tag.tag), tag);
  const table = subject.past.model.replace('__', '.');
  const [database = '', name = ''] = table.split('.');
  const isBuilt = await warehouse.value(
    'SELECT count() > 0 FROM system.tables WHERE database = {database:String} AND name = {name:String}',
    z.union([z.boolean(), z.number()]).transform(Boolean),
    { params: { database, name } },
  );
  if (!isBuilt) throw new AppError('conflict', 'No run has built the past of tags yet.', { fix: 'anju run' });
  const known = foreseen.comes_true.map(({ measure }) => `past.${identifier(measure)} IS NOT NULL`);
  const months = await warehouse.rows(
    `SELECT toString(day) AS day, toUInt32(count()) AS objects, toUInt32(countIf(is_told)) AS told,
       toUInt32(countIf(is_come)) AS came, toUInt32(countIf(is_told AND is_come)) AS hits
     FROM (
       SELECT past.${identifier(subject.past.day)} AS day, ${tagSql('past', foreseen)} AS is_told, ${allSql('past', foreseen.comes_true)} AS is_come
       FROM ${table} AS past WHERE ${[...known, allSql('past', foreseen.among)].join(' AND ')}
     )
     GROUP BY day ORDER BY day`,
    monthSchema,
    { lane: 'interactive', tag: 'tag check', maxSeconds: 30 },
  );
  const sum = (of: keyof typeof counts): number => months.reduce((all, month) => all + month[of], 0);
  const [objects, told, came, hits] = [sum('objects'), sum('told'), sum('came'), sum('hits')];
  const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return {
    ...{ tag: tag.tag, outcome: foreseen.outcome, objects, told, came, hits, months },
    ...{ precision: ratio(hits, told), recall: ratio(hits, came), baseRate: ratio(came, objects) },
  };
}

type Measurable = PredictiveTag & { comes_true: NonNullable<PredictiveTag['comes_true']> };
type WithPast = Subject & { past: NonNullable<Subject['past']> };

function measurable(subject: Subject, tag: Tag): [WithPast, Measurable] {
  const cannot = (why: string, fix: string): AppError =>
    new AppError('bad_request', `${tag.tag} cannot be measured: ${why}.`, { where: { tag: tag.tag }, fix });
  const { past } = subject;
  if (!('kind' in tag) || tag.kind !== 'predictive')
    throw cannot('it foresees nothing', 'Only predictive tags are.');
  if (past === undefined || tag.comes_true === undefined)
    throw cannot('it does not say when it came true', 'Give it comes_true over what is known of the past.');
  const missing = comparisonsOf(tag).find(({ measure }) => !past.measures.includes(measure));
  if (missing !== undefined)
    throw cannot(
      `nobody knows what ${missing.measure} was on days of the past`,
      `Of the past there are ${past.measures.join(', ')}.`,
    );
  return [
    { ...subject, past },
    { ...tag, comes_true: tag.comes_true },
  ];
}
