import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { RawRow } from './rows.ts';

export interface DeliveryOfRows {
  relation: string;
  dataset: string;
  batchId: number;
  deliveryId: string;
  fileName: string;
  sha256: string | null;
  /** YYYY-MM-DD */
  businessDate: string | null;
  loadedAt: Date;
  /** Hash of the delivery's arrival certificate; null when none is issued yet. */
  certificate: string | null;
  /** Numbers of the rows in the file, from 1. */
  rowNos: number[];
}

/** The file each raw row came in, oldest batch first. */
export async function deliveriesOf(
  { db }: OperationalStore,
  rows: readonly RawRow[],
): Promise<DeliveryOfRows[]> {
  const byBatch = new Map<number, RawRow[]>();
  for (const row of rows) {
    const of = byBatch.get(row.batchId);
    if (of) of.push(row);
    else byBatch.set(row.batchId, [row]);
  }
  if (byBatch.size === 0) return [];
  const batches = await db
    .selectFrom('batch')
    .innerJoin('delivery', 'delivery.delivery_id', 'batch.delivery_id')
    .leftJoin('certificate', 'certificate.delivery_id', 'delivery.delivery_id')
    .select([
      'batch.batch_id',
      'batch.dataset',
      'batch.loaded_at',
      'delivery.delivery_id',
      'delivery.file_name',
      'delivery.sha256',
      'delivery.business_date',
      'certificate.hash',
    ])
    .where('batch.batch_id', 'in', [...byBatch.keys()])
    .orderBy('batch.batch_id')
    .orderBy('certificate.sequence')
    .execute();
  // Landed again after a withdrawal, a delivery has several certificates: the last one holds.
  return [...new Map(batches.map((batch) => [batch.batch_id, batch])).values()].map((batch) => {
    const of = byBatch.get(batch.batch_id) ?? [];
    return {
      relation: of[0]?.relation ?? '',
      dataset: batch.dataset,
      batchId: batch.batch_id,
      deliveryId: batch.delivery_id,
      fileName: batch.file_name,
      sha256: batch.sha256,
      businessDate: batch.business_date,
      loadedAt: batch.loaded_at,
      certificate: batch.hash,
      rowNos: [...new Set(of.map(({ rowNo }) => rowNo))].toSorted((a, b) => a - b),
    };
  });
}
