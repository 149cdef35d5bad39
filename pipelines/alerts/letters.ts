/** Letters of supervision (督办单): written about cases of one unit, sent, received, answered, closed; reminded of and escalated. */
import { type Selectable, sql } from 'kysely';
import { addDays } from '../../domain/calendar.ts';
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type {
  SupervisionLetterState,
  SupervisionLetterTable,
} from '../../warehouse/operational/tables/supervision-letters.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { checkMove, checkMoved } from '../letter-moves.ts';
import { type AlertCase, cases, type Within } from './cases.ts';
import { addresseeName, letterContent, type LetterContent, letterContentSchema } from './letter.ts';

/** What may follow a state: an answer that does not answer is sent back; a closed letter stays closed. */
export const NEXT_LETTER_STATES: Readonly<Record<SupervisionLetterState, readonly SupervisionLetterState[]>> =
  {
    draft: ['sent', 'closed'],
    sent: ['received', 'answered', 'closed'],
    received: ['answered', 'closed'],
    answered: ['sent', 'closed'],
    closed: [],
  };
/** States in which an answer is waited for. */
const WAITING = ['sent', 'received'] as const;
const DAYS_TO_ANSWER = 15;
/** A reminder goes out so many days before the answer is due. */
const REMIND_DAYS = 3;
const MOST_CASES = 100;

export type AddresseeKind = SupervisionLetterTable['addressee_kind'];
const UNIT = {
  enterprise: 'enterprise_id',
  project: 'project_id',
  street: 'street_code',
} as const satisfies Record<AddresseeKind, keyof AlertCase>;

export interface Letter extends Omit<Selectable<SupervisionLetterTable>, 'content'> {
  content: LetterContent;
}
export interface LetterDetail extends Letter {
  cases: string[];
  steps: { kind: string; note: string; author: string; at: Date }[];
}

export interface LetterRequest {
  cases: readonly string[];
  addressee: AddresseeKind;
  /** What is demanded, a paragraph a line. */
  demand: string;
  dueOn?: string;
  author: string;
  /** Today in China. */
  today: string;
}

const letters = ({ db }: OperationalStore, within: Within) =>
  db
    .selectFrom('supervision_letter')
    .$if(within !== undefined, (query) =>
      query.where(within?.column ?? 'district_code', '=', within?.value ?? ''),
    );

/** The value all share; '' when they do not. */
const shared = (found: readonly AlertCase[], column: keyof AlertCase): string => {
  const values = new Set(found.map((one) => String(one[column])));
  const [only = ''] = values;
  return values.size === 1 ? only : '';
};

/** @throws AppError `not_found` for a case the person does not see; `bad_request` when the cases are not of one such unit */
export async function writeLetter(
  { store, warehouse }: Pick<Platform, 'store' | 'warehouse'>,
  within: Within,
  { cases: ids, addressee, demand, author, today, dueOn = addDays(today, DAYS_TO_ANSWER) }: LetterRequest,
): Promise<LetterDetail> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0 || wanted.length > MOST_CASES || dueOn < today)
    throw new AppError('bad_request', `A letter is about 1 to ${MOST_CASES} cases and due from today on.`, {
      where: { field: wanted.length === 0 || wanted.length > MOST_CASES ? 'cases' : 'dueOn' },
    });
  const found = await cases(store, within)
    .selectAll()
    .where('violation_id', 'in', wanted)
    .orderBy('violation_id')
    .execute();
  if (found.length < wanted.length)
    throw new AppError('not_found', 'One of the cases is not there.', { where: { field: 'cases' } });
  const unit = shared(found, UNIT[addressee]);
  const name = unit === '' ? '' : await addresseeName(warehouse, addressee, unit);
  if (name === '')
    throw new AppError('bad_request', `The cases are not of one ${addressee}.`, {
      where: { field: 'addressee' },
      fix: 'A letter goes to one unit; write one a unit.',
    });
  const content = await letterContent(warehouse, found, demand);
  const year = today.slice(0, 4);
  const letterId = await store.db.transaction().execute(async (trx) => {
    // One writer at a time counts: two letters must not have one number.
    await sql`LOCK TABLE supervision_letter IN SHARE ROW EXCLUSIVE MODE`.execute(trx);
    const { n } = await trx
      .selectFrom('supervision_letter')
      .select(({ fn }) => fn.countAll<string>().as('n'))
      .where('letter_no', 'like', `%〔${year}〕%`)
      .executeTakeFirstOrThrow();
    const { letter_id } = await trx
      .insertInto('supervision_letter')
      .values({
        letter_no: `安居督〔${year}〕${Number(n) + 1}号`,
        ...{ addressee_kind: addressee, addressee_id: unit, addressee_zh: name, due_on: dueOn },
        ...{ content: JSON.stringify(content), created_by: author },
        district_code: shared(found, 'district_code'),
        street_code: shared(found, 'street_code'),
        community_code: shared(found, 'community_code'),
      })
      .returning('letter_id')
      .executeTakeFirstOrThrow();
    await trx
      .insertInto('supervision_letter_case')
      .values(wanted.map((violation_id) => ({ letter_id, violation_id })))
      .execute();
    await trx.insertInto('supervision_letter_step').values({ letter_id, kind: 'draft', author }).execute();
    return letter_id;
  });
  return readLetter(store, within, author, letterId);
}

const isUnread = (user: string) =>
  sql<boolean>`NOT EXISTS (SELECT 1 FROM supervision_letter_read r WHERE r.user_name = ${user}
    AND r.letter_id = supervision_letter.letter_id AND r.version >= supervision_letter.version)`;

/** The newest first, and how many this person has not seen as they are now. */
export async function listLetters(
  store: OperationalStore,
  within: Within,
  user: string,
  { state, caseId }: { state?: SupervisionLetterState; caseId?: string } = {},
): Promise<{ unread: number; letters: (Letter & { unread: boolean })[] }> {
  const rows = await letters(store, within)
    .selectAll()
    .select(isUnread(user).as('unread'))
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'draft'))
    .$if(caseId !== undefined, (query) =>
      query.where('letter_id', 'in', (eb) =>
        eb
          .selectFrom('supervision_letter_case')
          .select('supervision_letter_case.letter_id')
          .where('violation_id', '=', caseId ?? ''),
      ),
    )
    .orderBy('letter_id', 'desc')
    .limit(200)
    .execute();
  const { unread } = await letters(store, within)
    .select(sql<number>`(count(*) FILTER (WHERE ${isUnread(user)}))::integer`.as('unread'))
    .executeTakeFirstOrThrow();
  return { unread, letters: rows.map((row) => ({ ...letterRow(row), unread: row.unread })) };
}

const letterRow = <T extends { content: unknown }>(
  row: T,
): Omit<T, 'content'> & { content: LetterContent } => ({
  ...row,
  content: letterContentSchema.parse(row.content),
});

/** A letter and what became of it; seen by this person as it is now. @throws AppError `not_found` */
export async function readLetter(
  store: OperationalStore,
  within: Within,
  user: string,
  letterId: number,
): Promise<LetterDetail> {
  const row = await letters(store, within).selectAll().where('letter_id', '=', letterId).executeTakeFirst();
  if (!row)
    throw new AppError('not_found', 'There is no letter of that number.', { where: { letter: letterId } });
  await store.db
    .insertInto('supervision_letter_read')
    .values({ user_name: user, letter_id: letterId, version: row.version })
    .onConflict((conflict) =>
      conflict
        .columns(['user_name', 'letter_id'])
        .doUpdateSet((eb) => ({ version: eb.ref('excluded.version') })),
    )
    .execute();
  const about = await store.db
    .selectFrom('supervision_letter_case')
    .select('violation_id')
    .where('letter_id', '=', letterId)
    .orderBy('violation_id')
    .execute();
  const steps = await store.db
    .selectFrom('supervision_letter_step')
    .select(['kind', 'note', 'author', 'at'])
    .where('letter_id', '=', letterId)
    .orderBy('step_id')
    .execute();
  return { ...letterRow(row), cases: about.map(({ violation_id }) => violation_id), steps };
}

export interface LetterMove {
  letterId: number;
  version: number;
  state: SupervisionLetterState;
  note: string;
  author: string;
}

/**
 * Moves a letter on; sending it is told in the history of its cases.
 * @throws AppError `not_found`; `conflict` when the state may not follow or somebody was faster
 */
export async function moveLetter(
  store: OperationalStore,
  within: Within,
  { letterId, version, state, note, author }: LetterMove,
): Promise<LetterDetail> {
  const before = await readLetter(store, within, author, letterId);
  checkMove(NEXT_LETTER_STATES, letterId, before.state, state);
  await store.db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('supervision_letter')
      .set({ state, version: version + 1 })
      .where('letter_id', '=', letterId)
      .where('version', '=', version)
      .executeTakeFirst();
    checkMoved(numUpdatedRows, letterId, version);
    await trx
      .insertInto('supervision_letter_step')
      .values({ letter_id: letterId, kind: state, note, author })
      .execute();
    if (state === 'sent')
      await trx
        .insertInto('alert_case_event')
        .values(
          before.cases.map((violation_id) => ({
            ...{ violation_id, kind: 'letter', note: before.letter_no, author },
          })),
        )
        .execute();
  });
  return readLetter(store, within, author, letterId);
}

/** Reminds of letters soon due and escalates those that are late, each once. @param today in China */
export async function followLetters({ db }: OperationalStore, today: string): Promise<void> {
  const mark = async (
    column: 'reminded_on' | 'escalated_on',
    kind: string,
    dueBefore: string,
  ): Promise<void> => {
    await db.transaction().execute(async (trx) => {
      const rows = await trx
        .updateTable('supervision_letter')
        .set((eb) => ({ [column]: today, version: eb('version', '+', 1) }))
        .where('state', 'in', WAITING)
        .where(column, 'is', null)
        .where('due_on', '<', dueBefore)
        .returning('letter_id')
        .execute();
      if (rows.length > 0)
        await trx
          .insertInto('supervision_letter_step')
          .values(rows.map(({ letter_id }) => ({ letter_id, kind, author: 'run' })))
          .execute();
    });
  };
  await mark('reminded_on', 'reminded', addDays(today, REMIND_DAYS + 1));
  await mark('escalated_on', 'escalated', today);
}
