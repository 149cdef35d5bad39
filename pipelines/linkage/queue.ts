/** 疑似同一人、同一房、同一单位、同一家庭: pairs a person must decide, by the agency that sent the record, with what was put off behind the others. */
import { z } from 'zod';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import { datasetId } from '../../ingestion/contract.ts';
import type { IdentityEntity } from '../../warehouse/operational/tables/who-is-who.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { ANCHORS, pathOf } from './nodes.ts';

export interface QueuedPair {
  entity: IdentityEntity;
  a: string;
  b: string;
  /** log2 of the odds; null where rules and not weights doubt. */
  weight: number | null;
  /** Who sent the record. */
  agency: string;
  /** The note of who put it off. */
  later: string | null;
}
export interface AgencyProgress {
  agency: string;
  waiting: number;
  later: number;
  decided: number;
}
export interface Queue {
  total: number;
  pairs: QueuedPair[];
  agencies: AgencyProgress[];
}

const options = { lane: 'interactive' as const, tag: 'identity queue' };
/** Nobody decides more in a year; more would not fit a screen's counts either. */
const MOST_PAIRS = 50_000;

export async function identityQueue(
  platform: Platform,
  contracts: Pick<Contracts, 'all'>,
  { entity, agency, limit }: { entity: IdentityEntity; agency?: string; limit: number },
): Promise<Queue> {
  const { store } = platform;
  const owners = new Map(contracts.all.map((dataset) => [datasetId(dataset), dataset.owner]));
  const ownerOf = (a: string, b: string): string => {
    const { dataset } = pathOf(pathOf(a).isAnchor ? b : a);
    return owners.get(dataset) ?? dataset;
  };
  const later = new Map(
    (
      await store.db
        .selectFrom('identity_later')
        .select(['a', 'b', 'note'])
        .where('entity', '=', entity)
        .execute()
    ).map(({ a, b, note }) => [`${a}\n${b}`, note]),
  );
  const decided = await store.db
    .selectFrom('identity_decision')
    .select(['a', 'b'])
    .where('entity', '=', entity)
    .where('undone_at', 'is', null)
    .execute();
  const done = new Set(decided.flatMap(({ a, b }) => [`${a}\n${b}`, `${b}\n${a}`]));
  const found = entity === 'person' ? await personPairs(platform) : await entityPairs(platform, entity);
  const pairs = found
    .filter(({ a, b }) => !done.has(`${a}\n${b}`))
    .map((pair) => ({
      entity,
      ...pair,
      agency: ownerOf(pair.a, pair.b),
      later: later.get(`${pair.a}\n${pair.b}`) ?? null,
    }));
  const progress = new Map<string, AgencyProgress>();
  const at = (name: string): AgencyProgress => {
    const one = progress.get(name) ?? { agency: name, waiting: 0, later: 0, decided: 0 };
    progress.set(name, one);
    return one;
  };
  for (const pair of pairs) at(pair.agency)[pair.later === null ? 'waiting' : 'later'] += 1;
  for (const { a, b } of decided) at(ownerOf(a, b)).decided += 1;
  const shown = pairs
    .filter((pair) => agency === undefined || pair.agency === agency)
    .toSorted((x, y) => Number(x.later !== null) - Number(y.later !== null));
  return {
    total: shown.length,
    pairs: shown.slice(0, limit),
    agencies: [...progress.values()].toSorted(
      (x, y) => y.waiting - x.waiting || (x.agency < y.agency ? -1 : 1),
    ),
  };
}

type Found = Pick<QueuedPair, 'a' | 'b' | 'weight'>;

async function personPairs({ store }: Platform): Promise<Found[]> {
  const rows = await store.db
    .selectFrom('identity_review')
    .select(['a', 'b', 'weight'])
    .orderBy('weight', 'desc')
    .orderBy('a')
    .orderBy('b')
    .limit(MOST_PAIRS)
    .execute();
  return rows.map((row) => ({ ...row, weight: row.weight / 100 }));
}

/** What else a record may mean: column of the model that links them. */
const OTHERS = {
  dwelling: 'other_houses',
  enterprise: 'other_codes',
  household: 'other_households',
} as const;

async function entityPairs({ warehouse }: Platform, entity: keyof typeof OTHERS): Promise<Found[]> {
  const others = OTHERS[entity];
  const isBuilt = await warehouse.value(
    `SELECT toUInt64(count()) FROM system.columns WHERE database = 'base' AND table = {table:String} AND name = {column:String}`,
    z.coerce.number(),
    { ...options, params: { table: `${entity}_link`, column: others } },
  );
  if (isBuilt === 0) return [];
  const rows = await warehouse.rows(
    `SELECT concat(source_dataset, ':', record_key) AS a, concat('${ANCHORS[entity]}:', arrayJoin(${others})) AS b
     FROM base.${entity}_link WHERE notEmpty(${others}) ORDER BY a, b LIMIT ${MOST_PAIRS}`,
    z.object({ a: z.string(), b: z.string() }),
    options,
  );
  return rows.map((row) => ({ ...row, weight: null }));
}
