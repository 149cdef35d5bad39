/** Letters and what became of them: written, sent, answered, corrected, closed. A letter's figures stay as they were written. */
import { addDays } from '../../domain/calendar.ts';
import { AppError } from '../../domain/errors.ts';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import type { MaskOf } from '../../ingestion/quarantine/list.ts';
import type { LetterState } from '../../warehouse/operational/tables/quality.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { checkMove, checkMoved } from '../letter-moves.ts';
import { type LetterContent, letterContent, letterContentSchema, ownerExists } from './letter.ts';

/** What may follow a state; an answer without a correction may be sent back, and a closed letter stays closed. */
export const NEXT_STATES: Readonly<Record<LetterState, readonly LetterState[]>> = {
  draft: ['sent', 'closed'],
  sent: ['answered', 'corrected', 'closed'],
  answered: ['sent', 'corrected', 'closed'],
  corrected: ['sent', 'closed'],
  closed: [],
};
/** Days an agency has to answer. */
const DAYS_TO_ANSWER = 15;

export interface Letter {
  letterId: number;
  letterNo: string;
  owner: string;
  from: string;
  to: string;
  state: LetterState;
  deadline: string;
  version: number;
  createdBy: string;
  createdAt: string;
  landed: number;
  bad: number;
}
export interface LetterDetail extends Letter {
  content: LetterContent;
  steps: { state: string; note: string; author: string; at: string }[];
}

export interface LetterRequest {
  owner: string;
  from: string;
  to: string;
  author: string;
  /** Today in China. */
  today: string;
  deadline?: string;
}

/** Writes a letter over a period, as a draft. @throws AppError `not_found` for an unknown agency; `bad_request` for a period that is none */
export async function writeLetter(
  platform: Platform,
  contracts: Contracts,
  { owner, from, to, author, today, deadline = addDays(today, DAYS_TO_ANSWER) }: LetterRequest,
  maskOf: MaskOf,
): Promise<LetterDetail> {
  if (!ownerExists(contracts, owner))
    throw new AppError('not_found', `No data set has the owner ${owner}.`, { where: { owner } });
  if (from > to || deadline < today)
    throw new AppError('bad_request', 'The period or the deadline is turned round.', {
      where: { from, to, deadline },
    });
  const content = await letterContent(platform, contracts, { owner, from, to }, maskOf);
  const id = await platform.store.db.transaction().execute(async (trx) => {
    const year = today.slice(0, 4);
    const { n } = await trx
      .selectFrom('quality_letter')
      .select(({ fn }) => fn.countAll<string>().as('n'))
      .where('letter_no', 'like', `%〔${year}〕%`)
      .executeTakeFirstOrThrow();
    const { letter_id } = await trx
      .insertInto('quality_letter')
      .values({
        letter_no: `安居质函〔${year}〕${Number(n) + 1}号`,
        ...{ owner, period_from: from, period_to: to, deadline },
        ...{ content: JSON.stringify(content), created_by: author },
      })
      .returning('letter_id')
      .executeTakeFirstOrThrow();
    await trx
      .insertInto('quality_letter_step')
      .values({ letter_id, version: 1, state: 'draft', note: '', author })
      .execute();
    return letter_id;
  });
  return letterOf(platform, id);
}

export async function listLetters({ store }: Platform, owner?: string): Promise<Letter[]> {
  let query = store.db.selectFrom('quality_letter').selectAll().orderBy('letter_id', 'desc').limit(200);
  if (owner !== undefined) query = query.where('owner', '=', owner);
  return (await query.execute()).map(letterRow);
}

/** @throws AppError `not_found` */
export async function letterOf({ store }: Platform, letterId: number): Promise<LetterDetail> {
  const row = await store.db
    .selectFrom('quality_letter')
    .selectAll()
    .where('letter_id', '=', letterId)
    .executeTakeFirst();
  if (!row)
    throw new AppError('not_found', 'There is no letter of that number.', { where: { letter: letterId } });
  const steps = await store.db
    .selectFrom('quality_letter_step')
    .selectAll()
    .where('letter_id', '=', letterId)
    .orderBy('version')
    .execute();
  return {
    ...letterRow(row),
    content: letterContentSchema.parse(row.content),
    steps: steps.map(({ state, note, author, at }) => ({ state, note, author, at: at.toISOString() })),
  };
}

function letterRow(row: {
  letter_id: number;
  letter_no: string;
  owner: string;
  period_from: string;
  period_to: string;
  state: LetterState;
  deadline: string;
  content: unknown;
  version: number;
  created_by: string;
  created_at: Date;
}): Letter {
  const { landed, bad } = letterContentSchema.parse(row.content);
  return {
    ...{
      letterId: row.letter_id,
      letterNo: row.letter_no,
      owner: row.owner,
      from: row.period_from,
      to: row.period_to,
    },
    ...{ state: row.state, deadline: row.deadline, version: row.version, createdBy: row.created_by },
    ...{ createdAt: row.created_at.toISOString(), landed, bad },
  };
}

/** Moves a letter on. @throws AppError `conflict` when the state may not follow or somebody was faster */
export async function moveLetter(
  platform: Platform,
  of: { letterId: number; version: number; state: LetterState; note: string; author: string },
): Promise<LetterDetail> {
  const { letterId, version, state, note, author } = of;
  const before = await letterOf(platform, letterId);
  checkMove(NEXT_STATES, letterId, before.state, state);
  await platform.store.db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('quality_letter')
      .set({ state, version: version + 1 })
      .where('letter_id', '=', letterId)
      .where('version', '=', version)
      .executeTakeFirst();
    checkMoved(numUpdatedRows, letterId, version);
    await trx
      .insertInto('quality_letter_step')
      .values({ letter_id: letterId, version: version + 1, state, note, author })
      .execute();
  });
  return letterOf(platform, letterId);
}
