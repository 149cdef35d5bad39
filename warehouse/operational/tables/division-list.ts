import type { ColumnType, Generated } from 'kysely';
import type { Json } from './ledger.ts';

/** A list of divisions the office has loaded; never changed. */
export interface DivisionListTable {
  list_id: Generated<number>;
  periods: Json<unknown>;
  author: string;
  reason: string;
  loaded_at: ColumnType<Date, never, never>;
}

export interface DivisionListTables {
  division_list: DivisionListTable;
}
