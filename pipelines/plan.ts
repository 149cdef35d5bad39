/** The stages of a run, in order, and the business date it is a function of. */
import type { OperationalStore } from '../warehouse/operational/store.ts';
import type { OnProgress } from './progress.ts';

export const STAGES = ['land', 'gates', 'models', 'metrics', 'alerts', 'quality', 'meta', 'search'] as const;
export type Stage = (typeof STAGES)[number];

/**
 * The latest business date of all deliveries that were loaded, YYYY-MM-DD; null when nothing has been. What staff change
 * here does not count: their clock is today's, and must not move the city past what its agencies have delivered.
 */
export async function latestBusinessDate(store: OperationalStore): Promise<string | null> {
  const row = await store.db
    .selectFrom('delivery')
    .select((eb) => eb.fn.max('business_date').as('latest'))
    .where('state', 'in', ['loaded', 'repeat'])
    .where('dataset', 'not like', 'anju.%')
    .executeTakeFirst();
  return row?.latest ?? null;
}

/** Runs one stage, reports it, and writes how long it took into `seconds`. */
export async function inStage<T>(
  stage: Stage,
  seconds: Partial<Record<Stage, number>>,
  onProgress: OnProgress | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  onProgress?.({ kind: 'stage', stage, state: 'started' });
  const answer = await work();
  const took = Math.round(performance.now() - startedAt) / 1000;
  seconds[stage] = took;
  onProgress?.({ kind: 'stage', stage, state: 'finished', seconds: took });
  return answer;
}
