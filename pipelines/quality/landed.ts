/** Counts the quality of what has landed since the last time; part of every run, before its models (the gates stand on it). */
import type { Contracts } from '../../ingestion/contracts/home.ts';
import { datasetId } from '../../ingestion/contract.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type BatchToCount, batchesToCount } from './batches.ts';
import { countBatches } from './counts.ts';
import { dimensionOf } from './dimensions.ts';
import { type FailureRow, failuresOf, type MeasureRow, measuresOf } from './measure.ts';
import { writeRows } from '../write-rows.ts';

/** Gives the batches counted; none when nothing is new. A crash between makes the same rows again, under a higher version. */
export async function countLanded(platform: Platform, contracts: Contracts): Promise<BatchToCount[]> {
  const batches = await batchesToCount(platform, contracts);
  if (batches.length === 0) return [];
  const { warehouse } = platform;
  const counts = await countBatches(warehouse, batches);
  const [failures, measures]: [FailureRow[], MeasureRow[]] = [[], []];
  for (const batch of batches) {
    const count = counts.get(batch.batchId);
    if (count === undefined) continue;
    const own = failuresOf(batch, count);
    failures.push(...own);
    measures.push(...measuresOf(batch, count, own));
  }
  await writeFailures(warehouse, failures);
  await writeMeasures(warehouse, measures);
  await writeRows(
    warehouse,
    'meta.quality_batch',
    'batch_id UInt64, day Date, dataset String, owner String, landed UInt64, loaded UInt64, quarantined UInt64, received_on Date, is_whole UInt8, version UInt64',
    batches.map((batch) => [
      ...[batch.batchId, batch.day, datasetId(batch.dataset), batch.dataset.owner],
      ...[batch.landed, batch.loaded, batch.quarantined, batch.receivedOn, Number(batch.isWhole)],
      versionNow(),
    ]),
  );
  return batches;
}

/** Later writings hold: milliseconds since 1970. */
export const versionNow = (): number => Date.now();

export const writeMeasures = (warehouse: Warehouse, rows: readonly MeasureRow[]): Promise<void> =>
  writeRows(
    warehouse,
    'meta.quality_measure',
    'batch_id UInt64, day Date, dataset String, owner String, field String, dimension String, measure String, good UInt64, total UInt64, version UInt64',
    rows.map((row) => [
      ...[row.batchId, row.day, row.dataset, row.owner, row.field, dimensionOf(row.measure), row.measure],
      ...[row.good, row.total, versionNow()],
    ]),
  );

const writeFailures = (warehouse: Warehouse, rows: readonly FailureRow[]): Promise<void> =>
  writeRows(
    warehouse,
    'meta.quality_failure',
    'batch_id UInt64, day Date, dataset String, owner String, field String, rule String, measure String, handling String, rows UInt64, version UInt64',
    rows.map((row) => [
      ...[row.batchId, row.day, row.dataset, row.owner, row.field, row.rule, row.measure, row.handling],
      ...[row.rows, versionNow()],
    ]),
  );
