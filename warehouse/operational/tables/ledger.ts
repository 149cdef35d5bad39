import type { ColumnType, Generated, RawBuilder } from 'kysely';

/** A column the database fills and that is read as a Date. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>;
/** jsonb: parsed when read, `JSON.stringify`ed by the writer. */
export type Json<T> = ColumnType<T, string, string>;

export type DeliveryState = 'received' | 'loaded' | 'repeat' | 'refused' | 'withdrawn';

/** Why a file could not be read at all: file, place, rule. */
export interface Refusal {
  rule: string;
  message: string;
  [place: string]: string | number;
}

/** One delivered file. */
export interface DeliveryTable {
  delivery_id: string;
  dataset: string;
  file_name: string;
  /** Null when the file was refused before its end was seen. */
  sha256: string | null;
  bytes: number;
  encoding: string | null;
  /** YYYY-MM-DD */
  business_date: string | null;
  received_at: ColumnType<Date, Date | string | undefined, Date | string>;
  state: DeliveryState;
  refusal: Json<Refusal> | null;
  /** Drift that is no fault of a row; one sentence each. */
  notes: ColumnType<string[], string | undefined, string>;
  /** Inode and times of the file the delivery came from: tells a file left behind by a crash from the same one sent again. */
  origin: string | null;
  /** The delivered bytes in the object store. */
  object_key: string | null;
  /** How the file is to be read, where it is not in the contract's own shape (`deliverySchema`). */
  shape: ColumnType<unknown, string | null | undefined, string | null>;
  load_as: ColumnType<LoadAs, LoadAs | undefined, LoadAs>;
  /** Version of the contract it was read under; null for what was refused unread, and before contracts had versions. */
  contract_version: ColumnType<number | null, number | null | undefined, number | null>;
  /** The collection task that fetched it. */
  task_id: ColumnType<string | null, string | null | undefined, string | null>;
  /** The task's position once this delivery is committed. */
  position_after: ColumnType<unknown, string | null | undefined, string | null>;
  /** Landed again after a withdrawal, a delivery does not move its task a second time. */
  position_moved: ColumnType<boolean, boolean | undefined, boolean>;
  /** Why it may delete more of what is known than its contract allows. */
  mass_delete_reason: ColumnType<string | null, string | null | undefined, string | null>;
  /** The action on quarantined rows it is the overlay of, and which kind. */
  repair_action: ColumnType<number | null, number | null | undefined, number | null>;
  repair_kind: ColumnType<'mend' | 'accept' | null, 'mend' | 'accept' | null | undefined, never>;
  /** What the control file beside it says (`controlFileSchema`). */
  declared: ColumnType<unknown, string | null | undefined, never>;
  /** Has its arrival certificate. */
  is_certified: ColumnType<boolean, boolean | undefined, boolean>;
}

/** `contract`: as the contract loads; `snapshot`: the source's whole table; `changes`: its log, with `_op` I, U or D. */
export type LoadAs = 'contract' | 'snapshot' | 'changes';

/** One load of a delivery; `landed = loaded + quarantined + deduplicated`. */
export interface BatchTable {
  batch_id: Generated<number>;
  delivery_id: string;
  dataset: string;
  state: 'loading' | 'loaded' | 'withdrawn';
  loaded_at: Timestamp;
  landed: ColumnType<number, number | undefined, number>;
  loaded: ColumnType<number, number | undefined, number>;
  quarantined: ColumnType<number, number | undefined, number>;
  deduplicated: ColumnType<number, number | undefined, number>;
  deleted: ColumnType<number, number | undefined, number>;
  started_at: ColumnType<Date, Date | string | undefined, Date | string>;
  finished_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  /** What its certificate says of the rows (`ingestion/certificate/findings.ts`). */
  findings: ColumnType<unknown, string | null | undefined, string | null>;
}

/** A batch taken back out of the warehouse, with those that were landed again because of it. */
interface WithdrawalTable {
  withdrawal_id: Generated<number>;
  dataset: string;
  batch_id: number | null;
  reason: string;
  requested_by: string;
  requested_at: ColumnType<Date, Date | string | undefined, Date | string>;
  /** Read through `to_jsonb`: the two drivers disagree about arrays of bigint. */
  replayed: ColumnType<unknown, RawBuilder<unknown>, never>;
  /** Overlays of the batch, which leave with it. */
  overlays: ColumnType<unknown, RawBuilder<unknown> | undefined, never>;
  state: ColumnType<'removing' | 'removed', never, 'removed'>;
  removed_at: ColumnType<Date | null, never, Date>;
}

/** How far a collection task has read its source, in its connector's own words. */
interface CollectionPositionTable {
  task_id: string;
  position: Json<unknown>;
  updated_at: ColumnType<Date, Date | string | undefined, Date | string>;
}

/** How far a connector has read its source, for example the last change number of the operational store. */
export interface ConnectorPositionTable {
  connector: string;
  position: number;
  updated_at: ColumnType<Date, Date | string | undefined, Date | string>;
}

export interface LedgerTables {
  delivery: DeliveryTable;
  batch: BatchTable;
  connector_position: ConnectorPositionTable;
  collection_position: CollectionPositionTable;
  withdrawal: WithdrawalTable;
}
