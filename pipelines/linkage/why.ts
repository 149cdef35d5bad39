/** Why two are one person, dwelling, enterprise or household, or why not: by weights or by rules, with what people decided and what happened. */
import { sql } from 'kysely';
import type { IdentityEntity } from '../../warehouse/operational/tables/who-is-who.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type { Found, WhySide } from './found.ts';
import { ANCHORS } from './nodes.ts';
import { decisionColumns, eventColumns } from './persons/store.ts';
import { whyPersons } from './persons/why.ts';
import { whyCompared } from './rules/why-compared.ts';
import { whyHouseholds } from './rules/why-households.ts';

export interface Why extends Found {
  entity: IdentityEntity;
  /** Are both the same now? */
  same: boolean;
  decisions: Awaited<ReturnType<typeof decisionsAbout>>;
  events: Awaited<ReturnType<typeof eventsAbout>>;
}

/** Of each, the newest. */
const SHOWN = 20;

/**
 * @param a, b keys of records, anchors (`person:<id>`, `house:<code>` …) or ids
 * @throws AppError `not_found` for what is neither
 */
export async function whyLinked(
  platform: Platform,
  { entity, a, b }: { entity: IdentityEntity; a: string; b: string },
): Promise<Why> {
  const found =
    entity === 'person'
      ? await whyPersons(platform, a, b)
      : entity === 'household'
        ? await whyHouseholds(platform, a, b)
        : await whyCompared(platform, entity, a, b);
  const same = found.a.id !== '' && found.a.id === found.b.id;
  const [one, other] = [namesOf(entity, found.a), namesOf(entity, found.b)];
  const decisions = await decisionsAbout(platform, entity, [...one, ...other]);
  const standing = decisions.find(
    (each) =>
      each.undone_by === null &&
      ((one.includes(each.a) && other.includes(each.b)) || (one.includes(each.b) && other.includes(each.a))),
  );
  const ids = [found.a.id, found.b.id].filter((id) => id !== '');
  return {
    ...found,
    ...{ entity, same },
    because: standing
      ? `Somebody decided so: decision ${standing.decision_id} (${standing.verdict}).`
      : found.because,
    decisions,
    events: await eventsAbout(platform, entity, ids, [a, b]),
  };
}

/** Names decisions may call a side by. */
const namesOf = (entity: IdentityEntity, { given, anchor }: WhySide): string[] => [
  ...new Set([given, `${ANCHORS[entity]}:${given}`, anchor].filter((name) => name !== '')),
];

const decisionsAbout = ({ store }: Platform, entity: IdentityEntity, names: readonly string[]) =>
  store.db
    .selectFrom('identity_decision')
    .select(decisionColumns)
    .where('entity', '=', entity)
    .where((eb) => eb.or([eb('a', 'in', names), eb('b', 'in', names)]))
    .orderBy('decision_id', 'desc')
    .limit(SHOWN)
    .execute();

const eventsAbout = (
  { store }: Platform,
  entity: IdentityEntity,
  ids: readonly string[],
  records: readonly string[],
) =>
  store.db
    .selectFrom('identity_event')
    .select(eventColumns)
    .where('entity', '=', entity)
    .where((eb) =>
      eb.or([
        ...(ids.length === 0 ? [] : [eb('from_id', 'in', ids), eb('to_id', 'in', ids)]),
        ...records.map((record) => sql<boolean>`records @> ${JSON.stringify([record])}::jsonb`),
      ]),
    )
    .orderBy('event_id', 'desc')
    .limit(SHOWN)
    .execute();
