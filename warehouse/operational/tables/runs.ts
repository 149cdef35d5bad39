import type { ColumnType } from 'kysely';
import type { Json } from './ledger.ts';

export type RunState = 'running' | 'succeeded' | 'failed' | 'interrupted';
export type StepState = 'running' | 'built' | 'skipped' | 'failed' | 'blocked';

type Started = ColumnType<Date, Date | string | undefined, Date | string>;
type Finished = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** What a published model was built from; a run is skipped where the fingerprint is still the same. */
export interface ModelStateTable {
  /** `database.model` */
  model: string;
  fingerprint: string;
  rows: number;
  content_hash: string;
  built_at: ColumnType<Date, Date | string | undefined, Date | string>;
  run_id: string;
}

export interface RunTable {
  run_id: string;
  /** What was asked: `run`, `demo`, `land`. */
  kind: string;
  /** YYYY-MM-DD, the business date the run is a function of. */
  as_of: string | null;
  state: RunState;
  started_at: Started;
  finished_at: Finished;
  summary: Json<Record<string, unknown>> | null;
  error: Json<Record<string, unknown>> | null;
}

export interface RunStepTable {
  run_id: string;
  /** `land:<dataset>`, `model:<database.model>`, `test:<name>` … */
  step: string;
  state: StepState;
  rows: number | null;
  started_at: Started;
  finished_at: Finished;
  error: Json<Record<string, unknown>> | null;
}

/** One test of one model in one run. */
export interface QualityResultTable {
  run_id: string;
  test: string;
  model: string;
  severity: 'warn' | 'error';
  state: 'passed' | 'warned' | 'failed';
  failures: number;
  checked_at: ColumnType<Date, Date | string | undefined, Date | string>;
}

export interface RunTables {
  model_state: ModelStateTable;
  run: RunTable;
  run_step: RunStepTable;
  quality_result: QualityResultTable;
}
