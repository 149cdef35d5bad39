import type { ColumnType, Generated } from 'kysely';
import type { Json } from './ledger.ts';

type Later<T> = ColumnType<T | null, undefined, T | null>;

/** An entry of a black list; it stands until `removed_at`. */
export interface CreditBlacklistTable {
  entry_id: Generated<number>;
  party_kind: 'tenant' | 'enterprise' | 'supplier';
  party_id: string;
  cases: Json<unknown>;
  reason: string;
  listed_by: string;
  listed_at: ColumnType<Date, Date | undefined, never>;
  removal_reason: Later<string>;
  removal_by: Later<string>;
  removal_at: Later<Date>;
  removed_by: Later<string>;
  removed_at: Later<Date>;
}

export interface CreditTables {
  credit_blacklist: CreditBlacklistTable;
}
