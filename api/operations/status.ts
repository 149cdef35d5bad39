import { z } from 'zod';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { chinaDayOf } from '../../domain/calendar.ts';
import { freshness, latestResults } from '../../pipelines/quality/checks.ts';
import { operation } from './operation.ts';

/** `anju status`: runs, data sets with what arrived and how fresh it is, checks that do not pass. */
export const status = operation({
  params: z.object({}),
  result: z.object({
    asOf: z.string().nullable(),
    runs: z.array(
      z.object({
        runId: z.string(),
        state: z.string(),
        startedAt: z.string(),
        seconds: z.number().nullable(),
      }),
    ),
    datasets: z.array(
      z.object({
        dataset: z.string(),
        landed: z.number(),
        loaded: z.number(),
        quarantined: z.number(),
        deduplicated: z.number(),
        latestBusinessDate: z.string().nullable(),
        isLate: z.boolean(),
      }),
    ),
    failing: z.array(
      z.object({ test: z.string(), model: z.string(), severity: z.string(), failures: z.number() }),
    ),
  }),
  run: async ({ config, store }) => {
    const { all: datasets } = await contractsOf(config);
    const [runs, counts, fresh, results] = await Promise.all([
      store.db.selectFrom('run').selectAll().orderBy('started_at', 'desc').limit(10).execute(),
      store.db
        .selectFrom('batch')
        .select([
          'dataset',
          ({ fn }) => fn.sum<string>('landed').as('landed'),
          ({ fn }) => fn.sum<string>('loaded').as('loaded'),
          ({ fn }) => fn.sum<string>('quarantined').as('quarantined'),
          ({ fn }) => fn.sum<string>('deduplicated').as('deduplicated'),
        ])
        .where('state', '=', 'loaded')
        .groupBy('dataset')
        .execute(),
      freshness(store, datasets, chinaDayOf(new Date())),
      latestResults(store),
    ]);
    const countsOf = new Map(counts.map((row) => [row.dataset, row]));
    return {
      asOf: runs.find((row) => row.as_of !== null)?.as_of ?? null,
      runs: runs.map((row) => ({
        runId: row.run_id,
        state: row.state,
        startedAt: row.started_at.toISOString(),
        seconds:
          row.finished_at === null ? null : (row.finished_at.getTime() - row.started_at.getTime()) / 1000,
      })),
      datasets: fresh.map(({ dataset, latest, state }) => {
        const count = countsOf.get(dataset);
        return {
          dataset,
          landed: Number(count?.landed ?? 0),
          loaded: Number(count?.loaded ?? 0),
          quarantined: Number(count?.quarantined ?? 0),
          deduplicated: Number(count?.deduplicated ?? 0),
          latestBusinessDate: latest,
          isLate: state === 'late',
        };
      }),
      failing: results
        .filter((result) => result.state !== 'passed')
        .map(({ test, model, severity, failures }) => ({ test, model, severity, failures })),
    };
  },
});
