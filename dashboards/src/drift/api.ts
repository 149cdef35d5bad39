import { call } from '../api/client.ts';

export type DriftState = 'open' | 'accepted' | 'rejected';

/** A change of a source against its contract. */
export interface Drift {
  driftId: string;
  dataset: string;
  /** The agency, or ''. */
  owner: string;
  entity: string;
  column: string;
  change: string;
  detail: string;
  share: number;
  policy: string;
  /** The contract says so of this column by name. */
  isNamed: boolean;
  contractVersion: number;
  proposal: { patch: { op: string; path: string; value?: unknown }[]; text: string };
  deliveryId: string | null;
  deliveries: number;
  firstSeen: string;
  lastSeen: string;
  state: DriftState;
  decidedBy: string | null;
  decidedAt: string | null;
  reason: string | null;
  /** Batches that came with the new column and do not have it, or whose rows wait for the table to be accepted. */
  lacking: Lacking[];
}

export interface Lacking {
  batchId: number;
  fileName: string;
  businessDate: string;
  rows: number;
}

export interface LandedAgain {
  dataset: string;
  batches: number[];
  rows: number;
}

export const drift = {
  list: (query: URLSearchParams, signal: AbortSignal) =>
    call<{ reports: Drift[] }>(`/api/drift?${query}`, { signal }),
  accept: (driftId: string, reason: string) =>
    call<{ dataset: string; version: number | null; text: string; landedAgain: LandedAgain | null }>(
      `/api/drift/${driftId}/accept`,
      { method: 'POST', body: { reason } },
    ),
  landAgain: (driftId: string, reason: string) =>
    call<LandedAgain>(`/api/drift/${driftId}/land-again`, {
      method: 'POST',
      body: { reason },
    }),
  reject: (driftId: string, reason: string) =>
    call<unknown>(`/api/drift/${driftId}/reject`, { method: 'POST', body: { reason } }),
};
