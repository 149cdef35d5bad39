import type { ColumnType, Generated } from 'kysely';
import type { Json } from './ledger.ts';

export type GateAction = 'warn' | 'block';

/** The least a data set must score; `numeric` reads as text. */
export interface QualityGateTable {
  dataset: string;
  /** '' is the score over all dimensions. */
  dimension: string;
  minimum: ColumnType<string, number, number>;
  action: GateAction;
  reason: string;
  version: ColumnType<number, number | undefined, number>;
  changed_by: string;
  changed_at: ColumnType<Date, Date | undefined, Date>;
}

/** A data set a run found under a gate. */
export interface QualityGateResultTable {
  run_id: string;
  dataset: string;
  dimension: string;
  /** YYYY-MM-DD */
  day: string;
  good: number;
  total: number;
  score: ColumnType<string, number, never>;
  minimum: ColumnType<string, number, never>;
  action: GateAction;
}

export const LETTER_STATES = ['draft', 'sent', 'answered', 'corrected', 'closed'] as const;
export type LetterState = (typeof LETTER_STATES)[number];

/** A letter about the quality of an agency's data. */
export interface QualityLetterTable {
  letter_id: Generated<number>;
  letter_no: string;
  owner: string;
  period_from: string;
  period_to: string;
  state: ColumnType<LetterState, LetterState | undefined, LetterState>;
  deadline: string;
  content: Json<unknown>;
  version: ColumnType<number, number | undefined, number>;
  created_by: string;
  created_at: ColumnType<Date, Date | undefined, never>;
}

export interface QualityLetterStepTable {
  letter_id: number;
  version: number;
  state: LetterState;
  note: string;
  author: string;
  at: ColumnType<Date, Date | undefined, never>;
}

export interface QualityTables {
  quality_gate: QualityGateTable;
  quality_gate_result: QualityGateResultTable;
  quality_letter: QualityLetterTable;
  quality_letter_step: QualityLetterStepTable;
}
