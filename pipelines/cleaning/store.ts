/** Rules in the operational store. Nothing is deleted: a version is followed by another, or retired. */
import { sql, type Transaction } from 'kysely';
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Database } from '../../warehouse/operational/tables.ts';
import type { RuleState } from '../../warehouse/operational/tables/cleaning.ts';
import { type Definition, definitionSchema, inOrder, type Rule } from './rule.ts';
import type { Trial } from './trial-result.ts';

export interface StoredRule extends Rule {
  dataset: string;
  state: RuleState;
  author: string;
  reason: string;
  createdAt: Date;
  trial: Trial | null;
}

/** Who does something, and why. */
export interface By {
  user: string;
  reason: string;
}

export async function storedRules(
  store: OperationalStore,
  only: { dataset?: string; ruleId?: number; state?: RuleState } = {},
): Promise<StoredRule[]> {
  const rows = await store.db
    .selectFrom('cleaning_rule')
    .selectAll()
    .$if(only.dataset !== undefined, (query) => query.where('dataset', '=', only.dataset ?? ''))
    .$if(only.ruleId !== undefined, (query) => query.where('rule_id', '=', only.ruleId ?? 0))
    .$if(only.state !== undefined, (query) => query.where('state', '=', only.state ?? 'draft'))
    .orderBy('dataset')
    .orderBy('rule_id')
    .orderBy('version')
    .execute();
  return rows.map((row) => ({
    ruleId: row.rule_id,
    version: row.version,
    dataset: row.dataset,
    definition: definitionSchema.parse(row.definition),
    state: row.state,
    author: row.author,
    reason: row.reason,
    createdAt: row.created_at,
    trial: row.trial as Trial | null,
  }));
}

export const activeRules = async (store: OperationalStore, dataset?: string): Promise<Rule[]> =>
  inOrder(await storedRules(store, { state: 'active', dataset }));

/** The version of a rule. @throws AppError `not_found` */
export async function storedRule(
  store: OperationalStore,
  ruleId: number,
  version?: number,
): Promise<StoredRule> {
  const versions = await storedRules(store, { ruleId });
  const found = version === undefined ? versions.at(-1) : versions.find((one) => one.version === version);
  if (found) return found;
  throw new AppError(
    'not_found',
    `There is no rule ${ruleId}${version === undefined ? '' : `, version ${version}`}.`,
    {
      where: { rule: ruleId },
    },
  );
}

/** A new rule, or with `ruleId` the next version of one, as a draft. The caller has validated the definition. */
export async function insertRule(
  store: OperationalStore,
  definition: Definition,
  by: By,
  ruleId?: number,
): Promise<Rule> {
  return store.db.transaction().execute(async (trx) => {
    const previous =
      ruleId === undefined
        ? undefined
        : await trx
            .selectFrom('cleaning_rule')
            .select((eb) => eb.fn.max('version').as('version'))
            .where('rule_id', '=', ruleId)
            .executeTakeFirst();
    const row = await trx
      .insertInto('cleaning_rule')
      .values({
        ...(ruleId === undefined ? {} : { rule_id: ruleId, version: Number(previous?.version ?? 0) + 1 }),
        dataset: definition.dataset,
        definition: JSON.stringify(definition),
        author: by.user,
        reason: by.reason,
      })
      .returning(['rule_id', 'version'])
      .executeTakeFirstOrThrow();
    await note(trx, row.rule_id, row.version, 'draft', by);
    return { ruleId: row.rule_id, version: row.version, definition };
  });
}

/** What a try-out found; a draft has been tried then. */
export async function keepTrial(store: OperationalStore, rule: Rule, trial: Trial, by: By): Promise<void> {
  await store.db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('cleaning_rule')
      .set({ trial: JSON.stringify(trial), state: 'tried' })
      .where('rule_id', '=', rule.ruleId)
      .where('version', '=', rule.version)
      .where('state', 'in', ['draft', 'tried'])
      .executeTakeFirst();
    if (numUpdatedRows > 0n) await note(trx, rule.ruleId, rule.version, 'tried', by);
  });
}

/** Activates a tried version in place of the one active before. @throws AppError `conflict` when somebody was faster */
export async function makeActive(store: OperationalStore, rule: Rule, by: By): Promise<void> {
  await store.db.transaction().execute(async (trx) => {
    await retireVersions(trx, rule.ruleId, ['active'], by);
    const { numUpdatedRows } = await trx
      .updateTable('cleaning_rule')
      .set({ state: 'active' })
      .where('rule_id', '=', rule.ruleId)
      .where('version', '=', rule.version)
      .where('state', '=', 'tried')
      .executeTakeFirst();
    if (numUpdatedRows === 0n)
      throw new AppError('conflict', `Rule ${rule.ruleId} version ${rule.version} has not been tried.`, {
        fix: 'Try it first.',
      });
    await note(trx, rule.ruleId, rule.version, 'active', by);
  });
}

/** Retires every version that is not yet. The next run restores the values. */
export async function retire(store: OperationalStore, ruleId: number, by: By): Promise<void> {
  await store.db.transaction().execute(async (trx) => {
    if ((await retireVersions(trx, ruleId, ['draft', 'tried', 'active'], by)) === 0)
      throw new AppError('conflict', `Rule ${ruleId} is not there or retired already.`, {
        where: { rule: ruleId },
      });
  });
}

/** @returns how many versions of the rule were in one of the states */
async function retireVersions(
  trx: Transaction<Database>,
  ruleId: number,
  states: readonly RuleState[],
  by: By,
): Promise<number> {
  const rows = await trx
    .updateTable('cleaning_rule')
    .set({ state: 'retired' })
    .where('rule_id', '=', ruleId)
    .where('state', 'in', states)
    .returning('version')
    .execute();
  for (const { version } of rows) await note(trx, ruleId, version, 'retired', by);
  return rows.length;
}

const note = (
  trx: Transaction<Database>,
  rule_id: number,
  version: number,
  state: RuleState,
  by: By,
): Promise<unknown> =>
  trx
    .insertInto('cleaning_rule_event')
    .values({ rule_id, version, state, author: by.user, reason: by.reason })
    .execute();

export interface RuleEvent {
  version: number;
  state: RuleState;
  author: string;
  reason: string;
  at: Date;
}

export const ruleEvents = (store: OperationalStore, ruleId: number): Promise<RuleEvent[]> =>
  store.db
    .selectFrom('cleaning_rule_event')
    .select(['version', 'state', 'author', 'reason', 'at'])
    .where('rule_id', '=', ruleId)
    .orderBy(sql`event_id`)
    .execute();
