/** What is known of who is who between runs: people's decisions, the ids records had, what happened, what waits for a person. */
import { AppError } from '../../../domain/errors.ts';
import type { OperationalStore } from '../../../warehouse/operational/store.ts';
import type { EvidenceLine, IdentityEntity } from '../../../warehouse/operational/tables/who-is-who.ts';
import type { Decision, Resolved } from './resolve.ts';

/** Rows of one INSERT: PostgreSQL takes 65,535 parameters. */
const ROWS = 1000;
const hundredths = (weight: number): number => Math.round(weight * 100);

export function standingDecisions(
  store: OperationalStore,
  entity: IdentityEntity = 'person',
): Promise<Decision[]> {
  return store.db
    .selectFrom('identity_decision')
    .select(['decision_id as decisionId', 'a', 'b', 'verdict'])
    .where('entity', '=', entity)
    .where('undone_at', 'is', null)
    .orderBy('decision_id')
    .execute();
}

export async function crosswalk(store: OperationalStore): Promise<Map<string, string>> {
  const rows = await store.db.selectFrom('identity_crosswalk').select(['record_key', 'entity_id']).execute();
  return new Map(rows.map((row) => [row.record_key, row.entity_id]));
}

/** The ids, events and queue of a run, together or not at all. */
export async function saveResolved(
  store: OperationalStore,
  { assignments, events, reviews }: Resolved,
  before: ReadonlyMap<string, string>,
): Promise<void> {
  const moved = [...assignments].filter(([record, { entityId }]) => before.get(record) !== entityId);
  const gone = [...before.keys()].filter((record) => !assignments.has(record));
  const changed = [...gone, ...moved.map(([record]) => record)];
  await store.db.transaction().execute(async (trx) => {
    for (const some of chunks(changed))
      await trx.deleteFrom('identity_crosswalk').where('record_key', 'in', some).execute();
    for (const some of chunks(moved))
      await trx
        .insertInto('identity_crosswalk')
        .values(
          some.map(([record, { entityId, how, weight, evidence }]) => ({
            record_key: record,
            entity_id: entityId,
            how,
            weight: hundredths(weight),
            evidence: JSON.stringify(evidence),
          })),
        )
        .execute();
    for (const some of chunks(events))
      await trx
        .insertInto('identity_event')
        .values(
          some.map(({ kind, fromId, toId, records, evidence, author }) => ({
            kind,
            from_id: fromId,
            to_id: toId,
            records: JSON.stringify(records),
            evidence: JSON.stringify(evidence),
            author,
          })),
        )
        .execute();
    const waiting = new Set(
      (await trx.selectFrom('identity_review').select(['a', 'b']).execute()).map(({ a, b }) => `${a}\n${b}`),
    );
    const found = new Set(reviews.map(({ a, b }) => `${a}\n${b}`));
    for (const key of waiting) {
      if (found.has(key)) continue;
      const [a = '', b = ''] = key.split('\n');
      await trx.deleteFrom('identity_review').where('a', '=', a).where('b', '=', b).execute();
    }
    for (const some of chunks(reviews.filter(({ a, b }) => !waiting.has(`${a}\n${b}`))))
      await trx
        .insertInto('identity_review')
        .values(
          some.map(({ a, b, weight, evidence }) => ({
            a,
            b,
            weight: hundredths(weight),
            evidence: JSON.stringify(evidence),
          })),
        )
        .execute();
  });
}

function* chunks<T>(items: readonly T[]): Generator<T[]> {
  for (let i = 0; i < items.length; i += ROWS) yield items.slice(i, i + ROWS);
}

export interface Review {
  a: string;
  b: string;
  weight: number;
  evidence: EvidenceLine[];
}

/** The pairs that wait for a person, those most likely the same first. */
export async function reviewsWaiting(
  store: OperationalStore,
  limit: number,
): Promise<{ total: number; pairs: Review[] }> {
  const { total } = await store.db
    .selectFrom('identity_review')
    .select((eb) => eb.fn.countAll<string>().as('total'))
    .executeTakeFirstOrThrow();
  const rows = await store.db
    .selectFrom('identity_review')
    .select(['a', 'b', 'weight', 'evidence'])
    .orderBy('weight', 'desc')
    .orderBy('a')
    .orderBy('b')
    .limit(limit)
    .execute();
  return { total: Number(total), pairs: rows.map((row) => ({ ...row, weight: row.weight / 100 })) };
}

/** @throws AppError `conflict` when the pair has been decided */
export async function decide(
  store: OperationalStore,
  decision: {
    entity?: IdentityEntity;
    a: string;
    b: string;
    verdict: 'same' | 'different';
    author: string;
    reason: string;
  },
): Promise<number> {
  if (decision.a === decision.b)
    throw new AppError('bad_request', 'A decision is about two records.', { fix: 'Name two.' });
  const standing = (await standingDecisions(store, decision.entity)).find(
    ({ a, b }) => (a === decision.a && b === decision.b) || (a === decision.b && b === decision.a),
  );
  if (standing)
    throw new AppError('conflict', 'This pair has been decided.', {
      where: { decision: standing.decisionId },
      fix: 'Undo that decision first.',
    });
  const { decision_id } = await store.db
    .insertInto('identity_decision')
    .values(decision)
    .returning('decision_id')
    .executeTakeFirstOrThrow();
  await store.db
    .deleteFrom('identity_review')
    .where((eb) =>
      eb.or([
        eb.and([eb('a', '=', decision.a), eb('b', '=', decision.b)]),
        eb.and([eb('a', '=', decision.b), eb('b', '=', decision.a)]),
      ]),
    )
    .execute();
  for (const [a, b] of [
    [decision.a, decision.b],
    [decision.b, decision.a],
  ])
    await store.db
      .deleteFrom('identity_later')
      .where('entity', '=', decision.entity ?? 'person')
      .where('a', '=', a ?? '')
      .where('b', '=', b ?? '')
      .execute();
  return decision_id;
}

/** Still in doubt, behind all others. */
export async function putOff(
  store: OperationalStore,
  { note, ...of }: { entity: IdentityEntity; a: string; b: string; author: string; note: string },
): Promise<void> {
  await store.db
    .insertInto('identity_later')
    .values({ ...of, note })
    .onConflict((oc) =>
      oc.columns(['entity', 'a', 'b']).doUpdateSet({ author: of.author, note, put_off_at: new Date() }),
    )
    .execute();
}

/** @throws AppError `not_found` when there is no such decision that stands */
export async function undo(
  store: OperationalStore,
  decisionId: number,
  { author, reason }: { author: string; reason: string },
): Promise<void> {
  const row = await store.db
    .updateTable('identity_decision')
    .set({ undone_at: new Date(), undone_by: author, undo_reason: reason })
    .where('decision_id', '=', decisionId)
    .where('undone_at', 'is', null)
    .returning('decision_id')
    .executeTakeFirst();
  if (!row)
    throw new AppError('not_found', `Decision ${decisionId} does not stand.`, {
      fix: 'anju identity decisions lists them.',
    });
}

/** Of a decision, what is shown. */
export const decisionColumns = [
  'decision_id',
  'entity',
  'a',
  'b',
  'verdict',
  'author',
  'reason',
  'undone_by',
] as const;
/** Of an event. */
export const eventColumns = [
  'event_id',
  'entity',
  'kind',
  'from_id',
  'to_id',
  'records',
  'evidence',
  'author',
] as const;

export const decisionsMade = (store: OperationalStore, limit: number) =>
  store.db
    .selectFrom('identity_decision')
    .select(decisionColumns)
    .orderBy('decision_id', 'desc')
    .limit(limit)
    .execute();

export const eventsHappened = (store: OperationalStore, limit: number) =>
  store.db
    .selectFrom('identity_event')
    .select(eventColumns)
    .orderBy('event_id', 'desc')
    .limit(limit)
    .execute();
