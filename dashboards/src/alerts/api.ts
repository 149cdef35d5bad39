import { call } from '../api/client.ts';

export type CaseState = 'new' | 'received' | 'handling' | 'closed' | 'reviewed' | 'false_alarm' | 'suspended';

/** A finding of a rule of alert as people handle it. */
export interface Case {
  id: string;
  rule: string;
  ruleZh: string;
  family: string;
  level: 'low' | 'medium' | 'high';
  objectKind: string;
  objectKey: string;
  place: string;
  evidenceZh: string;
  since: string;
  state: CaseState;
  owner: string;
  firstFound: string;
  lastFound: string;
  clearedOn: string | null;
  dueOn: string;
  escalatedOn: string | null;
  recurrences: number;
  version: number;
}

export interface Rule {
  rule: string;
  ruleZh: string;
  familyZh: string;
  level: Case['level'];
  dueDays: number;
  references: string[];
  open: number;
  unread: number;
  late: number;
  confirmed: number;
  falseAlarms: number;
  precision: number | null;
}

export interface Detail {
  case: Case;
  events: { kind: string; note: string; author: string; at: string }[];
  actions: string[];
}

export const alerts = {
  list: (query: URLSearchParams, signal: AbortSignal) =>
    call<{ total: number; rows: (Case & { unread: boolean })[] }>(`/api/alerts?${query}`, { signal }),
  rules: (signal: AbortSignal) => call<{ rules: Rule[] }>('/api/alerts/rules', { signal }),
  read: (id: string, signal: AbortSignal) => call<Detail>(`/api/alerts/${id}`, { signal }),
  act: (id: string, body: { action: string; note: string; owner?: string; version: number }) =>
    call<Case>(`/api/alerts/${id}/act`, { method: 'POST', body }),
};
