import { isAppError } from '../domain/errors.ts';
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

/** Does something and keeps in the audit log whether it was done or refused, and why. */
export async function audited<T>(
  store: OperationalStore,
  entry: Omit<AuditEntry, 'outcome'>,
  work: () => Promise<T>,
): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    const code = isAppError(error) ? error.code : 'bug';
    const outcome = code === 'bug' ? 'failed' : 'refused';
    await audit(store, { ...entry, outcome, detail: { ...entry.detail, code } });
    throw error;
  }
  await audit(store, entry);
  return result;
}
