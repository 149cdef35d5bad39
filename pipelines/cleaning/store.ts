/** Cleaning rules among the rules of staff: one is about a data set, and works on it in an order. */
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { RuleState } from '../../warehouse/operational/tables/staff-rules.ts';
import { StaffRules, type StoredRule as StaffRule } from '../staff-rules/store.ts';
import { type Definition, definitionSchema, inOrder, type Rule } from './rule.ts';
import type { Trial } from './trial-result.ts';

export type StoredRule = StaffRule<Definition, Trial>;

export const cleaningRules = new StaffRules<Definition, Trial>({
  kind: 'cleaning',
  definition: definitionSchema,
  topicOf: ({ dataset }) => dataset,
});

export const storedRules = (
  store: OperationalStore,
  { dataset, state }: { dataset?: string; state?: RuleState } = {},
): Promise<StoredRule[]> => cleaningRules.list(store, { topic: dataset, state });

export const activeRules = async (store: OperationalStore, dataset?: string): Promise<Rule[]> =>
  inOrder(await storedRules(store, { state: 'active', dataset }));
