/**
 * Indicators of credit staff make at run time (002:1589-1657): their own, others in place of shipped ones, and shipped ones switched
 * off. They stand in the one store of staff's rules and reach the models as seeds of a run, as do the points of rules of alert.
 */
import { z } from 'zod';
import { AppError, isAppError } from '../../domain/errors.ts';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { AlertRule } from '../alerts/rule.ts';
import {
  inForce as rulesInForce,
  type ShippedAlerts,
  shippedAlerts,
  staffAlertRules,
} from '../alerts/staff.ts';
import { snakeName } from '../conditions/condition.ts';
import { StaffRules, type StoredRule } from '../staff-rules/store.ts';
import { checkIndicators } from './check.ts';
import { type Credit, type Indicator, indicatorSchema, loadCredit } from './definitions.ts';
import { creditSeeds } from './seeds.ts';
import type { CreditTrial } from './trial-result.ts';

/** An indicator, staff's own or in place of the shipped one of its name; or the name of a shipped one that is not to count. */
export const staffIndicatorSchema = z.union([
  z.strictObject({ indicator: indicatorSchema }),
  z.strictObject({ off: snakeName }),
]);
export type StaffIndicator = z.output<typeof staffIndicatorSchema>;
export type StoredIndicator = StoredRule<StaffIndicator, CreditTrial>;

/** The name of the indicator a definition is about. */
export const nameOf = (definition: StaffIndicator): string =>
  'off' in definition ? definition.off : definition.indicator.indicator;

export const staffIndicators = new StaffRules<StaffIndicator, CreditTrial>({
  kind: 'credit',
  definition: staffIndicatorSchema,
  topicOf: nameOf,
});

/** What comes with the product: read once by who serves. */
export interface ShippedCredit {
  credit: Credit;
  alerts: ShippedAlerts;
}
export const shippedCredit = async (models: string): Promise<ShippedCredit> => ({
  credit: await loadCredit(models),
  alerts: await shippedAlerts(models),
});

/**
 * The rules whose cases may have been decided: those in force, and those switched off, paused or retired since, as they were last.
 * What people decided goes on counting when its rule is no longer looked at.
 */
export async function rulesThatCost(store: OperationalStore, shipped: ShippedAlerts): Promise<AlertRule[]> {
  const versions = await staffAlertRules.list(store);
  const active = versions.filter(({ state }) => state === 'active').map(({ definition }) => definition);
  const rules = new Map(
    versions.flatMap(({ definition, state }) =>
      'rule' in definition && (state === 'paused' || state === 'retired')
        ? [[definition.rule.rule, definition.rule] as const]
        : [],
    ),
  );
  for (const rule of [...shipped.rules, ...rulesInForce(shipped, active)]) rules.set(rule.rule, rule);
  return [...rules.values()];
}

/** With this definition in place of what has its name. */
function withDefinition(indicators: readonly Indicator[], definition: StaffIndicator): Indicator[] {
  if ('off' in definition) return indicators.filter(({ indicator }) => indicator !== definition.off);
  const { indicator: own } = definition;
  const isThere = indicators.some(({ indicator }) => indicator === own.indicator);
  return isThere
    ? indicators.map((one) => (one.indicator === own.indicator ? own : one))
    : [...indicators, own];
}

/** Shipped ones and staff's. One of staff that no longer fits (rules may have changed under it) does nothing and holds nothing up. */
export function inForce(
  { credit }: Pick<ShippedCredit, 'credit'>,
  staff: readonly StaffIndicator[],
  rules: readonly AlertRule[],
): Credit {
  const together = staff.reduce(withDefinition, credit.indicators);
  if (fits(together, rules)) return { ...credit, indicators: together };
  let { indicators } = credit;
  for (const definition of staff) {
    const changed = withDefinition(indicators, definition);
    if (fits(changed, rules)) indicators = changed;
  }
  return { ...credit, indicators };
}

function fits(indicators: readonly Indicator[], rules: readonly AlertRule[]): boolean {
  try {
    checkIndicators(indicators, rules);
    return true;
  } catch (error) {
    if (isAppError(error)) return false;
    throw error;
  }
}

export const activeIndicators = (store: OperationalStore): Promise<StoredIndicator[]> =>
  staffIndicators.list(store, { state: 'active' });

/** Seeds in place of the shipped ones; none where staff made neither an indicator nor a rule of alert. */
export async function staffCreditFiles(store: OperationalStore, models: string): Promise<GeneratedFile[]> {
  const staff = (await activeIndicators(store)).map(({ definition }) => definition);
  if (staff.length === 0 && (await staffAlertRules.list(store)).length === 0) return [];
  const shipped = await shippedCredit(models);
  const rules = await rulesThatCost(store, shipped.alerts);
  return creditSeeds(inForce(shipped, staff, rules), rules);
}

const MOST_INDICATORS = 100;

/**
 * What a definition must be before it is written down.
 * @param others what is active besides
 * @throws AppError `bad_request` that names the indicator and what of it cannot be
 */
export function checkStaffIndicator(
  shipped: ShippedCredit,
  others: readonly StaffIndicator[],
  definition: StaffIndicator,
  rules: readonly AlertRule[],
): void {
  const name = nameOf(definition);
  const original = shipped.credit.indicators.find(({ indicator }) => indicator === name);
  const refuse = (message: string, field: string): never => {
    throw new AppError('bad_request', message, { where: { field, indicator: name } });
  };
  if ('off' in definition) {
    if (!original) refuse(`${name} is no shipped indicator; pause or retire your own.`, 'off');
  } else if (original && original.party !== definition.indicator.party)
    refuse(`${name} is about a ${original.party} as shipped; make another one for that.`, 'indicator.party');
  const { indicators } = inForce(
    shipped,
    others.filter((one) => nameOf(one) !== name),
    rules,
  );
  const changed = withDefinition(indicators, definition);
  if (changed.length > MOST_INDICATORS)
    refuse(`There are ${MOST_INDICATORS} indicators already.`, 'indicator');
  checkIndicators(changed, rules);
}
