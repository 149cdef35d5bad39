import { call } from '../api/client.ts';

export interface Run {
  runId: string;
  taskId: string;
  state: 'queued' | 'running' | 'succeeded' | 'failed' | 'stopped';
  queuedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  requested: number;
  returned: number;
  deliveries: number;
  refused: number;
  valid: number;
  failed: number;
  lastReturnAt: string | null;
  error: string | null;
}

/** What staff say of a task. */
export interface TaskInput {
  name: string;
  connector: string;
  datasets: string[];
  settings: Record<string, unknown>;
  frequency: { cron: string } | { every: number; unit: string } | null;
  windows: unknown[];
  retry: Record<string, number>;
  group?: string;
  concurrency: number;
}

export interface Task extends TaskInput {
  taskId: string;
  secrets: string[];
  state: 'enabled' | 'disabled';
  version: number;
  nextDueAt: string | null;
  lastRun: Run | null;
}

export interface ConnectorKind {
  kind: string;
  zh: string;
  secrets: string[];
}

export interface PeriodFigures {
  rows: Record<string, unknown>[];
  total: Record<string, number>;
  /** Of the period of the same length before. */
  previous?: Record<string, number>;
}

const root = '/api/collection-tasks';
const of = (task: string) => `${root}/${encodeURIComponent(task)}`;

export const collection = {
  connectors: (signal: AbortSignal) =>
    call<{ connectors: ConnectorKind[] }>('/api/collection-connectors', { signal }),
  tasks: (signal: AbortSignal) => call<{ tasks: Task[] }>(root, { signal }),
  create: (taskId: string, task: TaskInput, secrets: Record<string, string>) =>
    call<Task>(root, { method: 'POST', body: { taskId, task, secrets } }),
  change: (taskId: string, version: number, task: TaskInput, secrets: Record<string, string>) =>
    call<Task>(of(taskId), { method: 'PUT', body: { version, task, secrets } }),
  act: (taskId: string, action: 'start' | 'stop' | 'run') =>
    call<unknown>(`${of(taskId)}/${action}`, { method: 'POST' }),
  test: (taskId: string) =>
    call<{ roundTripMs: number; detail: string }>(`${of(taskId)}/test`, { method: 'POST' }),
  runs: (task: string | null, signal: AbortSignal) =>
    call<{ runs: Run[] }>(`/api/collection-runs?limit=50${task ? `&task=${encodeURIComponent(task)}` : ''}`, {
      signal,
    }),
  statistics: (query: URLSearchParams, signal: AbortSignal) =>
    call<PeriodFigures>(`/api/collection-statistics?${query}`, { signal }),
  exchange: (query: URLSearchParams, signal: AbortSignal) =>
    call<PeriodFigures>(`/api/flow-statistics?${query}`, { signal }),
};
