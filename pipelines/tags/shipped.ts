/** What comes with the product: the classification, the kinds of objects with their measures, and tags (`models/tags/*.yml`). */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { loadSubjects } from '../alerts/subjects.ts';
import { readSubjects, type Subjects } from '../conditions/subjects.ts';
import { checkTag } from './compile.ts';
import { type Tag, TAG_SUBJECTS, tagSchema } from './definition.ts';

const NOT_TAGS = new Set(['subjects.yml', 'classification.yml']);

const classificationSchema = z.record(
  z.enum(TAG_SUBJECTS),
  z.record(
    z.string(),
    z.strictObject({
      zh: z.string().min(1),
      topics: z.record(
        z.string(),
        z.strictObject({
          zh: z.string().min(1),
          /** An object has one tag of it at most (MECE, 002:635). */
          exclusive: z.boolean().default(false),
        }),
      ),
    }),
  ),
);
export type Classification = z.output<typeof classificationSchema>;

/** What tags are made of. */
export interface TagGround {
  subjects: Subjects;
  classification: Classification;
}

const yaml = async (models: string, file: string): Promise<unknown> =>
  parse(await readFile(join(models, 'tags', file), 'utf8'));

export async function tagGround(models: string): Promise<TagGround> {
  const [own, watched] = await Promise.all([
    readSubjects(join(models, 'tags', 'subjects.yml')),
    loadSubjects(models),
  ]);
  const all = new Map([...watched, ...own]);
  const subjects = TAG_SUBJECTS.flatMap((name) => {
    const subject = all.get(name);
    return subject ? [[name, subject] as const] : [];
  });
  return {
    subjects: new Map(subjects),
    classification: classificationSchema.parse(await yaml(models, 'classification.yml')),
  };
}

/** @throws AppError `bad_configuration` that names file and tag */
export async function shippedTags(models: string, ground: TagGround): Promise<Tag[]> {
  const tags: Tag[] = [];
  for (const file of (await readdir(join(models, 'tags'))).toSorted()) {
    if (!file.endsWith('.yml') || NOT_TAGS.has(file)) continue;
    const parsed = z.array(tagSchema).safeParse(await yaml(models, file));
    if (!parsed.success)
      throw new AppError('bad_configuration', `models/tags/${file}: ${z.prettifyError(parsed.error)}`, {
        where: { file },
        fix: 'Mend the file.',
      });
    tags.push(...parsed.data);
  }
  const twice = tags.find(({ tag }, k) => tags.findIndex((other) => other.tag === tag) !== k);
  if (twice)
    throw new AppError('bad_configuration', `models/tags: there are two tags ${twice.tag}.`, {
      where: { tag: twice.tag },
    });
  for (const tag of tags) checkTag(tag, ground);
  return tags;
}
