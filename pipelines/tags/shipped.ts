/** The tags that come with the product: `models/tags/*.yml`. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { checkTag } from './compile.ts';
import { type Tag, tagSchema } from './definition.ts';
import { tagFile, type TagGround } from './ground.ts';

const NOT_TAGS = new Set(['subjects.yml', 'classification.yml']);

/** @throws AppError `bad_configuration` that names file and tag */
export async function shippedTags(models: string, ground: TagGround): Promise<Tag[]> {
  const tags: Tag[] = [];
  for (const file of (await readdir(join(models, 'tags'))).toSorted()) {
    if (!file.endsWith('.yml') || NOT_TAGS.has(file)) continue;
    const parsed = z.array(tagSchema).safeParse(await tagFile(models, file));
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
