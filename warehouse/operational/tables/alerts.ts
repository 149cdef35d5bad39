import type { ColumnType, Generated } from 'kysely';

/** 新发, 已签收, 处置中, 已办结, 已复核, 误报, 挂起 */
export const CASE_STATES = [
  'new',
  'received',
  'handling',
  'closed',
  'reviewed',
  'false_alarm',
  'suspended',
] as const;
export type CaseState = (typeof CASE_STATES)[number];
/** Those in which somebody still has to do something. */
export const OPEN_STATES = [
  'new',
  'received',
  'handling',
  'suspended',
] as const satisfies readonly CaseState[];

/** A finding of a rule of alert, as people handle it. Dates are YYYY-MM-DD. */
export interface AlertCaseTable {
  violation_id: string;
  rule: string;
  rule_zh: string;
  family: string;
  level: 'low' | 'medium' | 'high';
  object_kind: string;
  object_key: string;
  project_id: string;
  enterprise_id: string;
  district_code: string;
  street_code: string;
  community_code: string;
  place_zh: string;
  evidence_zh: string;
  since: string;
  state: ColumnType<CaseState, CaseState | undefined, CaseState>;
  owner: ColumnType<string, string | undefined, string>;
  first_found: string;
  last_found: string;
  cleared_on: string | null;
  due_on: string;
  escalated_on: string | null;
  /** Of a suspended case: the day it is open again. */
  suspended_until: ColumnType<string | null, string | undefined, string | null>;
  recurrences: ColumnType<number, number | undefined, number>;
  found_run: string;
  version: ColumnType<number, number | undefined, number>;
  changed_at: ColumnType<Date, Date | undefined, Date>;
}

export interface AlertCaseEventTable {
  event_id: Generated<number>;
  violation_id: string;
  kind: string;
  note: ColumnType<string, string | undefined, never>;
  author: string;
  at: ColumnType<Date, Date | undefined, never>;
  /** Of a decision: what the finding said then. */
  since: ColumnType<string | null, string | undefined, never>;
  enterprise_id: ColumnType<string | null, string | undefined, never>;
  /** Of an event that takes a decision back: which. */
  decision_id: ColumnType<number | null, number | undefined, never>;
}

/** A view: what people decided of a case, however often it came back. */
export interface AlertDecisionView {
  decision_id: number;
  violation_id: string;
  verdict: 'confirmed' | 'false_alarm';
  note: string;
  decided_by: string;
  decided_at: Date;
  since: string;
  enterprise_id: string;
  /** Nothing has come of the case since. */
  is_last: boolean;
  /** Nobody took it back. */
  stands: boolean;
}

export interface AlertCaseReadTable {
  user_name: string;
  violation_id: string;
  at: ColumnType<Date, Date | undefined, Date>;
  /** The newest version this person has seen. */
  version: number;
}

export interface AlertRuleLookTable {
  rule: string;
  looked_on: string;
}

/** Hospital, work elsewhere, study, family, travel, the dwelling being repaired. */
export const ABSENCE_REASONS = ['hospital', 'work', 'study', 'family', 'travel', 'repair', 'other'] as const;

/** A household away with notice; both days included. */
export interface HouseholdAbsenceTable {
  absence_id: Generated<number>;
  contract_no: string;
  absent_from: string;
  absent_until: string;
  reason: (typeof ABSENCE_REASONS)[number];
  evidence_no: string;
  district_code: string;
  street_code: string;
  community_code: string;
  author: string;
  recorded_at: ColumnType<Date, Date | undefined, never>;
  withdrawn_by: ColumnType<string | null, never, string>;
  withdrawn_why: ColumnType<string | null, never, string>;
  withdrawn_at: ColumnType<Date | null, never, Date>;
}

export interface AlertTables {
  alert_case: AlertCaseTable;
  alert_case_event: AlertCaseEventTable;
  alert_decision: AlertDecisionView;
  alert_case_read: AlertCaseReadTable;
  alert_rule_look: AlertRuleLookTable;
  household_absence: HouseholdAbsenceTable;
}
