import type { ColumnType, Generated } from 'kysely';
import type { Json, Timestamp } from './ledger.ts';

type MaybeTimestamp = ColumnType<Date | null, Date | null | undefined, Date | null>;

/** What a connector is told, when, and how often; the shapes of the JSON are in `pipelines/collection/task.ts`. */
export interface CollectionTaskTable {
  task_id: string;
  name: string;
  connector: string;
  datasets: Json<string[]>;
  settings: Json<Record<string, unknown>>;
  frequency: ColumnType<unknown, string | null, string | null>;
  windows: Json<unknown>;
  retry: Json<unknown>;
  group_key: string;
  concurrency: number;
  state: 'enabled' | 'disabled' | 'deleted';
  version: number;
  next_due_at: MaybeTimestamp;
  created_at: Generated<Date>;
  created_by: string;
  changed_at: ColumnType<Date, Date | undefined, Date>;
  changed_by: string;
}

export type RunState = 'queued' | 'running' | 'succeeded' | 'failed' | 'stopped';

export interface CollectionRunTable {
  run_id: string;
  task_id: string;
  kind: 'schedule' | 'manual';
  state: RunState;
  asked_by: string;
  queued_at: Generated<Date>;
  started_at: MaybeTimestamp;
  finished_at: MaybeTimestamp;
  attempt: Generated<number>;
  error: ColumnType<string | null, string | null | undefined, string | null>;
}

interface CollectionReturnTable {
  run_id: string;
  /** Null where what was asked led to nothing that could land. */
  delivery_id: string | null;
  dataset: string;
  requested: number;
  returned: number;
  returned_at: Generated<Date>;
}

interface SecretTable {
  owner: string;
  name: string;
  sealed: Buffer;
  changed_at: ColumnType<Date, Date | undefined, Date>;
}

export type LookupState = 'found' | 'none' | 'failed';

interface LookupAnswerTable {
  person_id: string;
  dataset: string;
  application_no: string;
  task_id: string;
  state: LookupState;
  records: number;
  asked_at: Timestamp;
}

interface HolidayCalendarTable {
  /** YYYY-MM-DD */
  date: string;
  kind: 'holiday' | 'make_up_workday';
  name: string;
}

/** Migration 0054. */
export interface CollectionTables {
  collection_task: CollectionTaskTable;
  collection_run: CollectionRunTable;
  collection_return: CollectionReturnTable;
  secret: SecretTable;
  lookup_answer: LookupAnswerTable;
  holiday_calendar: HolidayCalendarTable;
}
