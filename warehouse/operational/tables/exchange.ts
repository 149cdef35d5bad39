import type { ColumnType, Generated } from 'kysely';
import type { Timestamp } from './ledger.ts';

interface ExportPackageTable {
  /** sha256 of the manifest's bytes, hexadecimal. */
  package_id: string;
  name: string;
  /** Instance the package is addressed to, or ''. */
  receiver: string;
  sequence: number;
  previous: string | null;
  /** YYYY-MM-DD */
  as_of: string | null;
  rows: number;
  content_hash: string;
  /** Under `outbox/`. */
  file_name: string;
  sha256: string;
  bytes: number;
  state: Generated<'made' | 'received'>;
  created_at: Timestamp;
  received_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

interface ImportPackageTable {
  package_id: string;
  sender: string;
  name: string;
  receiver: string;
  sequence: number;
  /** YYYY-MM-DD */
  as_of: string | null;
  rows: number;
  content_hash: string;
  state: 'loading' | 'loaded';
  started_at: Generated<Date>;
  loaded_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

interface ReceiptTable {
  package_id: string;
  direction: 'given' | 'taken';
  /** The exact text that was signed. */
  document: string;
  /** Ed25519, base64. */
  signature: string;
  recorded_at: Generated<Date>;
}

/** Migration 0040. */
export interface ExchangeTables {
  export_package: ExportPackageTable;
  import_package: ImportPackageTable;
  receipt: ReceiptTable;
}
