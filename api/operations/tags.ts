import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import { checkPredictive, type TagCheck, tagCheckSchema } from '../../pipelines/tags/check.ts';
import { givable, giveTag, takeTag, type Within } from '../../pipelines/tags/given.ts';
import { listHolders } from '../../pipelines/tags/holders.ts';
import { activateTag, draftTag, tryOutTag } from '../../pipelines/tags/manage.ts';
import {
  nameOf,
  type ShippedTags,
  shippedWith,
  type StaffTag,
  staffTags,
  staffTagSchema,
  tagsInForce,
} from '../../pipelines/tags/staff.ts';
import { type TagTrial, tagTrialSchema } from '../../pipelines/tags/trial-result.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { audited } from '../audit.ts';
import { reason, ruleId } from '../cleaning-shapes.ts';
import {
  giving,
  holdersAnswer,
  holdersQuestion,
  objectsAnswer,
  shownTags,
  shownTagSchema,
  type ShownTagVersion,
  shownTagVersion,
  tagName,
  tagVersionSchema,
} from '../tag-shapes.ts';
import { COMMAND, operation } from './operation.ts';

type Doing = { user: string; reason: string; address?: string };
const here = (why: string): Doing => ({ user: COMMAND, reason: why });
const EVERYWHERE: Within = { sql: '1', params: {} };

export const TAG_VERBS = ['activate', 'pause', 'resume', 'retire'] as const;
export type TagVerb = (typeof TAG_VERBS)[number];

/** What the routes and the command line both do with tags, each with its line in the audit log. */
export const tagWork = {
  draft: (platform: Platform, shipped: ShippedTags, definition: StaffTag, by: Doing) =>
    audited(
      platform.store,
      { ...by, action: 'tags.draft', object: nameOf(definition) },
      async (): Promise<ShownTagVersion> =>
        shownTagVersion(await draftTag(platform, shipped, definition, by)),
    ),
  try: (platform: Platform, shipped: ShippedTags, id: number, by: Doing) =>
    audited(platform.store, { ...by, action: 'tags.try', object: String(id) }, (): Promise<TagTrial> =>
      tryOutTag(platform, shipped, id, by),
    ),
  decide: (platform: Platform, id: number, verb: TagVerb, by: Doing) =>
    audited(
      platform.store,
      { ...by, action: `tags.${verb}`, object: String(id) },
      async (): Promise<ShownTagVersion> => {
        const { store } = platform;
        if (verb === 'activate') return shownTagVersion(await activateTag(platform, id, by));
        if (verb === 'retire') await staffTags.retire(store, id, by);
        else await staffTags.rest(store, id, verb === 'pause' ? 'paused' : 'active', by);
        return shownTagVersion(await staffTags.get(store, id));
      },
    ),
  give: (
    platform: Platform,
    shipped: ShippedTags,
    { tag, ...what }: z.output<typeof giving>,
    within: Within,
    by: Doing,
  ) =>
    audited(
      platform.store,
      { ...by, action: 'tags.give', object: tag, detail: { objects: what.keys.length } },
      async () => {
        const of = givable(await tagsInForce(platform.store, shipped), shipped.subjects, tag);
        return { objects: await giveTag(platform, of, what, within, by) };
      },
    ),
  take: (
    platform: Platform,
    shipped: ShippedTags,
    { tag, keys }: z.output<typeof giving>,
    within: Within,
    by: Doing,
  ) =>
    audited(
      platform.store,
      { ...by, action: 'tags.take', object: tag, detail: { objects: keys.length } },
      async () => {
        const of = givable(await tagsInForce(platform.store, shipped), shipped.subjects, tag);
        return { objects: await takeTag(platform, of, keys, within, by) };
      },
    ),
};

/** How right a predictive tag in force is. @throws AppError `not_found` for a tag that is not in force */
export async function checkTagOf(
  { warehouse, store }: Platform,
  shipped: ShippedTags,
  name: string,
): Promise<TagCheck> {
  const found = (await tagsInForce(store, shipped)).find((one) => one.tag === name);
  if (!found) throw new AppError('not_found', `No tag ${name} is in force.`, { fix: 'anju tag list' });
  return checkPredictive(warehouse, shipped, found);
}

const shippedHere = (): Promise<ShippedTags> => shippedWith(MODELS_DIRECTORY);

export const tagOperations = {
  'tag-list': operation({
    params: z.object({}),
    result: z.object({ tags: z.array(shownTagSchema) }),
    run: async (platform) => ({ tags: await shownTags(platform, await shippedHere(), EVERYWHERE) }),
  }),
  'tag-versions': operation({
    params: z.object({ tag: tagName.optional() }),
    result: z.object({ versions: z.array(tagVersionSchema) }),
    run: async ({ store }, { tag }) => ({
      versions: (await staffTags.list(store, { topic: tag })).map(shownTagVersion),
    }),
  }),
  'tag-draft': operation({
    params: z.object({ definition: staffTagSchema, reason }),
    result: tagVersionSchema,
    run: async (platform, { definition, reason: why }) =>
      tagWork.draft(platform, await shippedHere(), definition, here(why)),
  }),
  'tag-try': operation({
    params: z.object({ ruleId }),
    result: tagTrialSchema,
    run: async (platform, { ruleId: id }) => tagWork.try(platform, await shippedHere(), id, here('try-out')),
  }),
  'tag-decide': operation({
    params: z.object({ ruleId, verb: z.enum(TAG_VERBS), reason }),
    result: tagVersionSchema,
    run: (platform, { ruleId: id, verb, reason: why }) => tagWork.decide(platform, id, verb, here(why)),
  }),
  'tag-give': operation({
    params: giving.extend({ reason }),
    result: objectsAnswer,
    run: async (platform, { reason: why, ...what }) =>
      tagWork.give(platform, await shippedHere(), what, EVERYWHERE, here(why)),
  }),
  'tag-take': operation({
    params: giving.extend({ reason }),
    result: objectsAnswer,
    run: async (platform, { reason: why, ...what }) =>
      tagWork.take(platform, await shippedHere(), what, EVERYWHERE, here(why)),
  }),
  'tag-check': operation({
    params: z.object({ tag: tagName }),
    result: tagCheckSchema,
    run: async (platform, { tag }) => checkTagOf(platform, await shippedHere(), tag),
  }),
  'tag-holders': operation({
    params: holdersQuestion,
    result: holdersAnswer,
    run: (platform, question) => listHolders(platform, question, EVERYWHERE),
  }),
} as const;
