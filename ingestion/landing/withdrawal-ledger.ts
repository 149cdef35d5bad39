/** What is to be taken back out of the warehouse, written down before it is: a crash in the middle is finished from here. */
import { type RawBuilder, sql } from 'kysely';
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
  /** Rows of its quarantine that somebody mended or accepted: leave with it. */
  overlays: number[];
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

  /**
   * Overlays of the batch, loaded: what was mended and accepted of its quarantine, and of theirs. An action on rows of quarantine
   * that adds some is always about one batch.
   */
  async overlaysOf(batchId: number): Promise<LandedBatch[]> {
    const { rows } = await sql<{ batch_id: number }>`
      WITH RECURSIVE made AS (
        SELECT batch.batch_id, (selection->>'batchId')::bigint AS made_of
        FROM batch JOIN delivery USING (delivery_id) JOIN quarantine_action ON action_id = repair_action
        WHERE batch.state = 'loaded'
      ), overlay AS (
        SELECT batch_id FROM made WHERE made_of = ${batchId}
        UNION
        SELECT made.batch_id FROM made JOIN overlay ON made_of = overlay.batch_id
      )
      SELECT batch_id FROM overlay`.execute(this.#db);
    return this.batches(rows.map((row) => row.batch_id));
  }

  /** Actions whose overlays the batches are. */
  async actionsBehind(batchIds: readonly number[]): Promise<number[]> {
    const rows = await this.#db
      .selectFrom('batch')
      .innerJoin('delivery', 'delivery.delivery_id', 'batch.delivery_id')
      .select('repair_action')
      .where('batch_id', 'in', batchIds)
      .where('repair_action', 'is not', null)
      .execute();
    return rows.flatMap(({ repair_action }) => repair_action ?? []);
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

  async plan({ dataset, batchId, overlays, replayed, reason, requestedBy }: RemovalPlan): Promise<void> {
    await this.#db
      .insertInto('withdrawal')
      .values({
        dataset,
        batch_id: batchId,
        reason,
        requested_by: requestedBy,
        overlays: numbers(overlays),
        replayed: numbers(replayed),
      })
      .execute();
  }

  /** Removals that are planned and not through, oldest first. */
  async pending(): Promise<Removal[]> {
    const rows = await this.#db
      .selectFrom('withdrawal')
      .select(['withdrawal_id', 'dataset', 'batch_id', sql<number[]>`to_jsonb(replayed)`.as('replayed')])
      .select(sql<number[]>`to_jsonb(overlays)`.as('overlays'))
      .where('state', '=', 'removing')
      .orderBy('withdrawal_id')
      .execute();
    return rows.map((row) => ({
      withdrawalId: row.withdrawal_id,
      dataset: row.dataset,
      batchId: row.batch_id,
      overlays: row.overlays,
      replayed: row.replayed,
    }));
  }

  /**
   * The rows are gone: the batch and its overlays are withdrawn, and those to be landed again are as if just received. What made the
   * overlays, and what was begun about rows of the batch, came to nothing.
   */
  async letGo({ withdrawalId, batchId, overlays, replayed }: Removal): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const gone = batchId === null ? [] : [batchId, ...overlays];
      if (gone.length > 0) {
        const deliveries = trx.selectFrom('batch').select('delivery_id').where('batch_id', 'in', gone);
        await trx.updateTable('batch').set({ state: 'withdrawn' }).where('batch_id', 'in', gone).execute();
        await trx
          .updateTable('delivery')
          .set({ state: 'withdrawn' })
          .where('delivery_id', 'in', deliveries)
          .execute();
        const acted = trx
          .selectFrom('delivery')
          .select('repair_action')
          .where('repair_action', 'is not', null)
          .where('delivery_id', 'in', deliveries);
        await trx
          .updateTable('quarantine_action')
          .set({ state: 'failed', failure: `Batch ${batchId} was withdrawn.` })
          .where((row) =>
            row.or([
              row('action_id', 'in', acted),
              row.and([
                row('state', '=', 'doing'),
                row(sql<number>`(selection->>'batchId')::bigint`, 'in', gone),
              ]),
            ]),
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

/** As the database takes a list of them. */
const numbers = (ids: readonly number[]): RawBuilder<unknown> => sql`${`{${ids.join(',')}}`}::bigint[]`;

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
