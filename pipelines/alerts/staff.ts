/**
 * Rules of alert staff make at run time (catalog C1, 002:2273-2389): rules of their own, other values for those that come with
 * the product, and those of them switched off. They stand in the one store of staff's rules and reach the models as data of a run.
 */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { partiesOf } from '../credit/check.ts';
import { StaffRules, type StoredRule as StaffRule } from '../staff-rules/store.ts';
import { checkRule, violationModelSql } from './compile.ts';
import { alertFiles } from './generate.ts';
import { type AlertRule, isSummed, ruleSchema } from './rule.ts';
import { shippedRules } from './shipped.ts';
import type { Subjects } from '../conditions/subjects.ts';
import { loadSubjects } from './subjects.ts';
import type { AlertTrial } from './trial-result.ts';

/** A rule, staff's own or in place of the shipped one of its name; or the name of a shipped rule that is not to be looked at. */
export const staffDefinitionSchema = z.union([
  z.strictObject({ rule: ruleSchema }),
  z.strictObject({ off: z.string().regex(/^[a-z][a-z0-9_]{1,62}$/, 'must be snake_case') }),
]);
export type StaffDefinition = z.output<typeof staffDefinitionSchema>;
export type StoredAlertRule = StaffRule<StaffDefinition, AlertTrial>;

/** The name of the rule a definition is about. */
export const nameOf = (definition: StaffDefinition): string =>
  'off' in definition ? definition.off : definition.rule.rule;

export const staffAlertRules = new StaffRules<StaffDefinition, AlertTrial>({
  kind: 'alert',
  definition: staffDefinitionSchema,
  topicOf: nameOf,
});

/** The rules that come with the product, and what they can be about: read once by who serves. */
export interface ShippedAlerts {
  rules: AlertRule[];
  subjects: Subjects;
}
export async function shippedAlerts(models: string): Promise<ShippedAlerts> {
  const subjects = await loadSubjects(models);
  return { rules: await shippedRules(models, subjects), subjects };
}

/**
 * The rules a run looks at. One of staff that no longer fits its subject (the models may have changed under it) does nothing and
 * holds nothing up; the shipped rule of its name is looked at in its place.
 */
export function inForce(shipped: ShippedAlerts, staff: readonly StaffDefinition[]): AlertRule[] {
  const decided = new Map(staff.map((one) => [nameOf(one), one]));
  const kept = shipped.rules.flatMap((rule) => {
    const own = decided.get(rule.rule);
    if (own === undefined) return [rule];
    if ('off' in own) return [];
    return [fits(own.rule, shipped.subjects) ? own.rule : rule];
  });
  const names = new Set(shipped.rules.map(({ rule }) => rule));
  const added = staff.flatMap((one) =>
    'rule' in one && !names.has(one.rule.rule) && fits(one.rule, shipped.subjects) ? [one.rule] : [],
  );
  return [...kept, ...added];
}

export function fits(rule: AlertRule, subjects: Subjects): boolean {
  try {
    checkRule(rule, subjects);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

const activeDefinitions = async (store: OperationalStore): Promise<StaffDefinition[]> =>
  (await staffAlertRules.list(store, { state: 'active' })).map(({ definition }) => definition);

export async function rulesInForce(store: OperationalStore, models: string): Promise<AlertRule[]> {
  return inForce(await shippedAlerts(models), await activeDefinitions(store));
}

/** Files of the project that staff's active rules replace, in memory; none where staff made none. */
export async function staffAlertFiles(store: OperationalStore, models: string): Promise<GeneratedFile[]> {
  const staff = await activeDefinitions(store);
  if (staff.length === 0) return [];
  const shipped = await shippedAlerts(models);
  return alertFiles(inForce(shipped, staff), shipped.subjects);
}

/** The engine refuses statements above 256 KiB. */
const LONGEST_MODEL = 200_000;
const MOST_RULES = 200;

/**
 * What a definition must be before it is written down.
 * @param others what is active besides
 * @throws AppError `bad_request` or `conflict` that names the rule and what of it cannot be
 */
export function checkDefinition(
  shipped: ShippedAlerts,
  others: readonly StaffDefinition[],
  definition: StaffDefinition,
): void {
  const name = nameOf(definition);
  const original = shipped.rules.find(({ rule }) => rule === name);
  const refuse = (message: string, field: string): never => {
    throw new AppError('bad_request', message, { where: { field, rule: name } });
  };
  if ('off' in definition) {
    if (!original) refuse(`${name} is no shipped rule; pause or retire your own.`, 'off');
    return;
  }
  const { rule } = definition;
  checkRule(rule, shipped.subjects);
  if (rule.credit_points > 0 && partiesOf(rule).length === 0)
    refuse(`A case about a ${rule.subject} costs nobody credit.`, 'rule.credit_points');
  // Cases and their measured precision are kept under the rule's name: it must go on meaning the same.
  if (original) {
    for (const field of ['subject', 'family'] as const)
      if (original[field] !== rule[field])
        refuse(
          `${name} is about ${original[field]} as shipped; make another rule for that.`,
          `rule.${field}`,
        );
    if (isSummed(original) !== isSummed(rule))
      refuse(`${name} ${isSummed(original) ? 'sums findings' : 'compares measures'} as shipped.`, 'rule');
  }
  const rules = inForce(shipped, [...others.filter((one) => nameOf(one) !== name), definition]);
  const twin = rules.find((other) => other.rule !== name && other.zh === rule.zh);
  if (twin) refuse(`${twin.rule} is called ${rule.zh} already.`, 'rule.zh');
  if (rules.length > MOST_RULES) refuse(`There are ${MOST_RULES} rules already.`, 'rule');
  if (violationModelSql(rules, shipped.subjects).length > LONGEST_MODEL)
    refuse('The rules have become too long together.', 'rule.when');
}
