import type { ColumnType, Generated } from 'kysely';
import type { Json } from './ledger.ts';

export type QuarantineActionKind = 'claim' | 'release' | 'mend' | 'accept' | 'return';

/** Rows of one data set; what is absent does not narrow. */
export interface QuarantineSelection {
  batchId?: number;
  rule?: string;
  field?: string;
  rowNos?: number[];
  /** Rows of `meta.quarantine_edit` with this mark, whose texts take the place of the delivered ones; always with a batch. */
  edits?: string;
}

/** What somebody did about rows in quarantine. */
export interface QuarantineActionTable {
  action_id: Generated<number>;
  kind: QuarantineActionKind;
  dataset: string;
  selection: Json<QuarantineSelection>;
  /** Corrected texts by the source's column. */
  corrections: ColumnType<Record<string, string>, string | undefined, string>;
  author: string;
  reason: string;
  created_at: ColumnType<Date, Date | string | undefined, Date | string>;
  state: ColumnType<'doing' | 'done' | 'failed', 'doing' | 'done' | 'failed' | undefined>;
  rows: ColumnType<number, number | undefined, number>;
  delivery_id: ColumnType<string | null, string | null | undefined, string | null>;
  failure: ColumnType<string, string | undefined, string>;
}

export interface QuarantineTables {
  quarantine_action: QuarantineActionTable;
}
