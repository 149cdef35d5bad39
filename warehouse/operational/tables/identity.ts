import type { ColumnType, Generated, JSONColumnType } from 'kysely';

export type Role = 'leader' | 'analyst' | 'staff' | 'auditor' | 'administrator';

interface AppUserTable {
  user_name: string;
  display_name: string;
  role: Role;
  scope_division: Generated<string>;
  password_hash: string;
  password_changed_at: Generated<Date>;
  failed_attempts: Generated<number>;
  locked_until: Date | null;
  is_active: Generated<boolean>;
  created_at: Generated<Date>;
}

interface AppSessionTable {
  token_hash: string;
  user_name: string;
  created_at: Generated<Date>;
  last_seen_at: Generated<Date>;
  expires_at: Date;
}

/** Append only; `never` as update type keeps it so in the compiler's eyes too. */
interface AuditLogTable {
  audit_id: Generated<number>;
  at: Generated<Date>;
  user_name: ColumnType<string, string, never>;
  action: ColumnType<string, string, never>;
  object: ColumnType<string, string | undefined, never>;
  reason: ColumnType<string, string | undefined, never>;
  outcome: ColumnType<string, string | undefined, never>;
  address: ColumnType<string, string | undefined, never>;
  detail: JSONColumnType<Record<string, unknown>, string | undefined, never>;
}

/** Migration 0031. */
export interface IdentityTables {
  app_user: AppUserTable;
  app_session: AppSessionTable;
  audit_log: AuditLogTable;
}
