/** What staff do with indicators of credit: write them down, try them, let them in; nothing counts before a second person read it. */
import { AppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type By, setVersion } from '../staff-rules/store.ts';
import { creditSeeds } from './seeds.ts';
import {
  activeIndicators,
  checkStaffIndicator,
  inForce,
  rulesThatCost,
  type ShippedCredit,
  staffIndicators,
  type StaffIndicator,
  type StoredIndicator,
} from './staff.ts';
import { tryIndicator } from './trial.ts';
import type { CreditTrial } from './trial-result.ts';

/** Writes an indicator down as a draft, as the next version of what there is under its name. */
export async function draftIndicator(
  { store }: Platform,
  shipped: ShippedCredit,
  definition: StaffIndicator,
  by: By,
): Promise<StoredIndicator> {
  await check({ store }, shipped, definition);
  return staffIndicators.draft(store, definition, by);
}

/** Tries the newest version and keeps what it would do to the scores there are. */
export async function tryOutIndicator(
  platform: Platform,
  shipped: ShippedCredit,
  ruleId: number,
  by: By,
): Promise<CreditTrial> {
  const { store } = platform;
  const stored = await staffIndicators.get(store, ruleId);
  await check(platform, shipped, stored.definition);
  const others = (await activeIndicators(store)).filter(({ topic }) => topic !== stored.topic);
  const rules = await rulesThatCost(store, shipped.alerts);
  const credit = inForce(shipped, [...others.map(({ definition }) => definition), stored.definition], rules);
  const told = await tryIndicator(platform, creditSeeds(credit, rules), stored.topic);
  const trial = { against: setVersion(others), ...told };
  await staffIndicators.keepTrial(store, stored, trial, by);
  return trial;
}

/**
 * Lets the newest version count from the next run on: somebody else than who wrote it.
 * @throws AppError `conflict` when it was not tried, other indicators have changed since, or author and approver are one
 */
export async function activateIndicator(
  { store }: Platform,
  shipped: ShippedCredit,
  ruleId: number,
  by: By,
): Promise<StoredIndicator> {
  const stored = await staffIndicators.get(store, ruleId);
  const others = (await activeIndicators(store)).filter((one) => one.ruleId !== ruleId);
  if (stored.state === 'tried' && stored.trial?.against !== setVersion(others))
    throw new AppError('conflict', 'Other indicators have changed since this one was tried.', {
      fix: 'Try it again.',
      where: { rule: ruleId },
    });
  await check({ store }, shipped, stored.definition);
  await staffIndicators.activate(store, stored, by, { fourEyes: true });
  return staffIndicators.get(store, ruleId, stored.version);
}

/** Rules and other indicators may have changed since it was written. @throws AppError `bad_request` */
async function check(
  { store }: Pick<Platform, 'store'>,
  shipped: ShippedCredit,
  definition: StaffIndicator,
): Promise<void> {
  const active = (await activeIndicators(store)).map((one) => one.definition);
  checkStaffIndicator(shipped, active, definition, await rulesThatCost(store, shipped.alerts));
}
