/** What staff do with rules of alert: write them down, try them, let them in, put them to rest, retire them. */
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type By, setVersion } from '../staff-rules/store.ts';
import {
  checkDefinition,
  type ShippedAlerts,
  staffAlertRules,
  type StaffDefinition,
  type StoredAlertRule,
} from './staff.ts';
import { tryAlertRule } from './trial.ts';
import type { AlertTrial } from './trial-result.ts';

const activeRules = (store: OperationalStore): Promise<StoredAlertRule[]> =>
  staffAlertRules.list(store, { state: 'active' });

/** Writes a rule down as a draft, as the next version of what there is under its name. */
export async function draftAlertRule(
  { store }: Platform,
  shipped: ShippedAlerts,
  definition: StaffDefinition,
  by: By,
): Promise<StoredAlertRule> {
  const active = await activeRules(store);
  checkDefinition(
    shipped,
    active.map((one) => one.definition),
    definition,
  );
  return staffAlertRules.draft(store, definition, by);
}

/** Tries the newest version of a rule and keeps what it found. */
export async function tryOutAlertRule(
  platform: Platform,
  shipped: ShippedAlerts,
  ruleId: number,
  by: By,
  months: number,
): Promise<AlertTrial> {
  const rule = await staffAlertRules.get(platform.store, ruleId);
  const active = await activeRules(platform.store);
  // The models and the other rules may have changed since it was written.
  checkDefinition(
    shipped,
    active.map((one) => one.definition),
    rule.definition,
  );
  const trial = await tryAlertRule(platform, shipped, active, rule, months);
  await staffAlertRules.keepTrial(platform.store, rule, trial, by);
  return trial;
}

/**
 * Lets the newest version work from the next run on. What touches a shipped rule is let in by somebody else than who wrote it.
 * @throws AppError `conflict` when it was not tried, other rules have changed since, or author and approver are one
 */
export async function activateAlertRule(
  { store }: Platform,
  shipped: ShippedAlerts,
  ruleId: number,
  by: By,
): Promise<StoredAlertRule> {
  const rule = await staffAlertRules.get(store, ruleId);
  const others = (await activeRules(store)).filter((one) => one.ruleId !== ruleId);
  if (rule.state === 'tried' && rule.trial?.against !== setVersion(others))
    throw new AppError('conflict', 'Other rules have changed since this one was tried.', {
      fix: 'Try it again.',
      where: { rule: ruleId },
    });
  const fourEyes = shipped.rules.some((one) => one.rule === rule.topic);
  await staffAlertRules.activate(store, rule, by, { fourEyes });
  return staffAlertRules.get(store, ruleId, rule.version);
}
