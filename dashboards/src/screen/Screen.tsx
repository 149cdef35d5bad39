import './screen.css';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { api, ApiError } from '../api/client.ts';
import { goals, type MetricInfo } from '../goals/api.ts';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { toSignIn } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { OverviewContext } from './context.ts';
import { CITY, DivisionTree } from './divisions.ts';
import { Header, toggleFullscreen } from './Header.tsx';
import { Kpi } from './Kpi.tsx';
import { MapPanel } from './MapPanel.tsx';
import { AREA_METRICS, KPIS } from './overview.ts';
import {
  ApplicationsPanel,
  RentPanel,
  SubsidiesPanel,
  SupplyPanel,
  VacancyPanel,
  ViolationsPanel,
} from './panels.tsx';
import { RankingPanel } from './RankingPanel.tsx';
import { Stage } from './Stage.tsx';
import { Ticker } from './Ticker.tsx';
import { type Problem, problemOf, useOverview } from './useOverview.ts';

const RETRY_MS = 10_000;

interface Divisions {
  tree: DivisionTree | null;
  problem: Problem | null;
  again: () => void;
}

/** The divisions change once a year: loaded once, tried again until they are here. */
function useDivisions(): Divisions {
  const [tree, setTree] = useState<DivisionTree | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((n) => n + 1), []);
  const here = tree !== null;
  useEffect(() => {
    if (here) return;
    const controller = new AbortController();
    let timer = 0;
    api.divisions(controller.signal).then(
      (answer) => {
        setTree(new DivisionTree(answer.divisions));
        setProblem(null);
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        if (error instanceof ApiError && error.status === 401) return toSignIn();
        setProblem(problemOf(error));
        timer = window.setTimeout(again, RETRY_MS);
      },
    );
    return () => {
      controller.abort();
      window.clearTimeout(timer);
    };
  }, [here, round, again]);
  return { tree, problem, again };
}

/** Esc goes up, F toggles full screen, ← and → change the map's metric; not while someone types. */
function useKeys(up: string | null): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Escape' && up !== null) navigate(up);
      if (event.key === 'f' || event.key === 'F') toggleFullscreen();
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (step !== 0) {
        const asked = new URLSearchParams(location.search).get('metric');
        const at = Math.max(
          0,
          AREA_METRICS.findIndex((area) => area.metric === asked),
        );
        const next = AREA_METRICS[(at + step + AREA_METRICS.length) % AREA_METRICS.length];
        if (next) navigate(withQuery({ metric: next.metric }), true);
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [up]);
}

/** Targets and thresholds, asked for again whenever the screen shows another place or day; without them the numbers stand alone. */
function useMetrics(key: string | null): ReadonlyMap<string, MetricInfo> {
  const { data } = useAsk(key, goals.metrics);
  return useMemo(() => new Map((data?.metrics ?? []).map((metric) => [metric.name, metric])), [data]);
}

const noDivisions = new DivisionTree([]);

/** 决策分析一张图: how many homes, for whom, where they stand empty or unpaid, and what needs attention (S01, S04-S05). */
export function Screen() {
  const { t } = useSettings();
  const at = useQuery().get('at');
  const { tree: divisions, problem: treeProblem, again } = useDivisions();
  const tree = divisions ?? noDivisions;
  // An address below the city can only be read once the divisions are here.
  const focus = useMemo(() => (at && !divisions ? null : tree.focusOn(at)), [at, divisions, tree]);
  const { shown, pending, refresh } = useOverview(focus);
  const metrics = useMetrics(shown && focus ? `${focus.code} ${shown.asOf}` : null);
  useKeys(focus && focus.level !== 'city' ? withQuery({ at: tree.parent(focus).code || null }) : null);
  const state = useMemo(() => {
    const retry = () => {
      again();
      refresh();
    };
    return { focus: focus ?? CITY, tree, treeProblem, snapshot: shown, metrics, pending, refresh: retry };
  }, [focus, tree, treeProblem, shown, metrics, pending, refresh, again]);
  return (
    <OverviewContext.Provider value={state}>
      <Stage>
        <Header />
        <main className="overview">
          <div className="kpis">
            {KPIS.map((spec) => (
              <Kpi key={spec.metric} spec={spec} />
            ))}
          </div>
          <div className="side">
            <SupplyPanel />
            <ApplicationsPanel />
            <SubsidiesPanel />
          </div>
          <div className="middle">
            <MapPanel />
            <ViolationsPanel />
          </div>
          <div className="side">
            <VacancyPanel />
            <RentPanel />
            <RankingPanel />
          </div>
        </main>
        <Ticker />
        <span className="hidden-label" aria-live="polite">
          {t('city')}{' '}
          {focus
            ? tree
                .path(focus)
                .map((division) => division.name)
                .join(' › ')
            : ''}
        </span>
      </Stage>
    </OverviewContext.Provider>
  );
}
