/** What stands between a whole table cut short on its way and the loss of everything it no longer names. */
import { z } from 'zod';
import type { Platform } from '../../warehouse/platform.ts';
import { type Dataset, datasetId } from '../contract.ts';
import { rawTable } from '../generate/raw-table.ts';
import { refusal } from '../readers/index.ts';
import type { BatchCounts } from './accounting.ts';
import { SPILL } from './decide-sql.ts';

/** A table of a few rows may well lose most of them in a day; only losing all is held there too. */
const FEW = 10;

/**
 * Lets a whole table through that deletes no more than its contract allows, or whose deletions somebody answers for.
 * @param accepted why more may be deleted: staff's reason, or the source's own word that its table was emptied
 * @returns notes for the ledger
 * @throws AppError `refused_delivery`, rule `mass_delete`; nothing is published then
 */
export async function guardMassDelete(
  { warehouse }: Platform,
  dataset: Dataset,
  counts: BatchCounts,
  accepted: string | undefined,
): Promise<string[]> {
  if (counts.deleted === 0) return [];
  const known = await warehouse.value(
    `SELECT count() FROM (
       SELECT argMax(_op, (_business_date, _batch_id, _row_no)) AS last FROM ${rawTable(dataset)} GROUP BY _key_hash
     ) WHERE last != 'Delete' ${SPILL}`,
    z.coerce.number(),
    { lane: 'batch', tag: `land ${datasetId(dataset)}` },
  );
  const { maxDeletedShare } = dataset.load;
  const isHeld = counts.deleted === known || counts.deleted > FEW;
  if (!isHeld || counts.deleted <= maxDeletedShare * known) return [];
  if (accepted !== undefined)
    return [`Deleting ${counts.deleted} of ${known} rows known was accepted: ${accepted}`];
  throw refusal(
    'mass_delete',
    `The file lacks ${counts.deleted} of the ${known} rows known; the contract allows ${Math.round(maxDeletedShare * 100)} % to go at once.`,
    { deleted: counts.deleted, known },
    'Ask the sender for the whole table. If the rows are gone indeed: anju land FILE --accept-mass-delete REASON.',
  );
}
