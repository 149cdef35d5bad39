import { call } from '../api/client.ts';

export type Verdict = 'pass' | 'doubt' | 'refuse';

/** What one rule says of a household, and the rows it says it of. */
export interface Outcome {
  rule: string;
  zh: string;
  version: number;
  kind: string;
  analysis: string;
  /** What follows when it does not hold; '' for one that is only part of others. */
  decides: string;
  outcome: Verdict | 'not_applicable';
  reason: string;
  datasets: string[];
  silent: string[];
  evidence: Evidence[];
}
export interface Evidence {
  memberNo: string;
  zh: string;
  dataset: string;
  batchId: string;
  rowNo: string;
  date: string | null;
  number: string | null;
  word: string;
}
export interface ReviewHead {
  reviewId: number;
  applicationNo: string;
  day: string;
  knownAt: string;
  form: string;
  /** 保障项目 it was judged for; '' not known. */
  programme: string;
  verdict: Verdict;
  silent: string[];
  askedBy: string;
  askedAt: string;
}
export interface Member {
  memberNo: string;
  isApplicant: boolean;
  name: string;
  idNumber: string;
}
/** A file evidence came in. */
export interface Source {
  dataset: string;
  batchId: number;
  deliveryId: string;
  fileName: string;
  businessDate: string | null;
}
export interface ReviewDetail {
  review: ReviewHead & { outcomes: Outcome[] };
  calls: { analysis: string; zh: string; agency: string; calls: number }[];
  members: Member[];
  sources: Source[];
}

/** An application nobody has decided. */
export interface Pending {
  applicationNo: string;
  name: string;
  appliedOn: string | null;
  form: string;
  state: string;
  isSuspended: boolean;
  last: { reviewId: number; verdict: Verdict; day: string; handler: string } | null;
}

export interface PollCounts {
  pollId: number;
  day: string;
  households: number;
  passed: number;
  doubted: number;
  refused: number;
  lost: number;
  regained: number;
}
export interface Poll extends PollCounts {
  state: 'running' | 'done' | 'failed';
  analyses: string[];
  askedBy: string;
  startedAt: string;
}
export interface Plan {
  planId: number;
  zh: string;
  everyDays: number;
  fromHour: number;
  untilHour: number;
  lastDay: string | null;
  isActive: boolean;
  author: string;
}
export interface Scope {
  district?: string;
  programme?: string;
}
/** A household of a poll. */
export interface Polled {
  household: string;
  name: string;
  houseCode: string;
  programme: string;
  street: string;
  before: string;
  verdict: Verdict;
  reasons: string[];
}

/** An old poll worked out again. */
export interface PollAgain {
  isSame: boolean;
  households: number;
  different: number;
  rows: { household: string; name: string; isSame: boolean; kept: Verdict; verdict: Verdict | '' }[];
}
/** What lists are narrowed by: may hold names and numbers, so it travels in bodies and stays out of the address. */
export type Narrowed = Record<string, string | number>;

export interface Bound {
  is: string;
  value: number;
}
/** A rule as data (pipelines/eligibility/rule.ts). */
export interface RuleData {
  rule: string;
  zh: string;
  kind: 'quantitative' | 'qualitative' | 'combined';
  analysis: string;
  references: string[];
  for: string[];
  /** 保障项目 it is meant for; all where absent. */
  programmes?: string[];
  decides?: 'refuse' | 'doubt';
  reason: string;
  measure?: string;
  from?: Bound;
  to?: Bound;
  value?: 'text' | 'ours';
  is?: 'yes' | 'no';
  all?: string[];
  any?: string[];
  starts?: string;
  ends?: string;
}
export interface WhatIf {
  asOf: string;
  silent: string[];
  history: {
    occasion: 'application' | 'holding';
    households: number;
    stricter: number;
    milder: number;
    verdicts: { before: Verdict; after: Verdict; households: number }[];
    streets: { before: Verdict; after: Verdict; street: string; households: number; samples: string[] }[];
  }[];
}
/** A version of a rule staff wrote. */
export interface Version {
  ruleId: number;
  version: number;
  state: 'draft' | 'tried' | 'active' | 'paused' | 'retired';
  definition: RuleData;
  author: string;
  reason: string;
  createdAt: string;
  trial: WhatIf | null;
}
export interface Rules {
  rules: { version: number; definition: RuleData }[];
  staff: Version[];
}
export interface Measures {
  measures: { measure: string; zh: string; unit: string }[];
  datasets: { number: string; zh: string }[];
  analyses: { analysis: string; zh: string; states: { state: string; zh: string }[] }[];
}

const root = '/api/eligibility';
const post = <T>(path: string, body: object) => call<T>(`${root}/${path}`, { method: 'POST', body });
const get = <T>(path: string, signal: AbortSignal) => call<T>(`${root}/${path}`, { signal });

export const eligibility = {
  applications: (query: URLSearchParams, signal: AbortSignal) =>
    get<{ total: number; suspended: number; rows: Pending[] }>(`applications?${query}`, signal),
  reviews: (applicationNo: string, signal: AbortSignal) =>
    get<{ reviews: ReviewHead[] }>(`reviews?application=${encodeURIComponent(applicationNo)}`, signal),
  findReviews: (body: Narrowed) =>
    post<{ total: number; reviews: (ReviewHead & { name: string })[] }>('reviews/find', body),
  review: (id: number, signal: AbortSignal) => get<ReviewDetail>(`reviews/${id}`, signal),
  ask: (body: { applicationNo: string; day?: string; programme?: string }) =>
    post<ReviewDetail['review']>('reviews', body),
  reveal: (id: number, reason: string) => post<{ members: Member[] }>(`reviews/${id}/reveal`, { reason }),
  reproduce: (id: number) => post<{ isSame: boolean; verdict: Verdict }>(`reviews/${id}/reproduce`, {}),
  polls: (signal: AbortSignal) => get<{ polls: Poll[]; plans: Plan[] }>('polls', signal),
  poll: (scope: Scope, reason: string) => post<PollCounts>('polls', { scope, reason }),
  households: (pollId: number, body: Narrowed) =>
    post<{ total: number; households: Polled[] }>(`polls/${pollId}/find`, body),
  reproducePoll: (pollId: number) => post<PollAgain>(`polls/${pollId}/reproduce`, {}),
  rules: (signal: AbortSignal) => get<Rules>('rules', signal),
  measures: (signal: AbortSignal) => get<Measures>('measures', signal),
  draft: (definition: RuleData, reason: string) => post<Version>('rules', { definition, reason }),
  tryOut: (ruleId: number) => post<WhatIf>(`rules/${ruleId}/try`, {}),
  decide: (ruleId: number, verb: 'activate' | 'retire', reason: string) =>
    post<Version>(`rules/${ruleId}/${verb}`, { reason }),
};
