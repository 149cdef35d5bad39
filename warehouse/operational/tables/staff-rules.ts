import type { ColumnType, Generated } from 'kysely';
import type { Json } from './ledger.ts';

/** What may be known of a version; a paused one may work again, a retired one never. */
export const RULE_STATES = ['draft', 'tried', 'active', 'paused', 'retired'] as const;
export type RuleState = (typeof RULE_STATES)[number];

export type RuleMoment = ColumnType<Date, Date | string | undefined, never>;
export type RuleStateColumn = ColumnType<RuleState, RuleState | undefined, RuleState>;
export type RuleTrialColumn = ColumnType<unknown, string | null | undefined, string | null>;

/** A version of a rule staff made, whatever its kind. */
export interface StaffRuleTable {
  rule_id: Generated<number>;
  version: ColumnType<number, number | undefined, never>;
  kind: string;
  topic: string;
  definition: Json<unknown>;
  author: string;
  reason: string;
  created_at: RuleMoment;
  state: RuleStateColumn;
  trial: RuleTrialColumn;
}

export interface StaffRuleEventTable {
  event_id: Generated<number>;
  rule_id: number;
  version: number;
  state: RuleState;
  author: string;
  reason: string;
  at: RuleMoment;
}

export interface StaffRuleTables {
  staff_rule: StaffRuleTable;
  staff_rule_event: StaffRuleEventTable;
}
