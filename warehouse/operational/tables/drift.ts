import type { ColumnType } from 'kysely';
import type { Json, Timestamp } from './ledger.ts';

export type DriftState = 'open' | 'accepted' | 'rejected';

export interface PatchOperation {
  op: 'add' | 'replace';
  /** JSON pointer into the contract (RFC 6901). */
  path: string;
  value: unknown;
}

/** How the contract would have to change; no operations where only a person can say. */
export interface Proposal {
  patch: PatchOperation[];
  /** The same in words: what to commit for a contract in the code. */
  text: string;
}

/** A change of a source nobody announced. */
export interface DriftReportTable {
  drift_id: string;
  dataset: string;
  entity: string;
  column_name: string;
  change: string;
  detail: string;
  share: number;
  policy: string;
  /** The contract says so of this column by name. */
  is_named: ColumnType<boolean, boolean | undefined, boolean>;
  contract_version: number;
  proposal: Json<Proposal>;
  delivery_id: string | null;
  deliveries: ColumnType<number, number | undefined, number>;
  first_seen: Timestamp;
  last_seen: Timestamp;
  state: ColumnType<DriftState, DriftState | undefined, DriftState>;
  decided_by: ColumnType<string | null, string | null | undefined, string | null>;
  decided_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  reason: ColumnType<string | null, string | null | undefined, string | null>;
}

/** A delivery that showed a change. */
interface DriftDeliveryTable {
  drift_id: string;
  delivery_id: string;
}

export interface DriftTables {
  drift_report: DriftReportTable;
  drift_delivery: DriftDeliveryTable;
}
