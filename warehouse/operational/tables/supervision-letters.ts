import type { ColumnType, Generated } from 'kysely';
import type { Json } from './ledger.ts';

export const SUPERVISION_LETTER_STATES = ['draft', 'sent', 'received', 'answered', 'closed'] as const;
export type SupervisionLetterState = (typeof SUPERVISION_LETTER_STATES)[number];
export const ADDRESSEE_KINDS = ['enterprise', 'project', 'street'] as const;

/** 督办单. Dates are YYYY-MM-DD. */
export interface SupervisionLetterTable {
  letter_id: Generated<number>;
  letter_no: string;
  addressee_kind: (typeof ADDRESSEE_KINDS)[number];
  addressee_id: string;
  addressee_zh: string;
  state: ColumnType<SupervisionLetterState, SupervisionLetterState | undefined, SupervisionLetterState>;
  due_on: string;
  content: Json<unknown>;
  district_code: string;
  street_code: string;
  community_code: string;
  reminded_on: ColumnType<string | null, never, string>;
  escalated_on: ColumnType<string | null, never, string>;
  version: ColumnType<number, number | undefined, number>;
  created_by: string;
  created_at: ColumnType<Date, Date | undefined, never>;
}

export interface SupervisionLetterCaseTable {
  letter_id: number;
  violation_id: string;
}

export interface SupervisionLetterStepTable {
  step_id: Generated<number>;
  letter_id: number;
  kind: string;
  note: ColumnType<string, string | undefined, never>;
  author: string;
  at: ColumnType<Date, Date | undefined, never>;
}

export interface SupervisionLetterReadTable {
  user_name: string;
  letter_id: number;
  version: number;
}

export interface SupervisionLetterTables {
  supervision_letter: SupervisionLetterTable;
  supervision_letter_case: SupervisionLetterCaseTable;
  supervision_letter_step: SupervisionLetterStepTable;
  supervision_letter_read: SupervisionLetterReadTable;
}
