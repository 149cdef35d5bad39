/** Which of the 25 data sets had answered at an instant. One that has not is a doubt: that it says nothing of somebody proves nothing. */
import { z } from 'zod';
import type { Platform } from '../../warehouse/platform.ts';
import { isOfAge } from '../collection/lookup/needs.ts';
import type { Analysis, Definitions } from './definitions.ts';

export interface Asked {
  personId: string;
  idNumber: string;
}

/** How a data set came: delivered whole, or asked about people. */
interface Came {
  dataset: string;
  whole: boolean;
}

async function came({ store }: Pick<Platform, 'store'>, knownAt: Date): Promise<Came[]> {
  const rows = await store.db
    .selectFrom('delivery')
    .select((eb) => [
      'dataset',
      // Answers about people come as `lookup_<instant>_<number>.jsonl` (pipelines/collection/lookup).
      eb.fn.count<number>('delivery_id').filterWhere('file_name', 'not like', 'lookup\\_%').as('whole'),
    ])
    .where('state', 'in', ['loaded', 'repeat'])
    .where('received_at', '<=', knownAt)
    .groupBy('dataset')
    .execute();
  return rows.map(({ dataset, whole }) => ({ dataset, whole: Number(whole) > 0 }));
}

/** Standardising tables that are there: before the first run, and of data sets nobody ever sent, they are not. */
export async function tablesHeld({ warehouse }: Pick<Platform, 'warehouse'>): Promise<Set<string>> {
  const rows = await warehouse.rows(
    "SELECT name FROM system.tables WHERE database = 'base' AND startsWith(name, 'std_')",
    z.object({ name: z.string() }),
    { tag: 'tables of pre-review' },
  );
  return new Set(rows.map(({ name }) => name.slice('std_'.length).replace('__', '.')));
}

/**
 * Numbers of the data sets of some analyses that had not answered by then.
 * @param also numbers of other analyses' data sets that rules need besides
 * @param people those asked about; without them, a data set that came by questions alone counts as not answered
 */
export async function silentDatasets(
  platform: Platform,
  known: Definitions,
  {
    analyses,
    knownAt,
    day,
    people,
    also = new Set(),
  }: {
    analyses: readonly Analysis[];
    knownAt: Date;
    day: string;
    people?: readonly Asked[];
    also?: ReadonlySet<string>;
  },
): Promise<Set<string>> {
  const held = await tablesHeld(platform);
  const whole = new Set(
    (await came(platform, knownAt)).filter((one) => one.whole).map(({ dataset }) => dataset),
  );
  const silent = new Set<string>();
  for (const [number, { dataset, analysis }] of known.datasets) {
    if (!analyses.includes(analysis) && !also.has(number)) continue;
    if (held.has(dataset) && whole.has(dataset)) continue;
    if (held.has(dataset) && people && (await allAsked(platform, dataset, people, { knownAt, day })))
      continue;
    silent.add(number);
  }
  return silent;
}

/** Was everybody asked about, and did the agency say something, be it nothing on record? */
async function allAsked(
  { store }: Pick<Platform, 'store'>,
  dataset: string,
  people: readonly Asked[],
  { knownAt, day }: { knownAt: Date; day: string },
): Promise<boolean> {
  const rows = await store.db
    .selectFrom('lookup_answer')
    .select('person_id')
    .where('dataset', '=', dataset)
    .where('state', '!=', 'failed')
    .where('asked_at', '<=', knownAt)
    .where('person_id', 'in', people.length > 0 ? people.map(({ personId }) => personId) : [''])
    .execute();
  const answered = new Set(rows.map(({ person_id }) => person_id));
  return (
    answered.size > 0 &&
    people.every(({ personId, idNumber }) => answered.has(personId) || !isOfAge(dataset, idNumber, day))
  );
}
