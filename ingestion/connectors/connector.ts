/**
 * One way data arrives (A0-1, A0-6). A connector only fetches: it turns what its source has into files, and landing loads
 * them like any delivery. It never writes to the warehouse and never keeps its own position.
 */
import type { z } from 'zod';
import type { AppError } from '../../domain/errors.ts';
import type { LoadAs } from '../../warehouse/operational/tables/ledger.ts';
import type { Logger } from '../../warehouse/log.ts';
import type { Dataset, Delivery } from '../contract.ts';

/** How far a source is read, in the connector's own words: an LSN, a binlog position, a page, the names already taken. */
export type Position = Record<string, unknown>;

export interface SourceCall<Settings> {
  /** Addresses, paths, tables: what may be shown. Parsed by the connector's `settings`. */
  settings: Settings;
  /** Passwords and keys by name; kept encrypted, never logged, never in an error. */
  secrets: Readonly<Record<string, string>>;
  log: Logger;
  /** Stops between two files, and tears down connections. */
  signal: AbortSignal;
}

export interface CollectCall<Settings> extends SourceCall<Settings> {
  /** Where the last committed delivery left off; null the first time. */
  position: Position | null;
  /** The contracts the task feeds; most connectors feed one, change logs one a table. */
  datasets: readonly Dataset[];
  /** An empty directory for the files of this call. */
  directory: string;
  /** Whose record this is. */
  taskId?: string;
  /** Told of queries whose answers held nothing to land, for the task's record (A2-1). */
  onAsked?: (asked: Asked) => Promise<void>;
}

export interface Asked {
  /** `source.dataset` */
  dataset: string;
  requested: number;
  returned: number;
}

/** A file ready to land. */
export interface Collected {
  /** `source.dataset` */
  dataset: string;
  path: string;
  /** The name the ledger shows: the source's own, or one that says what is in it. No path, no personal data. */
  fileName: string;
  /** YYYY-MM-DD; from the file's name or today unless given. */
  businessDate?: string;
  shape?: Delivery;
  loadAs?: LoadAs;
  /** Where the source itself says that its table was emptied (TRUNCATE in its log): what lets a snapshot without rows through. */
  massDeleteReason?: string;
  /**
   * Why the connector does not take the file (an unsafe name, too large, not what its header says): it goes into the ledger
   * as refused, by its name. `path` may be '' when it was not even fetched.
   */
  refused?: AppError;
  /** Bytes of a refused file, where they are not at `path`. */
  bytes?: number;
  /** How far the source is read once this file is committed. */
  position: Position;
  /** Queries or messages asked for and answered, for the task's record (A2-1). */
  requested?: number;
  returned?: number;
}

export interface Connector<Settings = unknown> {
  /** Stable name, `postgres_table`. */
  readonly kind: string;
  readonly zh: string;
  readonly settings: z.ZodType<Settings>;
  /** Names of the secrets it may be given. */
  readonly secrets: readonly string[];
  /**
   * Reaches the source, signs in, looks at what it is told to read, and comes back.
   * @throws AppError `source_unreachable`, `source_refused`; the message names host and reason, never a secret
   */
  test(call: SourceCall<Settings>): Promise<{ roundTripMs: number; detail: string }>;
  /**
   * What the source has after `position`, as files in order. What stands after a `yield` runs once that file is committed and
   * the position is moved: there a message is acknowledged, a log's position confirmed. Ends when the source has no more;
   * connectors that follow a stream go on until `signal`.
   */
  collect(call: CollectCall<Settings>): AsyncIterable<Collected>;
}

/** Fixes the type of the settings at the place of writing. */
export const connector = <Settings>(definition: Connector<Settings>): Connector =>
  definition as unknown as Connector;
