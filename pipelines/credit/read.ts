/** Reading credit: rankings, one party with the entries its score is the sum of, and who has most against them. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { objectNames } from '../object-names.ts';
import { PARTIES, type Party } from './definitions.ts';

type Scope = { sql: string; params: Record<string, string> };

export const scoreSchema = z.object({
  party: z.enum(PARTIES),
  partyId: z.string(),
  /** An enterprise's; of a tenant, who is a household, its number and the applicant, masked. */
  name: z.string(),
  score: z.number(),
  grade: z.string(),
  gradeZh: z.string(),
  place: z.number(),
  entries: z.number(),
  cases: z.number(),
  district: z.string(),
  street: z.string(),
});
type Score = z.output<typeof scoreSchema>;
const SCORE = `party_kind AS party, party_id AS partyId, ifNull(enterprise_name, '') AS name, toFloat64(score) AS score, grade, grade_zh AS gradeZh,
  place, entries, cases, district_name AS district, street_name AS street`;

/** Best first, or with `worst` those with most against them (违规榜): of these only parties with decided cases. */
export async function ranking(
  warehouse: Warehouse,
  { party, list, grade, limit }: { party: Party; list: 'best' | 'worst'; grade?: string; limit: number },
  scope: Scope,
): Promise<Score[]> {
  const where = [
    'party_kind = {party:String}',
    scope.sql,
    ...(list === 'worst' ? ['cases > 0'] : []),
    ...(grade === undefined ? [] : ['grade = {grade:String}']),
  ];
  const rows = await warehouse.rows(
    `SELECT ${SCORE} FROM mart_credit.score AS scored WHERE ${where.join(' AND ')}
     ORDER BY scored.score ${list === 'worst' ? 'ASC' : 'DESC'}, scored.party_id LIMIT {limit:UInt32}`,
    scoreSchema,
    {
      params: { ...scope.params, party, limit, ...(grade === undefined ? {} : { grade }) },
      tag: 'ranking of credit',
    },
  );
  return namedScores(warehouse, rows);
}

async function namedScores(warehouse: Warehouse, scores: readonly Score[]): Promise<Score[]> {
  const refOf = ({ party: kind, partyId: key }: Score) => ({ kind, key });
  const nameOf = await objectNames(warehouse, scores.filter(({ name }) => name === '').map(refOf));
  return scores.map((score) => (score.name === '' ? { ...score, name: nameOf(refOf(score)) } : score));
}

/** Parties by grade, in the order of the grades. */
export async function gradesOf(
  warehouse: Warehouse,
  party: Party,
  scope: Scope,
): Promise<z.output<typeof gradeSchema>[]> {
  return warehouse.rows(
    `SELECT grade, any(grade_zh) AS gradeZh, toUInt32(count()) AS parties FROM mart_credit.score
     WHERE party_kind = {party:String} AND ${scope.sql} GROUP BY grade ORDER BY grade`,
    gradeSchema,
    { params: { ...scope.params, party }, tag: 'grades of credit' },
  );
}

/** Of some parties those a person may see. */
export async function partiesIn<T extends { party: Party; partyId: string }>(
  warehouse: Warehouse,
  parties: readonly T[],
  scope: Scope,
): Promise<(T & { name: string })[]> {
  if (parties.length === 0) return [];
  const seen = await warehouse.rows(
    `SELECT ${SCORE} FROM mart_credit.score AS scored WHERE party_id IN {ids:Array(String)} AND ${scope.sql}`,
    scoreSchema,
    { params: { ...scope.params, ids: parties.map(({ partyId }) => partyId) }, tag: 'parties of credit' },
  );
  const keyOf = ({ party, partyId }: { party: Party; partyId: string }): string => `${party} ${partyId}`;
  const names = new Map((await namedScores(warehouse, seen)).map((one) => [keyOf(one), one.name]));
  return parties.flatMap((one) => {
    const name = names.get(keyOf(one));
    // Who is no party any longer is still seen by those who see the whole city.
    if (name === undefined) return scope.sql === '1' ? [{ ...one, name: one.partyId }] : [];
    return [{ ...one, name }];
  });
}

export const gradeSchema = z.object({ grade: z.string(), gradeZh: z.string(), parties: z.number() });
export const entrySchema = z.object({
  indicator: z.string(),
  zh: z.string(),
  event: z.string(),
  key: z.string(),
  /** The case of alert whose decision counts; null for what no case told of. */
  case: z.string().nullable(),
  what: z.string(),
  on: z.string().nullable(),
  until: z.string().nullable(),
  points: z.number(),
});

/** @throws AppError `not_found` for a party without credit, or outside the scope */
export async function creditOf(
  warehouse: Warehouse,
  party: Party,
  partyId: string,
  scope: Scope,
): Promise<{ score: Score; entries: z.output<typeof entrySchema>[] }> {
  const params = { party, id: partyId };
  const [score] = await warehouse.rows(
    `SELECT ${SCORE} FROM mart_credit.score AS scored WHERE party_kind = {party:String} AND party_id = {id:String} AND ${scope.sql}`,
    scoreSchema,
    { params: { ...params, ...scope.params }, tag: 'credit of a party' },
  );
  if (!score)
    throw new AppError('not_found', `Nothing is known of the credit of ${partyId}.`, {
      where: { party: partyId },
    });
  const entries = await warehouse.rows(
    `SELECT indicator, indicator_zh AS zh, event, event_key AS key, event_zh AS what,
       if(startsWith(event, 'case:'), splitByChar('-', event_key)[1], NULL) AS \`case\`, toString(happened_on) AS on, toString(ends_on) AS until,
       toFloat64(told.points) AS points
     FROM mart_credit.entry AS told WHERE party_kind = {party:String} AND party_id = {id:String} ORDER BY told.event != 'start', told.happened_on DESC, told.event_key LIMIT 1000`,
    entrySchema,
    { params, tag: 'credit of a party' },
  );
  const [named] = await namedScores(warehouse, [score]);
  return { score: named ?? score, entries };
}
