/**
 * Rules staff make, of every kind, in the operational store: drafted, tried, let in, put to rest, retired. Nothing is deleted:
 * a version is followed by another, or retired, and each change is an event with its author and reason.
 */
import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Database } from '../../warehouse/operational/tables.ts';
import type { RuleState } from '../../warehouse/operational/tables/staff-rules.ts';

/** What tells one kind of rules from another. */
export interface RuleKind<Definition> {
  /** `cleaning`, `alert`, … */
  kind: string;
  definition: z.ZodType<Definition>;
  /** What the rule is about; another version of it is about the same. */
  topicOf(definition: Definition): string;
}

export interface StoredRule<Definition, Trial> {
  ruleId: number;
  version: number;
  topic: string;
  definition: Definition;
  state: RuleState;
  author: string;
  reason: string;
  createdAt: Date;
  /** What its last try-out found; masked. */
  trial: Trial | null;
}

/** Who does something, and why. */
export interface By {
  user: string;
  reason: string;
}

export interface RuleEvent {
  version: number;
  state: RuleState;
  author: string;
  reason: string;
  at: Date;
}

type VersionOf = Pick<StoredRule<unknown, unknown>, 'ruleId' | 'version'>;
type Trx = Transaction<Database>;

/** States a version in force has: one a rule at most. */
const IN_FORCE = ['active', 'paused'] as const satisfies readonly RuleState[];

/** Names a set of rules, for noticing that it has become another since something was tried. */
export const setVersion = (rules: readonly VersionOf[]): string =>
  createHash('sha256')
    .update(
      rules
        .map(({ ruleId, version }) => `${ruleId}.${version}`)
        .toSorted()
        .join(' '),
    )
    .digest('hex')
    .slice(0, 16);

/** The store of one kind of rules. `Trial` is what a try-out of that kind tells. */
export class StaffRules<Definition, Trial> {
  constructor(private readonly of: RuleKind<Definition>) {}

  async list(
    { db }: OperationalStore,
    only: { topic?: string; ruleId?: number; state?: RuleState } = {},
  ): Promise<StoredRule<Definition, Trial>[]> {
    const { topic, ruleId, state } = only;
    const rows = await db
      .selectFrom('staff_rule')
      .selectAll()
      .where('kind', '=', this.of.kind)
      .$if(topic !== undefined, (query) => query.where('topic', '=', topic ?? ''))
      .$if(ruleId !== undefined, (query) => query.where('rule_id', '=', ruleId ?? 0))
      .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'draft'))
      .orderBy('topic')
      .orderBy('rule_id')
      .orderBy('version')
      .execute();
    return rows.map((row) => ({
      ruleId: row.rule_id,
      version: row.version,
      topic: row.topic,
      definition: this.of.definition.parse(row.definition),
      state: row.state,
      author: row.author,
      reason: row.reason,
      createdAt: row.created_at,
      trial: row.trial as Trial | null,
    }));
  }

  /** A version of a rule, the newest when none is named. @throws AppError `not_found` */
  async get(
    store: OperationalStore,
    ruleId: number,
    version?: number,
  ): Promise<StoredRule<Definition, Trial>> {
    const versions = await this.list(store, { ruleId });
    const found = version === undefined ? versions.at(-1) : versions.find((one) => one.version === version);
    if (found) return found;
    const which = version === undefined ? '' : `, version ${version}`;
    throw new AppError('not_found', `There is no rule ${ruleId}${which}.`, { where: { rule: ruleId } });
  }

  /**
   * A new rule, or with `ruleId` the next version of one, as a draft; what is in force stays so. The caller has validated it.
   * @throws AppError `not_found`; `bad_request` when the rule is about something else
   */
  async insert(store: OperationalStore, definition: Definition, by: By, ruleId?: number): Promise<VersionOf> {
    const { kind, topicOf } = this.of;
    const topic = topicOf(definition);
    const previous = ruleId === undefined ? undefined : await this.get(store, ruleId);
    if (previous && previous.topic !== topic)
      throw new AppError('bad_request', `Rule ${previous.ruleId} is about ${previous.topic}.`, {
        where: { rule: previous.ruleId },
      });
    return store.db.transaction().execute(async (trx) => {
      const row = await trx
        .insertInto('staff_rule')
        .values({
          ...(previous ? { rule_id: previous.ruleId, version: previous.version + 1 } : {}),
          ...{ kind, topic, definition: JSON.stringify(definition), author: by.user, reason: by.reason },
        })
        .returning(['rule_id', 'version'])
        .executeTakeFirstOrThrow();
      const inserted = { ruleId: row.rule_id, version: row.version };
      await note(trx, inserted, 'draft', by);
      return inserted;
    });
  }

  /** Writes a rule down as a draft, as the next version of what there is about the same. The caller has validated it. */
  async draft(
    store: OperationalStore,
    definition: Definition,
    by: By,
  ): Promise<StoredRule<Definition, Trial>> {
    const before = (await this.list(store, { topic: this.of.topicOf(definition) })).at(-1);
    const { ruleId, version } = await this.insert(store, definition, by, before?.ruleId);
    return this.get(store, ruleId, version);
  }

  /** What a try-out found; a draft has been tried then. */
  async keepTrial({ db }: OperationalStore, rule: VersionOf, trial: Trial, by: By): Promise<void> {
    await db.transaction().execute(async (trx) => {
      if (await changed(trx, rule, ['draft', 'tried'], { state: 'tried', trial: JSON.stringify(trial) }))
        await note(trx, rule, 'tried', by);
    });
  }

  /**
   * Lets a tried version work in place of the one in force before.
   * @param fourEyes whoever wrote it does not let it in
   * @throws AppError `conflict` when it was not tried, somebody was faster, or author and approver are one
   */
  async activate(
    { db }: OperationalStore,
    rule: VersionOf & { author: string },
    by: By,
    { fourEyes = false } = {},
  ): Promise<void> {
    if (fourEyes && rule.author === by.user)
      throw new AppError('conflict', 'Whoever wrote this version does not let it in.', {
        where: { rule: rule.ruleId },
        fix: 'Ask a colleague to read and activate it.',
      });
    await db.transaction().execute(async (trx) => {
      await this.retireVersions(trx, rule.ruleId, IN_FORCE, by);
      if (!(await changed(trx, rule, ['tried'], { state: 'active' })))
        throw new AppError('conflict', `Rule ${rule.ruleId} version ${rule.version} has not been tried.`, {
          fix: 'Try it first.',
        });
      await note(trx, rule, 'active', by);
    });
  }

  /** Puts the version in force to rest, or to work again. @throws AppError `conflict` when there is none to */
  async rest({ db }: OperationalStore, ruleId: number, to: 'active' | 'paused', by: By): Promise<void> {
    await db.transaction().execute(async (trx) => {
      const row = await trx
        .updateTable('staff_rule')
        .set({ state: to })
        .where('kind', '=', this.of.kind)
        .where('rule_id', '=', ruleId)
        .where('state', '=', to === 'paused' ? 'active' : 'paused')
        .returning('version')
        .executeTakeFirst();
      if (!row)
        throw new AppError('conflict', `Rule ${ruleId} is not ${to === 'paused' ? 'active' : 'paused'}.`, {
          where: { rule: ruleId },
        });
      await note(trx, { ruleId, version: row.version }, to, by);
    });
  }

  /** Retires every version that is not yet. @throws AppError `conflict` when there is none */
  async retire({ db }: OperationalStore, ruleId: number, by: By): Promise<void> {
    await db.transaction().execute(async (trx) => {
      if ((await this.retireVersions(trx, ruleId, ['draft', 'tried', ...IN_FORCE], by)) === 0)
        throw new AppError('conflict', `Rule ${ruleId} is not there or retired already.`, {
          where: { rule: ruleId },
        });
    });
  }

  async events(store: OperationalStore, ruleId: number): Promise<RuleEvent[]> {
    await this.get(store, ruleId);
    return store.db
      .selectFrom('staff_rule_event')
      .select(['version', 'state', 'author', 'reason', 'at'])
      .where('rule_id', '=', ruleId)
      .orderBy(sql`event_id`)
      .execute();
  }

  /** @returns how many versions of the rule were in one of the states */
  private async retireVersions(
    trx: Trx,
    ruleId: number,
    states: readonly RuleState[],
    by: By,
  ): Promise<number> {
    const rows = await trx
      .updateTable('staff_rule')
      .set({ state: 'retired' })
      .where('kind', '=', this.of.kind)
      .where('rule_id', '=', ruleId)
      .where('state', 'in', states)
      .returning('version')
      .execute();
    for (const { version } of rows) await note(trx, { ruleId, version }, 'retired', by);
    return rows.length;
  }
}

/** Changes a version that is in one of the states; false when it is in another. */
async function changed(
  trx: Trx,
  { ruleId, version }: VersionOf,
  from: readonly RuleState[],
  to: { state: RuleState; trial?: string },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('staff_rule')
    .set(to)
    .where('rule_id', '=', ruleId)
    .where('version', '=', version)
    .where('state', 'in', from)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

const note = (trx: Trx, { ruleId, version }: VersionOf, state: RuleState, by: By): Promise<unknown> =>
  trx
    .insertInto('staff_rule_event')
    .values({ rule_id: ruleId, version, state, author: by.user, reason: by.reason })
    .execute();
