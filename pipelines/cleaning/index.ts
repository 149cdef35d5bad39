/** Cleaning by rules staff make: what the API and the command line call. */
import { AppError } from '../../domain/errors.ts';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type { Definition } from './rule.ts';
import { type By, setVersion } from '../staff-rules/store.ts';
import { activeRules, cleaningRules, type StoredRule } from './store.ts';
import { tryRule } from './trial.ts';
import type { Trial } from './trial-result.ts';
import { validateRule } from './validate.ts';

export type { By, RuleEvent } from '../staff-rules/store.ts';
export { cleaningRules, type StoredRule, storedRules } from './store.ts';
export { definitionSchema, type Definition, KINDS, UNITS } from './rule.ts';
export type { Trial } from './trial-result.ts';
export { unmappedWords, type UnmappedWord } from './unmapped.ts';

/** Writes a rule down as a draft; with `ruleId` as the next version of that rule, which stays active as it is until then. */
export async function draftRule(
  platform: Platform,
  definition: Definition,
  by: By,
  ruleId?: number,
): Promise<StoredRule> {
  const contracts = await contractsOf(platform.config);
  const active = await activeRules(platform.store, definition.dataset);
  await validateRule(platform.warehouse, contracts, definition, active, ruleId);
  const { ruleId: id, version } = await cleaningRules.insert(platform.store, definition, by, ruleId);
  return cleaningRules.get(platform.store, id, version);
}

/** Tries the newest version of a rule on everything we have and keeps what it found. */
export async function tryOut(
  platform: Platform,
  ruleId: number,
  by: By,
  readers?: 'none' | 'base' | 'all',
): Promise<Trial> {
  const rule = await cleaningRules.get(platform.store, ruleId);
  const contracts = await contractsOf(platform.config);
  const active = await activeRules(platform.store, rule.topic);
  // Its contract, or the other rules, may have changed since it was written.
  await validateRule(platform.warehouse, contracts, rule.definition, active, ruleId);
  const trial = await tryRule(platform, contracts, rule, readers);
  await cleaningRules.keepTrial(platform.store, rule, trial, by);
  return trial;
}

/**
 * Lets the newest version of a rule work from the next run on.
 * @throws AppError `conflict` when it was not tried, or other rules have become active since
 */
export async function activate(platform: Platform, ruleId: number, by: By): Promise<StoredRule> {
  const rule = await cleaningRules.get(platform.store, ruleId);
  const others = (await activeRules(platform.store)).filter((one) => one.ruleId !== ruleId);
  if (rule.state === 'tried' && rule.trial?.against !== setVersion(others))
    throw new AppError('conflict', 'Other rules have changed since this one was tried.', {
      fix: 'Try it again.',
      where: { rule: ruleId },
    });
  await cleaningRules.activate(platform.store, rule, by);
  return cleaningRules.get(platform.store, ruleId, rule.version);
}
