import type { ColumnType, Generated } from 'kysely';

/** A target or thresholds somebody gave a metric, in its unit; the newest row of a metric holds. */
export interface MetricGoalTable {
  goal_id: Generated<number>;
  metric: string;
  /** The goal shipped with the definition holds again. */
  is_shipped: boolean;
  target: number | null;
  warn: number | null;
  alarm: number | null;
  reason: string;
  set_by: string;
  set_at: ColumnType<Date, Date | undefined, never>;
}

export interface MetricGoalTables {
  metric_goal: MetricGoalTable;
}
