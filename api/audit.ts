import type { OperationalStore } from '../warehouse/operational/store.ts';

export interface AuditEntry {
  user: string;
  action: string;
  object?: string;
  /** Why personal data was looked at unmasked, in the person's own words. */
  reason?: string;
  outcome?: 'ok' | 'refused' | 'failed';
  address?: string;
  /** Never a personal value: keys, counts, query ids. */
  detail?: Record<string, unknown>;
}

/** Adds a line to the audit log (002:7959). Throws when it cannot be written: what cannot be audited is not done. */
export async function audit(store: OperationalStore, { user, detail, ...entry }: AuditEntry): Promise<void> {
  await store.db
    .insertInto('audit_log')
    .values({ user_name: user, ...entry, detail: JSON.stringify(detail ?? {}) })
    .execute();
}
