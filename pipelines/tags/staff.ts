/**
 * Tags staff make at run time (002:631, 002:655): their own, others in place of shipped ones, and shipped ones switched off. They
 * stand in the one store of staff's rules and reach the models as data of a run.
 */
import { z } from 'zod';
import { AppError, isAppError } from '../../domain/errors.ts';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { snakeName } from '../conditions/condition.ts';
import { StaffRules, type StoredRule } from '../staff-rules/store.ts';
import { checkTag } from './compile.ts';
import { type Tag, tagSchema, type Versioned } from './definition.ts';
import { holderFile } from './generate.ts';
import { givenSeed } from './given.ts';
import { type TagGround, tagGround } from './ground.ts';
import { shippedTags } from './shipped.ts';
import type { TagTrial } from './trial-result.ts';

/** A tag, or the name of a shipped one nobody is to have. */
export const staffTagSchema = z.union([
  z.strictObject({ tag: tagSchema }),
  z.strictObject({ off: snakeName }),
]);
export type StaffTag = z.output<typeof staffTagSchema>;
export type StoredTag = StoredRule<StaffTag, TagTrial>;

/** The name of the tag a definition is about. */
export const nameOf = (definition: StaffTag): string =>
  'off' in definition ? definition.off : definition.tag.tag;

export const staffTags = new StaffRules<StaffTag, TagTrial>({
  kind: 'tag',
  definition: staffTagSchema,
  topicOf: nameOf,
});

/** What comes with the product: read once by who serves. */
export interface ShippedTags extends TagGround {
  tags: Tag[];
}
export async function shippedWith(models: string): Promise<ShippedTags> {
  const ground = await tagGround(models);
  return { ...ground, tags: await shippedTags(models, ground) };
}

/** The models may have changed under a tag of staff: one that no longer fits does nothing and holds nothing up. */
function fits(tag: Tag, ground: TagGround): boolean {
  try {
    checkTag(tag, ground);
    return true;
  } catch (error) {
    if (isAppError(error)) return false;
    throw error;
  }
}

/** The tags a run tells: the shipped ones of which staff said nothing, with version 0, and those of staff that are active. */
export function inForce(
  shipped: ShippedTags,
  active: readonly Pick<StoredTag, 'definition' | 'version'>[],
): Versioned[] {
  const decided = new Set(active.map(({ definition }) => nameOf(definition)));
  const own = active.flatMap(({ definition, version }) =>
    'tag' in definition && fits(definition.tag, shipped) ? [{ ...definition.tag, version }] : [],
  );
  return [
    ...shipped.tags.filter(({ tag }) => !decided.has(tag)).map((tag) => ({ ...tag, version: 0 })),
    ...own,
  ];
}

export const activeTags = (store: OperationalStore): Promise<StoredTag[]> =>
  staffTags.list(store, { state: 'active' });

/** The tags of the home as they are now. */
export const tagsInForce = async (store: OperationalStore, shipped: ShippedTags): Promise<Versioned[]> =>
  inForce(shipped, await activeTags(store));

/** Files of the project that follow from what staff said of tags; none where nobody said anything. */
export async function staffTagFiles(store: OperationalStore, models: string): Promise<GeneratedFile[]> {
  const active = await activeTags(store);
  const seed = await givenSeed(store);
  if (active.length === 0) return seed;
  const shipped = await shippedWith(models);
  return [...seed, holderFile(inForce(shipped, active), shipped)];
}

/** @throws AppError `bad_request` for a definition that fits nothing; `not_found` for a shipped tag that is not there */
export function checkStaffTag(shipped: ShippedTags, definition: StaffTag): void {
  if ('tag' in definition) return checkTag(definition.tag, shipped);
  if (!shipped.tags.some(({ tag }) => tag === definition.off))
    throw new AppError('not_found', `No tag ${definition.off} comes with the product.`, {
      where: { tag: definition.off },
      fix: 'A tag of staff is retired instead.',
    });
}
