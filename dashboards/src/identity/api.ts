import { call } from '../api/client.ts';

export type Entity = 'person' | 'dwelling' | 'enterprise' | 'household';
export type Verdict = 'same' | 'different' | 'later';

export interface QueuedPair {
  entity: Entity;
  a: string;
  b: string;
  weight: number | null;
  agency: string;
  later: string | null;
}
export interface Progress {
  agency: string;
  waiting: number;
  later: number;
  decided: number;
}
export interface Queue {
  total: number;
  pairs: QueuedPair[];
  agencies: Progress[];
}
export interface PairField {
  name: string;
  zh: string;
  a: string;
  b: string;
  isMasked: boolean;
  level: string;
  weight: number | null;
}
export interface Rule {
  rule: string;
  holds: boolean;
  failed: { comparison: string; level: string }[];
}
export interface Decided {
  decisionId: number;
  verdict: 'same' | 'different';
  author: string;
  reason: string;
  undoneBy: string | null;
}
export interface Happened {
  eventId: number;
  kind: 'linked' | 'merge' | 'split' | 'unlinked';
  fromId: string;
  toId: string;
  records: string[];
  author: string;
}
export interface Pair {
  entity: Entity;
  a: { node: string; dataset: string; records: number };
  b: { node: string; dataset: string; records: number };
  fields: PairField[];
  sum: { prior: number; weight: number; chance: number; match: number; clerical: number } | null;
  /** Where rules and not weights decide. */
  rules: Rule[];
  same: boolean;
  because: string;
  decisions: Decided[];
  events: Happened[];
}

type Key = Pick<QueuedPair, 'entity' | 'a' | 'b'>;
const post = <T>(path: string, body: unknown, signal?: AbortSignal) =>
  call<T>(path, { method: 'POST', body, ...(signal && { signal }) });
const keyOf = ({ entity, a, b }: Key): Key => ({ entity, a, b });

export const identity = {
  queue: (query: URLSearchParams, signal: AbortSignal) =>
    call<Queue>(`/api/identity/queue?${query}`, { signal }),
  pair: (pair: Key, signal: AbortSignal) => post<Pair>('/api/identity/pair', keyOf(pair), signal),
  reveal: (pair: Key, reason: string) => post<Pair>('/api/identity/pair/reveal', { ...keyOf(pair), reason }),
  later: (pair: Key, reason: string) => post<unknown>('/api/identity/later', { ...keyOf(pair), reason }),
  decide: (pair: Key, verdict: 'same' | 'different', reason: string, remember: boolean) =>
    post<{ decisionId: number }>('/api/identity/decisions', { ...keyOf(pair), verdict, reason, remember }),
  undo: (decisionId: number, reason: string) =>
    post<unknown>(`/api/identity/decisions/${decisionId}/undo`, { reason }),
};
