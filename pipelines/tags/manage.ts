/** What staff do with tags: write them down, try them, let them in, put them to rest, retire them (002:655). */
import { AppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type { By } from '../staff-rules/store.ts';
import {
  checkStaffTag,
  type ShippedTags,
  type StaffTag,
  staffTags,
  type StoredTag,
  tagsInForce,
} from './staff.ts';
import { tryTag } from './trial.ts';
import type { TagTrial } from './trial-result.ts';

/** Writes a tag down as a draft, as the next version of what there is under its name. */
export async function draftTag(
  { store }: Platform,
  shipped: ShippedTags,
  definition: StaffTag,
  by: By,
): Promise<StoredTag> {
  checkStaffTag(shipped, definition);
  return staffTags.draft(store, definition, by);
}

/** Tries the newest version of a tag on the measures there are, and keeps what it told. */
export async function tryOutTag(
  platform: Platform,
  shipped: ShippedTags,
  ruleId: number,
  by: By,
): Promise<TagTrial> {
  const stored = await staffTags.get(platform.store, ruleId);
  checkStaffTag(shipped, stored.definition);
  const trial = await tryTag(
    platform,
    shipped,
    await tagsInForce(platform.store, shipped),
    stored.definition,
  );
  await staffTags.keepTrial(platform.store, stored, trial, by);
  return trial;
}

/**
 * Lets the newest version work from the next run on: somebody else than who wrote it approves it (002:655).
 * @throws AppError `conflict` when it was not tried, author and approver are one, or objects would have two tags where one may be
 */
export async function activateTag({ store }: Platform, ruleId: number, by: By): Promise<StoredTag> {
  const stored = await staffTags.get(store, ruleId);
  const clashes = stored.trial?.clashes ?? 0;
  if (clashes > 0)
    throw new AppError('conflict', `${clashes} objects would have two tags of a topic that allows one.`, {
      where: { tag: stored.topic },
      fix: 'Change its conditions or topic, or retire the other tag first; then try it again.',
    });
  await staffTags.activate(store, stored, by, { fourEyes: true });
  return staffTags.get(store, ruleId, stored.version);
}
