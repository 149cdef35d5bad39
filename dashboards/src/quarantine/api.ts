import { call } from '../api/client.ts';

export type ItemState = 'open' | 'claimed' | 'mended' | 'accepted' | 'returned';

export interface Count {
  dataset: string;
  zh: string;
  owner: string;
  rule: string;
  ruleZh: string;
  field: string;
  column: string;
  open: number;
  claimed: number;
  mended: number;
  accepted: number;
  returned: number;
  week: number;
  month: number;
  older: number;
}

export interface Item {
  batchId: number;
  rowNo: number;
  dataset: string;
  zh: string;
  owner: string;
  fileName: string;
  rule: string;
  ruleZh: string;
  field: string;
  column: string;
  value: string;
  message: string;
  loadedAt: string;
  state: ItemState;
  author: string;
}

export interface Detail extends Item {
  row: { name: string; column: string; value: string; isMasked: boolean }[];
  text: string;
  isReadable: boolean;
  actions: {
    actionId: number;
    kind: string;
    author: string;
    reason: string;
    at: string;
    /** By cleaning rules; masked. */
    changes: {
      field: string;
      column: string;
      ruleId: number;
      ruleVersion: number;
      before: string;
      after: string;
    }[];
  }[];
}

export type ActionKind = 'claim' | 'release' | 'mend' | 'accept' | 'return';

export interface Done {
  actionId: number;
  state: 'done' | 'repeat';
  rows: number;
  left: Record<string, number>;
}

export interface Selection {
  batchId?: number;
  rule?: string;
  field?: string;
  rowNos?: number[];
}

export const quarantine = {
  counts: (query: URLSearchParams, signal: AbortSignal) =>
    call<{ counts: Count[] }>(`/api/quarantine/counts?${query}`, { signal }),
  list: (query: URLSearchParams, signal: AbortSignal) =>
    call<{ total: number; items: Item[] }>(`/api/quarantine?${query}`, { signal }),
  item: (batch: string, row: string, signal: AbortSignal) =>
    call<Detail>(`/api/quarantine/${batch}/${row}`, { signal }),
  reveal: (item: Item, reason: string) =>
    call<Detail>(`/api/quarantine/${item.batchId}/${item.rowNo}/reveal`, {
      method: 'POST',
      body: { reason },
    }),
  act: (
    kind: ActionKind,
    body: { dataset: string; selection: Selection; reason?: string; corrections?: Record<string, string> },
  ) => call<Done>(`/api/quarantine/${kind}`, { method: 'POST', body }),
};
