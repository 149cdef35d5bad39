/** What those who supervise do with a case that was escalated to them: somebody else takes it over, by a new day (督办, C0). */
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { type CaseState, OPEN_STATES } from '../../warehouse/operational/tables/alerts.ts';
import { type AlertCase, changeCase, checkDay, hasChanged, openCase, type Within } from './cases.ts';

export interface Supervision {
  /** Who is to handle it from now on. */
  owner: string;
  /** The new time limit; over it, the case is escalated again. */
  dueOn: string;
  note: string;
  /** The version the person saw. */
  version: number;
}

const OPEN: ReadonlySet<CaseState> = new Set(OPEN_STATES);

/** @throws AppError `not_found`; `bad_request`; `conflict` when the case is not escalated and open, or somebody was faster */
export async function superviseCase(
  store: OperationalStore,
  within: Within,
  user: string,
  id: string,
  { owner, dueOn, note, version }: Supervision,
): Promise<AlertCase> {
  const found = await openCase(store, within, user, id);
  if (found.version !== version) throw hasChanged(id);
  if (found.escalated_on === null || found.cleared_on !== null || !OPEN.has(found.state))
    throw new AppError('conflict', 'Only a case that is escalated and open is given to another.', {
      where: { field: 'id' },
      fix: 'Whoever handles cases assigns those that are in time.',
    });
  if (owner.trim() === '' || owner === found.owner)
    throw new AppError('bad_request', 'Say who else is to handle the case.', { where: { field: 'owner' } });
  checkDay(dueOn, 'dueOn');
  return changeCase(store, user, found, {
    set: { owner, due_on: dueOn, escalated_on: null },
    event: () => ({ kind: 'supervised', note: `${owner} · ${dueOn}: ${note}` }),
  });
}
