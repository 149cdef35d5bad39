/** Builds a batch in staging tables; nothing of it is visible yet. Every statement can be run again. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { rawTable, type Stage, stagingTableSql } from '../generate/raw-table.ts';
import { assertAccounting, type BatchCounts } from './accounting.ts';
import { isChangeLog } from './change-log.ts';
import { absentSql, type Decision, decisionsSql, SPILL } from './decide-sql.ts';
import { type GoodRows, lookAtGood } from './good-rows.ts';
import {
  makeQuarantine,
  quarantineDuplicateKeys,
  quarantineRejected,
  quarantineUnreadable,
} from './stage-quarantine.ts';
import { stageRows } from './stage-rows.ts';
import { type BatchToStage, count, Staging } from './staging.ts';

export type { BatchToStage } from './staging.ts';
export { insertWholeSql, instantSql } from './staging.ts';

export interface StagedBatch {
  counts: BatchCounts;
  /** The staging table that holds what is to be published. */
  rows: Stage;
  /** The file's good rows. */
  good: GoodRows;
  /** Rows that are not loaded; null when there are none. */
  quarantineTable: string | null;
  /** Whether the table of `rows` is in memory, and that of quarantine. */
  inMemory: { rows: boolean; quarantine: boolean };
}

interface Decided {
  rows: Stage;
  loaded: number;
  repeats: number;
  duplicateKeys: number;
  deleted: number;
  inMemory: boolean;
}

export class BatchStager {
  #staging: Staging;
  readonly #batch: BatchToStage;

  /** @param afterStatement told the number of each statement that is done, from 1 */
  constructor(
    warehouse: Warehouse,
    batch: BatchToStage,
    afterStatement: (number: number) => void = () => undefined,
  ) {
    this.#batch = batch;
    this.#staging = new Staging(warehouse, batch, afterStatement);
  }

  /**
   * @param dataset the batch's own, or one with stricter rules: then everything is made anew
   * @throws AppError `bug` when the numbers do not add up, UnreadAsText; nothing is published then
   */
  async stage(dataset = this.#batch.dataset): Promise<StagedBatch> {
    this.#staging = this.#staging.under(dataset);
    const staging = this.#staging;
    const { good, rejected } = await stageRows(staging);
    const unreadable = this.#batch.read.unreadableCount;
    if (rejected + unreadable > 0) await makeQuarantine(staging);
    if (rejected > 0) await quarantineRejected(staging);
    if (unreadable > 0) await quarantineUnreadable(staging);
    const rows = await lookAtGood(staging, good);
    if (rows.rows !== good)
      throw new AppError('bug', `${good} good rows were staged, ${rows.rows} are there.`);
    const decided = await this.#decide(rows, rejected);
    if (decided.duplicateKeys > 0) {
      if (rejected + unreadable === 0) await makeQuarantine(staging);
      await quarantineDuplicateKeys(staging);
    }
    const isQuarantined = rejected + unreadable + decided.duplicateKeys > 0;
    return this.#counted(decided, rows, isQuarantined ? staging.quarantine : null);
  }

  async dispose(): Promise<void> {
    for (const table of this.#staging.made) await this.#run(`DROP TABLE IF EXISTS ${table} SYNC`);
  }

  /** What to publish: mostly the staged rows as they are, for mostly every row is new. */
  async #decide({ rows: good, keys, held }: GoodRows, rejected: number): Promise<Decided> {
    const { dataset } = this.#batch;
    const staging = this.#staging;
    const isAllNew =
      dataset.load.operation === undefined &&
      !isChangeLog(dataset) &&
      keys === good &&
      (held === 0 || (dataset.load.strategy !== 'full' && (await this.#knownKeys()) === 0));
    if (isAllNew) {
      const inMemory = staging.isSmall;
      return { rows: 'new', loaded: good, repeats: 0, duplicateKeys: 0, deleted: 0, inMemory };
    }

    await staging.make(
      staging.decision,
      `CREATE OR REPLACE TABLE ${staging.decision} (_row_no UInt64, decision LowCardinality(String)) ${staging.engine('_row_no')}
       AS ${decisionsSql(dataset, staging.loadedAt)} ${SPILL}`,
    );
    const decided = await staging.warehouse.rows(
      `SELECT decision, toString(count()) AS rows FROM ${staging.decision} GROUP BY decision`,
      z.object({ decision: z.string(), rows: count }),
      staging.options,
    );
    const of = (decision: Decision): number => decided.find((row) => row.decision === decision)?.rows ?? 0;
    const loaded = of('Insert') + of('Update') + of('Delete');
    // A small file may say of a big table that all of it is gone.
    const inMemory = staging.isSmall && (dataset.load.strategy !== 'full' || staging.isFew(held));
    await staging.make(staging.table('final'), stagingTableSql(dataset, 'final', inMemory));
    if (loaded > 0) await this.#insertDecided();
    const deleted =
      dataset.load.strategy === 'full' && held > 0 ? await this.#insertAbsent(loaded, rejected) : 0;
    return {
      rows: 'final',
      loaded,
      repeats: of('repeat'),
      duplicateKeys: of('duplicate_key'),
      deleted,
      inMemory,
    };
  }

  #knownKeys(): Promise<number> {
    const { dataset } = this.#batch;
    return this.#staging.value(
      `SELECT count() FROM ${rawTable(dataset)} WHERE _key_hash IN (SELECT _key_hash FROM ${this.#staging.good})`,
    );
  }

  async #insertDecided(): Promise<void> {
    const { columns, decision, good } = this.#staging;
    const chosen = columns.map((column) => (column === '_op' ? 'decided.decision' : `batch.${column}`));
    await this.#run(
      `INSERT INTO ${this.#staging.table('final')} (${columns.join(', ')}) SELECT ${chosen.join(', ')}
       FROM ${good} AS batch
       INNER JOIN (SELECT _row_no, decision FROM ${decision} WHERE decision IN ('Insert', 'Update', 'Delete')) AS decided
       USING (_row_no) ${SPILL}`,
    );
  }

  async #insertAbsent(loaded: number, rejected: number): Promise<number> {
    const { dataset } = this.#batch;
    const sources = dataset.fields.map((field) => identifier(field.source));
    const staging = this.#staging;
    const { good, checked } = staging;
    const quarantine = this.#batch.read.unreadableCount > 0 ? staging.quarantine : null;
    const last = absentSql(dataset, staging.loadedAt, {
      good,
      quarantine,
      checked: rejected > 0 ? checked : null,
    });
    await this.#run(
      `INSERT INTO ${staging.table('final')} (${staging.columns.join(', ')})
       SELECT ${sources.join(', ')}, ${staging.landingValues({ op: "'Delete'", rowNo: '0', defects: '_defects' })} FROM (${last}) WHERE _op != 'Delete'`,
    );
    return (await this.#count(staging.table('final'))) - loaded;
  }

  /** The identity, from counts taken apart from each other: of the file, and of what is about to be published. */
  async #counted(staged: Decided, good: GoodRows, quarantineTable: string | null): Promise<StagedBatch> {
    const { dataset, read } = this.#batch;
    const quarantined = quarantineTable === null ? 0 : await this.#count(quarantineTable);
    const published = staged.rows === 'new' ? good.rows : await this.#count(this.#staging.table(staged.rows));
    const loaded = published - staged.deleted;
    const counts = {
      landed: read.rowCount,
      loaded,
      quarantined,
      deduplicated: staged.repeats,
      deleted: staged.deleted,
    };
    assertAccounting(dataset, counts);
    const inMemory = { rows: staged.inMemory, quarantine: this.#staging.isSmall };
    return { counts, rows: staged.rows, good, quarantineTable, inMemory };
  }

  #run = (sql: string): Promise<void> => this.#staging.run(sql);
  #count = (table: string): Promise<number> => this.#staging.count(table);
}
