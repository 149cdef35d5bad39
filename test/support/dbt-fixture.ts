import type { Platform } from '../../warehouse/platform.ts';

/** The small dbt project the runner's tests build. */
export const fixtureProject = new URL('../fixtures/dbt-project', import.meta.url).pathname;

/** The raw tables the fixture project reads. */
export async function prepareRaw(platform: Platform): Promise<void> {
  await platform.warehouse.run(
    'CREATE TABLE raw.city__dwelling (dwelling_no String, state String, rooms String, _batch_id UInt64) ENGINE = MergeTree ORDER BY dwelling_no',
  );
  await platform.warehouse.run(
    'CREATE TABLE raw.city__reading (dwelling_no String, read_on String, value String, _batch_id UInt64) ENGINE = MergeTree ORDER BY dwelling_no',
  );
}

/** Rows into a raw table, and the batch into the landing ledger, as landing would leave them. */
export async function deliver(
  platform: Platform,
  dataset: string,
  batch: number,
  values: string,
): Promise<void> {
  const at = new Date('2026-02-01T00:00:00Z');
  await platform.store.db
    .insertInto('delivery')
    .values({
      delivery_id: `delivery-${batch}`,
      dataset,
      file_name: `${batch}.csv`,
      sha256: String(batch).padStart(64, '0'),
      bytes: values.length,
      encoding: 'utf-8',
      business_date: '2026-01-31',
      state: 'loaded',
      refusal: null,
    })
    .execute();
  await platform.warehouse.run(`INSERT INTO raw.${dataset.replace('.', '__')} VALUES ${values}`);
  await platform.store.db
    .insertInto('batch')
    .values({
      batch_id: batch,
      delivery_id: `delivery-${batch}`,
      dataset,
      state: 'loaded',
      loaded_at: at,
      finished_at: at,
    })
    .execute();
}
