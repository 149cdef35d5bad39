/** What tags are made of: kinds of objects with their measures, and the classification (`models/tags/{subjects,classification}.yml`). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadSubjects } from '../alerts/subjects.ts';
import { readSubjects, type Subjects } from '../conditions/subjects.ts';
import { TAG_SUBJECTS } from './definition.ts';

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
type Classification = z.output<typeof classificationSchema>;

/** What tags are made of. */
export interface TagGround {
  subjects: Subjects;
  classification: Classification;
}

/** A file of models/tags, parsed. */
export const tagFile = async (models: string, file: string): Promise<unknown> =>
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
    classification: classificationSchema.parse(await tagFile(models, 'classification.yml')),
  };
}
