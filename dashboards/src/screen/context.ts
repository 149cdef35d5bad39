import { createContext, useContext } from 'react';
import type { MetricRow } from '../api/types.ts';
import type { MetricInfo } from '../goals/api.ts';
import { CITY, DivisionTree, type Focus } from './divisions.ts';
import type { Answer, Problem, Snapshot } from './useOverview.ts';

/** What every panel of the overview reads. */
export interface OverviewState {
  focus: Focus;
  tree: DivisionTree;
  /** Why the divisions, which the map is made of, are not here; null while they load and once they are. */
  treeProblem: Problem | null;
  snapshot: Snapshot | null;
  /** What each metric is to reach; empty until known. */
  metrics: ReadonlyMap<string, MetricInfo>;
  pending: boolean;
  refresh: () => void;
}

export const OverviewContext = createContext<OverviewState>({
  focus: CITY,
  tree: new DivisionTree([]),
  treeProblem: null,
  snapshot: null,
  metrics: new Map(),
  pending: false,
  refresh: () => undefined,
});

export const useOverviewState = () => useContext(OverviewContext);

const nothing: Answer = { rows: [], unit: 'count', zh: '', problem: null, stale: false };
export const answerOf = (snapshot: Snapshot | null, id: string): Answer =>
  snapshot?.answers.get(id) ?? nothing;

/** The one row of a number without dimensions; of a monthly one, its newest month. */
export const lastRow = (answer: Answer): MetricRow | null => answer.rows.at(-1) ?? null;
export const single = (snapshot: Snapshot | null, id: string) =>
  lastRow(answerOf(snapshot, id))?.value ?? null;
