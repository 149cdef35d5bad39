/** The rules in force: those that come with the product, and in place of one of the same name what staff made of it. */
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { MODELS_DIRECTORY } from '../models-directory.ts';
import { type By, StaffRules, type StoredRule } from '../staff-rules/store.ts';
import { type Definitions, loadDefinitions } from './definitions.ts';
import { checkRules, type EligibilityRule, ruleSchema, type RuleSet, shippedRules } from './rule.ts';
import { whatIf, type WhatIf } from './what-if.ts';
import type { Platform } from '../../warehouse/platform.ts';

export type StaffRule = StoredRule<EligibilityRule, WhatIf>;

export const eligibilityRules = new StaffRules<EligibilityRule, WhatIf>({
  kind: 'eligibility',
  definition: ruleSchema,
  topicOf: ({ rule }) => rule,
});

export interface InForce {
  known: Definitions;
  rules: RuleSet;
  /** Version of each rule: 0 as shipped. */
  versions: ReadonlyMap<string, number>;
}

/** Files of the product do not change while it runs. */
let shipped: Promise<{ known: Definitions; rules: RuleSet }> | undefined;
const shippedOnce = (): Promise<{ known: Definitions; rules: RuleSet }> =>
  (shipped ??= loadDefinitions(MODELS_DIRECTORY).then(async (known) => ({
    known,
    rules: await shippedRules(MODELS_DIRECTORY, known),
  })));

export async function rulesInForce(store: OperationalStore): Promise<InForce> {
  const { known, rules } = await shippedOnce();
  const active = await eligibilityRules.list(store, { state: 'active' });
  return {
    known,
    rules: new Map([...rules, ...active.map(({ topic, definition }) => [topic, definition] as const)]),
    versions: new Map([
      ...[...rules.keys()].map((rule) => [rule, 0] as const),
      ...active.map(({ topic, version }) => [topic, version] as const),
    ]),
  };
}

/** The rules in force with this one in place of its like. @throws AppError `bad_request` when they do not fit together */
export function rulesWith({ rules, known }: InForce, rule: EligibilityRule): RuleSet {
  const changed = new Map([...rules, [rule.rule, rule]]);
  checkRules(changed, known);
  return changed;
}

/** A new rule, or the next version of the one of that name, as a draft. @throws AppError `bad_request` */
export async function draftRule(
  { store }: Pick<Platform, 'store'>,
  definition: EligibilityRule,
  by: By,
): Promise<StaffRule> {
  rulesWith(await rulesInForce(store), definition);
  return eligibilityRules.draft(store, definition, by);
}

/** What the newest version would have changed, kept with it. */
export async function tryRule(platform: Platform, ruleId: number, by: By): Promise<WhatIf> {
  const rule = await eligibilityRules.get(platform.store, ruleId);
  const inForce = await rulesInForce(platform.store);
  const found = await whatIf(platform, inForce, rulesWith(inForce, rule.definition));
  await eligibilityRules.keepTrial(platform.store, rule, found, by);
  return found;
}

/** Lets the tried version in; somebody else than its author (four eyes). @throws AppError `conflict`, `bad_request` */
export async function activateRule(
  { store }: Pick<Platform, 'store'>,
  ruleId: number,
  by: By,
): Promise<StaffRule> {
  const rule = await eligibilityRules.get(store, ruleId);
  rulesWith(await rulesInForce(store), rule.definition);
  await eligibilityRules.activate(store, rule, by, { fourEyes: true });
  return eligibilityRules.get(store, ruleId);
}

/** What staff made of a rule ends; the shipped one of that name, if there is one, holds again. */
export async function retireRule(
  { store }: Pick<Platform, 'store'>,
  ruleId: number,
  by: By,
): Promise<StaffRule> {
  const { topic } = await eligibilityRules.get(store, ruleId);
  const { known, rules } = await rulesInForce(store);
  const shippedRule = (await shippedOnce()).rules.get(topic);
  const without = new Map([...rules].filter(([name]) => name !== topic));
  checkRules(shippedRule ? new Map([...without, [topic, shippedRule]]) : without, known);
  await eligibilityRules.retire(store, ruleId, by);
  return eligibilityRules.get(store, ruleId);
}
