import type {
  DrillAnswer,
  Division,
  Filters,
  Grain,
  Me,
  MetricRequest,
  MetricsAnswer,
  Violation,
} from './types.ts';

const placeOf = (where: unknown): Record<string, string | number> =>
  typeof where === 'object' && where !== null ? (where as Record<string, string | number>) : {};

/** An answer the server refused or could not give, in words a user can act on (RFC 9457 fields). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fix: string;
  /** Field, version, row … whatever leads to the place. */
  readonly where: Readonly<Record<string, string | number>>;

  constructor(
    status: number,
    problem: { detail?: unknown; title?: unknown; code?: unknown; fix?: unknown; where?: unknown },
  ) {
    super(String(problem.detail ?? problem.title ?? `HTTP ${status}`));
    this.name = 'ApiError';
    this.status = status;
    this.code = String(problem.code ?? '');
    this.fix = String(problem.fix ?? '');
    this.where = placeOf(problem.where);
  }
}

interface CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  signal?: AbortSignal;
}

async function problemOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const parsed: unknown = JSON.parse(text);
    return new ApiError(response.status, typeof parsed === 'object' && parsed !== null ? parsed : {});
  } catch {
    return new ApiError(response.status, { detail: text.slice(0, 300) || response.statusText });
  }
}

/** Sends one request with the session cookie and answers the raw response; throws `ApiError` unless it is 2xx. */
export async function send(path: string, options: CallOptions = {}): Promise<Response> {
  const method = options.method ?? 'GET';
  const headers: Record<string, string> = { Accept: 'application/json' };
  // No cross-site form can send this header: the server requires it of every call that changes state.
  if (method !== 'GET') headers['X-Anju-Request'] = '1';
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(path, {
    method,
    headers,
    credentials: 'same-origin',
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
    signal: options.signal,
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  const response = await send(path, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export const api = {
  signIn: (user: string, password: string) =>
    call<Me>('/api/sign-in', { method: 'POST', body: { user, password } }),
  signOut: () => call<void>('/api/sign-out', { method: 'POST' }),
  me: (signal?: AbortSignal) => call<Me>('/api/me', { signal }),
  metrics: (requests: MetricRequest[], signal?: AbortSignal) =>
    call<MetricsAnswer>('/api/metrics/query', { method: 'POST', body: { requests }, signal }),
  drill: (
    body: {
      metric: string;
      filters?: Filters;
      period?: string;
      grain?: Grain;
      limit: number;
      offset: number;
    },
    signal?: AbortSignal,
  ) => call<DrillAnswer>('/api/metrics/drill', { method: 'POST', body, signal }),
  divisions: (signal?: AbortSignal) => call<{ divisions: Division[] }>('/api/divisions', { signal }),
  violations: (query: URLSearchParams, signal?: AbortSignal) =>
    call<{ total: number; rows: Violation[] }>(`/api/violations?${query}`, { signal }),
};
