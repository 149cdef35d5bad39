/**
 * A delivery that was taken before its sender had written it whole (no `.part`, and a pause longer than
 * `ANJU_INBOX_SETTLE_SECONDS`), and comes now complete: what landed of the first part is withdrawn, so that rows cut in the middle
 * do not stay beside the whole ones.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isAppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type Dataset, datasetId } from '../contract.ts';
import type { Received } from './receive.ts';
import { finishRemovals, planWithdrawal } from './withdraw.ts';

interface Whole {
  fileName: string;
  /** YYYY-MM-DD */
  businessDate: string;
  received: Received;
}

/** Shapes of which the first part of a file can be read; half of any other is refused. */
const CAN_BE_CUT: readonly Dataset['delivery']['shape'][] = ['csv', 'fixed', 'jsonl'];

/**
 * Withdraws the batches of earlier deliveries of the same name and business date whose bytes are the beginning of this one's. A
 * part nobody can withdraw any more stays, and the log says so. Not for what a connector makes itself from tables and logs.
 * @returns whether other batches wait to be landed again
 */
export async function withdrawTruncated(
  platform: Platform,
  dataset: Dataset,
  { fileName, businessDate, received }: Whole,
): Promise<boolean> {
  if (!CAN_BE_CUT.includes(dataset.delivery.shape)) return false;
  const shorter = await platform.store.db
    .selectFrom('delivery')
    .innerJoin('batch', 'batch.delivery_id', 'delivery.delivery_id')
    .select(['batch_id', 'bytes', 'sha256'])
    .where('delivery.dataset', '=', datasetId(dataset))
    .where('delivery.file_name', '=', fileName)
    .where('delivery.business_date', '=', businessDate)
    .where('delivery.load_as', '=', 'contract')
    .where('delivery.shape', 'is', null)
    .where('delivery.repair_action', 'is', null)
    .where('batch.state', '=', 'loaded')
    .where('delivery.bytes', '<', received.bytes)
    .where('delivery.bytes', '>', 0)
    .orderBy('batch_id')
    .execute();
  let isReplaying = false;
  for (const { batch_id: batchId, bytes, sha256 } of shorter) {
    if (sha256 !== (await hashOfStart(await platform.objects.localFile(received.objectKey), bytes))) continue;
    try {
      const reason = `The sender had not finished: ${fileName} came whole afterwards.`;
      const { replayed } = await planWithdrawal(platform, { batchId, reason, by: 'anju' });
      await finishRemovals(platform);
      isReplaying ||= replayed.length > 0;
      platform.log.info(
        { file: fileName, batch: batchId },
        'a delivery cut short is withdrawn for the whole one',
      );
    } catch (error) {
      if (!isAppError(error) || error.code !== 'conflict') throw error;
      platform.log.warn({ err: error, batch: batchId }, 'a delivery cut short cannot be withdrawn');
    }
  }
  return isReplaying;
}

async function hashOfStart(path: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  const start = createReadStream(path, { end: bytes - 1, highWaterMark: 2 ** 19 }) as AsyncIterable<Buffer>;
  for await (const chunk of start) hash.update(chunk);
  return hash.digest('hex');
}
