/**
 * Applications under review (V-5, 002:6757-6761): those nobody has decided, and of them those that stand still (挂起) because the last pre-review
 * found something about the applicant or the family. The data sets have no such state of their own: it follows from what was answered.
 */
import { z } from 'zod';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { objectNames } from '../object-names.ts';
import type { Verdict } from './judge-sql.ts';

const rowSchema = z.object({
  applicationNo: z.string(),
  appliedOn: z.iso.date().nullable(),
  form: z.string(),
  state: z.string(),
  stage: z.string(),
  street: z.string(),
});
export interface PendingApplication extends z.output<typeof rowSchema> {
  /** Of the applicant, masked. */
  name: string;
  isSuspended: boolean;
  /** The last pre-review, if there was one; `handler` asked for it. */
  last: { reviewId: number; verdict: Verdict; day: string; handler: string } | null;
}

type Last = NonNullable<PendingApplication['last']> & { applicationNo: string };

async function lastReviews({ db }: OperationalStore, of?: readonly string[]): Promise<Last[]> {
  const rows = await db
    .selectFrom('eligibility_review')
    .distinctOn('application_no')
    .select(['application_no', 'review_id', 'verdict', 'day', 'asked_by'])
    .$if(of !== undefined, (query) => query.where('application_no', 'in', [...(of ?? []), '']))
    .orderBy('application_no')
    .orderBy('review_id', 'desc')
    .execute();
  return rows.map((row) => ({
    ...{ applicationNo: row.application_no, reviewId: row.review_id, verdict: row.verdict },
    ...{ day: row.day, handler: row.asked_by },
  }));
}

const UNDECIDED = "application_state IN ('pending', 'reviewing') AND decided_on IS NULL";

/** The longest waiting first. @param scope a condition over the division columns */
export async function pendingApplications(
  { warehouse, store }: Pick<Platform, 'warehouse' | 'store'>,
  scope: { sql: string; params: Record<string, string> },
  { suspended, limit, offset }: { suspended: boolean; limit: number; offset: number },
): Promise<{ total: number; suspended: number; rows: PendingApplication[] }> {
  const still = (await lastReviews(store)).filter(({ verdict }) => verdict !== 'pass');
  const params = { ...scope.params, still: still.map(({ applicationNo }) => applicationNo), limit, offset };
  const options = { lane: 'interactive' as const, params, tag: 'applications under review' };
  const stands = 'application_no IN {still:Array(String)}';
  const [counts] = await warehouse.rows(
    `SELECT toUInt32(count()) AS total, toUInt32(countIf(${stands})) AS suspended FROM base.application WHERE ${UNDECIDED} AND ${scope.sql}`,
    z.object({ total: z.number(), suspended: z.number() }),
    options,
  );
  const rows = await warehouse.rows(
    `SELECT application_no AS applicationNo, toString(applied_on) AS appliedOn, guarantee_form AS form, application_state AS state,
       application_stage AS stage, street_code AS street
     FROM base.application WHERE ${UNDECIDED} AND ${scope.sql} AND (${suspended ? stands : '1'})
     ORDER BY applied_on, application_no LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    rowSchema,
    options,
  );
  const refOf = ({ applicationNo }: { applicationNo: string }) => ({
    kind: 'application',
    key: applicationNo,
  });
  const nameOf = await objectNames(warehouse, rows.map(refOf));
  const numbers = rows.map(({ applicationNo }) => applicationNo);
  const lasts = new Map((await lastReviews(store, numbers)).map((one) => [one.applicationNo, one]));
  const total = (suspended ? counts?.suspended : counts?.total) ?? 0;
  return {
    ...{ total, suspended: counts?.suspended ?? 0 },
    rows: rows.map((row) => {
      const found = lasts.get(row.applicationNo);
      const { applicationNo: _, ...last } = found ?? { applicationNo: '' };
      return {
        ...row,
        name: nameOf(refOf(row)),
        isSuspended: found !== undefined && found.verdict !== 'pass',
        last: 'reviewId' in last ? last : null,
      };
    }),
  };
}
