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
  /** As people call it; persons masked. */
  objectName: string;
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
  suspendedUntil: string | null;
  recurrences: number;
  version: number;
}

/** Compares a measure of an object with a value; which fields it has depends on `is`. */
export interface Comparison {
  measure: string;
  is: string;
  value?: string;
  values?: string[];
}
export type Condition = Comparison | { any: Comparison[] };

/** A rule as data (pipelines/alerts/rule.ts); `of` in place of the conditions sums findings of others. */
export interface RuleData {
  rule: string;
  zh: string;
  family: string;
  references: string[];
  level: Case['level'];
  due_days: number;
  looked_at: string;
  notify: string[];
  credit_points: number;
  subject: string;
  when?: Condition[];
  except?: Condition[];
  raise?: { level: Case['level']; when: Condition[] }[];
  since?: string;
  evidence?: string;
  of?: { subjects: string[]; levels: string[]; at_least: number };
}
export type Definition = { rule: RuleData } | { off: string };

export interface Trial {
  asOf: string;
  found: number;
  levels: Record<Case['level'], number>;
  streets: { street: string; found: number }[];
  samples: { place: string; evidence: string; level: string; since: string }[];
  overlaps: { rule: string; zh: string; objects: number }[];
  changes: { rule: string; zh: string; opens: number; closes: number; relevels: number }[];
  past: { asOf: string; found: number; high: number; medium: number; low: number }[];
}

/** A version of a rule staff wrote. */
export interface Version {
  ruleId: number;
  version: number;
  rule: string;
  definition: Definition;
  state: 'draft' | 'tried' | 'active' | 'paused' | 'retired';
  author: string;
  reason: string;
  createdAt: string;
  trial: Trial | null;
  shipped: RuleData | null;
}
export type Verb = 'activate' | 'pause' | 'resume' | 'retire';

export interface Measure {
  name: string;
  zh: string;
  is: 'number' | 'yes_no' | 'word' | 'date';
  unit?: string;
}
export interface Subjects {
  subjects: { subject: string; zh: string; measures: Measure[] }[];
  families: { family: string; zh: string }[];
}

export interface Rule {
  rule: string;
  origin: 'shipped' | 'changed' | 'off' | 'own';
  definition: RuleData;
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
  decisions: Decision[];
}

/** What somebody decided of a case, of this finding or of one before it came back. */
export interface Decision {
  id: number;
  verdict: 'confirmed' | 'false_alarm';
  note: string;
  by: string;
  at: string;
  since: string;
  stands: boolean;
}

export type LetterState = 'draft' | 'sent' | 'received' | 'answered' | 'closed';
export type AddresseeKind = 'enterprise' | 'project' | 'street';

/** A letter of supervision (督办单). */
export interface Letter {
  id: number;
  letterNo: string;
  addressee: string;
  state: LetterState;
  dueOn: string;
  remindedOn: string | null;
  escalatedOn: string | null;
  facts: number;
  version: number;
  createdBy: string;
}
export interface LetterDetail extends Letter {
  content: { demand: string; facts: { rule: string; place: string; object: string; evidence: string }[] };
  steps: { kind: string; note: string; author: string; at: string }[];
  next: LetterState[];
}

/** A household away with notice, both days included. */
export interface Absence {
  contractNo: string;
  from: string;
  until: string;
  reason: string;
  evidenceNo: string;
}
export interface StoredAbsence extends Absence {
  id: number;
  author: string;
  withdrawnBy: string | null;
}

export const alerts = {
  letters: (signal: AbortSignal) =>
    call<{ unread: number; letters: (Letter & { unread: boolean })[] }>('/api/alerts/letters', { signal }),
  letter: (id: number, signal: AbortSignal) => call<LetterDetail>(`/api/alerts/letters/${id}`, { signal }),
  writeLetter: (cases: string[], addressee: AddresseeKind, demand: string) =>
    call<LetterDetail>('/api/alerts/letters', { method: 'POST', body: { cases, addressee, demand } }),
  moveLetter: (id: number, state: LetterState, note: string, version: number) =>
    call<LetterDetail>(`/api/alerts/letters/${id}/steps`, { method: 'POST', body: { state, note, version } }),
  absences: (signal: AbortSignal) => call<{ absences: StoredAbsence[] }>('/api/alerts/absences', { signal }),
  addAbsence: (body: Absence) => call<StoredAbsence>('/api/alerts/absences', { method: 'POST', body }),
  withdrawAbsence: (id: number, reason: string) =>
    call<StoredAbsence>(`/api/alerts/absences/${id}/withdraw`, { method: 'POST', body: { reason } }),
  holidays: (signal: AbortSignal) =>
    call<{ holidays: { date: string; name: string }[] }>('/api/alerts/holidays', { signal }),
  addHoliday: (date: string, name: string, reason: string) =>
    call<unknown>('/api/alerts/holidays', { method: 'POST', body: { holidays: [{ date, name }], reason } }),
  list: (query: URLSearchParams, signal: AbortSignal) =>
    call<{
      total: number;
      rows: (Case & { unread: boolean })[];
      escalated: { open: number; unread: number };
    }>(`/api/alerts?${query}`, { signal }),
  supervise: (id: string, body: { owner: string; dueOn: string; note: string; version: number }) =>
    call<Case>(`/api/alerts/${id}/supervise`, { method: 'POST', body }),
  rules: (signal: AbortSignal) => call<{ rules: Rule[] }>('/api/alerts/rules', { signal }),
  read: (id: string, signal: AbortSignal) => call<Detail>(`/api/alerts/${id}`, { signal }),
  subjects: (signal: AbortSignal) => call<Subjects>('/api/alerts/subjects', { signal }),
  versions: (signal: AbortSignal) => call<{ rules: Version[] }>('/api/alerts/rules/versions', { signal }),
  draft: (definition: Definition, reason: string) =>
    call<Version>('/api/alerts/rules', { method: 'POST', body: { definition, reason } }),
  tryOut: (ruleId: number, months: number) =>
    call<Trial>(`/api/alerts/rules/${ruleId}/try`, { method: 'POST', body: { months } }),
  decide: (ruleId: number, verb: Verb, reason: string) =>
    call<Version>(`/api/alerts/rules/${ruleId}/${verb}`, { method: 'POST', body: { reason } }),
  act: (
    id: string,
    body: {
      action: string;
      note: string;
      owner?: string;
      decision?: number;
      until?: string;
      version: number;
    },
  ) => call<Case>(`/api/alerts/${id}/act`, { method: 'POST', body }),
};
