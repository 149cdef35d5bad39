import type { Json } from './ledger.ts';
import type { RuleMoment, RuleStateColumn, RuleTrialColumn } from './staff-rules.ts';

/** A version of the order in which sources are believed. Cleaning rules are among those of staff (`staff-rules.ts`). */
export interface SourcePriorityTable {
  version: number;
  entries: Json<unknown>;
  author: string;
  reason: string;
  created_at: RuleMoment;
  state: RuleStateColumn;
  trial: RuleTrialColumn;
}

export interface CleaningTables {
  source_priority: SourcePriorityTable;
}
