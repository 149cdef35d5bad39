/**
 * What came with a column its contract did not have, or in a table nobody had accepted, and was left out of raw: counted for who
 * accepts it, and landed again from the files kept, so that it is there as if the contract had always had it.
 */
import { sql } from 'kysely';
import { AppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { contractsOf } from '../contracts/home.ts';
import type { Dataset } from '../contract.ts';
import { landAgain } from '../landing/index.ts';
import { WithdrawalLedger } from '../landing/withdrawal-ledger.ts';
import { sentName } from '../readers/header.ts';
import { UNKNOWN_TABLE } from './held.ts';

export interface Lacking {
  batchId: number;
  fileName: string;
  /** YYYY-MM-DD */
  businessDate: string;
  /** Of the batch in raw and in quarantine. */
  rows: number;
}

/**
 * By report of a new column the loaded batches that do not have it, of a table that was held those whose rows wait, oldest first. One that was read with the column, be it under a
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
    .where('batch.state', '=', 'loaded')
    .where(sql<boolean>`batch.loaded + batch.quarantined > 0`)
    .where(
      sql<boolean>`case change
        when 'new_column' then coalesce(findings #> '{schema,columns}' @> to_jsonb(drift_report.column_name), false) = false
        when 'unknown_table' then coalesce(findings -> 'rejects' @> ${JSON.stringify([{ rule: UNKNOWN_TABLE }])}::jsonb, false)
        else false end`,
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
  /** Those that lacked the column or were held, and those that were decided against their rows. */
  batches: number[];
  /** Rows that have the column now, or are held no more. */
  rows: number;
}

interface Request {
  driftId: string;
  reason: string;
  by: string;
}

/**
 * Lands the batches that lack an accepted column, or whose rows wait for an accepted table, again: each under its own number, with what
 * was decided against them. Mended rows stay as they were mended.
 * @throws AppError `not_found`; `conflict` when the report is not accepted, its contract has not got the column yet, no batch lacks
 * it, or the file of one is no longer kept
 */
export async function landLacking(platform: Platform, request: Request): Promise<LandedAgain> {
  const report = await platform.store.db
    .selectFrom('drift_report')
    .select(['dataset', 'column_name', 'state', 'change'])
    .where('drift_id', '=', request.driftId)
    .executeTakeFirst();
  if (!report) throw new AppError('not_found', `There is no drift report ${request.driftId}.`);
  if (report.state !== 'accepted')
    throw new AppError('conflict', `The report is ${report.state}: only what is accepted is landed.`);
  const { dataset, column_name: column } = report;
  const isTable = report.change === 'unknown_table';
  const contract = (await contractsOf(platform.config)).get(dataset);
  if (isTable ? contract.state === 'held' : !hasColumn(contract, column))
    throw new AppError(
      'conflict',
      isTable
        ? `The contract of ${dataset} is held.`
        : `The contract of ${dataset} has no column “${column}” yet.`,
      {
        where: { dataset, column },
        fix: isTable
          ? 'Take the state held out of it.'
          : 'Commit what accepting it proposed, restart, and ask again.',
      },
    );
  const landed = await landWhatLacks(platform, { ...request, dataset, isTable });
  if (landed) return landed;
  throw new AppError(
    'conflict',
    isTable ? `No rows of ${dataset} wait.` : `No batch of ${dataset} lacks the column “${column}”.`,
  );
}

const hasColumn = ({ fields }: Dataset, column: string): boolean =>
  fields.some((field) => field.source === column || sentName(field) === column);

/** Null when nothing does. */
export async function landWhatLacks(
  platform: Platform,
  { driftId, dataset, isTable, reason, by }: Request & { dataset: string; isTable: boolean },
): Promise<LandedAgain | null> {
  let lacking: Lacking[] = [];
  const batchIds = async (): Promise<number[]> => {
    lacking = (await lackingOf(platform, [driftId])).get(driftId) ?? [];
    const ids = lacking.map(({ batchId }) => batchId);
    // Of a batch that was held no row is in raw to tell which later ones would have been decided against it.
    const later =
      isTable && ids[0] !== undefined
        ? await new WithdrawalLedger(platform.store).after(dataset, ids[0])
        : [];
    return [...new Set([...ids, ...later.map(({ batchId }) => batchId)])];
  };
  const batches = await landAgain(platform, { dataset, batchIds, reason, by });
  const rows = lacking.reduce((sum, one) => sum + one.rows, 0);
  return batches.length === 0 ? null : { dataset, batches, rows };
}
