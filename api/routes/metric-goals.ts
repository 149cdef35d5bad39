import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Metric } from '../../pipelines/metrics/definition.ts';
import {
  type Goal,
  goalHistory,
  goalSchema,
  setGoal,
  type StoredGoal,
} from '../../pipelines/metrics/goals.ts';
import { audited } from '../audit.ts';
import type { Identity } from '../auth/sessions.ts';
import { reason } from '../cleaning-shapes.ts';
import { type Call, type Endpoint, endpoint } from '../endpoint.ts';

const tag = 'metrics';
const params = z.object({ name: z.string().max(64) });
const goalRow = goalSchema.extend({
  metric: z.string(),
  /** The goal shipped with the definition holds again. */
  isShipped: z.boolean(),
  reason: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
});

const shown = ({ warn, alarm, ...one }: StoredGoal): z.input<typeof goalRow> => ({
  metric: one.metric,
  isShipped: one.is_shipped,
  target: one.target,
  thresholds: warn === null || alarm === null ? null : { warn, alarm },
  reason: one.reason,
  by: one.set_by,
  at: one.set_at.toISOString(),
});

/** Metrics are asked over all places: one goal for the city. */
function wholeCity({ scopeDivision }: Identity): void {
  if (scopeDivision !== '')
    throw new AppError('forbidden', 'Goals hold for the whole city; you look after a part of it.');
}

/** Targets and thresholds of metrics at run time (CJJ/T 258, 000:530): set, given back, and who set what when. */
export const metricGoalEndpoints = (metrics: readonly Metric[]): Endpoint[] => {
  const metricNamed = (name: string): Metric => {
    const metric = metrics.find((one) => one.name === name);
    if (metric) return metric;
    throw new AppError('not_found', `There is no metric ${name}.`, { fix: 'GET /api/metrics lists them.' });
  };
  const change = (
    {
      platform,
      identity,
      request,
    }: Pick<Call<unknown, unknown, unknown>, 'platform' | 'identity' | 'request'>,
    name: string,
    goal: Goal | null,
    why: string,
  ): Promise<z.input<typeof goalRow>> => {
    wholeCity(identity);
    const metric = metricNamed(name);
    const by = { user: identity.user, reason: why };
    const action = goal === null ? 'metrics.goal.restore' : 'metrics.goal.set';
    return audited(
      platform.store,
      { ...by, action, object: name, address: request.ip, detail: { goal } },
      async () => shown(await setGoal(platform.store, metric, goal, by)),
    );
  };
  return [
    endpoint({
      method: 'get',
      path: '/api/metrics/:name/goals',
      summary: 'What was set as target and thresholds of a metric, by whom and why, newest first',
      tag,
      right: 'metrics:read',
      params,
      answer: z.object({ goals: z.array(goalRow) }),
      handler: async ({ platform, params: { name } }) => ({
        goals: (await goalHistory(platform.store, metricNamed(name).name)).map(shown),
      }),
    }),
    endpoint({
      method: 'put',
      path: '/api/metrics/:name/goal',
      summary: 'Set target and thresholds of a metric, in its unit; they hold at once',
      tag,
      right: 'metrics:manage',
      params,
      body: goalSchema.extend({ reason }),
      answer: goalRow,
      handler: (call) => {
        const { reason: why, ...goal } = call.body;
        return change(call, call.params.name, goal, why);
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/metrics/:name/goal/restore',
      summary: 'Give a metric the target and thresholds of its definition back',
      tag,
      right: 'metrics:manage',
      params,
      body: z.object({ reason }),
      answer: goalRow,
      handler: (call) => change(call, call.params.name, null, call.body.reason),
    }),
  ];
};
