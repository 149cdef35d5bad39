/** The engine counts, batch by batch: rows, filled values, defects marked, rows turned away. Many data sets in one statement. */
import { z } from 'zod';
import { cleanSql, nothingToEmptySql } from '../../domain/cleaning.ts';
import { type Dataset, datasetId, type Field } from '../../ingestion/contract.ts';
import { rawTable } from '../../ingestion/generate/raw-table.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { BatchToCount } from './batches.ts';
import { groupedBy } from '../grouped-by.ts';

/** Rows of raw with the same life: from the batch that brought them until the one that replaced them. */
interface RowGroup {
  dataset: string;
  batch: number;
  /** The batch that replaced or deleted them; 0 when none has, and where each delivery is judged by its own rows. */
  until: number;
  rows: number;
  /** Rows with a value, by field of `countedFields`. */
  filled: number[];
  /** `field:rule` and how many rows have it. */
  defects: [defect: string, rows: number][];
}
export interface Quarantined {
  batch: number;
  field: string;
  rule: string;
  rows: number;
}
export interface BatchCount {
  rows: number;
  filled: ReadonlyMap<string, number>;
  /** `field:rule` → rows kept with that defect. */
  marked: ReadonlyMap<string, number>;
  quarantined: Quarantined[];
}

/** Landing turns away rows without these: every row in raw has them. */
export const isAlwaysFilled = (dataset: Dataset, field: Field): boolean =>
  field.required || dataset.key.includes(field.name);
const countedFields = (dataset: Dataset): Field[] =>
  dataset.fields.filter((field) => !isAlwaysFilled(dataset, field));

/** What a word for "nothing" (`domain/cleaning.ts`) can begin with, in every width; blanks may stand before it. */
const NOTHING_BEGINS = [...' \t\u00a0\u200b\u3000\ufeffNnＮｎ(（<＜#＃\\＼-－‐–—―/／*＊空无暂未不'];
const LONGEST_NOTHING = 32;
/** Is there a value, as landing sees it? Only the few short texts that begin like a word for "nothing" are cleaned first. */
function filledSql(column: string): string {
  const begins = `substringUTF8(${column}, 1, 1) IN (${NOTHING_BEGINS.map(literal).join(', ')})`;
  const cleaned = nothingToEmptySql(cleanSql(column));
  return `multiIf(${column} = '', 0, ${column} >= '0' AND ${column} < ':', 1, length(${column}) > ${LONGEST_NOTHING} OR NOT ${begins}, 1, ${cleaned} != '')`;
}

/** Statements stay far below the engine's 256 KiB. */
const MOST_TEXT = 100_000;
const LANE = { lane: 'batch', tag: 'quality.count' } as const;
const groupSchema = z.object({
  dataset: z.string(),
  batch: z.number(),
  until: z.number(),
  rows: z.number(),
  filled: z.array(z.number()),
  defects: z.array(z.tuple([z.string(), z.number()])),
});

/** A batch of a whole table is what stands then: its rows and those of earlier batches that it left as they were. */
function groupSql(dataset: Dataset, batches: readonly BatchToCount[]): string {
  const isWhole = batches.some((batch) => batch.isWhole);
  const own = `_batch_id IN (${batches.map(({ batchId }) => batchId).join(', ')})`;
  const columns = countedFields(dataset).map(({ source }) => identifier(source));
  const counted = columns.map((column) => `toUInt32(countIf(${filledSql(column)}))`);
  const from = isWhole
    ? `(SELECT *, leadInFrame(_batch_id, 1, 0) OVER (PARTITION BY _key_hash ORDER BY _business_date, _batch_id, _row_no
         ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS _until FROM ${rawTable(dataset)})`
    : rawTable(dataset);
  return `SELECT ${literal(datasetId(dataset))} AS dataset, toUInt32(_batch_id) AS batch, toUInt32(${isWhole ? '_until' : '0'}) AS until,
      toUInt32(count()) AS rows, CAST([${counted.join(', ')}], 'Array(UInt32)') AS filled,
      arrayMap((defect, rows) -> (defect, toUInt32(rows)), (sumMap(_defects, arrayResize(CAST([], 'Array(UInt64)'), length(_defects), 1)) AS sums).1, sums.2) AS defects
    FROM ${from} WHERE _op != 'Delete'${isWhole ? '' : ` AND ${own}`} GROUP BY batch, until`;
}

function* statements(selects: readonly string[]): Generator<string> {
  let text = '';
  for (const select of selects) {
    if (text !== '' && text.length + select.length > MOST_TEXT) {
      yield text;
      text = '';
    }
    text += text === '' ? select : `\nUNION ALL\n${select}`;
  }
  if (text !== '') yield text;
}

/** What each batch holds, by batch id. */
export async function countBatches(
  warehouse: Warehouse,
  batches: readonly BatchToCount[],
): Promise<Map<number, BatchCount>> {
  const tables = await warehouse.rows(
    "SELECT name FROM system.tables WHERE database = 'raw'",
    z.object({ name: z.string() }),
    LANE,
  );
  const present = new Set(tables.map(({ name }) => `\`raw\`.\`${name}\``));
  const byDataset = groupedBy(batches, ({ dataset }) => dataset);
  const selects = [...byDataset]
    .filter(([dataset]) => present.has(rawTable(dataset)))
    .map(([dataset, own]) => groupSql(dataset, own));
  const groups: RowGroup[] = [];
  for (const statement of statements(selects))
    groups.push(...(await warehouse.rows(statement, groupSchema, LANE)));
  const turnedAway = await quarantinedOf(warehouse, batches);
  const groupsOf = groupedBy(groups, ({ dataset }) => dataset);
  const awayOf = groupedBy(turnedAway, ({ batch }) => batch);
  return new Map(
    batches.map((batch) => {
      const { batchId, dataset, isWhole } = batch;
      const own = (groupsOf.get(datasetId(dataset)) ?? []).filter(({ batch: since, until }) =>
        isWhole ? since <= batchId && (until === 0 || until > batchId) : since === batchId,
      );
      return [batchId, summed(dataset, own, awayOf.get(batchId) ?? [])];
    }),
  );
}

function summed(dataset: Dataset, groups: readonly RowGroup[], quarantined: Quarantined[]): BatchCount {
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const filled = new Map(dataset.fields.map(({ name }) => [name, rows]));
  countedFields(dataset).forEach(({ name }, index) =>
    filled.set(
      name,
      groups.reduce((sum, group) => sum + (group.filled[index] ?? 0), 0),
    ),
  );
  const marked = new Map<string, number>();
  for (const { defects } of groups)
    for (const [defect, count] of defects) marked.set(defect, (marked.get(defect) ?? 0) + count);
  return { rows, filled, marked, quarantined };
}

const quarantinedSchema = z.object({
  ...{ batch: z.number(), field: z.string(), rule: z.string(), rows: z.number() },
});

const quarantinedOf = (warehouse: Warehouse, batches: readonly BatchToCount[]): Promise<Quarantined[]> => {
  const bad = batches.filter(({ quarantined }) => quarantined > 0);
  if (bad.length === 0) return Promise.resolve([]);
  return warehouse.rows(
    `SELECT toUInt32(batch_id) AS batch, field, rule, toUInt32(count()) AS rows FROM meta.quarantine
     WHERE batch_id IN (${bad.map(({ batchId }) => batchId).join(', ')}) GROUP BY batch, field, rule`,
    quarantinedSchema,
    LANE,
  );
};
