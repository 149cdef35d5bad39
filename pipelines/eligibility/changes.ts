/** Reading polls: each with its counts, and the households whose verdict it changed. */
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { objectNames } from '../object-names.ts';
import { type Analysis, analysisSchema } from './definitions.ts';
import { asIdNumber } from './find.ts';
import { OUTCOMES, type Verdict } from './judge-sql.ts';
import type { PollCounts } from './poll.ts';

export interface PollRow extends PollCounts {
  pollId: number;
  day: string;
  state: 'running' | 'done' | 'failed';
  analyses: Analysis[];
  askedBy: string;
  startedAt: Date;
}

export async function listPolls({ db }: OperationalStore, limit: number): Promise<PollRow[]> {
  const rows = await db
    .selectFrom('eligibility_poll')
    .selectAll()
    .orderBy('poll_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...{
      pollId: row.poll_id,
      day: row.day,
      state: row.state,
      analyses: z.array(analysisSchema).parse(row.analyses),
      askedBy: row.asked_by,
      startedAt: row.started_at,
    },
    ...{ households: row.households, passed: row.passed, doubted: row.doubted, refused: row.refused },
    ...{ lost: row.lost, regained: row.regained },
  }));
}

const rowSchema = z.object({
  household: z.string(),
  /** 保障房号 of the dwelling it held; '' none, or a poll from before it was kept. */
  houseCode: z.string(),
  programme: z.string(),
  street: z.string(),
  before: z.string(),
  verdict: z.enum(OUTCOMES),
  rules: z.array(z.string()),
  reasons: z.array(z.string()),
});
/** With the number and the applicant's name and identity number, masked. */
export const changeSchema = rowSchema.extend({ name: z.string() });

export interface ChangesAsked {
  /** Those refused and not before, those whose verdict is another, or all. */
  only: 'lost' | 'changed' | 'all';
  verdict?: Verdict;
  /** Part of the name, and the identity number, of somebody in the household. */
  name?: string;
  idNumber?: string;
  applicationNo?: string;
  /** 保障房号 of what it held on the day of the poll. */
  houseCode?: string;
  limit: number;
  offset: number;
}

const NARROWED = {
  verdict: 'toString(verdict) = {verdict:String}',
  applicationNo: 'household_id = {application:String}',
  houseCode: 'house_code = {house:String}',
  name: 'household_id IN (SELECT household_id FROM base.household_member WHERE position(person_name, {name:String}) > 0)',
  idNumber:
    'household_id IN (SELECT household_id FROM base.household_member WHERE id_number = {number:String})',
} as const;

/** Names and numbers of people are not kept with a poll: the households they are in are looked up when they are asked for. */
function narrowedBy(by: Omit<ChangesAsked, 'only' | 'limit' | 'offset'>): {
  where: string[];
  params: Record<string, unknown>;
} {
  const { verdict, applicationNo, houseCode, name, idNumber } = by;
  return {
    where: (Object.keys(NARROWED) as (keyof typeof NARROWED)[])
      .filter((one) => by[one] !== undefined)
      .map((one) => NARROWED[one]),
    params: {
      ...{ verdict: verdict ?? '', application: applicationNo ?? '', house: houseCode ?? '' },
      ...{ name: name ?? '', number: asIdNumber(idNumber ?? '') },
    },
  };
}

/** Households of a poll in the divisions of `scope`, in the order of their numbers. */
export async function pollChanges(
  warehouse: Warehouse,
  pollId: number,
  scope: { sql: string; params: Record<string, string> },
  { only, limit, offset, ...by }: ChangesAsked,
): Promise<{ total: number; households: z.output<typeof changeSchema>[] }> {
  const which = {
    lost: "verdict = 'refuse' AND before != 'refuse'",
    changed: "toString(verdict) != before AND (before != '' OR verdict = 'refuse')",
    all: '1',
  }[only];
  const { where, params } = narrowedBy(by);
  const from = `FROM eligibility.verdict WHERE ${['poll_id = {poll:UInt64}', which, scope.sql, ...where].join(' AND ')}`;
  const options = {
    params: { ...scope.params, ...params, poll: pollId, limit, offset },
    tag: 'changes of a poll',
  };
  const total = await warehouse.value(`SELECT toUInt32(count()) ${from}`, z.number(), options);
  const rows = await warehouse.rows(
    `SELECT household_id AS household, house_code AS houseCode, programme, street_code AS street, before, toString(verdict) AS verdict,
       arrayConcat(failed, doubted) AS rules, reasons
     ${from} ORDER BY household_id LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    rowSchema,
    options,
  );
  const refOf = ({ household: key }: { household: string }) => ({ kind: 'household', key });
  const nameOf = await objectNames(warehouse, rows.map(refOf));
  return { total, households: rows.map((row) => ({ ...row, name: nameOf(refOf(row)) })) };
}
