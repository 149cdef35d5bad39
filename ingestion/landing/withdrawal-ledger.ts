/** What is to be taken back out of the warehouse, written down before it is: a crash in the middle is finished from here. */
import { sql } from 'kysely';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { LoadAs } from '../../warehouse/operational/tables/ledger.ts';

/** A batch in the warehouse, and what landing it again needs. */
export interface LandedBatch {
  batchId: number;
  dataset: string;
  loadedAt: Date;
  loadAs: LoadAs;
  deduplicated: number;
  objectKey: string;
  fileName: string;
}

export interface Removal {
  withdrawalId: number;
  dataset: string;
  /** Leaves for good; null when batches only make room for one that came late. */
  batchId: number | null;
  /** Leave, and are landed again. */
  replayed: number[];
}

export interface RemovalPlan extends Omit<Removal, 'withdrawalId'> {
  reason: string;
  requestedBy: string;
}

export class WithdrawalLedger {
  readonly #db: OperationalStore['db'];

  constructor(store: OperationalStore) {
    this.#db = store.db;
  }

  async stateOf(batchId: number): Promise<{ dataset: string; state: string } | undefined> {
    return this.#db
      .selectFrom('batch')
      .select(['dataset', 'state'])
      .where('batch_id', '=', batchId)
      .executeTakeFirst();
  }

  /** Loaded batches of a data set by id. */
  async batches(ids: readonly number[]): Promise<LandedBatch[]> {
    return ids.length === 0 ? [] : landed(await this.#loaded().where('batch_id', 'in', ids).execute());
  }

  /**
   * Batches of the data set that may have been decided after this one: those of a higher number, and those about a later day, which
   * step aside for what comes late and keep their number.
   */
  async after(dataset: string, batchId: number): Promise<LandedBatch[]> {
    const day = this.#db
      .selectFrom('batch')
      .innerJoin('delivery', 'delivery.delivery_id', 'batch.delivery_id')
      .select('business_date')
      .where('batch_id', '=', batchId);
    return landed(
      await this.#loaded()
        .where('batch.dataset', '=', dataset)
        .where((row) => row.or([row('batch_id', '>', batchId), row('business_date', '>', day)]))
        .execute(),
    );
  }

  /** Batches of the data set about a later day, YYYY-MM-DD. */
  async about(dataset: string, laterThan: string): Promise<LandedBatch[]> {
    return landed(
      await this.#loaded()
        .where('batch.dataset', '=', dataset)
        .where('business_date', '>', laterThan)
        .execute(),
    );
  }

  async plan({ dataset, batchId, replayed, reason, requestedBy }: RemovalPlan): Promise<void> {
    await this.#db
      .insertInto('withdrawal')
      .values({
        dataset,
        batch_id: batchId,
        reason,
        requested_by: requestedBy,
        replayed: sql`${`{${replayed.join(',')}}`}::bigint[]`,
      })
      .execute();
  }

  /** Removals that are planned and not through, oldest first. */
  async pending(): Promise<Removal[]> {
    const rows = await this.#db
      .selectFrom('withdrawal')
      .select(['withdrawal_id', 'dataset', 'batch_id', sql<number[]>`to_jsonb(replayed)`.as('replayed')])
      .where('state', '=', 'removing')
      .orderBy('withdrawal_id')
      .execute();
    return rows.map((row) => ({
      withdrawalId: row.withdrawal_id,
      dataset: row.dataset,
      batchId: row.batch_id,
      replayed: row.replayed,
    }));
  }

  /** The rows are gone: the batch is withdrawn, and those to be landed again are as if just received. */
  async letGo({ withdrawalId, batchId, replayed }: Removal): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      if (batchId !== null) {
        await trx.updateTable('batch').set({ state: 'withdrawn' }).where('batch_id', '=', batchId).execute();
        await trx
          .updateTable('delivery')
          .set({ state: 'withdrawn' })
          .where(
            'delivery_id',
            '=',
            trx.selectFrom('batch').select('delivery_id').where('batch_id', '=', batchId),
          )
          .execute();
      }
      if (replayed.length > 0) {
        await trx
          .updateTable('batch')
          .set({ state: 'loading', finished_at: null })
          .where('batch_id', 'in', replayed)
          .execute();
        await trx
          .updateTable('delivery')
          .set((row) => ({
            state: 'received',
            is_certified: false,
            // It passed when it came: what happens to another delivery must not turn it away.
            mass_delete_reason: row.fn.coalesce('mass_delete_reason', sql.lit('it had been landed before')),
          }))
          .where(
            'delivery_id',
            'in',
            trx.selectFrom('batch').select('delivery_id').where('batch_id', 'in', replayed),
          )
          .execute();
      }
      await trx
        .updateTable('withdrawal')
        .set({ state: 'removed', removed_at: new Date() })
        .where('withdrawal_id', '=', withdrawalId)
        .execute();
    });
  }

  #loaded() {
    return this.#db
      .selectFrom('batch')
      .innerJoin('delivery', 'delivery.delivery_id', 'batch.delivery_id')
      .select([
        'batch_id',
        'batch.dataset as dataset',
        'loaded_at',
        'load_as',
        'deduplicated',
        'object_key',
        'file_name',
      ])
      .where('batch.state', '=', 'loaded')
      .orderBy('batch_id');
  }
}

interface Row {
  batch_id: number;
  dataset: string;
  loaded_at: Date;
  load_as: LoadAs;
  deduplicated: number;
  object_key: string | null;
  file_name: string;
}

const landed = (rows: Row[]): LandedBatch[] =>
  rows.map((row) => ({
    batchId: row.batch_id,
    dataset: row.dataset,
    loadedAt: row.loaded_at,
    loadAs: row.load_as,
    deduplicated: row.deduplicated,
    objectKey: row.object_key ?? '',
    fileName: row.file_name,
  }));
