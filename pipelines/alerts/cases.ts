/** Cases of alert as people handle them. A rule never punishes: a person decides, and what is decided says how right the rule is. */
import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import { addDays, chinaDayOf } from '../../domain/calendar.ts';
import { AppError } from '../../domain/errors.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import {
  type AlertCaseEventTable,
  type AlertCaseTable,
  type AlertDecisionView,
  CASE_STATES,
  type CaseState,
  OPEN_STATES,
} from '../../warehouse/operational/tables/alerts.ts';
import { type ObjectRef, objectNames } from '../object-names.ts';

/** What may be done, from which states, and what becomes of the case. */
export const ACTIONS = {
  receive: { zh: '签收', from: ['new'], to: 'received' },
  assign: { zh: '派单', from: OPEN_STATES, to: null },
  handle: { zh: '处置', from: ['new', 'received', 'suspended', 'closed'], to: 'handling' },
  close: { zh: '办结', from: ['received', 'handling'], to: 'closed' },
  review: { zh: '复核', from: ['closed'], to: 'reviewed' },
  false_alarm: { zh: '误报', from: ['new', 'received', 'handling', 'closed'], to: 'false_alarm' },
  suspend: { zh: '挂起', from: ['new', 'received', 'handling'], to: 'suspended' },
  /** Takes a decision back that was made before, of this finding or of one long gone. */
  annul: { zh: '撤销认定', from: CASE_STATES, to: null },
} as const satisfies Record<string, { zh: string; from: readonly CaseState[]; to: CaseState | null }>;
export type CaseAction = keyof typeof ACTIONS;

export type AlertCase = Selectable<AlertCaseTable>;
/** Column and value a person is confined to; none: the whole city. */
export type Within =
  { column: 'district_code' | 'street_code' | 'community_code'; value: string } | undefined;

/** What each case is about, as people call it (masked). */
export async function caseNames(
  warehouse: Warehouse,
  found: readonly AlertCase[],
): Promise<(one: AlertCase) => string> {
  const refOf = ({ object_kind: kind, object_key: key }: AlertCase): ObjectRef => ({ kind, key });
  const nameOf = await objectNames(warehouse, found.map(refOf));
  return (one) => nameOf(refOf(one));
}

export interface CaseFilter {
  state?: CaseState;
  rule?: string;
  family?: string;
  level?: AlertCase['level'];
  district?: string;
  owner?: string;
  isLate?: boolean;
  isUnread?: boolean;
}

/** Those a person may see. */
export const cases = ({ db }: OperationalStore, within: Within) =>
  db
    .selectFrom('alert_case')
    .$if(within !== undefined, (query) =>
      query.where(within?.column ?? 'district_code', '=', within?.value ?? ''),
    );

const isUnread = (user: string) =>
  sql<boolean>`NOT EXISTS (SELECT 1 FROM alert_case_read r WHERE r.user_name = ${user}
    AND r.violation_id = alert_case.violation_id AND r.version >= alert_case.version)`;

export async function listCases(
  store: OperationalStore,
  within: Within,
  user: string,
  filter: CaseFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ total: number; rows: (AlertCase & { unread: boolean })[] }> {
  const { state, rule, family, level, district, owner } = filter;
  const wanted = { state, rule, family, level, district_code: district, owner };
  let query = cases(store, within);
  for (const [column, value] of Object.entries(wanted))
    if (value !== undefined) query = query.where(column as keyof AlertCase, '=', value);
  if (filter.isLate === true) query = query.where('escalated_on', 'is not', null);
  if (filter.isUnread === true) query = query.where(isUnread(user));
  const { total } = await query
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const rows = await query
    .selectAll()
    .select(isUnread(user).as('unread'))
    .orderBy(sql`array_position(ARRAY['high', 'medium', 'low'], level)`)
    .orderBy('first_found', 'desc')
    .orderBy('violation_id')
    .limit(limit)
    .offset(offset)
    .execute();
  return { total: Number(total), rows };
}

const isOpen = sql<boolean>`state IN (${sql.join(OPEN_STATES)}) AND cleared_on IS NULL`;

/** What was escalated to those who supervise and is open: how many, and how many this person has not seen as they are now. */
export const escalatedCases = (
  store: OperationalStore,
  within: Within,
  user: string,
): Promise<{ open: number; unread: number }> =>
  cases(store, within)
    .where('escalated_on', 'is not', null)
    .where(isOpen)
    .select(sql<number>`count(*)::integer`.as('open'))
    .select(sql<number>`(count(*) FILTER (WHERE ${isUnread(user)}))::integer`.as('unread'))
    .executeTakeFirstOrThrow();

export interface RuleCount {
  rule: string;
  rule_zh: string;
  family: string;
  open: number;
  unread: number;
  late: number;
  confirmed: number;
  false_alarms: number;
}

/** By rule: what is open, unread by this person and late, and of what was decided how much was right (its measured precision). */
export async function countCases(
  store: OperationalStore,
  within: Within,
  user: string,
): Promise<RuleCount[]> {
  const count = (condition: ReturnType<typeof sql>) =>
    sql<number>`(count(*) FILTER (WHERE ${condition}))::integer`;
  // By decision, not by case: what came back keeps what was decided of it before.
  const decided = (
    verdict: AlertDecisionView['verdict'],
  ) => sql<number>`coalesce(sum((SELECT count(*) FROM alert_decision AS d
    WHERE d.violation_id = alert_case.violation_id AND d.verdict = ${verdict} AND d.stands)), 0)::integer`;
  return cases(store, within)
    .select(['rule', 'rule_zh', 'family'])
    .select([
      count(isOpen).as('open'),
      count(sql`${isOpen} AND ${isUnread(user)}`).as('unread'),
      count(sql`${isOpen} AND escalated_on IS NOT NULL`).as('late'),
      decided('confirmed').as('confirmed'),
      decided('false_alarm').as('false_alarms'),
    ])
    .groupBy(['rule', 'rule_zh', 'family'])
    .orderBy('rule')
    .execute();
}

export interface CaseEvent {
  kind: string;
  note: string;
  author: string;
  at: Date;
}

export type Decision = Selectable<AlertDecisionView>;

/** What people decided of a case, in order. */
export const decisionsOf = ({ db }: OperationalStore, id: string): Promise<Decision[]> =>
  db.selectFrom('alert_decision').selectAll().where('violation_id', '=', id).orderBy('decision_id').execute();

/** A case and what became of it; seen by this person from now on. @throws AppError `not_found` */
export async function readCase(
  store: OperationalStore,
  within: Within,
  user: string,
  id: string,
): Promise<{ found: AlertCase; events: CaseEvent[]; decisions: Decision[] }> {
  const found = await openCase(store, within, user, id);
  const events = await store.db
    .selectFrom('alert_case_event')
    .select(['kind', 'note', 'author', 'at'])
    .where('violation_id', '=', id)
    .orderBy('event_id')
    .execute();
  return { found, events, decisions: await decisionsOf(store, id) };
}

/** The case, which counts as seen by this person from now on. @throws AppError `not_found` */
export async function openCase(
  store: OperationalStore,
  within: Within,
  user: string,
  id: string,
): Promise<AlertCase> {
  const found = await cases(store, within).selectAll().where('violation_id', '=', id).executeTakeFirst();
  if (!found) throw new AppError('not_found', `There is no case ${id}.`, { where: { field: 'id' } });
  await markRead(store.db, user, found);
  return found;
}

/** This person has seen the case as it is now; what becomes of it later is unread again. */
const markRead = (
  db: OperationalStore['db'],
  user: string,
  { violation_id, version }: AlertCase,
): Promise<unknown> =>
  db
    .insertInto('alert_case_read')
    .values({ user_name: user, violation_id, version })
    .onConflict((conflict) =>
      conflict
        .columns(['user_name', 'violation_id'])
        .doUpdateSet((eb) => ({ version: eb.ref('excluded.version'), at: new Date() })),
    )
    .execute();

export interface Act {
  action: CaseAction;
  note: string;
  /** For `assign`: whom. */
  owner?: string;
  /** For `annul`: which decision is taken back. */
  decision?: number;
  /** For `suspend`: the day it is open again. */
  until?: string;
  /** The version the person saw. */
  version: number;
}

/** @throws AppError `not_found`; `conflict` when somebody was faster or the case's state does not allow it; `bad_request` */
export async function act(
  store: OperationalStore,
  within: Within,
  user: string,
  id: string,
  { action, note, owner, decision, until, version }: Act,
): Promise<AlertCase> {
  const found = await openCase(store, within, user, id);
  const { from, to, zh }: { zh: string; from: readonly CaseState[]; to: CaseState | null } = ACTIONS[action];
  if (found.version !== version) throw hasChanged(id);
  if (!from.includes(found.state))
    throw new AppError('conflict', `A case that is ${found.state} cannot be ${zh} (${action}).`, {
      where: { field: 'action' },
      fix: `That is for cases that are ${from.join(', ')}.`,
    });
  if (action === 'assign' && (owner ?? '') === '')
    throw new AppError('bad_request', 'Say whom the case is given to.', { where: { field: 'owner' } });
  if (action === 'suspend') checkDay(until, 'until');
  // Whoever closed a case does not review it.
  if (action === 'review' && (await lastBy(store, id, 'close')) === user)
    throw new AppError('conflict', 'A case is reviewed by somebody else than who closed it.', {
      where: { field: 'action' },
    });
  const annulled = action === 'annul' ? await annullable(store, id, user, decision) : undefined;
  // What is open after its last decision was taken back is to be decided anew.
  const next = annulled?.is_last ? 'handling' : to;
  return changeCase(store, user, found, {
    set: {
      ...(next === null ? {} : { state: next }),
      ...(action === 'assign' ? { owner: owner ?? '' } : {}),
      // Whatever else becomes of it, it is put off no longer.
      ...(next === null ? {} : { suspended_until: action === 'suspend' ? (until ?? null) : null }),
    },
    event: (row) => ({
      ...{ kind: action, note },
      ...(DECIDING.has(action) ? { since: row.since, enterprise_id: row.enterprise_id } : {}),
      ...(annulled ? { decision_id: annulled.decision_id } : {}),
    }),
  });
}

interface CaseChange {
  set: Omit<Updateable<AlertCaseTable>, 'version' | 'changed_at'>;
  /** What is told of it, of the case as it is then. */
  event: (row: AlertCase) => Omit<Insertable<AlertCaseEventTable>, 'violation_id' | 'author'>;
}

/** Changes a case as this person saw it, and tells so. @throws AppError `conflict` when somebody was faster */
export const changeCase = (
  store: OperationalStore,
  user: string,
  { violation_id, version }: Pick<AlertCase, 'violation_id' | 'version'>,
  { set, event }: CaseChange,
): Promise<AlertCase> =>
  store.db.transaction().execute(async (trx) => {
    const row = await trx
      .updateTable('alert_case')
      .set({ ...set, version: version + 1, changed_at: new Date() })
      .where('violation_id', '=', violation_id)
      .where('version', '=', version)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw hasChanged(violation_id);
    await trx
      .insertInto('alert_case_event')
      .values({ ...event(row), violation_id, author: user })
      .execute();
    // What one did oneself is no news.
    await markRead(trx, user, row);
    return row;
  });

/** Half a year; who needs longer says so again, with a reason. */
const MOST_DAYS = 183;

/** @throws AppError `bad_request` for a day that is not after today (in China), or too far away */
export function checkDay(day: string | undefined, field: string): void {
  const today = chinaDayOf(new Date());
  if (day === undefined || day <= today || day > addDays(today, MOST_DAYS))
    throw new AppError('bad_request', `Name a day after today, within ${MOST_DAYS} days.`, {
      where: { field },
    });
}

/** These make a record of their own (the view alert_decision): of whom the finding spoke on that day. */
const DECIDING: ReadonlySet<CaseAction> = new Set(['close', 'false_alarm']);

/** @throws AppError `bad_request`, or `conflict` when it does not stand or is this person's own */
async function annullable(
  store: OperationalStore,
  id: string,
  user: string,
  decision: number | undefined,
): Promise<Decision> {
  const where = { field: 'decision' };
  const found = (await decisionsOf(store, id)).find(({ decision_id }) => decision_id === decision);
  if (!found) throw new AppError('bad_request', 'Say which decision of the case is taken back.', { where });
  if (!found.stands) throw new AppError('conflict', 'The decision has been taken back already.', { where });
  if (found.decided_by === user)
    throw new AppError('conflict', 'Whoever decided a case does not take the decision back.', {
      where,
      fix: 'Ask a colleague; a case that is closed and not reviewed can be taken in hand again.',
    });
  return found;
}

export const hasChanged = (id: string): AppError =>
  new AppError('conflict', `Case ${id} has changed since it was read.`, {
    retriable: true,
    fix: 'Read it again.',
  });

const lastBy = async ({ db }: OperationalStore, id: string, kind: CaseAction): Promise<string | undefined> =>
  (
    await db
      .selectFrom('alert_case_event')
      .select('author')
      .where('violation_id', '=', id)
      .where('kind', '=', kind)
      .orderBy('event_id', 'desc')
      .executeTakeFirst()
  )?.author;
