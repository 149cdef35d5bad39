import { useCallback, useEffect, useRef, useState } from 'react';
import { api, ApiError } from '../api/client.ts';
import type { MetricRow, Violation } from '../api/types.ts';
import { toSignIn } from '../session.tsx';
import type { Focus } from './divisions.ts';
import { overviewRequests, REFRESH_SECONDS } from './overview.ts';

export interface Problem {
  message: string;
  fix: string;
}

/** The newest rows we have for one request, and whether the last refresh failed to renew them. */
export interface Answer {
  rows: MetricRow[];
  unit: string;
  zh: string;
  problem: Problem | null;
  /** True when `rows` are from an earlier refresh: shown, but marked 旧数据. */
  stale: boolean;
}

export interface Alerts {
  total: number;
  rows: Violation[];
  problem: Problem | null;
}

/** One focus's data. */
export interface Snapshot {
  asOf: string | null;
  answers: Map<string, Answer>;
  alerts: Alerts | null;
}

const SCOPES_KEPT = 12;
const TICKER_ROWS = 30;

/** An error in the words a panel shows. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return { message: error.message, fix: error.fix };
  return { message: error instanceof Error ? error.message : String(error), fix: '' };
}

const emptyAnswer = { rows: [], unit: 'count', zh: '' };

async function metricsOf(
  focus: Focus,
  before: Snapshot | undefined,
  signal: AbortSignal,
): Promise<Omit<Snapshot, 'alerts'>> {
  const requests = overviewRequests(focus);
  const answers = new Map<string, Answer>();
  const keepOld = (id: string, problem: Problem) => {
    const old = before?.answers.get(id);
    answers.set(id, { ...(old ?? emptyAnswer), problem, stale: (old?.rows.length ?? 0) > 0 });
  };
  try {
    const answer = await api.metrics(requests, signal);
    const byId = new Map(answer.results.map((result) => [result.id, result]));
    for (const { id } of requests) {
      const result = byId.get(id);
      if (!result) keepOld(id, { message: `No answer for ${id}`, fix: '' });
      else if (result.error) keepOld(id, { message: result.error.detail, fix: '' });
      else
        answers.set(id, { rows: result.rows, unit: result.unit, zh: result.zh, problem: null, stale: false });
    }
    return { asOf: answer.asOf, answers };
  } catch (error) {
    if (signal.aborted || (error instanceof ApiError && error.status === 401)) throw error;
    for (const { id } of requests) keepOld(id, problemOf(error));
    return { asOf: before?.asOf ?? null, answers };
  }
}

async function alertsOf(focus: Focus, before: Snapshot | undefined, signal: AbortSignal): Promise<Alerts> {
  const query = new URLSearchParams({ limit: String(TICKER_ROWS) });
  if (focus.level === 'district' || focus.level === 'street') query.set(focus.level, focus.code);
  // The call knows districts and streets; a community shows its street's alerts.
  if (focus.level === 'community') query.set('street', focus.parent);
  try {
    const answer = await api.violations(query, signal);
    return { ...answer, problem: null };
  } catch (error) {
    if (signal.aborted || (error instanceof ApiError && error.status === 401)) throw error;
    return { ...(before?.alerts ?? { total: 0, rows: [] }), problem: problemOf(error) };
  }
}

/**
 * Loads a focus's data, renews it every minute while the page is visible, and keeps what was last good.
 * `pending` is true while the shown data belongs to the focus before; `refresh` tries again at once.
 */
export function useOverview(focus: Focus | null): {
  shown: Snapshot | null;
  pending: boolean;
  refresh: () => void;
} {
  const kept = useRef(new Map<string, Snapshot>());
  const [shown, setShown] = useState<{ key: string; snapshot: Snapshot } | null>(null);
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((n) => n + 1), []);
  const key = focus ? `${focus.level}:${focus.code}` : null;

  useEffect(() => {
    if (!focus || !key) return;
    const controller = new AbortController();
    const known = kept.current.get(key);
    if (known) setShown({ key, snapshot: known });
    let busy = true;
    const load = async () => {
      try {
        const [metrics, alerts] = await Promise.all([
          metricsOf(focus, known, controller.signal),
          alertsOf(focus, known, controller.signal),
        ]);
        const snapshot = { ...metrics, alerts };
        kept.current.delete(key);
        kept.current.set(key, snapshot);
        const oldest = kept.current.keys().next().value;
        if (kept.current.size > SCOPES_KEPT && oldest) kept.current.delete(oldest);
        setShown({ key, snapshot });
      } catch (error) {
        if (controller.signal.aborted) return;
        if (error instanceof ApiError && error.status === 401) {
          toSignIn();
          return;
        }
        throw error;
      } finally {
        busy = false;
      }
    };
    void load();
    const timer = window.setInterval(() => {
      // A slow answer is waited for, not asked again.
      if (!document.hidden && !busy) refresh();
    }, REFRESH_SECONDS * 1000);
    return () => {
      controller.abort();
      window.clearInterval(timer);
    };
    // `focus` is a new object on every render; its key says whether it changed.
  }, [key, round, refresh]);

  useEffect(() => {
    const shownAgain = () => {
      if (!document.hidden) refresh();
    };
    document.addEventListener('visibilitychange', shownAgain);
    return () => document.removeEventListener('visibilitychange', shownAgain);
  }, [refresh]);

  return { shown: shown?.snapshot ?? null, pending: shown !== null && shown.key !== key, refresh };
}
