/** Quality of data: scores, trends, anomalies, reconciliation, gates, and the rows behind each figure. */
import { z } from 'zod';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { badRowsSql } from '../../pipelines/quality/bad-rows.ts';
import { DIMENSIONS, MEASURES } from '../../pipelines/quality/dimensions.ts';
import { gatesOf, setGate, underGates } from '../../pipelines/quality/gates.ts';
import { rawTables } from '../../pipelines/quality/letter.ts';
import {
  anomalies,
  anomalySchema,
  brokenRules,
  datasetScores,
  fieldScores,
  ownerScores,
  trend,
} from '../../pipelines/quality/read.ts';
import {
  loadReconciliations,
  reconciliationRows,
  reconciliationResults,
} from '../../pipelines/quality/reconcile.ts';
import { MODELS_DIRECTORY } from '../../pipelines/runner.ts';
import { audited } from '../audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { datasetScoreSchema, dayScoreSchema, ownerScoreSchema, scoreSchema } from '../quality-shapes.ts';
import { maskOfField, reasonSchema } from '../quarantine-shapes.ts';

const tag = 'quality';
export const qualityFilter = z.object({
  owner: z.string().max(100).optional(),
  dataset: z.string().max(128).optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
});
const dimensionName = z.enum(['', ...DIMENSIONS.map(({ name }) => name)]);
const gate = z.object({
  ...{
    dataset: z.string(),
    dimension: dimensionName,
    minimum: z.number(),
    action: z.enum(['warn', 'block']),
  },
});
const cell = z.union([z.string(), z.number()]);
const RECONCILIATIONS = `${MODELS_DIRECTORY}/reconciliations`;

export const qualityEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/quality/definitions',
    summary: 'The seven dimensions and the measures each is made of: formula, weight, clause',
    tag,
    right: 'runs:read',
    answer: z.object({ dimensions: z.array(z.unknown()), measures: z.array(z.unknown()) }),
    handler: () => Promise.resolve({ dimensions: [...DIMENSIONS], measures: [...MEASURES] }),
  }),
  endpoint({
    method: 'get',
    path: '/api/quality/scores',
    summary: 'Scores by agency and data set, worst first; a score is good of total, by dimension',
    tag,
    right: 'runs:read',
    query: qualityFilter,
    answer: z.object({
      owners: z.array(ownerScoreSchema),
      datasets: z.array(datasetScoreSchema),
    }),
    handler: async ({ platform, query }) => {
      const datasets = await datasetScores(platform.warehouse, await contractsOf(platform.config), query);
      return { owners: ownerScores(datasets), datasets };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/quality/fields/:dataset',
    summary: 'Scores by field of a data set and the rules broken',
    tag,
    right: 'runs:read',
    params: z.object({ dataset: z.string().max(128) }),
    query: qualityFilter.omit({ owner: true, dataset: true }),
    answer: z.object({
      fields: z.array(scoreSchema.extend({ field: z.string(), column: z.string() })),
      rules: z.array(
        z.object({
          ...{ dataset: z.string(), owner: z.string(), field: z.string(), rule: z.string() },
          ...{ marked: z.number(), quarantined: z.number() },
        }),
      ),
    }),
    handler: async ({ platform, params, query }) => {
      const dataset = (await contractsOf(platform.config)).get(params.dataset);
      const filter = { ...query, dataset: params.dataset };
      return {
        fields: await fieldScores(platform.warehouse, dataset, query),
        rules: await brokenRules(platform.warehouse, filter),
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/quality/trend',
    summary: 'Scores by business day, oldest first',
    tag,
    right: 'runs:read',
    query: qualityFilter,
    answer: z.object({ days: z.array(dayScoreSchema) }),
    handler: async ({ platform, query }) => ({ days: await trend(platform.warehouse, query) }),
  }),
  endpoint({
    method: 'get',
    path: '/api/quality/rows',
    summary: 'The rows that broke a rule, values masked',
    tag,
    right: 'quarantine:repair',
    query: qualityFilter.extend({
      field: z.string().max(100).optional(),
      rule: z.string().max(100).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      offset: z.coerce.number().int().nonnegative().default(0),
    }),
    answer: z.object({ rows: z.array(z.record(z.string(), cell)) }),
    handler: async ({ platform, query: { limit, offset, ...filter } }) => {
      const contracts = await contractsOf(platform.config);
      const sql = badRowsSql(contracts, await rawTables(platform), filter, maskOfField);
      const options = { tag: 'quality.rows' };
      const page = `SELECT * FROM (${sql}) LIMIT ${limit} OFFSET ${offset}`;
      return { rows: await platform.warehouse.rows(page, z.record(z.string(), cell), options) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/quality/anomalies',
    summary: 'Volumes, deliveries and distributions outside what is usual, newest first, each explained',
    tag,
    right: 'runs:read',
    query: qualityFilter.extend({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
    answer: z.object({ anomalies: z.array(anomalySchema) }),
    handler: async ({ platform, query: { limit, ...filter } }) => ({
      anomalies: await anomalies(platform.warehouse, filter, limit),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/quality/reconciliations',
    summary: 'Control totals of two systems held against each other, as of the last run',
    tag,
    right: 'runs:read',
    answer: z.object({ reconciliations: z.array(z.unknown()) }),
    handler: async ({ platform }) => ({
      reconciliations: await reconciliationResults(
        platform.warehouse,
        await loadReconciliations(RECONCILIATIONS),
      ),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/quality/reconciliations/:rule/rows',
    summary: 'The rows behind a difference: keys and amounts',
    tag,
    right: 'drill:read',
    params: z.object({ rule: z.string().max(100) }),
    query: z.object({ period: z.string().max(40).default('') }),
    answer: z.object({ rows: z.array(z.record(z.string(), z.unknown())) }),
    handler: async ({ platform, params, query }) => ({
      rows: await reconciliationRows(
        platform.warehouse,
        await loadReconciliations(RECONCILIATIONS),
        params.rule,
        query.period,
      ),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/quality/gates',
    summary: 'The gate of each data set, and which are under theirs',
    tag,
    right: 'runs:read',
    answer: z.object({
      gates: z.array(gate.extend({ reason: z.string(), changedBy: z.string(), version: z.number() })),
      under: z.array(
        gate.extend({ day: z.string(), good: z.number(), total: z.number(), score: z.number() }),
      ),
    }),
    handler: async ({ platform }) => {
      const contracts = await contractsOf(platform.config);
      return {
        gates: await gatesOf(platform.store, contracts),
        under: await underGates(platform, contracts),
      };
    },
  }),
  endpoint({
    method: 'put',
    path: '/api/quality/gates/:dataset',
    summary: 'Set a gate; a blocking one holds back what is built from the data set',
    tag,
    right: 'quarantine:repair',
    params: z.object({ dataset: z.string().max(128) }),
    body: z.object({
      dimension: dimensionName.default(''),
      minimum: z.number().min(0).max(1),
      action: z.enum(['warn', 'block']),
      reason: reasonSchema,
      version: z.number().int().nonnegative(),
    }),
    handler: async ({ platform, identity, params, body, request }) => {
      const { reason, ...detail } = body;
      const entry = { user: identity.user, action: 'quality-gate', object: params.dataset, reason };
      await audited(platform.store, { ...entry, address: request.ip, detail }, async () =>
        setGate(platform, await contractsOf(platform.config), { ...body, ...params, by: identity.user }),
      );
      return undefined;
    },
  }),
];
