/** Reading polls: each with its counts, and the households whose verdict it changed. */
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { OUTCOMES } from './judge-sql.ts';
import type { PollCounts } from './poll.ts';

export interface PollRow extends PollCounts {
  pollId: number;
  day: string;
  state: 'running' | 'done' | 'failed';
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
      askedBy: row.asked_by,
      startedAt: row.started_at,
    },
    ...{ households: row.households, passed: row.passed, doubted: row.doubted, refused: row.refused },
    ...{ lost: row.lost, regained: row.regained },
  }));
}

export const changeSchema = z.object({
  household: z.string(),
  programme: z.string(),
  street: z.string(),
  before: z.string(),
  verdict: z.enum(OUTCOMES),
  rules: z.array(z.string()),
  reasons: z.array(z.string()),
});

/** Households of a poll in the divisions of `scope` that were not refused before and are now, or whose verdict is another. */
export async function pollChanges(
  warehouse: Warehouse,
  pollId: number,
  scope: { sql: string; params: Record<string, string> },
  { only, limit }: { only: 'lost' | 'changed' | 'all'; limit: number },
): Promise<z.output<typeof changeSchema>[]> {
  const which = {
    lost: "verdict = 'refuse' AND before != 'refuse'",
    changed: "toString(verdict) != before AND (before != '' OR verdict = 'refuse')",
    all: '1',
  }[only];
  return warehouse.rows(
    `SELECT household_id AS household, programme, street_code AS street, before, toString(verdict) AS verdict,
       arrayConcat(failed, doubted) AS rules, reasons
     FROM eligibility.verdict WHERE poll_id = {poll:UInt64} AND ${which} AND ${scope.sql} ORDER BY household_id LIMIT {limit:UInt32}`,
    changeSchema,
    { params: { ...scope.params, poll: pollId, limit }, tag: 'changes of a poll' },
  );
}
