/** What a run answers, and how it calls landing. */
import type { Platform } from '../warehouse/platform.ts';
import type { ModelResult } from './dbt/build.ts';
import type { Stage } from './plan.ts';
import type { OnProgress } from './progress.ts';

/** What became of a data set in this run; `landed = loaded + quarantined + deduplicated`. */
export interface DatasetAccount {
  dataset: string;
  landed: number;
  loaded: number;
  quarantined: number;
  deduplicated: number;
  deleted: number;
  deliveries: number;
  refused: { file: string; rule: string; message: string }[];
}
/** How landing is called; the runner does not know how files are read. */
export type LandInbox = (
  platform: Platform,
  options: { onProgress?: OnProgress; signal?: AbortSignal },
) => Promise<DatasetAccount[]>;

export interface RunResult {
  ok: boolean;
  runId: string;
  asOf: string;
  seconds: Partial<Record<Stage | 'total', number>>;
  datasets: DatasetAccount[];
  /** Rows by database: raw, base, mart_… */
  layers: Record<string, number>;
  models: { model: string; rows: number; hash: string; status: ModelResult['status']; reason?: string }[];
  /** Every metric for the whole city, all time; null where a ratio has no denominator. */
  metrics: Record<string, number | null>;
}
