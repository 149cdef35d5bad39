import { call } from '../api/client.ts';
import type { DatasetScore, DayScore, Score } from '../quality/api.ts';

export const kinds = ['dataset', 'model', 'column', 'metric', 'export', 'report'] as const;
export type Kind = (typeof kinds)[number];

export interface Entry {
  kind: Kind;
  name: string;
  parent: string;
  zh: string;
  comment: string;
  type: string;
  owner: string;
  grain: string;
  level: number;
  mask: string;
  legalBasis: string;
  updateDays: number;
  sharingType: string;
  resources: string[];
  explanation: string;
  datasets: string[];
  element: string;
  term: string;
  standardFields: string[];
  daysLate: number;
}
export interface Standing {
  dataset: string;
  owner: string;
  asOf: string;
  lastDate: string | null;
  limitDays: number;
  daysLate: number;
  catalogueDays: number;
  catalogueDaysLate: number;
}
/** Beside an entry in the flow of data; `kind` is '' for what the catalog has no entry of. */
export interface Neighbour {
  kind: Kind | '';
  name: string;
  zh: string;
}
export interface Detail {
  entry: Entry;
  columns: Entry[];
  standings: Standing[];
  reads: Neighbour[];
  readBy: Neighbour[];
}
export interface EntryQuality {
  basis: 'own' | 'datasets' | 'fields' | 'none';
  score: Score;
  datasets: DatasetScore[];
  fields: { dataset: string; field: string }[];
  days: DayScore[];
}
export interface Edge {
  model: string;
  column: string;
  input: string;
  inputColumn: string;
  how: string;
}
export interface Trace {
  relations: { relation: string; rows: number; isTooMany: boolean; untied: string[] }[];
  deliveries: {
    relation: string;
    dataset: string;
    batchId: number;
    deliveryId: string;
    fileName: string;
    businessDate: string | null;
    certificate: string | null;
    rowNos: number[];
  }[];
}

const pathOf = (kind: Kind, name: string): string => `/api/catalog/${kind}/${encodeURIComponent(name)}`;

export const catalog = {
  search: (query: URLSearchParams, signal: AbortSignal) =>
    call<{ entries: Entry[] }>(`/api/catalog?${query}`, { signal }),
  read: (kind: Kind, name: string, signal: AbortSignal) => call<Detail>(pathOf(kind, name), { signal }),
  quality: (kind: Kind, name: string, signal: AbortSignal) =>
    call<EntryQuality>(`${pathOf(kind, name)}/quality`, { signal }),
  columns: (model: string, column: string, direction: 'up' | 'down', signal: AbortSignal) =>
    call<{ edges: Edge[] }>('/api/lineage/columns', {
      method: 'POST',
      body: { model, column, direction },
      signal,
    }),
  trace: (model: string, key: Record<string, string>) =>
    call<Trace>('/api/lineage/rows', { method: 'POST', body: { model, key } }),
};
