import { call } from '../api/client.ts';

export const dimensions = {
  accuracy: ['准确性', 'Accuracy'],
  completeness: ['完整性', 'Completeness'],
  consistency: ['一致性', 'Consistency'],
  validity: ['有效性', 'Validity'],
  uniqueness: ['唯一性', 'Uniqueness'],
  timeliness: ['时效性', 'Timeliness'],
  stability: ['稳定性', 'Stability'],
} as const;
export type DimensionName = keyof typeof dimensions;

export interface Score {
  overall: number | null;
  dimensions: Record<DimensionName, { good: number; total: number; score: number | null }>;
}
export type OwnerScore = Score & { owner: string; datasets: number };
export type DatasetScore = Score & { dataset: string; zh: string; owner: string };
export type FieldScore = Score & { field: string; column: string };
export type DayScore = Score & { day: string };
export interface BrokenRule {
  dataset: string;
  field: string;
  rule: string;
  marked: number;
  quarantined: number;
}
export interface Anomaly {
  day: string;
  dataset: string;
  owner: string;
  kind: string;
  explanation: string;
}
export interface Reconciliation {
  name: string;
  zh: string;
  unit: string;
  explanation: string;
  left: { zh: string; owner: string };
  right: { zh: string; owner: string };
  periods: {
    period: string;
    left: number;
    right: number;
    difference: number;
    tolerance: number;
    state: string;
  }[];
}
export interface IntervalCount {
  rule: string;
  ruleZh: string;
  agency: string;
  findings: number;
}
/** A gap, overlap or orphan between dwelling, contract, occupant and meter. */
export interface Interval {
  rule: string;
  ruleZh: string;
  dataset: string;
  zh: string;
  agency: string;
  subjectKind: string;
  subjectNo: string;
  otherNo: string;
  from: string;
  to: string;
}
export interface Intervals {
  asOf: string;
  counts: IntervalCount[];
  total: number;
  findings: Interval[];
}
/** Rows of one model a finding names, masked. */
export interface SubjectRows {
  subject: string;
  zh: string;
  model: string;
  columns: { name: string; zh: string }[];
  rows: Record<string, string>[];
}
export type LetterState = 'draft' | 'sent' | 'answered' | 'corrected' | 'closed';
export interface Letter {
  letterId: number;
  letterNo: string;
  owner: string;
  from: string;
  to: string;
  state: LetterState;
  deadline: string;
  version: number;
  landed: number;
  bad: number;
}

const path = (name: string): string => `/api/quality/${name}`;

export const quality = {
  scores: (query: URLSearchParams, signal: AbortSignal) =>
    call<{ owners: OwnerScore[]; datasets: DatasetScore[] }>(`${path('scores')}?${query}`, { signal }),
  fields: (dataset: string, signal: AbortSignal) =>
    call<{ fields: FieldScore[]; rules: BrokenRule[] }>(path(`fields/${encodeURIComponent(dataset)}`), {
      signal,
    }),
  trend: (query: URLSearchParams, signal: AbortSignal) =>
    call<{ days: DayScore[] }>(`${path('trend')}?${query}`, { signal }),
  rows: (query: URLSearchParams, signal: AbortSignal) =>
    call<{ rows: Record<string, string | number>[] }>(`${path('rows')}?${query}`, { signal }),
  anomalies: (query: URLSearchParams, signal: AbortSignal) =>
    call<{ anomalies: Anomaly[] }>(`${path('anomalies')}?${query}`, { signal }),
  reconciliations: (signal: AbortSignal) =>
    call<{ reconciliations: Reconciliation[] }>(path('reconciliations'), { signal }),
  intervals: (query: URLSearchParams, signal: AbortSignal) =>
    call<Intervals>(`${path('intervals')}?${query}`, { signal }),
  intervalRows: (
    { subjectKind, subjectNo, otherNo }: Pick<Interval, 'subjectKind' | 'subjectNo' | 'otherNo'>,
    signal: AbortSignal,
  ) =>
    call<{ subjects: SubjectRows[] }>(path('intervals/rows'), {
      method: 'POST',
      body: { subjectKind, subjectNo, otherNo },
      signal,
    }),
  letters: (signal: AbortSignal) => call<{ letters: Letter[] }>(path('letters'), { signal }),
  write: (body: { owner: string; from: string; to: string }) =>
    call<Letter>(path('letters'), { method: 'POST', body }),
  move: (letter: Letter, state: LetterState, note: string) =>
    call<Letter>(path(`letters/${letter.letterId}/steps`), {
      method: 'POST',
      body: { state, note, version: letter.version },
    }),
};
