import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type AppError, isAppError } from '../../domain/errors.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { InstanceKey } from '../../warehouse/instance-keys.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { checkContent, type ControlFile, controlFileOf } from '../certificate/control.ts';
import { certify, certifyMissing } from '../certificate/issue.ts';
import { contractsOf } from '../contracts/home.ts';
import { type Dataset, datasetId } from '../contract.ts';
import { inForce } from '../contracts/in-force.ts';
import { asHeld } from '../drift/held.ts';
import { asRepaired } from '../quarantine/as-repaired.ts';
import type { Duck } from '../readers/duck.ts';
import type { BatchCounts } from './accounting.ts';
import { faultPoint } from './fault-points.ts';
import { asLoaded } from './change-log.ts';
import type { CollectedFrom, DeliveryRecord, Ledger } from './ledger.ts';
import { type Loaded, loadDelivery } from './load.ts';
import { receive, type Received } from './receive.ts';
import { finishRemovals } from './withdraw.ts';
import { withdrawTruncated } from './withdraw-truncated.ts';

export type DeliveryResult = {
  deliveryId: string;
  dataset: string;
  fileName: string;
  businessDate: string;
} & (
  | ({ state: 'loaded' | 'repeat'; batchId: number; notes: string[] } & BatchCounts)
  | { state: 'refused'; refusal: AppError }
);

/** What one run of landing works with. */
export interface Landing {
  platform: Platform;
  ledger: Ledger;
  duck: Duck;
  /** Signs certificates. */
  signer: InstanceKey;
}

const TIME_ZONE = 'Asia/Shanghai';

/** The date in a file's name (`…20260131…`, also `2026-01-31`), else today where the agencies are. `YYYY-MM-DD`. */
export function businessDateOf(fileName: string, now: Date): string {
  for (const [, year = '', month = '', day = ''] of fileName.matchAll(
    /(?<!\d)(20\d{2})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)/g,
  )) {
    const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    const text = `${year}-${month}-${day}`;
    if (date.toISOString().slice(0, 10) === text) return text;
  }
  return new Intl.DateTimeFormat('sv-SE', { timeZone: TIME_ZONE }).format(now);
}

export interface DeliverOptions {
  /** YYYY-MM-DD */
  businessDate?: string;
  /** The name the delivery is known by, where it is not the file's own. */
  fileName?: string;
  /** When it came first, where it is landed again from somebody's archive: the history knows it from then on. */
  receivedAt?: Date;
  collected?: CollectedFrom;
  /** Why a whole table may delete more of what is known than its contract allows. */
  massDeleteReason?: string;
  /** Why whoever fetched it does not take it, and how many bytes it has: only written into the ledger. */
  refused?: AppError;
  bytes?: number;
}

/** The contract as it holds for a delivery about a day of an earlier version, one that came in another shape, or that is another part of the source's table. */
export function asDelivered(
  dataset: Dataset,
  businessDate: string,
  { shape, loadAs, repair }: CollectedFrom = {},
): Dataset {
  // Rows of quarantine are kept as the contract of today has them.
  if (repair) return asRepaired(shape ? { ...dataset, delivery: shape } : dataset, repair.kind);
  const then = inForce(dataset, businessDate);
  return asHeld(asLoaded(shape ? { ...then, delivery: shape } : then, loadAs));
}

/** A log or a table read from its source comes in order: a clock set back must not put it before what is known. */
const isInOrder = (collected?: CollectedFrom): boolean =>
  collected?.loadAs === 'changes' || collected?.loadAs === 'snapshot';

/**
 * Lands one file: received, read, loaded, committed. A file that cannot be taken is a result, not an exception.
 * @throws StillWritten when the sender still writes the file; AppError for what is no fault of the file
 */
export async function deliver(
  landing: Landing,
  path: string,
  dataset: Dataset,
  {
    businessDate,
    fileName = basename(path),
    receivedAt,
    collected,
    massDeleteReason,
    ...not
  }: DeliverOptions = {},
): Promise<DeliveryResult> {
  const { platform, ledger } = landing;
  const about = {
    dataset: datasetId(dataset),
    fileName,
    receivedAt,
    collected,
    massDeleteReason,
    businessDate: businessDate ?? businessDateOf(fileName, new Date()),
  };
  if (isInOrder(collected)) {
    const latest = await ledger.latestBusinessDate(about.dataset);
    if (latest !== null && latest > about.businessDate) about.businessDate = latest;
  }
  if (not.refused) return refused(landing, dataset, { ...about, bytes: not.bytes ?? 0 }, not.refused);
  let received: Received;
  let declared: ControlFile | undefined;
  try {
    declared = await controlFileOf(path);
    const part = join(homePaths(platform.config.home).work, `${about.dataset}.receiving`);
    received = await receive(
      path,
      asDelivered(dataset, about.businessDate, collected),
      platform.objects,
      part,
      () => faultPoint(platform.config, 'received-part'),
    );
    checkContent(declared, received);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { size: bytes } = await lstat(path);
    return refused(landing, dataset, { ...about, bytes }, error);
  }
  const contractVersion = inForce(dataset, about.businessDate).version;
  // A connector that names the shape wrote the file itself: an answer that begins like the last one is no file completed.
  const isSendersFile = collected?.shape === undefined && !collected?.repair;
  if (isSendersFile && (collected?.loadAs ?? 'contract') === 'contract') {
    const contract = asDelivered(dataset, about.businessDate, collected);
    if (await withdrawTruncated(platform, contract, { ...about, received })) await landReceived(landing);
  }
  const delivery = await ledger.received({ ...about, received, declared, contractVersion });
  faultPoint(platform.config, 'after-receive');
  const result = await finish(landing, dataset, delivery);
  // What stepped aside for a delivery that came late; its rows are out and its certificates issued by now.
  await landReceived(landing);
  return result;
}

/** Finishes what a crash left half done, or what was taken out to be landed again. */
export async function finishUnfinished(landing: Landing): Promise<DeliveryResult[]> {
  const { platform } = landing;
  await finishRemovals(platform);
  await certifyMissing(platform, landing.signer);
  return landReceived(landing);
}

/** Lands what the ledger has received and not finished, in its order. */
async function landReceived(landing: Landing): Promise<DeliveryResult[]> {
  const { platform, ledger } = landing;
  const results: DeliveryResult[] = [];
  for (let next = await ledger.nextUnfinished(); next; next = await ledger.nextUnfinished()) {
    const dataset = (await contractsOf(platform.config)).get(next.dataset);
    const { version } = inForce(dataset, next.businessDate);
    if (next.contractVersion !== version) await ledger.readUnder(next.deliveryId, version);
    results.push(await finish(landing, dataset, next));
  }
  return results;
}

/** Goes on with a delivery that was received, from wherever it stopped. */
async function finish(landing: Landing, dataset: Dataset, delivery: DeliveryRecord): Promise<DeliveryResult> {
  const { platform, ledger, duck } = landing;
  const { received, ...about } = delivery;
  let loaded: Loaded;
  try {
    loaded = await loadDelivery(
      platform,
      ledger,
      duck,
      asDelivered(dataset, delivery.businessDate, delivery.collected),
      delivery,
    );
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return refused(landing, dataset, { ...about, bytes: received.bytes }, error);
  }
  await certify(platform, landing.signer, dataset, delivery.deliveryId);
  const { counts, ...rest } = loaded;
  const { deliveryId, fileName, businessDate } = about;
  platform.log.info({ dataset: about.dataset, file: fileName, ...rest, ...counts }, 'delivery landed');
  return { deliveryId, dataset: about.dataset, fileName, businessDate, ...rest, ...counts };
}

async function refused(
  { platform, ledger, signer }: Landing,
  contract: Dataset,
  delivery: Omit<DeliveryRecord, 'deliveryId' | 'received'> & { deliveryId?: string; bytes: number },
  error: AppError,
): Promise<DeliveryResult> {
  const deliveryId = await ledger.refused(delivery, error);
  await certify(platform, signer, contract, deliveryId);
  const { dataset, fileName, businessDate } = delivery;
  platform.log.warn({ dataset, file: fileName, rule: error.where['rule'] }, 'delivery refused');
  return { deliveryId, dataset, fileName, businessDate, state: 'refused', refusal: error };
}

const isRefusal = (error: unknown): error is AppError =>
  isAppError(error) && error.code === 'refused_delivery';
