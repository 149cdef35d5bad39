/**
 * What came with a column its contract did not have, and was left out of raw: counted for who accepts the column, and landed again
 * from the files kept, so that its values are there as if the contract had always had it.
 */
import { sql } from 'kysely';
import { AppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { contractsOf } from '../contracts/home.ts';
import { landAgain } from '../landing/index.ts';
import { sentName } from '../readers/header.ts';

export interface Lacking {
  batchId: number;
  fileName: string;
  /** YYYY-MM-DD */
  businessDate: string;
  /** Of the batch in raw and in quarantine. */
  rows: number;
}

/**
 * By report of a new column the loaded batches that do not have it, oldest first. One that was read with the column, be it under a
 * policy that keeps it or after the contract had it, has it among its columns in the ledger.
 */
export async function lackingOf(
  { store }: Pick<Platform, 'store'>,
  driftIds: readonly string[],
): Promise<Map<string, Lacking[]>> {
  const lacking = new Map<string, Lacking[]>();
  if (driftIds.length === 0) return lacking;
  const rows = await store.db
    .selectFrom('drift_report')
    .innerJoin('drift_delivery', 'drift_delivery.drift_id', 'drift_report.drift_id')
    .innerJoin('delivery', 'delivery.delivery_id', 'drift_delivery.delivery_id')
    .innerJoin('batch', 'batch.delivery_id', 'delivery.delivery_id')
    .select(['drift_report.drift_id', 'batch.batch_id', 'file_name', 'business_date'])
    .select(sql<number>`batch.loaded + batch.quarantined`.as('rows'))
    .where('drift_report.drift_id', 'in', driftIds)
    .where('change', '=', 'new_column')
    .where('batch.state', '=', 'loaded')
    .where(sql<boolean>`batch.loaded + batch.quarantined > 0`)
    .where(
      sql<boolean>`coalesce(findings #> '{schema,columns}' @> to_jsonb(drift_report.column_name), false) = false`,
    )
    .orderBy('batch.batch_id')
    .execute();
  for (const row of rows) {
    const one = { batchId: row.batch_id, fileName: row.file_name, rows: Number(row.rows) };
    const before = lacking.get(row.drift_id) ?? [];
    lacking.set(row.drift_id, [...before, { ...one, businessDate: row.business_date ?? '' }]);
  }
  return lacking;
}

export interface LandedAgain {
  dataset: string;
  /** Those that lacked the column, and those that were decided against their rows. */
  batches: number[];
  /** Rows that have the column now. */
  rows: number;
}

/**
 * Lands the batches that lack an accepted column again, each under its own number, with what was decided against them. Mended rows
 * stay as they were mended.
 * @throws AppError `not_found`; `conflict` when the report is not accepted, its contract has not got the column yet, no batch lacks
 * it, or the file of one is no longer kept
 */
export async function landLacking(
  platform: Platform,
  { driftId, reason, by }: { driftId: string; reason: string; by: string },
): Promise<LandedAgain> {
  const report = await platform.store.db
    .selectFrom('drift_report')
    .select(['dataset', 'column_name', 'state'])
    .where('drift_id', '=', driftId)
    .executeTakeFirst();
  if (!report) throw new AppError('not_found', `There is no drift report ${driftId}.`);
  if (report.state !== 'accepted')
    throw new AppError('conflict', `The report is ${report.state}: only an accepted column is landed.`);
  const { fields } = (await contractsOf(platform.config)).get(report.dataset);
  const column = report.column_name;
  if (!fields.some((field) => field.source === column || sentName(field) === column))
    throw new AppError('conflict', `The contract of ${report.dataset} has no column “${column}” yet.`, {
      where: { dataset: report.dataset, column },
      fix: 'Commit what accepting it proposed, restart, and ask again.',
    });
  const lacking = (await lackingOf(platform, [driftId])).get(driftId) ?? [];
  if (lacking.length === 0)
    throw new AppError('conflict', `No batch of ${report.dataset} lacks the column “${column}”.`);
  const batchIds = lacking.map(({ batchId }) => batchId);
  const batches = await landAgain(platform, { dataset: report.dataset, batchIds, reason, by });
  return { dataset: report.dataset, batches, rows: lacking.reduce((sum, { rows }) => sum + rows, 0) };
}
