import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';

const instant = z.iso.datetime();
const run = z.object({
  runId: z.string(),
  kind: z.string(),
  state: z.string(),
  asOf: z.string().nullable(),
  startedAt: instant,
  finishedAt: instant.nullable(),
});
const step = z.object({
  step: z.string(),
  state: z.string(),
  rows: z.number().nullable(),
  startedAt: instant,
  finishedAt: instant.nullable(),
  error: z.string(),
});
const quality = z.object({
  runId: z.string(),
  test: z.string(),
  model: z.string(),
  severity: z.string(),
  state: z.string(),
  failures: z.number(),
  checkedAt: instant,
});
const delivery = z.object({
  deliveryId: z.string(),
  dataset: z.string(),
  fileName: z.string(),
  state: z.string(),
  businessDate: z.string().nullable(),
  receivedAt: instant,
  bytes: z.number(),
  encoding: z.string().nullable(),
  refusal: z.string(),
  landed: z.number().nullable(),
  loaded: z.number().nullable(),
  quarantined: z.number().nullable(),
  deduplicated: z.number().nullable(),
});
const iso = (date: Date) => date.toISOString();
const isoOrNull = (date: Date | null) => date?.toISOString() ?? null;
const text = (value: unknown) => (value === null || value === undefined ? '' : JSON.stringify(value));
const page = z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) });

/** What the pipeline did: runs and their steps, quality results, the landing ledger. */
export const runEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/runs',
    summary: 'Runs of the pipeline, newest first',
    tag: 'runs',
    right: 'runs:read',
    query: page,
    answer: z.object({ runs: z.array(run) }),
    handler: async ({ platform, query }) => {
      const rows = await platform.store.db
        .selectFrom('run')
        .selectAll()
        .orderBy('started_at', 'desc')
        .limit(query.limit)
        .execute();
      return {
        runs: rows.map((row) => ({
          runId: row.run_id,
          kind: row.kind,
          state: row.state,
          asOf: row.as_of,
          startedAt: iso(row.started_at),
          finishedAt: isoOrNull(row.finished_at),
        })),
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/runs/:id',
    summary: 'One run with its steps',
    tag: 'runs',
    right: 'runs:read',
    params: z.object({ id: z.string().max(64) }),
    answer: run.extend({ steps: z.array(step) }),
    handler: async ({ platform, params }) => {
      const row = await platform.store.db
        .selectFrom('run')
        .selectAll()
        .where('run_id', '=', params.id)
        .executeTakeFirst();
      if (row === undefined) throw new AppError('not_found', `There is no run ${params.id}.`);
      const steps = await platform.store.db
        .selectFrom('run_step')
        .selectAll()
        .where('run_id', '=', params.id)
        .orderBy('started_at')
        .execute();
      return {
        runId: row.run_id,
        kind: row.kind,
        state: row.state,
        asOf: row.as_of,
        startedAt: iso(row.started_at),
        finishedAt: isoOrNull(row.finished_at),
        steps: steps.map((one) => ({
          step: one.step,
          state: one.state,
          rows: one.rows,
          startedAt: iso(one.started_at),
          finishedAt: isoOrNull(one.finished_at),
          error: text(one.error),
        })),
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/quality',
    summary: 'Results of the quality tests of the last run, failures first',
    tag: 'runs',
    right: 'runs:read',
    answer: z.object({ results: z.array(quality) }),
    handler: async ({ platform }) => {
      const last = platform.store.db
        .selectFrom('quality_result')
        .innerJoin('run', 'run.run_id', 'quality_result.run_id')
        .select('quality_result.run_id')
        .orderBy('run.started_at', 'desc')
        .limit(1);
      const rows = await platform.store.db
        .selectFrom('quality_result')
        .selectAll()
        .where('run_id', 'in', last)
        .orderBy('failures', 'desc')
        .orderBy('model')
        .orderBy('test')
        .execute();
      return {
        results: rows.map((row) => ({
          runId: row.run_id,
          test: row.test,
          model: row.model,
          severity: row.severity,
          state: row.state,
          failures: row.failures,
          checkedAt: iso(row.checked_at),
        })),
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/deliveries',
    summary: 'The landing ledger, newest first: every delivery and what became of its rows',
    tag: 'runs',
    right: 'runs:read',
    query: page.extend({ dataset: z.string().max(100).optional() }),
    answer: z.object({ deliveries: z.array(delivery) }),
    handler: async ({ platform, query }) => {
      let rows = platform.store.db
        .selectFrom('delivery')
        .leftJoin('batch', 'batch.delivery_id', 'delivery.delivery_id')
        .selectAll('delivery')
        .select(['batch.landed', 'batch.loaded', 'batch.quarantined', 'batch.deduplicated'])
        .orderBy('delivery.received_at', 'desc')
        .limit(query.limit);
      if (query.dataset !== undefined) rows = rows.where('delivery.dataset', '=', query.dataset);
      return {
        deliveries: (await rows.execute()).map((row) => ({
          deliveryId: row.delivery_id,
          dataset: row.dataset,
          fileName: row.file_name,
          state: row.state,
          businessDate: row.business_date,
          receivedAt: iso(row.received_at),
          bytes: row.bytes,
          encoding: row.encoding,
          refusal: text(row.refusal),
          landed: row.landed,
          loaded: row.loaded,
          quarantined: row.quarantined,
          deduplicated: row.deduplicated,
        })),
      };
    },
  }),
];
