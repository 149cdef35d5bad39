/** Builds a batch in staging tables; nothing of it is visible yet. Every statement can be run again. */
import { z } from 'zod';
import { identifier, literal, tableName as qualified } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type Dataset, datasetId, tableName } from '../contract.ts';
import { rawTable, type Stage, STAGES, stagingTable, stagingTableSql } from '../generate/raw-table.ts';
import type { ReadResult } from '../readers/index.ts';
import { assertAccounting, type BatchCounts } from './accounting.ts';
import {
  checkedSql,
  failedValueSql,
  failureMessages,
  parquetStructure,
  rowTextSql,
  sourceColumn,
} from './check-sql.ts';
import { CHANGE_COLUMN, isChangeLog } from './change-log.ts';
import { absentSql, type Decision, decisionsSql, SPILL } from './decide-sql.ts';

export interface BatchToStage {
  batchId: number;
  loadedAt: Date;
  /** YYYY-MM-DD */
  businessDate: string;
  fileName: string;
  dataset: Dataset;
  read: ReadResult;
}

export interface StagedBatch {
  counts: BatchCounts;
  /** The staging table that holds what is to be published. */
  rows: Stage;
  /** Distinct keys among the file's good rows. */
  keys: number;
}

interface Decided {
  rows: Stage;
  keys: number;
  loaded: number;
  repeats: number;
  duplicateKeys: number;
  deleted: number;
}

/** Rows from which plain rows are read apart. */
const LARGE_FILE = 50_000;
const count = z.coerce.number().int().nonnegative();
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
const REJECT_COLUMNS =
  '_row_no UInt64, _key_hash UInt128, rejects Array(String), value String, row_text String';

export class BatchStager {
  readonly #warehouse: Warehouse;
  readonly #batch: BatchToStage;
  readonly #options: { lane: 'batch'; tag: string };

  readonly #afterStatement: (number: number) => void;
  #statements = 0;

  /** @param afterStatement told the number of each statement that is done, from 1 */
  constructor(
    warehouse: Warehouse,
    batch: BatchToStage,
    afterStatement: (number: number) => void = () => undefined,
  ) {
    this.#afterStatement = afterStatement;
    this.#warehouse = warehouse;
    this.#batch = batch;
    this.#options = { lane: 'batch', tag: `land ${datasetId(batch.dataset)}` };
  }

  /** @throws AppError `bug` when the numbers do not add up; nothing is published then */
  async stage(): Promise<StagedBatch> {
    const { dataset, read } = this.#batch;
    await this.#run(stagingTableSql(dataset, 'new'));
    await this.#run(
      `CREATE OR REPLACE TABLE ${this.rejectTable} (${REJECT_COLUMNS}) ENGINE = MergeTree ORDER BY _row_no`,
    );
    await this.#run(`CREATE OR REPLACE TABLE ${this.quarantineTable} AS meta.quarantine`);
    if (read.rowCount > read.unreadableCount) await this.#insertGood();
    const good = await this.#count(stagingTable(dataset, 'new'));
    const rejected = read.rowCount - read.unreadableCount - good;
    if (rejected > 0) await this.#insertRejects();
    await this.#quarantineBad(rejected > 0);
    const staged = await this.#decide(good);
    if (staged.duplicateKeys > 0) await this.#quarantineDuplicateKeys();
    return this.#counted(staged);
  }

  async dispose(): Promise<void> {
    const { dataset } = this.#batch;
    const tables = [
      ...STAGES.map((stage) => stagingTable(dataset, stage)),
      this.rejectTable,
      this.quarantineTable,
      this.#decisionTable,
    ];
    for (const table of tables) await this.#run(`DROP TABLE IF EXISTS ${table} SYNC`);
  }

  get rejectTable(): string {
    return qualified('raw_stage', `${tableName(this.#batch.dataset)}__reject`);
  }
  get quarantineTable(): string {
    return qualified('raw_stage', `${tableName(this.#batch.dataset)}__quarantine`);
  }
  get #decisionTable(): string {
    return qualified('raw_stage', `${tableName(this.#batch.dataset)}__decision`);
  }

  async #insertGood(): Promise<void> {
    const { dataset, read } = this.#batch;
    const isLog = isChangeLog(dataset);
    const op = isLog ? "transform(log_op, ['I', 'U', 'D'], ['Insert', 'Update', 'Delete'], '')" : "'Insert'";
    const change = isLog ? ', log_change' : '';
    // A second statement pays from some rows on; a server is sent the file anew for each.
    const isLarge = read.rowCount >= LARGE_FILE && this.#warehouse.kind === 'embedded';
    for (const part of isLarge ? (['plain', 'rest'] as const) : (['all'] as const)) {
      const isDone =
        part === 'rest' &&
        (await this.#count(stagingTable(dataset, 'new'))) === read.rowCount - read.unreadableCount;
      if (isDone) return;
      const select = (from: string): string =>
        `SELECT ${dataset.fields.map(sourceColumn).join(', ')}, ${this.#landingValues(op, '_row_no', '_marks')}${change}
         FROM (${checkedSql(dataset, read, from, part)}) WHERE empty(_rejects)`;
      await this.#warehouse.insertParquet(
        stagingTable(dataset, 'new'),
        this.#columns(),
        read.parquetPath,
        parquetStructure(read),
        select,
        this.#options,
      );
    }
  }

  /** Only the rows that did not become good ones are looked at a second time. */
  async #insertRejects(): Promise<void> {
    const { dataset, read } = this.#batch;
    const missing = `_row_no NOT IN (SELECT _row_no FROM ${stagingTable(dataset, 'new')})`;
    await this.#warehouse.insertParquet(
      this.rejectTable,
      ['_row_no', '_key_hash', 'rejects', 'value', 'row_text'],
      read.parquetPath,
      parquetStructure(read),
      (from) =>
        `SELECT _row_no, _key_hash, _rejects, ${failedValueSql(dataset, '_rejects[1]')}, ${rowTextSql(dataset)}
         FROM (${checkedSql(dataset, read, from, 'all', missing)})`,
      this.#options,
    );
  }

  /** What to publish: mostly the staged rows as they are, for mostly every row is new. */
  async #decide(good: number): Promise<Decided> {
    const { dataset } = this.#batch;
    const batch = stagingTable(dataset, 'new');
    const held = await this.#count(rawTable(dataset));
    const keys = await this.#value(`SELECT uniqExact(_key_hash) FROM ${batch}`);
    const isAllNew =
      dataset.load.operation === undefined &&
      !isChangeLog(dataset) &&
      keys === good &&
      (held === 0 || (dataset.load.strategy !== 'full' && (await this.#knownKeys()) === 0));
    if (isAllNew) return { rows: 'new', keys, loaded: good, repeats: 0, duplicateKeys: 0, deleted: 0 };

    await this.#run(
      `CREATE OR REPLACE TABLE ${this.#decisionTable} (_row_no UInt64, decision LowCardinality(String)) ENGINE = MergeTree ORDER BY _row_no
       AS ${decisionsSql(dataset, this.#loadedAt)} ${SPILL}`,
    );
    const decided = await this.#warehouse.rows(
      `SELECT decision, toString(count()) AS rows FROM ${this.#decisionTable} GROUP BY decision`,
      z.object({ decision: z.string(), rows: count }),
      this.#options,
    );
    const of = (decision: Decision): number => decided.find((row) => row.decision === decision)?.rows ?? 0;
    const loaded = of('Insert') + of('Update') + of('Delete');
    await this.#run(stagingTableSql(dataset, 'final'));
    if (loaded > 0) await this.#insertDecided();
    const deleted = dataset.load.strategy === 'full' && held > 0 ? await this.#insertAbsent(loaded) : 0;
    return {
      rows: 'final',
      keys,
      loaded,
      repeats: of('repeat'),
      duplicateKeys: of('duplicate_key'),
      deleted,
    };
  }

  #knownKeys(): Promise<number> {
    const { dataset } = this.#batch;
    return this.#value(
      `SELECT count() FROM ${rawTable(dataset)} WHERE _key_hash IN (SELECT _key_hash FROM ${stagingTable(dataset, 'new')})`,
    );
  }

  async #insertDecided(): Promise<void> {
    const { dataset } = this.#batch;
    const columns = this.#columns();
    const chosen = columns.map((column) => (column === '_op' ? 'decided.decision' : `batch.${column}`));
    await this.#run(
      `INSERT INTO ${stagingTable(dataset, 'final')} (${columns.join(', ')}) SELECT ${chosen.join(', ')}
       FROM ${stagingTable(dataset, 'new')} AS batch
       INNER JOIN (SELECT _row_no, decision FROM ${this.#decisionTable} WHERE decision IN ('Insert', 'Update', 'Delete')) AS decided
       USING (_row_no) ${SPILL}`,
    );
  }

  async #insertAbsent(loaded: number): Promise<number> {
    const { dataset } = this.#batch;
    const sources = dataset.fields.map((field) => identifier(field.source));
    const last = absentSql(dataset, this.#loadedAt, {
      rejects: this.rejectTable,
      quarantine: this.quarantineTable,
    });
    await this.#run(
      `INSERT INTO ${stagingTable(dataset, 'final')} (${this.#columns().join(', ')})
       SELECT ${sources.join(', ')}, ${this.#landingValues("'Delete'", '0', '_defects')} FROM (${last}) WHERE _op != 'Delete'`,
    );
    return (await this.#count(stagingTable(dataset, 'final'))) - loaded;
  }

  /** One row of quarantine a row of the file; its first failure names it, the message lists the others. */
  async #quarantineBad(hasRejects: boolean): Promise<void> {
    const { dataset, read } = this.#batch;
    if (hasRejects) {
      const messages = [...failureMessages(dataset)];
      const list = (texts: string[]): string => `[${texts.map(literal).join(', ')}]`;
      const sentence = `transform(x, ${list(messages.map(([rule]) => rule))}, ${list(messages.map(([, text]) => text))}, x)`;
      await this.#run(
        `INSERT INTO ${this.quarantineTable} (${QUARANTINE_COLUMNS.join(', ')}) ${this.#entry({
          rule: "splitByChar(':', rejects[1])[2]",
          field: "replaceOne(splitByChar(':', rejects[1])[1], '*', '')",
          value: 'value',
          message: `arrayStringConcat(arrayMap(x -> ${sentence}, rejects), '; ')`,
          text: 'row_text',
        })} FROM ${this.rejectTable}`,
      );
    }
    if (read.unreadablePath === null) return;
    await this.#warehouse.insertParquet(
      this.quarantineTable,
      QUARANTINE_COLUMNS,
      read.unreadablePath,
      '_row_no UInt64, rule String, message String, text String',
      (from) =>
        `${this.#entry({ rule: 'rule', field: "''", value: "''", message: 'message', text: 'text' })} FROM ${from}`,
      this.#options,
    );
  }

  async #quarantineDuplicateKeys(): Promise<void> {
    const { dataset } = this.#batch;
    const keys = dataset.fields
      .filter(({ name }) => dataset.key.includes(name))
      .map(({ source }) => identifier(source));
    await this.#run(
      `INSERT INTO ${this.quarantineTable} (${QUARANTINE_COLUMNS.join(', ')}) ${this.#entry({
        rule: "'duplicate_key'",
        field: literal(dataset.key.join(', ')),
        value: `arrayStringConcat([${keys.join(', ')}], ', ')`,
        message: literal(failureMessages(dataset).get('*:duplicate_key') ?? ''),
        text: rowTextSql(dataset, (field) => identifier(field.source)),
      })} FROM ${stagingTable(dataset, 'new')}
       WHERE _row_no IN (SELECT _row_no FROM ${this.#decisionTable} WHERE decision = 'duplicate_key')`,
    );
  }

  /** Values of `QUARANTINE_COLUMNS`, from SQL expressions over `_row_no` and what the source has. */
  #entry(of: { rule: string; field: string; value: string; message: string; text: string }): string {
    const about = `${this.#batch.batchId}, ${literal(datasetId(this.#batch.dataset))}, ${literal(this.#batch.fileName)}`;
    return `SELECT ${about}, _row_no, ${of.rule}, ${of.field}, ${of.value}, ${of.message}, ${of.text}, ${this.#loadedAt}`;
  }

  /** The identity, from counts taken apart from each other: of the file, and of what is about to be published. */
  async #counted(staged: Decided): Promise<StagedBatch> {
    const { dataset, read } = this.#batch;
    const quarantined = await this.#count(this.quarantineTable);
    const loaded = (await this.#count(stagingTable(dataset, staged.rows))) - staged.deleted;
    const counts = {
      landed: read.rowCount,
      loaded,
      quarantined,
      deduplicated: staged.repeats,
      deleted: staged.deleted,
    };
    assertAccounting(dataset, counts);
    return { counts, rows: staged.rows, keys: staged.keys };
  }

  #columns(): string[] {
    return [
      ...this.#batch.dataset.fields.map((field) => identifier(field.source)),
      ...[
        '_op',
        '_loaded_at',
        '_batch_id',
        '_row_no',
        '_row_hash',
        '_key_hash',
        '_defects',
        '_business_date',
        ...(isChangeLog(this.#batch.dataset) ? [CHANGE_COLUMN] : []),
      ],
    ];
  }
  #landingValues(op: string, rowNo: string, defects: string): string {
    return `${op}, ${this.#loadedAt}, ${this.#batch.batchId}, ${rowNo}, _row_hash, _key_hash, ${defects}, toDate(${literal(this.#batch.businessDate)})`;
  }
  get #loadedAt(): string {
    return instantSql(this.#batch.loadedAt);
  }

  #run = async (sql: string): Promise<void> => {
    await this.#warehouse.run(sql, this.#options);
    this.#afterStatement((this.#statements += 1));
  };
  #value = (sql: string): Promise<number> => this.#warehouse.value(sql, count, this.#options);
  #count = (table: string): Promise<number> => this.#value(`SELECT count() FROM ${table}`);
}

/** An instant as `DateTime64(3, 'UTC')`, to the millisecond. */
export const instantSql = (instant: Date): string =>
  `fromUnixTimestamp64Milli(toInt64(${instant.getTime()}), 'UTC')`;
