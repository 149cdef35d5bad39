import { call } from '../api/client.ts';

export type Party = 'tenant' | 'enterprise' | 'supplier';
export interface Score {
  party: Party;
  partyId: string;
  name: string;
  score: number;
  grade: string;
  gradeZh: string;
  place: number;
  entries: number;
  cases: number;
  district: string;
  street: string;
}
/** Something that counts in a score; the points of a party add up to it. */
export interface Entry {
  indicator: string;
  zh: string;
  event: string;
  key: string;
  /** The case of alert whose decision counts. */
  case: string | null;
  what: string;
  on: string | null;
  until: string | null;
  points: number;
}
/** An entry of the black list; it stands until it is removed. */
export interface Listed {
  entryId: number;
  party: Party;
  partyId: string;
  name: string;
  cases: string[];
  reason: string;
  listedBy: string;
  listedAt: string;
  removalReason: string | null;
  removalBy: string | null;
  removedBy: string | null;
  removedAt: string | null;
}

/** An indicator of credit as data (pipelines/credit/definitions.ts). */
export interface Indicator {
  indicator: string;
  zh: string;
  party: Party;
  of: string[];
  points: number | 'rule';
  most: number;
  days: number;
  references: string[];
}
export interface IndicatorVersion {
  ruleId: number;
  version: number;
  indicator: string;
  definition: { indicator: Indicator } | { off: string };
  state: 'draft' | 'tried' | 'active' | 'paused' | 'retired';
  author: string;
  reason: string;
  trial: {
    asOf: string;
    entries: number;
    parties: number;
    points: number;
    higher: number;
    lower: number;
    grades: { party: string; was: string; now: string; parties: number }[];
  } | null;
}
export type IndicatorVerb = 'activate' | 'pause' | 'resume' | 'retire';

const root = '/api/credit';

export const credit = {
  ranking: (query: URLSearchParams, signal: AbortSignal) =>
    call<{ rows: Score[]; grades: { grade: string; gradeZh: string; parties: number }[] }>(
      `${root}?${query}`,
      { signal },
    ),
  show: (party: Party, id: string, signal: AbortSignal) =>
    call<{ score: Score; entries: Entry[] }>(`${root}/${party}/${encodeURIComponent(id)}`, { signal }),
  indicators: (signal: AbortSignal) =>
    call<{
      indicators: {
        origin: 'shipped' | 'changed' | 'off' | 'own';
        definition: Indicator;
        costs: { event: string; points: number }[];
      }[];
    }>(`${root}/indicators`, { signal }),
  versions: (signal: AbortSignal) =>
    call<{ versions: IndicatorVersion[] }>(`${root}/indicators/versions`, { signal }),
  draft: (definition: unknown, reason: string) =>
    call<IndicatorVersion>(`${root}/indicators`, { method: 'POST', body: { definition, reason } }),
  tryOut: (ruleId: number) => call<unknown>(`${root}/indicators/${ruleId}/try`, { method: 'POST' }),
  decide: (ruleId: number, verb: IndicatorVerb, reason: string) =>
    call<IndicatorVersion>(`${root}/indicators/${ruleId}/${verb}`, { method: 'POST', body: { reason } }),
  blacklist: (signal: AbortSignal) => call<{ entries: Listed[] }>(`${root}/blacklist`, { signal }),
  list: (body: { party: Party; partyId: string; cases: string[]; reason: string }) =>
    call<Listed>(`${root}/blacklist`, { method: 'POST', body }),
  remove: (id: number, reason: string) =>
    call<Listed>(`${root}/blacklist/${id}/remove`, { method: 'POST', body: { reason } }),
};
