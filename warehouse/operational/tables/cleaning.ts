import type { ColumnType, Generated } from 'kysely';
import type { Json } from './ledger.ts';

export type RuleState = 'draft' | 'tried' | 'active' | 'retired';
type Moment = ColumnType<Date, Date | string | undefined, never>;
type State = ColumnType<RuleState, RuleState | undefined, RuleState>;
type Trial = ColumnType<unknown, string | null | undefined, string | null>;

/** A version of a cleaning rule. */
export interface CleaningRuleTable {
  rule_id: Generated<number>;
  version: ColumnType<number, number | undefined, never>;
  dataset: string;
  definition: Json<unknown>;
  author: string;
  reason: string;
  created_at: Moment;
  state: State;
  trial: Trial;
}

export interface CleaningRuleEventTable {
  event_id: Generated<number>;
  rule_id: number;
  version: number;
  state: RuleState;
  author: string;
  reason: string;
  at: ColumnType<Date, Date | string | undefined, never>;
}

/** A version of the order in which sources are believed. */
export interface SourcePriorityTable {
  version: number;
  entries: Json<unknown>;
  author: string;
  reason: string;
  created_at: Moment;
  state: State;
  trial: Trial;
}

export interface CleaningTables {
  cleaning_rule: CleaningRuleTable;
  cleaning_rule_event: CleaningRuleEventTable;
  source_priority: SourcePriorityTable;
}
