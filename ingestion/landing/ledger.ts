/** The landing ledger in the operational store: which deliveries came, and what became of each. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { LoadAs } from '../../warehouse/operational/tables/ledger.ts';
import { type ControlFile, controlFileSchema } from '../certificate/control.ts';
import type { Findings } from '../certificate/findings.ts';
import { type Delivery, deliverySchema } from '../contract.ts';
import type { BatchCounts } from './accounting.ts';
import type { Received } from './receive.ts';

export interface DeliveryRecord {
  deliveryId: string;
  dataset: string;
  fileName: string;
  /** YYYY-MM-DD */
  businessDate: string;
  received: Received;
  /** When it came first, where it is landed again from somebody's archive; else now. */
  receivedAt?: Date;
  collected?: CollectedFrom;
  /** Why it may delete more of what is known than its contract allows. */
  massDeleteReason?: string;
  /** What the control file beside it says. */
  declared?: ControlFile;
  /** Version of the contract it is read under. */
  contractVersion?: number;
}

/** What a delivery that a connector fetched says besides its file. Kept in the ledger, for a crash may come before the load. */
export interface CollectedFrom {
  /** How the file is to be read, where it is not in the contract's own shape. */
  shape?: Delivery;
  loadAs?: LoadAs;
  /** The task whose position moves to `position` with the commit. */
  task?: { id: string; position: unknown };
  /** Rows of quarantine that somebody mended or accepted (`ingestion/quarantine`). */
  repair?: { action: number; kind: 'mend' | 'accept' };
}

export interface BatchRecord {
  batchId: number;
  loadedAt: Date;
  /** Begun now: nothing of it can have been published before. */
  isNew: boolean;
}

export class Ledger {
  readonly #db: OperationalStore['db'];

  constructor(store: OperationalStore) {
    this.#db = store.db;
  }

  async received(delivery: Omit<DeliveryRecord, 'deliveryId'>): Promise<DeliveryRecord> {
    const deliveryId = randomUUID();
    const { received } = delivery;
    await this.#db
      .insertInto('delivery')
      .values({
        delivery_id: deliveryId,
        dataset: delivery.dataset,
        file_name: delivery.fileName,
        sha256: received.sha256,
        bytes: received.bytes,
        encoding: received.encoding,
        business_date: delivery.businessDate,
        received_at: delivery.receivedAt ?? new Date(),
        state: 'received',
        refusal: null,
        origin: received.origin,
        object_key: received.objectKey,
        shape: delivery.collected?.shape ? JSON.stringify(delivery.collected.shape) : null,
        load_as: delivery.collected?.loadAs,
        repair_action: delivery.collected?.repair?.action,
        repair_kind: delivery.collected?.repair?.kind,
        mass_delete_reason: delivery.massDeleteReason,
        contract_version: delivery.contractVersion,
        declared: delivery.declared ? JSON.stringify(delivery.declared) : null,
        ...taskOf(delivery.collected),
      })
      .execute();
    return { ...delivery, deliveryId };
  }

  /** Landed again, a delivery is read under the contract of now. */
  async readUnder(deliveryId: string, version: number): Promise<void> {
    await this.#db
      .updateTable('delivery')
      .set({ contract_version: version })
      .where('delivery_id', '=', deliveryId)
      .execute();
  }

  /** A file that could not be taken. `received` is missing when not even its end was seen. */
  async refused(
    delivery: Omit<DeliveryRecord, 'deliveryId' | 'received'> & { deliveryId?: string; bytes: number },
    error: AppError,
  ): Promise<string> {
    const refusal = JSON.stringify({
      ...error.where,
      rule: String(error.where['rule'] ?? 'refused'),
      message: error.message,
      ...(error.fix === undefined ? {} : { fix: error.fix }),
    });
    if (delivery.deliveryId !== undefined) {
      const { deliveryId } = delivery;
      await this.#db.transaction().execute(async (trx) => {
        await trx
          .deleteFrom('batch')
          .where('delivery_id', '=', deliveryId)
          .where('state', '=', 'loading')
          .execute();
        await trx
          .updateTable('delivery')
          .set({ state: 'refused', refusal })
          .where('delivery_id', '=', deliveryId)
          .execute();
        if (delivery.collected?.task) await moveOnce(trx, deliveryId, delivery.collected.task);
      });
      return deliveryId;
    }
    const deliveryId = randomUUID();
    await this.#db.transaction().execute(async (trx) => {
      await trx
        .insertInto('delivery')
        .values({
          delivery_id: deliveryId,
          dataset: delivery.dataset,
          file_name: delivery.fileName,
          sha256: null,
          bytes: delivery.bytes,
          encoding: null,
          business_date: delivery.businessDate,
          received_at: new Date(),
          state: 'refused',
          refusal,
          origin: null,
          object_key: null,
          ...taskOf(delivery.collected),
        })
        .execute();
      if (delivery.collected?.task) await moveOnce(trx, deliveryId, delivery.collected.task);
    });
    return deliveryId;
  }

  /**
   * The batch of a delivery: the one a crash left, or a new one. Its `loaded_at`, which every row of it carries, is the instant the
   * delivery was received: that is when we knew, however late it is worked off.
   */
  async begin({ deliveryId }: DeliveryRecord): Promise<BatchRecord> {
    const batch = await this.#db
      .with('open', (db) =>
        db
          .selectFrom('batch')
          .select(['batch_id', 'loaded_at'])
          .where('delivery_id', '=', deliveryId)
          .where('state', '=', 'loading'),
      )
      // Landed again after a withdrawal, it is certified again.
      .with('uncertified', (db) =>
        db
          .updateTable('delivery')
          .set({ is_certified: false })
          .where('delivery_id', '=', deliveryId)
          .where('is_certified', '=', true)
          .where(({ not, exists }) => not(exists(db.selectFrom('open').select('batch_id')))),
      )
      // Not the identity's next value: a crash leaves gaps there, and a run must be a function of its input.
      .with('made', (db) =>
        db
          .insertInto('batch')
          .columns(['batch_id', 'delivery_id', 'dataset', 'state', 'loaded_at', 'started_at'])
          .expression(
            db
              .selectFrom('delivery')
              .select((row) => [
                row
                  .selectFrom('batch')
                  .select(sql<number>`coalesce(max(batch_id), 0) + 1`.as('next'))
                  .as('batch_id'),
                'delivery_id',
                'dataset',
                row.val('loading' as const).as('state'),
                'received_at',
                row.val(new Date()).as('started_at'),
              ])
              .where('delivery_id', '=', deliveryId)
              .where(({ not, exists }) => not(exists(db.selectFrom('open').select('batch_id')))),
          )
          .returning(['batch_id', 'loaded_at']),
      )
      .selectFrom('open')
      .select(['batch_id', 'loaded_at', sql<boolean>`false`.as('is_new')])
      .unionAll((db) =>
        db.selectFrom('made').select(['batch_id', 'loaded_at', sql<boolean>`true`.as('is_new')]),
      )
      .executeTakeFirstOrThrow();
    return { batchId: batch.batch_id, loadedAt: batch.loaded_at, isNew: batch.is_new };
  }

  /** Written before anything is published, so that a batch whose rows are there can be completed without counting again. */
  async counted(
    batchId: number,
    counts: BatchCounts,
    notes: string[],
    deliveryId: string,
    findings?: Findings,
  ): Promise<void> {
    const found = findings === undefined ? {} : { findings: JSON.stringify(findings) };
    await this.#db
      .with('noted', (db) =>
        db
          .updateTable('delivery')
          .set({ notes: JSON.stringify(notes) })
          .where('delivery_id', '=', deliveryId),
      )
      .updateTable('batch')
      .set({ ...counts, ...found })
      .where('batch_id', '=', batchId)
      .execute();
  }

  async countsOf(batchId: number): Promise<BatchCounts> {
    return this.#db
      .selectFrom('batch')
      .select(['landed', 'loaded', 'quarantined', 'deduplicated', 'deleted'])
      .where('batch_id', '=', batchId)
      .executeTakeFirstOrThrow();
  }

  async commit(delivery: DeliveryRecord, batchId: number, state: 'loaded' | 'repeat'): Promise<void> {
    const { deliveryId, collected } = delivery;
    const finish = (trx: OperationalStore['db']): Promise<unknown> =>
      trx
        .with('finished', (db) =>
          db
            .updateTable('batch')
            .set({ state: 'loaded', finished_at: new Date() })
            .where('batch_id', '=', batchId),
        )
        .updateTable('delivery')
        .set({ state })
        .where('delivery_id', '=', deliveryId)
        .execute();
    const task = collected?.task;
    if (!task) await finish(this.#db);
    else
      await this.#db.transaction().execute(async (trx) => {
        await finish(trx);
        await moveOnce(trx, deliveryId, task);
      });
  }

  /**
   * Rows of the earlier delivery with the same bytes that makes this one a repeat; null when there is none. A whole table repeats
   * only the one it would be compared with.
   */
  async landedBefore(
    { deliveryId, dataset, businessDate, received: { sha256 } }: DeliveryRecord,
    isWhole: boolean,
  ): Promise<number | null> {
    const receivedAt = this.#db
      .selectFrom('delivery as own')
      .select('own.received_at')
      .where('own.delivery_id', '=', deliveryId);
    const loaded = this.#db
      .selectFrom('delivery')
      .innerJoin('batch', 'batch.delivery_id', 'delivery.delivery_id')
      .select((row) => [
        'delivery.sha256',
        'batch.landed',
        row('delivery.received_at', '>', receivedAt).as('came_later'),
      ])
      .where('delivery.dataset', '=', dataset)
      .where('batch.state', '=', 'loaded')
      .limit(1);
    // What came later cannot make it a repeat, nor a whole table in whose place another has come since.
    const found = isWhole
      ? await loaded
          .where('delivery.business_date', '<=', businessDate)
          .orderBy('came_later', 'desc')
          .orderBy('delivery.business_date', 'desc')
          .orderBy('batch.batch_id', 'desc')
          .executeTakeFirst()
      : await loaded
          .where('delivery.sha256', '=', sha256)
          .where('delivery.received_at', '<=', receivedAt)
          .executeTakeFirst();
    return found?.sha256 === sha256 && found.came_later !== true ? found.landed : null;
  }

  /** Latest business date of what was loaded of a data set. */
  async latestBusinessDate(dataset: string): Promise<string | null> {
    const found = await this.#db
      .selectFrom('delivery')
      .select((select) => select.fn.max('business_date').as('latest'))
      .where('dataset', '=', dataset)
      .where('state', '=', 'loaded')
      .executeTakeFirst();
    return found?.latest ?? null;
  }

  /** Was exactly this file on disk dealt with already? Then a crash came between the commit and its removal. */
  async isDone(dataset: string, fileName: string, origin: string): Promise<boolean> {
    const found = await this.#db
      .selectFrom('delivery')
      .select('delivery_id')
      .where('dataset', '=', dataset)
      .where('file_name', '=', fileName)
      .where('origin', '=', origin)
      .where('state', 'in', ['loaded', 'repeat'])
      .executeTakeFirst();
    return found !== undefined;
  }

  /** The next delivery that was received and not finished: by the day it is about, for what lands again must land in order. */
  async nextUnfinished(): Promise<DeliveryRecord | undefined> {
    const rows = await this.#db
      .selectFrom('delivery')
      .selectAll()
      .where('state', '=', 'received')
      .orderBy('business_date')
      .orderBy('received_at')
      .orderBy('delivery_id')
      .limit(1)
      .execute();
    const [next] = rows.map((row) => ({
      deliveryId: row.delivery_id,
      dataset: row.dataset,
      fileName: row.file_name,
      businessDate: row.business_date ?? '',
      received: {
        sha256: row.sha256 ?? '',
        bytes: row.bytes,
        encoding: encodings.find((known) => known === row.encoding) ?? 'utf-8',
        objectKey: row.object_key ?? '',
        origin: row.origin ?? '',
      },
      massDeleteReason: row.mass_delete_reason ?? undefined,
      contractVersion: row.contract_version ?? undefined,
      declared: row.declared === null ? undefined : controlFileSchema.parse(row.declared),
      collected: {
        shape: row.shape === null ? undefined : deliverySchema.parse(row.shape),
        loadAs: row.load_as,
        repair:
          row.repair_action !== null && row.repair_kind !== null
            ? { action: row.repair_action, kind: row.repair_kind }
            : undefined,
        task: row.task_id === null ? undefined : { id: row.task_id, position: row.position_after },
      },
    }));
    return next;
  }
}

const taskOf = (collected?: CollectedFrom): { task_id: string | null; position_after: string | null } =>
  collected?.task
    ? { task_id: collected.task.id, position_after: JSON.stringify(collected.task.position) }
    : { task_id: null, position_after: null };

/** Moves the task's position, unless this delivery moved it before: landed again after a withdrawal it must not move it back. */
async function moveOnce(
  trx: OperationalStore['db'],
  deliveryId: string,
  task: NonNullable<CollectedFrom['task']>,
): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('delivery')
    .set({ position_moved: true })
    .where('delivery_id', '=', deliveryId)
    .where('position_moved', '=', false)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  const position = JSON.stringify(task.position);
  await trx
    .insertInto('collection_position')
    .values({ task_id: task.id, position, updated_at: new Date() })
    .onConflict((conflict) => conflict.column('task_id').doUpdateSet({ position, updated_at: new Date() }))
    .execute();
}

const encodings = ['utf-8', 'utf-8-bom', 'gb18030', 'utf-16le', 'utf-16be', 'binary'] as const;
