/** Black lists: nobody is put on but for cases people decided, and nobody comes off by one person's word. Nothing follows by itself. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { By } from '../staff-rules/store.ts';
import type { Party } from './definitions.ts';

export interface Listed {
  entryId: number;
  party: Party;
  partyId: string;
  cases: string[];
  reason: string;
  listedBy: string;
  listedAt: Date;
  removalReason: string | null;
  removalBy: string | null;
  removedBy: string | null;
  removedAt: Date | null;
}

export async function blacklist(
  { db }: OperationalStore,
  only: { standing?: boolean; entryId?: number } = {},
): Promise<Listed[]> {
  const rows = await db
    .selectFrom('credit_blacklist')
    .selectAll()
    .$if(only.standing === true, (query) => query.where('removed_at', 'is', null))
    .$if(only.entryId !== undefined, (query) => query.where('entry_id', '=', only.entryId ?? 0))
    .orderBy('entry_id', 'desc')
    .limit(500)
    .execute();
  return rows.map((row) => ({
    ...{ entryId: row.entry_id, party: row.party_kind, partyId: row.party_id, reason: row.reason },
    cases: z.array(z.string()).parse(row.cases),
    ...{ listedBy: row.listed_by, listedAt: row.listed_at, removalReason: row.removal_reason },
    ...{ removalBy: row.removal_by, removedBy: row.removed_by, removedAt: row.removed_at },
  }));
}

async function entry(store: OperationalStore, entryId: number): Promise<Listed> {
  const [found] = await blacklist(store, { entryId });
  if (found) return found;
  throw new AppError('not_found', `There is no entry ${entryId}.`, { where: { entry: entryId } });
}

/**
 * Puts a party on the list. The caller has checked that the cases are the party's.
 * @throws AppError `conflict` when one of the cases is not decided, or the party is on the list
 */
export async function list(
  store: OperationalStore,
  { party, partyId, cases }: { party: Party; partyId: string; cases: readonly string[] },
  { user, reason }: By,
): Promise<Listed> {
  const decided = await store.db
    .selectFrom('alert_decision')
    .select('violation_id')
    .distinct()
    .where('violation_id', 'in', [...cases])
    .where('verdict', '=', 'confirmed')
    .where('stands', '=', true)
    .execute();
  if (decided.length < new Set(cases).size)
    throw new AppError('conflict', 'A black list follows from decided cases only.', {
      where: { field: 'cases' },
      fix: 'Close the cases first; a finding nobody decided lists nobody.',
    });
  const row = await store.db
    .insertInto('credit_blacklist')
    .values({ party_kind: party, party_id: partyId, cases: JSON.stringify(cases), reason, listed_by: user })
    .onConflict((conflict) => conflict.doNothing())
    .returning('entry_id')
    .executeTakeFirst();
  if (!row) throw new AppError('conflict', 'It is on the list already.', { where: { field: 'partyId' } });
  return entry(store, row.entry_id);
}

/**
 * Takes an entry off: the first asks with a reason (改正后移出), a second person agrees.
 * @throws AppError `not_found`, `conflict` when it is off already or the same person agrees
 */
export async function remove(
  store: OperationalStore,
  entryId: number,
  { user, reason }: By,
): Promise<Listed> {
  const found = await entry(store, entryId);
  if (found.removedAt !== null)
    throw new AppError('conflict', `Entry ${entryId} is off the list.`, { where: { entry: entryId } });
  if (found.removalBy === user)
    throw new AppError('conflict', 'Whoever asked for the removal does not agree to it.', {
      where: { entry: entryId },
      fix: 'Ask a colleague.',
    });
  const { numUpdatedRows } = await store.db
    .updateTable('credit_blacklist')
    .set(
      found.removalBy === null
        ? { removal_by: user, removal_reason: reason, removal_at: new Date() }
        : { removed_by: user, removed_at: new Date() },
    )
    .where('entry_id', '=', entryId)
    .where('removed_at', 'is', null)
    .where('removal_by', found.removalBy === null ? 'is' : '=', found.removalBy)
    .executeTakeFirst();
  if (numUpdatedRows === 0n)
    throw new AppError('conflict', `Entry ${entryId} has changed since it was read.`, { retriable: true });
  return entry(store, entryId);
}
