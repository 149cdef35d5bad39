import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

export const RETENTION_STATES = ['proposed', 'approved', 'rejected', 'retired'] as const;
export type RetentionState = (typeof RETENTION_STATES)[number];

interface RetentionRuleTable {
  rule_id: GeneratedAlways<number>;
  dataset: string;
  keep_days: number;
  grain: string;
  reason: string;
  state: Generated<RetentionState>;
  proposed_by: string;
  proposed_at: Generated<Date>;
  decided_by: string | null;
  decided_at: Date | null;
  decided_reason: string | null;
}

interface RetentionHoldTable {
  hold_id: GeneratedAlways<number>;
  dataset: string;
  /** YYYY-MM-DD */
  first_day: ColumnType<string | null>;
  last_day: ColumnType<string | null>;
  reason: string;
  placed_by: string;
  placed_at: Generated<Date>;
  released_by: string | null;
  released_at: Date | null;
  released_reason: string | null;
}

interface RetentionDropTable {
  object_key: string;
  rule_id: number;
  dataset: string;
  partition_id: string;
  rows_dropped: number;
  dropped_at: Date | null;
}

/** Migration 0090. */
export interface RetentionTables {
  retention_rule: RetentionRuleTable;
  retention_hold: RetentionHoldTable;
  retention_drop: RetentionDropTable;
}
