import type { ColumnType, Generated } from 'kysely';
import type { Json, Timestamp } from './ledger.ts';

/** A job of the embedded queue. */
interface JobTable {
  seq: Generated<number>;
  queue: string;
  job_id: string;
  name: string;
  data: Json<unknown>;
  state: 'waiting' | 'active' | 'done' | 'cancelled' | 'dead';
  priority: Generated<number>;
  group_key: Generated<string>;
  run_at: Timestamp;
  failures: Generated<number>;
  attempts: number;
  backoff_first_ms: number;
  backoff_longest_ms: number;
  stalls: Generated<number>;
  worker: ColumnType<string | null, string | null | undefined, string | null>;
  lease_until: ColumnType<Date | null, Date | null | undefined, Date | null>;
  is_cancel_asked: Generated<boolean>;
  last_error: ColumnType<string | null, string | null | undefined, string | null>;
  created_at: Generated<Date>;
  finished_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

/** Migration 0053. */
export interface QueueTables {
  job: JobTable;
}
