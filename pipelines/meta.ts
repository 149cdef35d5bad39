/** What a run did, in ClickHouse, where analysts can join it with everything else. */
import { literal } from '../warehouse/engine/sql.ts';
import type { Warehouse } from '../warehouse/engine/warehouse.ts';
import type { ModelResult } from './dbt/build.ts';

/** One row a model that was not skipped, one row a test, each in one INSERT. */
export async function writeMeta(warehouse: Warehouse, runId: string, models: ModelResult[]): Promise<void> {
  const now = new Date().toISOString().replace('T', ' ').replace('Z', '');
  const runs = models
    .filter((model) => model.status !== 'skipped')
    .map((model) => ({
      run_id: runId,
      model: model.model,
      state: model.status,
      rows: model.rows,
      content_hash: model.hash,
      started_at: now,
      seconds: model.seconds,
    }));
  await insert(
    warehouse,
    'meta.model_run',
    "run_id String, model String, state String, rows UInt64, content_hash String, started_at DateTime64(3, 'UTC'), seconds Float64",
    runs,
  );
  const tests = models.flatMap((model) =>
    model.tests.map((test) => ({ run_id: runId, model: model.model, ...test, checked_at: now })),
  );
  await insert(
    warehouse,
    'meta.quality_result',
    "run_id String, model String, test String, severity String, state String, failures UInt64, checked_at DateTime64(3, 'UTC')",
    tests,
  );
}

/** A statement may hold 256 KiB of text; a row of these is under 400 characters. */
const ROWS_A_STATEMENT = 300;

async function insert(warehouse: Warehouse, table: string, structure: string, rows: object[]): Promise<void> {
  const columns = structure.split(/,(?![^(]*\))/).map((column) => column.trim().split(' ')[0]);
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
    const lines = rows.slice(from, from + ROWS_A_STATEMENT).map((row) => JSON.stringify(row));
    await warehouse.run(
      `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM format(JSONEachRow, ${literal(structure)}, ${literal(lines.join('\n'))})`,
      { lane: 'batch', tag: `write ${table}` },
    );
  }
}
