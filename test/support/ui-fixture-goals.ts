/** UI TEST FIXTURE: metrics and what they are to reach, in the shapes of api/routes/metric-goals.ts, kept in memory. */
interface Goal {
  target: number | null;
  thresholds: { warn: number; alarm: number } | null;
}
type Stored = Goal & { metric: string; isShipped: boolean; reason: string; by: string; at: string };

const about = (name: string, zh: string, more: object = {}) => ({
  ...{ name, zh, unit: 'ratio', kind: 'ratio', better: 'lower', owner: '住房保障服务中心' },
  ...{ formulaZh: `${zh}的口径`, dimensions: [], grains: [] },
  ...more,
});
const shipped: Goal = { target: 0.98, thresholds: { warn: 0.95, alarm: 0.9 } };
const metrics = [
  about('vacancy_rate', '空置率', { formulaZh: '空置套数 / 总套数', reference: 'M106' }),
  about('rent_collection_rate', '租金收缴率', { better: 'higher' }),
  about('dwelling_total', '房源总数', { unit: 'count', kind: 'count', better: 'neutral' }),
];

/** Answers about metrics; undefined for any other path. */
export function fixtureGoals(): (method: string, path: string, body: unknown) => unknown {
  const told = new Map<string, Stored[]>();
  const keep = (metric: string, goal: Goal, isShipped: boolean, reason: string): Stored => {
    const one = { metric, isShipped, ...goal, reason, by: 'staff', at: '2026-11-22T08:00:00Z' };
    told.set(metric, [one, ...(told.get(metric) ?? [])]);
    return one;
  };
  const nothing = { target: null, thresholds: null };
  const ofDefinition = (name: string) => (name === 'rent_collection_rate' ? shipped : nothing);
  return (method, path, body) => {
    if (path === '/api/metrics')
      return {
        metrics: metrics.map((metric) => {
          const last = told.get(metric.name)?.[0];
          const { target, thresholds } = last && !last.isShipped ? last : ofDefinition(metric.name);
          return {
            ...metric,
            ...(target === null ? {} : { target }),
            ...(thresholds === null ? {} : { thresholds }),
            isGoalSet: last !== undefined && !last.isShipped,
          };
        }),
      };
    const [, name = '', what] = /^\/api\/metrics\/([a-z_]+)\/(goals|goal|goal\/restore)$/.exec(path) ?? [];
    if (what === 'goals') return { goals: told.get(name) ?? [] };
    if (what === 'goal' && method === 'PUT') {
      const { reason, ...goal } = body as Goal & { reason: string };
      return keep(name, goal, false, reason);
    }
    if (what === 'goal/restore')
      return keep(name, ofDefinition(name), true, (body as { reason: string }).reason);
    return undefined;
  };
}
