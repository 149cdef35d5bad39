import { call } from '../api/client.ts';

/** What a metric is and is to reach, as `GET /api/metrics` tells. */
export interface MetricInfo {
  name: string;
  zh: string;
  unit: string;
  kind: string;
  better: 'higher' | 'lower' | 'neutral';
  owner?: string;
  formulaZh?: string;
  reference?: string;
  /** In the metric's unit, a ratio as a fraction. */
  target?: number;
  thresholds?: { warn: number; alarm: number };
  isGoalSet?: boolean;
}

export interface GoalSet {
  isShipped: boolean;
  target: number | null;
  thresholds: { warn: number; alarm: number } | null;
  reason: string;
  by: string;
  at: string;
}

const root = (metric: string) => `/api/metrics/${encodeURIComponent(metric)}`;

export const goals = {
  metrics: (signal: AbortSignal) => call<{ metrics: MetricInfo[] }>('/api/metrics', { signal }),
  history: (metric: string, signal: AbortSignal) =>
    call<{ goals: GoalSet[] }>(`${root(metric)}/goals`, { signal }),
  set: (metric: string, goal: Pick<GoalSet, 'target' | 'thresholds'>, reason: string) =>
    call<GoalSet>(`${root(metric)}/goal`, { method: 'PUT', body: { ...goal, reason } }),
  restore: (metric: string, reason: string) =>
    call<GoalSet>(`${root(metric)}/goal/restore`, { method: 'POST', body: { reason } }),
};
