import { call } from '../api/client.ts';

export type RuleState = 'draft' | 'tried' | 'active' | 'retired';

export interface Action {
  kind: string;
  [parameter: string]: unknown;
}
export interface Definition {
  dataset: string;
  action: Action;
  when?: { field: string; is: string; values?: string[]; pattern?: string }[];
  order?: number;
  effectiveFrom?: string;
  effectiveTo?: string;
}

export interface Trial {
  rows: number;
  changed: number;
  findings: { finding: string; outcome: string; rows: number }[];
  defects: { before: number; after: number };
  quarantine?: { dataset: string; waiting: number; mended: number }[];
  samples: { field: string; before: string; after: string; rows: number }[];
  tables: { table: string; rows: number; gone: number; come: number; published: boolean }[];
}

export interface Rule {
  ruleId: number;
  version: number;
  dataset: string;
  definition: Definition;
  state: RuleState;
  author: string;
  reason: string;
  createdAt: string;
  trial: Trial | null;
}

export interface RuleEvent {
  version: number;
  state: RuleState;
  author: string;
  reason: string;
  at: string;
}

export interface Dataset {
  dataset: string;
  zh: string;
  fields: { name: string; zh: string; element: string }[];
}

export interface UnmappedWord {
  dataset: string;
  field: string;
  word: string;
  rows: number;
  list: string;
  lastSeen: string;
  proposal: { code: string; zh: string; similarity: number } | null;
}

export const cleaning = {
  rules: (signal: AbortSignal) => call<{ rules: Rule[] }>('/api/cleaning/rules', { signal }),
  events: (ruleId: number, signal: AbortSignal) =>
    call<{ events: RuleEvent[] }>(`/api/cleaning/rules/${ruleId}/events`, { signal }),
  datasets: (signal: AbortSignal) => call<{ datasets: Dataset[] }>('/api/cleaning/datasets', { signal }),
  unmapped: (signal: AbortSignal) => call<{ words: UnmappedWord[] }>('/api/cleaning/unmapped', { signal }),
  draft: (definition: Definition, reason: string, ruleId?: number) =>
    call<Rule>('/api/cleaning/rules', { method: 'POST', body: { definition, reason, ruleId } }),
  tryOut: (ruleId: number) => call<Trial>(`/api/cleaning/rules/${ruleId}/try`, { method: 'POST', body: {} }),
  decide: (ruleId: number, verb: 'activate' | 'retire', reason: string) =>
    call<Rule>(`/api/cleaning/rules/${ruleId}/${verb}`, { method: 'POST', body: { reason } }),
};
