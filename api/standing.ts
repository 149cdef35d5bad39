import { AppError } from '../domain/errors.ts';
import type { OperationalStore } from '../warehouse/operational/store.ts';

/** What the published marts are about, and when they were built. */
export interface Standing {
  asOf: string;
  builtAt: string;
}

/** Of the last run that ended well; `not_found` before there was one. */
export async function readStanding(store: OperationalStore): Promise<Standing> {
  const run = await store.db
    .selectFrom('run')
    .select(['as_of', 'finished_at'])
    .where('state', '=', 'succeeded')
    .where('as_of', 'is not', null)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!run?.as_of || run.finished_at === null)
    throw new AppError('not_found', 'Nothing has been built yet.', {
      fix: 'Run the pipeline: anju run.',
      retriable: true,
    });
  return { asOf: run.as_of, builtAt: run.finished_at.toISOString() };
}

/** Reads it anew each time; who asks while it is being read gets that answer. Five hundred who come at once read it once. */
export function standingOf(store: OperationalStore): () => Promise<Standing> {
  let reading: Promise<Standing> | undefined;
  return () => (reading ??= readStanding(store).finally(() => (reading = undefined)));
}
