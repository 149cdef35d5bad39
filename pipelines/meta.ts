/** What a run did, in ClickHouse, where analysts can join it with everything else. */
import type { Warehouse } from '../warehouse/engine/warehouse.ts';
import type { ModelResult } from './dbt/build.ts';
import { writeRows } from './write-rows.ts';

/** One row a model that was not skipped, one row a test. */
export async function writeMeta(warehouse: Warehouse, runId: string, models: ModelResult[]): Promise<void> {
  const now = new Date().toISOString().replace('T', ' ').replace('Z', '');
  await writeRows(
    warehouse,
    'meta.model_run',
    "run_id String, model String, state String, rows UInt64, content_hash String, started_at DateTime64(3, 'UTC'), seconds Float64",
    models
      .filter(({ status }) => status !== 'skipped')
      .map(({ model, status, rows, hash, seconds }) => [runId, model, status, rows, hash, now, seconds]),
  );
  await writeRows(
    warehouse,
    'meta.quality_result',
    "run_id String, model String, test String, severity String, state String, failures UInt64, checked_at DateTime64(3, 'UTC')",
    models.flatMap(({ model, tests }) =>
      tests.map(({ test, severity, state, failures }) => [
        runId,
        model,
        test,
        severity,
        state,
        failures,
        now,
      ]),
    ),
  );
}
