import { call } from '../api/client.ts';

export type Subject = 'person' | 'household' | 'dwelling' | 'enterprise';

/** A tag as it is told now, with how many have it. */
export interface Tag {
  tag: string;
  zh: string;
  subject: Subject;
  themeZh: string;
  topicZh: string;
  kind: 'fact' | 'model' | 'predictive';
  timing: 'static' | 'dynamic';
  origin: 'shipped' | 'changed' | 'off' | 'own';
  version: number;
  /** A predictive one may say when it came true: then it can be measured. */
  definition: { comes_true?: unknown };
  holders: number;
  byHand: number;
  uses: number;
}

/** A version staff wrote. */
export interface Version {
  ruleId: number;
  version: number;
  tag: string;
  state: 'draft' | 'tried' | 'active' | 'paused' | 'retired';
  author: string;
  reason: string;
  trial: { holders: number; comes: number; goes: number; clashes: number } | null;
}

export interface Holder {
  key: string;
  name: string;
  place: string;
  tags: string[];
}

/** How right a predictive tag was. */
export interface TagCheck {
  outcome: string;
  objects: number;
  precision: number | null;
  recall: number | null;
  baseRate: number | null;
  months: { day: string; objects: number; told: number; came: number; hits: number }[];
}

export type Verb = 'try' | 'activate' | 'pause' | 'resume' | 'retire';

export const tagging = {
  list: (signal: AbortSignal) => call<{ tags: Tag[] }>('/api/tags', { signal }),
  versions: (signal: AbortSignal) => call<{ versions: Version[] }>('/api/tags/versions', { signal }),
  holders: (body: { subject: Subject; all: string[]; limit: number; offset: number }, signal: AbortSignal) =>
    call<{ total: number; rows: Holder[] }>('/api/tags/holders', { method: 'POST', body, signal }),
  check: (tag: string, signal: AbortSignal) => call<TagCheck>(`/api/tags/check/${tag}`, { signal }),
  draft: (definition: unknown, reason: string) =>
    call<Version>('/api/tags/versions', { method: 'POST', body: { definition, reason } }),
  act: (id: number, verb: Verb, reason: string) =>
    call<unknown>(`/api/tags/versions/${id}/${verb}`, {
      method: 'POST',
      ...(verb === 'try' ? {} : { body: { reason } }),
    }),
};
