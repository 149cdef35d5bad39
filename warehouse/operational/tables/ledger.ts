import type { ColumnType, Generated } from 'kysely';

/** A column the database fills and that is read as a Date. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>;
/** jsonb: parsed when read, `JSON.stringify`ed by the writer. */
export type Json<T> = ColumnType<T, string, string>;

export type DeliveryState = 'received' | 'loaded' | 'repeat' | 'refused';

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
  sha256: string;
  bytes: number;
  encoding: string | null;
  /** YYYY-MM-DD */
  business_date: string | null;
  received_at: ColumnType<Date, Date | string | undefined, Date | string>;
  state: DeliveryState;
  refusal: Json<Refusal> | null;
}

/** One load of a delivery; `landed = loaded + quarantined + deduplicated`. */
export interface BatchTable {
  batch_id: Generated<number>;
  delivery_id: string;
  dataset: string;
  state: 'loading' | 'loaded';
  loaded_at: Timestamp;
  landed: ColumnType<number, number | undefined, number>;
  loaded: ColumnType<number, number | undefined, number>;
  quarantined: ColumnType<number, number | undefined, number>;
  deduplicated: ColumnType<number, number | undefined, number>;
  deleted: ColumnType<number, number | undefined, number>;
  started_at: ColumnType<Date, Date | string | undefined, Date | string>;
  finished_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
}

export interface LedgerTables {
  delivery: DeliveryTable;
  batch: BatchTable;
}
