/** What the statements that stage a batch share: its tables, the values landing adds, and how they are run. */
import { z } from 'zod';
import { identifier, literal, tableName as qualified } from '../../warehouse/engine/sql.ts';
import type { QueryOptions, Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type Dataset, datasetId, tableName } from '../contract.ts';
import { PLAIN_COLUMN, ROW_COLUMNS, type Stage, stagingTable } from '../generate/raw-table.ts';
import type { ReadResult } from '../readers/index.ts';
import { CHANGE_COLUMN, isChangeLog } from './change-log.ts';
import { rowsFile } from './delivered-sql.ts';

export interface BatchToStage {
  batchId: number;
  loadedAt: Date;
  /** YYYY-MM-DD */
  businessDate: string;
  fileName: string;
  /** What tells the file from every other one. */
  identity: string;
  /** Size of the file; of a packed one nobody knows how much it is unpacked. */
  bytes: number;
  dataset: Dataset;
  read: ReadResult;
}

const QUARANTINE_COLUMNS = [
  'batch_id',
  'dataset',
  'file_name',
  'row_no',
  'rule',
  'field',
  'value',
  'message',
  'row_text',
  'loaded_at',
];

export const count = z.coerce.number().int().nonnegative();

/** An instant as `DateTime64(3, 'UTC')`, to the millisecond. */
export const instantSql = (instant: Date): string =>
  `fromUnixTimestamp64Milli(toInt64(${instant.getTime()}), 'UTC')`;

const settingsSql = (settings: Record<string, string | number>): string =>
  `SETTINGS ${Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')}`;

/**
 * Rows of a part, and of a block on its way there: small ones are sorted in the processor's cache and cost little memory, which counts
 * by values, so that wide rows come in fewer; of a big file there must not be too many parts.
 */
const PARTS = 64;
const LEAST_VALUES = 1_900_000;
const MOST_PART = 1_048_576;
/**
 * A delivery of no more values and bytes becomes one part, and is staged in memory: tables on disk cost it more than its rows do. Only
 * text is as large as its file says.
 */
const MOST_SMALL_TEXT = 2 ** 25;
const MOST_SMALL_PACKED = 2 ** 21;
const MOST_BLOCK = 65_536;
function partSizes(rows: number, columns: number): Record<string, number> {
  const least = Math.ceil(LEAST_VALUES / columns);
  return {
    min_insert_block_size_rows: Math.min(Math.max(Math.ceil(rows / PARTS), least), MOST_PART),
    max_block_size: Math.min(Math.ceil(least / 2), MOST_BLOCK),
  };
}

/**
 * INSERT into a table of raw or into quarantine, out of a stage in memory: all of it is one block, which becomes one part, which is there
 * or is not. A server that was started again meanwhile has forgotten the stage: then it fails, and the delivery is landed anew.
 * @param rows that are staged
 */
export const insertWholeSql = (table: string, stage: string, rows: number): string =>
  `INSERT INTO ${table} SELECT * FROM ${stage} WHERE (SELECT throwIf(count() != ${rows}, 'the stage is another') FROM ${stage}) = 0 ${settingsSql(
    {
      max_threads: 1,
      max_insert_threads: 1,
      min_insert_block_size_rows: 2 * LEAST_VALUES,
      min_insert_block_size_bytes: 2 ** 40,
    },
  )}`;

export class Staging {
  readonly warehouse: Warehouse;
  readonly batch: BatchToStage;
  readonly options: QueryOptions;
  readonly #afterStatement: (number: number) => void;
  #statements = 0;
  /** Tables made so far, to be dropped in the end. */
  readonly made = new Set<string>();

  /** @param afterStatement told the number of each statement that is done, from 1 */
  constructor(warehouse: Warehouse, batch: BatchToStage, afterStatement: (number: number) => void) {
    this.warehouse = warehouse;
    this.batch = batch;
    this.options = { lane: 'batch', tag: `land ${datasetId(batch.dataset)}` };
    this.#afterStatement = afterStatement;
  }

  /** The same under another contract. */
  under(dataset: Dataset): Staging {
    if (dataset === this.dataset) return this;
    const staging = new Staging(this.warehouse, { ...this.batch, dataset }, this.#afterStatement);
    for (const table of this.made) staging.made.add(table);
    return staging;
  }

  get dataset(): Dataset {
    return this.batch.dataset;
  }
  /** Whether the batch is staged in memory. */
  get isSmall(): boolean {
    const { read, bytes } = this.batch;
    const most = read.text === undefined ? MOST_SMALL_PACKED : MOST_SMALL_TEXT;
    return bytes <= most && this.isFew(read.rowCount);
  }
  /** Whether so many rows become one part. */
  isFew(rows: number): boolean {
    return rows * this.columns.length <= LEAST_VALUES;
  }
  /** Engine of tables that are staged beside the rows. */
  engine(order: string): string {
    return this.isSmall ? 'ENGINE = Memory' : `ENGINE = MergeTree ORDER BY ${order}`;
  }
  /** Rows of the file that are good; at first those that wait for a closer look too. */
  get good(): string {
    return stagingTable(this.dataset, 'new');
  }
  /** Rows that were looked at closely: what they hold, and what is wrong with them. */
  get checked(): string {
    return this.#table('checked');
  }
  get quarantine(): string {
    return this.#table('quarantine');
  }
  get decision(): string {
    return this.#table('decision');
  }
  #table(name: string): string {
    return qualified('raw_stage', `${tableName(this.dataset)}__${name}`);
  }
  table(stage: Stage): string {
    return stagingTable(this.dataset, stage);
  }

  async run(sql: string): Promise<void> {
    await this.warehouse.run(sql, this.options);
    this.#afterStatement((this.#statements += 1));
  }
  /** Runs what makes a table. */
  async make(table: string, sql: string): Promise<void> {
    this.made.add(table);
    await this.run(sql);
  }
  value(sql: string): Promise<number> {
    return this.warehouse.value(sql, count, this.options);
  }
  count(table: string): Promise<number> {
    return this.value(`SELECT count() FROM ${table}`);
  }

  /** INSERT of what `select` makes of the file of rows. */
  async insertRows(table: string, columns: string[], select: (from: string) => string): Promise<void> {
    const { path, format, structure, settings } = rowsFile(this.batch.read);
    await this.warehouse.insertFile(
      format,
      table,
      columns,
      path,
      structure,
      (from) =>
        `${select(from)} ${settingsSql({
          ...settings,
          ...partSizes(this.batch.read.rowCount, columns.length),
          // Machine code for a few rows takes longer to make than they do.
          ...(this.isSmall ? { compile_expressions: 0 } : {}),
        })}`,
      // Text the engine stumbles over is read again with care.
      { ...this.options, mayFail: this.batch.read.text !== undefined },
    );
  }

  /** Columns of the stages, in the order of `landingValues` behind the source's. */
  get columns(): string[] {
    return [
      ...this.dataset.fields.map((field) => identifier(field.source)),
      ...ROW_COLUMNS,
      PLAIN_COLUMN,
      ...(isChangeLog(this.dataset) ? [CHANGE_COLUMN] : []),
    ];
  }
  landingValues(of: {
    op: string;
    loadedAt?: string;
    rowNo?: string;
    keyHash?: string;
    defects: string;
    plainAs?: string;
  }): string {
    const {
      op,
      loadedAt = this.loadedAt,
      rowNo = '_row_no',
      keyHash = '_key_hash',
      defects,
      plainAs = '0',
    } = of;
    return `${op}, ${loadedAt}, ${this.batch.batchId}, ${rowNo}, _row_hash, ${keyHash}, ${defects}, toDate(${literal(this.batch.businessDate)}), ${plainAs}`;
  }
  get loadedAt(): string {
    return instantSql(this.batch.loadedAt);
  }

  /** `INSERT` into quarantine up to its `FROM`, from SQL expressions over `_row_no` and what the source has. */
  quarantineEntry(of: { rule: string; field: string; value: string; message: string; text: string }): {
    columns: string[];
    select: string;
  } {
    const { batchId, fileName } = this.batch;
    const about = `${batchId}, ${literal(datasetId(this.dataset))}, ${literal(fileName)}`;
    return {
      columns: QUARANTINE_COLUMNS,
      select: `SELECT ${about}, _row_no, ${of.rule}, ${of.field}, ${of.value}, ${of.message}, ${of.text}, ${this.loadedAt}`,
    };
  }
}
