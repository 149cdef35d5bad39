/** Rules and holds: who asked for what, who let it in, and why. Audited by whoever calls. */
import type { Selectable } from 'kysely';
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { RetentionState, RetentionTables } from '../../warehouse/operational/tables/retention.ts';
import { type Grain, keptDatasets, type RetentionDataset } from './datasets.ts';

export type RetentionRule = Selectable<RetentionTables['retention_rule']>;
export type RetentionHold = Selectable<RetentionTables['retention_hold']>;

export interface Proposal {
  dataset: RetentionDataset;
  /** Days it is kept, by when it happened. */
  keepDays: number;
  /** The aggregate that must hold everything before it goes. */
  grain: Grain;
  reason: string;
}

interface By {
  by: string;
  reason: string;
}

/**
 * @param lateDays how late a reading may come: a day that is gone could not tell a reading sent again from a new one
 * @throws AppError `bad_request` when the rule contradicts itself
 */
export async function proposeRule(
  { db }: OperationalStore,
  { dataset, keepDays, grain, reason }: Proposal,
  { by, lateDays }: { by: string; lateDays: number },
): Promise<RetentionRule> {
  const { coarser } = keptDatasets[dataset];
  if (!coarser.includes(grain))
    throw new AppError('bad_request', `${dataset} can be held by ${coarser.join(', ')}, not by ${grain}.`, {
      where: { field: 'grain' },
    });
  if (keepDays <= lateDays)
    throw new AppError(
      'bad_request',
      `Readings may come ${lateDays} days late: keep them longer than that.`,
      {
        where: { field: 'keepDays' },
      },
    );
  return db
    .insertInto('retention_rule')
    .values({ dataset, keep_days: keepDays, grain, reason, proposed_by: by })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/**
 * Lets a proposal in, in place of the rule in force, or rejects it.
 * @throws AppError `not_found`, `conflict` when it is decided already, `forbidden` for who proposed it (four eyes)
 */
export async function decideRule(
  { db }: OperationalStore,
  ruleId: number,
  decision: 'approved' | 'rejected',
  { by, reason }: By,
): Promise<RetentionRule> {
  return db.transaction().execute(async (trx) => {
    const rule = await trx
      .selectFrom('retention_rule')
      .selectAll()
      .where('rule_id', '=', ruleId)
      .forUpdate()
      .executeTakeFirst();
    if (!rule) throw missing('rule', ruleId);
    if (rule.state !== 'proposed') throw decided(rule.state, ruleId);
    if (decision === 'approved' && rule.proposed_by === by)
      throw new AppError('forbidden', 'Who proposed a rule cannot let it in.', {
        where: { ruleId },
        fix: 'Ask somebody else who may.',
      });
    if (decision === 'approved')
      await trx
        .updateTable('retention_rule')
        .set({ state: 'retired' })
        .where('dataset', '=', rule.dataset)
        .where('state', '=', 'approved')
        .execute();
    return trx
      .updateTable('retention_rule')
      .set({ state: decision, decided_by: by, decided_at: new Date(), decided_reason: reason })
      .where('rule_id', '=', ruleId)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** Takes the rule in force back: from now on nothing goes by it. One person is enough to keep data. */
export async function retireRule({ db }: OperationalStore, ruleId: number): Promise<RetentionRule> {
  const rule = await db
    .updateTable('retention_rule')
    .set({ state: 'retired' })
    .where('rule_id', '=', ruleId)
    .where('state', '=', 'approved')
    .returningAll()
    .executeTakeFirst();
  if (!rule) throw missing('rule in force', ruleId);
  return rule;
}

export const rules = ({ db }: OperationalStore): Promise<RetentionRule[]> =>
  db.selectFrom('retention_rule').selectAll().orderBy('rule_id', 'desc').execute();

/** Nothing of these days goes until it is released. @param span YYYY-MM-DD, inclusive; null is open */
export const placeHold = (
  { db }: OperationalStore,
  dataset: RetentionDataset,
  { firstDay, lastDay }: { firstDay: string | null; lastDay: string | null },
  { by, reason }: By,
): Promise<RetentionHold> =>
  db
    .insertInto('retention_hold')
    .values({ dataset, first_day: firstDay, last_day: lastDay, reason, placed_by: by })
    .returningAll()
    .executeTakeFirstOrThrow();

/** @throws AppError `not_found` when there is no such hold, or it is released */
export async function releaseHold(
  { db }: OperationalStore,
  holdId: number,
  { by, reason }: By,
): Promise<RetentionHold> {
  const hold = await db
    .updateTable('retention_hold')
    .set({ released_by: by, released_at: new Date(), released_reason: reason })
    .where('hold_id', '=', holdId)
    .where('released_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (!hold) throw missing('open hold', holdId);
  return hold;
}

export const holds = ({ db }: OperationalStore): Promise<RetentionHold[]> =>
  db.selectFrom('retention_hold').selectAll().orderBy('hold_id', 'desc').execute();

const missing = (what: string, id: number): AppError =>
  new AppError('not_found', `There is no ${what} ${id}.`, { where: { id } });
const decided = (state: RetentionState, ruleId: number): AppError =>
  new AppError('conflict', `The rule is ${state} already.`, { where: { ruleId } });
