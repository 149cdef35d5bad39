/** The truth of the sample city's rows as a table beside what landed. */
import { z } from 'zod';
import { type Dataset, datasetId } from '../../ingestion/contract.ts';
import { rawTable } from '../../ingestion/generate/raw-table.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Platform } from '../../warehouse/platform.ts';

export const TRUTH_TABLE = 'raw_stage.detect_truth';
const LANE = { lane: 'batch', tag: 'bench detect' } as const;
const COLUMNS = ['dataset', 'file', 'row', 'effect', 'family', 'field', 'rule', 'clean'];

/**
 * One row a line of `rows.jsonl`, with its batch. `is_held`: the row itself stands in raw or in quarantine; else it was left out as
 * a repeat of one that does, and was judged there.
 */
export async function readTruth(
  { warehouse }: Platform,
  path: string,
  datasets: readonly Dataset[],
): Promise<void> {
  const lines = 'raw_stage.detect_lines';
  await warehouse.run(
    `CREATE OR REPLACE TABLE ${lines} (dataset LowCardinality(String), file String, row UInt64, effect LowCardinality(String),
       family LowCardinality(String), field LowCardinality(String), rule LowCardinality(String), clean String)
     ENGINE = MergeTree ORDER BY (dataset, file, row)`,
    LANE,
  );
  const structure = COLUMNS.map((name) => `${name} ${name === 'row' ? 'UInt64' : 'String'}`).join(', ');
  await warehouse.insertFile(
    'JSONEachRow',
    lines,
    COLUMNS,
    path,
    structure,
    (source) => `SELECT ${COLUMNS.join(', ')} FROM ${source}`,
    LANE,
  );
  const tables = await warehouse.rows(
    "SELECT name FROM system.tables WHERE database = 'raw'",
    z.object({ name: z.string() }),
    LANE,
  );
  const present = new Set(tables.map(({ name }) => `\`raw\`.\`${name}\``));
  const held = datasets
    .filter((dataset) => present.has(rawTable(dataset)))
    .map(
      (dataset) => `SELECT _batch_id AS batch_id, _row_no AS row_no FROM ${rawTable(dataset)}
        WHERE (_batch_id, _row_no) IN (SELECT batches.batch_id, lines.row FROM ${lines} AS lines
          INNER JOIN batches ON lines.file = batches.file_name AND lines.dataset = batches.dataset WHERE lines.dataset = ${literal(datasetId(dataset))})`,
    );
  await warehouse.run(
    `CREATE OR REPLACE TABLE ${TRUTH_TABLE} ENGINE = MergeTree ORDER BY (dataset, field, batch_id, row_no) AS
     WITH batches AS (SELECT batch_id, dataset, file_name FROM meta.batch FINAL),
       held AS (SELECT batch_id, row_no FROM meta.quarantine UNION ALL ${held.join(' UNION ALL ')})
     SELECT lines.dataset AS dataset, batches.batch_id AS batch_id, lines.row AS row_no, lines.effect AS effect, lines.family AS family,
       lines.field AS field, lines.rule AS rule, lines.clean AS clean, (batch_id, row_no) IN (SELECT batch_id, row_no FROM held) AS is_held
     FROM ${lines} AS lines
     LEFT JOIN batches ON lines.file = batches.file_name AND lines.dataset = batches.dataset`,
    LANE,
  );
  await warehouse.run(`DROP TABLE ${lines}`, LANE);
}
