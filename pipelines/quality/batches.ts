/** Batches whose quality has not been counted yet, with what the ledger knows of them. */
import { z } from 'zod';
import { chinaDayOf } from '../../domain/calendar.ts';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import type { Dataset } from '../../ingestion/contract.ts';
import type { Platform } from '../../warehouse/platform.ts';

export interface BatchToCount {
  batchId: number;
  dataset: Dataset;
  /** Its business date, YYYY-MM-DD. */
  day: string;
  landed: number;
  loaded: number;
  quarantined: number;
  /** Distinct keys among the file's good rows; null where nothing was read (the same file again) or keys may repeat (a log). */
  keys: number | null;
  /** The day it came, in China. */
  receivedOn: string;
  /** The whole table: judged as it stood then, not by the few rows that changed. */
  isWhole: boolean;
}

const findings = z.object({ counted: z.object({ keys: z.number() }) });

/**
 * Loaded batches not yet in `meta.quality_batch`, in order. What people mended here counts for nobody, and neither does the same
 * file sent again: nothing of it was read.
 */
export async function batchesToCount(platform: Platform, contracts: Contracts): Promise<BatchToCount[]> {
  const counted = await platform.warehouse.rows(
    'SELECT toUInt32(batch_id) AS id FROM meta.quality_batch FINAL',
    z.object({ id: z.number() }),
    { lane: 'batch', tag: 'quality.counted' },
  );
  const known = new Set(counted.map(({ id }) => id));
  const rows = await platform.store.db
    .selectFrom('batch')
    .innerJoin('delivery', 'delivery.delivery_id', 'batch.delivery_id')
    .select(['batch.batch_id', 'batch.dataset', 'batch.landed', 'batch.loaded', 'batch.quarantined'])
    .select(['batch.findings', 'delivery.business_date', 'delivery.received_at', 'delivery.load_as'])
    .where('batch.state', '=', 'loaded')
    .where('delivery.state', '=', 'loaded')
    .where('delivery.repair_action', 'is', null)
    .where('delivery.business_date', 'is not', null)
    .orderBy('batch.batch_id')
    .execute();
  return rows.flatMap((row) => {
    const dataset = contracts.find(row.dataset);
    if (known.has(row.batch_id) || dataset === undefined || row.business_date === null) return [];
    const found = findings.safeParse(row.findings);
    const isLog = row.load_as === 'changes' || dataset.load.strategy === 'changes';
    return [
      {
        ...{ batchId: row.batch_id, dataset, day: row.business_date },
        ...{ landed: row.landed, loaded: row.loaded, quarantined: row.quarantined },
        keys: found.success && !isLog ? found.data.counted.keys : null,
        receivedOn: chinaDayOf(row.received_at),
        isWhole: !isLog && (dataset.load.strategy === 'full' || row.load_as === 'snapshot'),
      },
    ];
  });
}
