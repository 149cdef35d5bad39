import type { ColumnType, Generated } from 'kysely';
import type { Json } from './ledger.ts';

type Moment = ColumnType<Date, Date | string | undefined, never>;

/** A pre-review that was answered. Dates are YYYY-MM-DD. */
export interface EligibilityReviewTable {
  review_id: Generated<number>;
  application_no: string;
  day: string;
  known_at: ColumnType<Date, Date | string, never>;
  analyses: Json<unknown>;
  form: string;
  /** 保障项目; '' not known. */
  programme: ColumnType<string, string | undefined, never>;
  verdict: 'pass' | 'doubt' | 'refuse';
  silent: Json<unknown>;
  rules: Json<unknown>;
  outcomes: Json<unknown>;
  district_code: string;
  street_code: string;
  community_code: string;
  asked_by: string;
  asked_at: Moment;
}

export interface EligibilityPollPlanTable {
  plan_id: Generated<number>;
  zh: string;
  every_days: number;
  from_hour: ColumnType<number, number | undefined, number>;
  until_hour: ColumnType<number, number | undefined, number>;
  analyses: Json<unknown>;
  scope: Json<unknown>;
  is_active: ColumnType<boolean, boolean | undefined, boolean>;
  author: string;
  reason: string;
  changed_at: ColumnType<Date, Date | undefined, Date>;
}

export interface EligibilityPollTable {
  poll_id: Generated<number>;
  plan_id: number | null;
  day: string;
  known_at: ColumnType<Date, Date | string, never>;
  analyses: Json<unknown>;
  scope: Json<unknown>;
  silent: Json<unknown>;
  rules: Json<unknown>;
  state: ColumnType<'running' | 'done' | 'failed', 'running' | undefined, 'running' | 'done' | 'failed'>;
  households: ColumnType<number, number | undefined, number>;
  passed: ColumnType<number, number | undefined, number>;
  doubted: ColumnType<number, number | undefined, number>;
  refused: ColumnType<number, number | undefined, number>;
  lost: ColumnType<number, number | undefined, number>;
  regained: ColumnType<number, number | undefined, number>;
  asked_by: string;
  started_at: Moment;
  finished_at: ColumnType<Date | null, undefined, Date | null>;
}

export interface EligibilityTables {
  eligibility_review: EligibilityReviewTable;
  eligibility_poll_plan: EligibilityPollPlanTable;
  eligibility_poll: EligibilityPollTable;
}
