/** Landing: files become rows of the convergence layer (docs/architecture.md §4, docs/decisions/0003-landing.md). */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { homePaths } from '../../warehouse/home.ts';
import { instanceKey } from '../../warehouse/instance-keys.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { contractsOf } from '../contracts/home.ts';
import { type Dataset, datasetId } from '../contract.ts';
import { ensureRawTables } from '../generate/raw-table.ts';
import { noticeTables } from '../drift/tables.ts';
import { duckIn } from '../readers/duck.ts';
import type { BatchCounts } from './accounting.ts';
import {
  deliver,
  type DeliverOptions,
  type DeliveryResult,
  finishUnfinished,
  type Landing,
} from './delivery.ts';
import { remove, setAside, settledFiles, type WaitingFile, waitingFiles } from './inbox.ts';
import { Ledger } from './ledger.ts';
import { originOf, StillWritten } from './receive.ts';
import { type LandAgainRequest, planLandAgain, planWithdrawal, type WithdrawalRequest } from './withdraw.ts';

export type { DeliveryResult } from './delivery.ts';
export { businessDateOf } from './delivery.ts';
export type { BatchCounts } from './accounting.ts';

/** What landed of one data set in one run. */
export interface DatasetAccount extends BatchCounts {
  dataset: string;
  /** Files loaded or repeated. */
  deliveries: number;
  refused: number;
}

export interface LandingProgress {
  /** Files and bytes dealt with so far, of those that waited at the start. */
  files: number;
  totalFiles: number;
  bytes: number;
  totalBytes: number;
  rows: number;
  result: DeliveryResult;
}

export interface LandInboxOptions {
  onProgress?: (progress: LandingProgress) => void;
  /** Looked at between files: what is landed stays landed. */
  signal?: AbortSignal;
  /** Only these data sets. */
  select?: (dataset: Dataset) => boolean;
}

/** One file at a time for a whole platform: a delivery is compared with what raw holds when it comes. */
const queues = new WeakMap<Platform, Promise<unknown>>();

async function withLanding<T>(platform: Platform, work: (landing: Landing) => Promise<T>): Promise<T> {
  const before = queues.get(platform) ?? Promise.resolve();
  const turn = before
    .catch(() => undefined)
    .then(async () => {
      const duck = duckIn(join(homePaths(platform.config.home).work, 'duckdb'));
      const signer = await instanceKey(platform.config.home);
      const landing = { platform, ledger: new Ledger(platform.store), duck, signer };
      try {
        await ensureRawTables(platform.warehouse, (await contractsOf(platform.config)).all);
        return await work(landing);
      } finally {
        await duck.close();
      }
    });
  queues.set(platform, turn);
  return turn;
}

/**
 * Lands one file of a data set.
 * @param delivery.path or what makes the file of what is in the warehouse, called once nothing else lands or is withdrawn
 * @returns counts, or the refusal of a file that cannot be taken
 * @throws AppError `not_found` without a contract or a file, `conflict` when the file is still being written
 */
export async function landFile(
  platform: Platform,
  delivery: DeliverOptions & { path: string | (() => Promise<string>); dataset: string },
): Promise<DeliveryResult> {
  const dataset = (await contractsOf(platform.config)).get(delivery.dataset);
  return withLanding(platform, async (landing) => {
    await finishUnfinished(landing);
    const path = typeof delivery.path === 'string' ? delivery.path : await delivery.path();
    try {
      return await deliver(landing, path, dataset, delivery);
    } catch (error) {
      if (!(error instanceof StillWritten)) throw error;
      throw new AppError('conflict', 'The file changed while it was read.', {
        retriable: true,
        fix: 'Wait until it is written.',
      });
    }
  });
}

/** Finishes what a crash left half done; called before anything new is landed. */
export const recover = (platform: Platform): Promise<DeliveryResult[]> =>
  withLanding(platform, finishUnfinished);

export interface Withdrawn {
  batchId: number;
  dataset: string;
  fileName: string;
  /** Batches of rows that were mended or accepted of its quarantine: withdrawn with it. */
  overlays: number[];
  /** Batches landed again because they were decided against its rows; those after it that were not are untouched. */
  replayed: number[];
}

/**
 * Withdraws one batch as if its delivery had never come: its rows leave raw and quarantine, with those mended or accepted
 * of its quarantine; batches decided against them land again from the object store, and the next run brings everything downstream up to date. The same bytes may be delivered again.
 * @throws AppError `not_found`, `conflict`; nothing is changed then
 */
export async function withdrawBatch(platform: Platform, request: WithdrawalRequest): Promise<Withdrawn> {
  return withLanding(platform, async (landing) => {
    await finishUnfinished(landing);
    const { batchId, dataset, fileName, overlays, replayed } = await planWithdrawal(platform, request);
    await finishUnfinished(landing);
    const counts = { overlays: overlays.length, replayed: replayed.length };
    platform.log.info({ dataset, batch: batchId, ...counts }, 'batch withdrawn');
    return { batchId, dataset, fileName, overlays, replayed };
  });
}

/**
 * Lands loaded batches again from the object store, as their contract reads them now: a column taken into it since is there then.
 * They keep their numbers and their overlays; batches decided against them land again too.
 * @param request.batchIds asked once nothing else lands or is withdrawn
 * @returns all that landed again
 * @throws AppError `conflict` when the bytes of one are gone; nothing is changed then
 */
export async function landAgain(
  platform: Platform,
  request: Omit<LandAgainRequest, 'batchIds'> & { batchIds: () => Promise<readonly number[]> },
): Promise<number[]> {
  return withLanding(platform, async (landing) => {
    await finishUnfinished(landing);
    const again = await planLandAgain(platform, { ...request, batchIds: await request.batchIds() });
    await finishUnfinished(landing);
    platform.log.info({ dataset: request.dataset, batches: again.length }, 'batches landed again');
    return again;
  });
}

/**
 * Lands everything in the inbox, after finishing what a crash left. A refused file is set aside and the others go on.
 * A file leaves the inbox only once its batch is committed.
 */
export async function landInbox(
  platform: Platform,
  options: LandInboxOptions = {},
): Promise<DatasetAccount[]> {
  await noticeTables(platform);
  const settled = await settledFiles(platform.config, options.signal);
  return withLanding(platform, async (landing) => {
    const accounts = new Map<string, DatasetAccount>();
    for (const result of await finishUnfinished(landing)) record(accounts, result);
    const files = (await waitingFiles(platform.config)).filter(
      ({ dataset, path, origin }) => settled.get(path) === origin && (options.select?.(dataset) ?? true),
    );
    const done = { files: 0, totalFiles: files.length, bytes: 0, totalBytes: sum(files), rows: 0 };
    for (const file of files) {
      if (options.signal?.aborted) break;
      const result = await landWaiting(landing, file);
      done.files += 1;
      done.bytes += file.bytes;
      if (result === null) continue;
      record(accounts, result);
      if (result.state !== 'refused') done.rows += result.landed;
      options.onProgress?.({ ...done, result });
    }
    return [...accounts.values()];
  });
}

/** Null when there was nothing to land: a file dealt with before a crash, or one still being written. */
async function landWaiting(landing: Landing, file: WaitingFile): Promise<DeliveryResult | null> {
  const { platform, ledger } = landing;
  if (await hasChanged(landing, file)) return null;
  if (await ledger.isDone(datasetId(file.dataset), file.name, file.origin)) {
    await remove(file);
    return null;
  }
  try {
    const result = await deliver(landing, file.path, file.dataset);
    // Whoever still writes it has his file taken once more, whole.
    if (await hasChanged(landing, file)) return result;
    if (result.state === 'refused') await setAside(platform.config, file, result.deliveryId, result.refusal);
    else await remove(file);
    return result;
  } catch (error) {
    if (!(error instanceof StillWritten)) throw error;
    platform.log.info({ file: file.name }, 'the file is still being written');
    return null;
  }
}

async function hasChanged({ platform }: Landing, { path, name, origin }: WaitingFile): Promise<boolean> {
  if (originOf(await lstat(path)) === origin) return false;
  platform.log.info({ file: name }, 'the file is still being written: it is looked at again the next time');
  return true;
}

const sum = (files: WaitingFile[]): number => files.reduce((total, file) => total + file.bytes, 0);

function record(accounts: Map<string, DatasetAccount>, result: DeliveryResult): void {
  const account = accounts.get(result.dataset) ?? {
    dataset: result.dataset,
    ...{ deliveries: 0, refused: 0, landed: 0, loaded: 0, quarantined: 0, deduplicated: 0, deleted: 0 },
  };
  accounts.set(result.dataset, account);
  if (result.state === 'refused') {
    account.refused += 1;
    return;
  }
  account.deliveries += 1;
  for (const name of ['landed', 'loaded', 'quarantined', 'deduplicated', 'deleted'] as const)
    account[name] += result[name];
}
