/**
 * Taking batches back out of the warehouse (撤回批次; docs/decisions/0006-withdrawal.md). Batches that were decided against the rows
 * that go are taken out with them and landed again, in order, from the bytes the object store keeps: afterwards everything is as
 * if what was withdrawn had never come. The plan is in the ledger first, so that a crash anywhere is finished at the next start.
 */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { contractsOf } from '../contracts/home.ts';
import { type Dataset, datasetId } from '../contract.ts';
import { rawTable, ROW_COLUMNS } from '../generate/raw-table.ts';
import { asLoaded } from './change-log.ts';
import { faultPoint } from './fault-points.ts';
import { instantSql } from './stage.ts';
import type { DeliveryRecord } from './ledger.ts';
import { type LandedBatch, WithdrawalLedger } from './withdrawal-ledger.ts';

export interface WithdrawalRequest {
  batchId: number;
  reason: string;
  /** Who asks: a user, or `anju` for the command. */
  by: string;
}

export interface LandAgainRequest extends Omit<WithdrawalRequest, 'batchId'> {
  dataset: string;
  batchIds: readonly number[];
}

/** Deliveries a late one may push aside; beyond, it takes its place among them by its date alone. */
const MOST_PUSHED_ASIDE = 100;
const OURS = 'anju';

/** What a withdrawal will take out for good besides its batch, and what of it lands again. By batch. */
interface Consequences {
  overlays: number[];
  replayed: number[];
}

/**
 * Plans a batch's withdrawal, with what was mended and accepted of its quarantine; `finishRemovals` does it.
 * @throws AppError `not_found`; `conflict` when it is no loaded batch, or the bytes of one to be landed again are gone
 */
export async function planWithdrawal(
  platform: Platform,
  { batchId, reason, by }: WithdrawalRequest,
): Promise<LandedBatch & Consequences> {
  const ledger = new WithdrawalLedger(platform.store);
  const [batch] = await ledger.batches([batchId]);
  if (!batch) {
    const found = await ledger.stateOf(batchId);
    if (!found)
      throw new AppError('not_found', `There is no batch ${batchId}.`, { where: { batch: batchId } });
    throw new AppError('conflict', `Batch ${batchId} is ${found.state}, not loaded.`, {
      where: { batch: batchId },
    });
  }
  const dataset = (await contractsOf(platform.config)).get(batch.dataset);
  if (dataset.source === OURS) {
    throw new AppError('conflict', 'What staff changed here is not withdrawn as a batch.', {
      where: { batch: batchId, dataset: batch.dataset },
      fix: 'Change the record back; its history keeps both.',
    });
  }
  const overlays = await ledger.overlaysOf(batchId);
  const leaving = [batch, ...overlays];
  const isLeaving = new Set(leaving.map((one) => one.batchId));
  const after = (await ledger.after(batch.dataset, batchId)).filter((one) => !isLeaving.has(one.batchId));
  const replayed = await decidedAgainst(platform, dataset, leaving, after);
  await refuseGone(platform, replayed);
  const consequences: Consequences = {
    overlays: overlays.map((one) => one.batchId),
    replayed: replayed.map((one) => one.batchId),
  };
  await ledger.plan({ dataset: batch.dataset, batchId, ...consequences, reason, requestedBy: by });
  faultPoint(platform.config, 'withdraw-planned');
  return { ...batch, ...consequences };
}

/**
 * Of the batches after those `leaving` the ones whose rows were decided against theirs: every whole table; of the others those that
 * left rows out as repeats, or that name a key one of them names. What is decided of a key depends on that key alone, so there are
 * no more.
 */
async function decidedAgainst(
  platform: Platform,
  dataset: Dataset,
  leaving: LandedBatch[],
  after: LandedBatch[],
): Promise<LandedBatch[]> {
  const isSure = (one: LandedBatch): boolean =>
    one.deduplicated > 0 || asLoaded(dataset, one.loadAs).load.strategy === 'full';
  const open = after.filter((one) => !isSure(one));
  if (open.length === 0) return after;
  const raw = rawTable(dataset);
  const sharing = await platform.warehouse.rows(
    `SELECT DISTINCT toString(_batch_id) AS id FROM ${raw} WHERE _batch_id IN (${idsOf(open)})
       AND _key_hash IN (SELECT _key_hash FROM ${raw} WHERE _batch_id IN (${idsOf(leaving)}))`,
    z.object({ id: z.coerce.number() }),
    { lane: 'batch', tag: `withdraw ${datasetId(dataset)}` },
  );
  const shares = new Set(sharing.map(({ id }) => id));
  return after.filter((one) => isSure(one) || shares.has(one.batchId));
}

async function refuseGone(platform: Platform, batches: LandedBatch[]): Promise<void> {
  const gone = await firstGone(platform, batches);
  if (!gone) return;
  throw new AppError(
    'conflict',
    `Batch ${gone.batchId} would have to be landed again, and its file is no longer kept.`,
    {
      where: { batch: gone.batchId, file: gone.fileName },
      fix: `Withdraw batch ${gone.batchId} first, or restore the file to the object store.`,
    },
  );
}

async function firstGone({ objects }: Platform, batches: LandedBatch[]): Promise<LandedBatch | undefined> {
  for (const batch of batches) if (!(await objects.exists(batch.objectKey))) return batch;
  return undefined;
}

/**
 * Plans that loaded batches of a data set land again as its contract reads them now, under their numbers, with those decided against
 * them; their overlays stay. `finishRemovals` does it.
 * @returns all that land again
 * @throws AppError `conflict` when the bytes of one are gone; nothing is changed then
 */
export async function planLandAgain(
  platform: Platform,
  { dataset: id, batchIds, reason, by }: LandAgainRequest,
): Promise<number[]> {
  const ledger = new WithdrawalLedger(platform.store);
  const dataset = (await contractsOf(platform.config)).get(id);
  const asked = await ledger.batches(batchIds);
  if (asked.length === 0) return [];
  const after = new Map<number, LandedBatch>();
  for (const { batchId } of asked)
    for (const one of await ledger.after(id, batchId)) after.set(one.batchId, one);
  for (const { batchId } of asked) after.delete(batchId);
  const decided = await decidedAgainst(platform, dataset, asked, [...after.values()]);
  const all = [...asked, ...decided].sort((one, other) => one.batchId - other.batchId);
  await refuseGone(platform, all);
  const replayed = all.map((one) => one.batchId);
  await ledger.plan({ dataset: id, batchId: null, overlays: [], replayed, reason, requestedBy: by });
  faultPoint(platform.config, 'withdraw-planned');
  return replayed;
}

/**
 * A delivery about a day before one already loaded: the later ones step aside and land again behind it, so that each is compared
 * with the state of its day. Facts and logs need none of this: their rows do not depend on what came before.
 */
export async function makeRoom(
  platform: Platform,
  dataset: Dataset,
  delivery: DeliveryRecord,
): Promise<void> {
  const { strategy, operation } = dataset.load;
  if (strategy === 'append' || strategy === 'changes' || operation !== undefined) return;
  const ledger = new WithdrawalLedger(platform.store);
  const later = await ledger.about(datasetId(dataset), delivery.businessDate);
  if (later.length === 0 || later.length > MOST_PUSHED_ASIDE || (await firstGone(platform, later))) return;
  await ledger.plan({
    dataset: datasetId(dataset),
    batchId: null,
    overlays: [],
    replayed: later.map((one) => one.batchId),
    reason: `A delivery of ${delivery.businessDate} came late.`,
    requestedBy: OURS,
  });
  faultPoint(platform.config, 'withdraw-planned');
  await finishRemovals(platform);
}

/** Does what is planned. What is to be landed again is unfinished in the ledger afterwards, and landed with all that is. */
export async function finishRemovals(platform: Platform): Promise<void> {
  const ledger = new WithdrawalLedger(platform.store);
  for (const removal of await ledger.pending()) {
    const dataset = (await contractsOf(platform.config)).get(removal.dataset);
    const gone = removal.batchId === null ? [] : [removal.batchId, ...removal.overlays];
    const ids = [...gone, ...removal.replayed];
    if (removal.batchId !== null) await keepKnown(platform, dataset, ids);
    if (gone.length > 0) await forgetRepairs(platform, dataset, gone);
    faultPoint(platform.config, 'withdraw-repairs-forgotten');
    await removeRows(platform, dataset, await ledger.batches(ids));
    faultPoint(platform.config, 'withdraw-removed');
    await ledger.letGo(removal);
    faultPoint(platform.config, 'withdraw-let-go');
  }
}

/**
 * What is withdrawn was known until now, and with it what was decided against it: the two-axis history keeps both. Done again after
 * a crash it adds what is not there yet; rows that left are kept already.
 */
async function keepKnown(platform: Platform, dataset: Dataset, ids: readonly number[]): Promise<void> {
  const texts = dataset.fields.flatMap(({ source }) => [literal(source), identifier(source)]);
  const batches = ids.join(', ');
  await platform.warehouse.run(
    `INSERT INTO meta.withdrawn_row (dataset, texts, ${ROW_COLUMNS.join(', ')}, known_to)
     SELECT ${literal(datasetId(dataset))}, map(${texts.join(', ')}), ${ROW_COLUMNS.join(', ')}, ${instantSql(new Date())}
     FROM ${rawTable(dataset)} AS held LEFT ANTI JOIN (
       SELECT _batch_id, _row_no, _key_hash FROM meta.withdrawn_row WHERE dataset = ${literal(datasetId(dataset))} AND _batch_id IN (${batches})
     ) AS kept USING (_batch_id, _row_no, _key_hash)
     WHERE _batch_id IN (${batches})`,
    { lane: 'batch', tag: `withdraw ${datasetId(dataset)}` },
  );
}

/**
 * What became of rows of quarantine that leave leaves with them, so that the file landed again finds its quarantine as new. An
 * overlay that is withdrawn itself leaves the row it was made of behind: that one waits again, or it would be nowhere.
 */
async function forgetRepairs(
  { warehouse, store }: Platform,
  dataset: Dataset,
  gone: readonly number[],
): Promise<void> {
  const options = { lane: 'batch', tag: `withdraw ${datasetId(dataset)}` } as const;
  const of = `dataset = ${literal(datasetId(dataset))}`;
  const leaving = `batch_id IN (${gone.join(', ')})`;
  const actions = await new WithdrawalLedger(store).actionsBehind(gone);
  if (actions.length > 0)
    await warehouse.run(
      `INSERT INTO meta.quarantine_state (dataset, batch_id, row_no, state, action_id, version, author, at)
       SELECT dataset, batch_id, row_no, 'open', action_id, version + 1, author, ${instantSql(new Date())}
       FROM meta.quarantine_state FINAL
       WHERE ${of} AND NOT ${leaving} AND action_id IN (${actions.join(', ')}) AND state != 'open'`,
      options,
    );
  for (const table of ['meta.quarantine_edit', 'meta.quarantine_state']) {
    const held = await warehouse.value(
      `SELECT count() FROM ${table} WHERE ${of} AND ${leaving}`,
      z.coerce.number(),
      options,
    );
    if (held > 0)
      await warehouse.run(
        `ALTER TABLE ${table} DELETE WHERE ${of} AND ${leaving} SETTINGS mutations_sync = 2`,
        options,
      );
  }
}

/**
 * Rows leave by mutations that name batch and month: only parts that hold such rows are written again, each is replaced at once,
 * and doing it a second time finds nothing. Raw last, as it came first: rows in raw mean that the batch is whole.
 */
async function removeRows(platform: Platform, dataset: Dataset, batches: LandedBatch[]): Promise<void> {
  const { warehouse, config } = platform;
  const options = { lane: 'batch', tag: `withdraw ${datasetId(dataset)}` } as const;
  const ids = idsOf(batches);
  const remove = async (table: string, id: string, partitions: string[]): Promise<void> => {
    const count = (): Promise<number> =>
      warehouse.value(`SELECT count() FROM ${table} WHERE ${id} IN (${ids})`, z.coerce.number(), options);
    if ((await count()) === 0) return;
    for (const partition of partitions)
      await warehouse.run(
        `ALTER TABLE ${table} DELETE ${partition} WHERE ${id} IN (${ids}) SETTINGS mutations_sync = 2`,
        options,
      );
    if ((await count()) === 0) return;
    throw new AppError('bug', `Rows of the batches ${ids} are still in ${table}.`, {
      where: { dataset: datasetId(dataset) },
    });
  };
  const months = new Set(batches.map((batch) => monthOf(batch.loadedAt)));
  const partitions = [...months].map((month) => `IN PARTITION ID ${literal(month)}`);
  await remove('meta.batch', 'batch_id', ['']);
  await remove('meta.quarantine', 'batch_id', partitions);
  faultPoint(config, 'withdraw-quarantine-removed');
  await remove(rawTable(dataset), '_batch_id', partitions);
}

const idsOf = (batches: readonly LandedBatch[]): string => batches.map((one) => one.batchId).join(', ');

/** The partition an instant's rows are in. */
export const monthOf = (instant: Date): string => instant.toISOString().slice(0, 7).replace('-', '');
