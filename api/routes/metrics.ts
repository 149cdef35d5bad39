import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Metric } from '../../pipelines/metrics/definition.ts';
import { drillMetric } from '../../pipelines/metrics/drill.ts';
import { goalsSet, type StoredGoal } from '../../pipelines/metrics/goals.ts';
import { grainsOf } from '../../pipelines/metrics/period.ts';
import { queryMetrics } from '../../pipelines/metrics/query.ts';
import { drillSchema, type MetricResult, requestSchema } from '../../pipelines/metrics/request.ts';
import { audit } from '../audit.ts';
import { hasRight } from '../auth/rights.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { KeptAnswers } from '../kept-answers.ts';
import { scopeFilters } from '../scope.ts';
import type { Standing } from '../standing.ts';

const value = z.number().nullable();
const comparison = z.object({ value, change: value });
const row = z.object({
  keys: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
  period: z.string().optional(),
  value,
  numerator: z.number().optional(),
  denominator: z.number().optional(),
  yoy: comparison.optional(),
  pop: comparison.optional(),
});
const result = z.object({
  id: z.string(),
  metric: z.string(),
  zh: z.string(),
  unit: z.string(),
  rows: z.array(row),
  error: z.object({ code: z.string(), detail: z.string() }).optional(),
});
const described = z.object({
  name: z.string(),
  zh: z.string(),
  unit: z.string(),
  kind: z.string(),
  dimensions: z.array(z.string()),
  grains: z.array(z.string()),
  formulaZh: z.string(),
  reference: z.string(),
  better: z.string(),
  owner: z.string(),
  version: z.number(),
  effectiveFrom: z.string(),
  effectiveTo: z.string().optional(),
  target: z.number().optional(),
  thresholds: z.object({ warn: z.number(), alarm: z.number() }).optional(),
  /** Staff set target and thresholds; else they are the definition's. */
  isGoalSet: z.boolean(),
});

const describe = (metric: Metric, set: StoredGoal | undefined): z.input<typeof described> => ({
  name: metric.name,
  zh: metric.zh,
  unit: metric.unit,
  kind: metric.kind,
  dimensions: metric.dimensions,
  grains: [...grainsOf(metric.time)],
  formulaZh: metric.formula_zh,
  reference: metric.reference,
  better: metric.better,
  owner: metric.owner,
  version: metric.version,
  effectiveFrom: metric.effective.from,
  effectiveTo: metric.effective.to,
  ...(set ? goalOf(set) : { target: metric.target, thresholds: metric.thresholds }),
  isGoalSet: set !== undefined,
});

const goalOf = ({ target, warn, alarm }: StoredGoal): Pick<Metric, 'target' | 'thresholds'> => ({
  ...(target !== null && { target }),
  ...(warn !== null && alarm !== null && { thresholds: { warn, alarm } }),
});

/** An answer as it is sent: written down and encoded once, however many ask. */
interface Written {
  bytes: Buffer;
  isWhole: boolean;
}

const written = (standing: Standing, results: MetricResult[]): Written => ({
  bytes: Buffer.from(JSON.stringify({ ...standing, results })),
  isWhole: results.every(({ error }) => error === undefined),
});

/** Screens times scopes; a whole screen is some tens of kilobytes. */
const MOST_KEPT = 300;

/** The metrics and what they count (DESIGN §5): the only way numbers reach a screen. */
export const metricEndpoints = (
  metrics: Metric[],
  standing: () => Promise<Standing>,
  kept = new KeptAnswers<Written>(MOST_KEPT),
): Endpoint[] => [
  endpoint({
    method: 'get',
    path: '/api/metrics',
    summary: 'Every metric with its formula, unit, dimensions, clause, target and thresholds',
    tag: 'metrics',
    right: 'metrics:read',
    answer: z.object({ metrics: z.array(described) }),
    handler: async ({ platform }) => {
      const set = await goalsSet(platform.store);
      return { metrics: metrics.map((metric) => describe(metric, set.get(metric.name))) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/metrics/query',
    summary: 'Many metrics in one call: a whole screen. Each result stands or fails alone',
    tag: 'metrics',
    right: 'metrics:read',
    body: z.object({ requests: z.array(requestSchema).min(1).max(100) }),
    answer: z.object({ asOf: z.string(), builtAt: z.string(), results: z.array(result) }),
    handler: async ({ platform, identity, body: { requests }, response }) => {
      const { asOf, builtAt } = await standing();
      const filters = scopeFilters(identity);
      const { bytes } = await kept.to(
        builtAt,
        [asOf, filters, requests],
        async () => {
          const results = await queryMetrics(platform.warehouse, metrics, requests, { asOf, filters });
          return written({ asOf, builtAt }, results);
        },
        ({ isWhole }) => isWhole,
      );
      response.type('application/json').send(bytes);
      return undefined;
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/metrics/drill',
    summary:
      'The records behind a number: as many as the number says. Personal values are masked unless `reason` is given by one who may',
    tag: 'metrics',
    right: 'drill:read',
    body: drillSchema.extend({ reason: z.string().min(4).max(500).optional() }),
    answer: z.object({
      metric: z.string(),
      value,
      total: z.number(),
      columns: z.array(z.object({ name: z.string(), zh: z.string() })),
      rows: z.array(z.record(z.string(), z.unknown())),
    }),
    handler: async ({ platform, identity, body: { reason, ...request }, request: http }) => {
      const metric = metrics.find((one) => one.name === request.metric);
      if (metric === undefined)
        throw new AppError('not_found', `There is no metric ${request.metric}.`, {
          fix: 'GET /api/metrics lists them.',
        });
      if (reason !== undefined && !hasRight(identity.role, 'personal:reveal'))
        throw new AppError('forbidden', `The role ${identity.role} may not see personal values unmasked.`);
      if (reason !== undefined)
        await audit(platform.store, {
          user: identity.user,
          action: 'reveal',
          object: metric.name,
          reason,
          address: http.ip,
          detail: { filters: Object.keys(request.filters), offset: request.offset, limit: request.limit },
        });
      const { asOf } = await standing();
      return drillMetric(platform.warehouse, metric, request, {
        asOf,
        filters: scopeFilters(identity),
        reveal: reason !== undefined,
      });
    },
  }),
];
