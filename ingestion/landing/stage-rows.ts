/**
 * From the file of rows to the batch's good rows. One pass looks at every row, and only whether it is plain: written as the
 * platform writes it, which most are. The others wait in the same table, in a partition of a month no batch is of, for the full
 * checks, which are then compiled for the columns that need them.
 */
import { z } from 'zod';
import { AppError, isAppError } from '../../domain/errors.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import { datasetId } from '../contract.ts';
import { stagingTableSql } from '../generate/raw-table.ts';
import { CHANGE_TEXTS, isChangeLog } from './change-log.ts';
import {
  checkedSql,
  doubtSql,
  plainAsSql,
  plainIn,
  type PlainOf,
  plainSql,
  rowTextOf,
  sourceColumn,
  undoubted,
} from './check-sql.ts';
import { deliveredSql } from './delivered-sql.ts';
import { count, instantSql, type Staging } from './staging.ts';

export interface StagedRows {
  /** Rows that can be loaded. */
  good: number;
  /** Rows in `staging.checked` that cannot, for `_rejects` says why. */
  rejected: number;
}

/** When rows that wait are said to be loaded, and their partition. */
const WAITING = instantSql(new Date(0));
const WAITING_PARTITION = '197001';

const sorted = z.object({ rows: count, waiting: count, doubts: z.string() });

/** @throws UnreadAsText when the engine does not read of the text what the reader counted in it */
export async function stageRows(staging: Staging): Promise<StagedRows> {
  const { dataset, read } = staging.batch;
  await staging.make(staging.good, stagingTableSql(dataset, 'new', staging.isSmall));
  const rows = read.rowCount - read.unreadableCount;
  if (rows === 0) return { good: 0, rejected: 0 };
  if (isChangeLog(dataset)) {
    await checkFile(staging);
    return finishChecked(staging, rows, 0);
  }
  await sortFile(staging).catch((error: unknown) => {
    if (read.text && isAppError(error) && error.code === 'sql_failed') throw new UnreadAsText();
    throw error;
  });
  const [found = { rows: 0, waiting: 0, doubts: '0' }] = await staging.warehouse.rows(
    `SELECT toString((SELECT count() FROM ${staging.good})) AS rows, toString(count()) AS waiting, toString(groupBitOr(toUInt64(_key_hash))) AS doubts
     FROM ${staging.good} WHERE _loaded_at = ${WAITING}`,
    sorted,
    staging.options,
  );
  if (found.rows !== rows) {
    if (read.text) throw new UnreadAsText();
    throw new AppError('bug', `${found.rows} of ${rows} rows came out of the reader's file.`, {
      where: { dataset: datasetId(dataset), rows, read: found.rows },
    });
  }
  if (found.waiting === 0) return { good: rows, rejected: 0 };
  await checkWaiting(staging, undoubted(dataset, BigInt(found.doubts)));
  return finishChecked(staging, found.waiting, rows - found.waiting);
}

/** The text is none the engine reads line by line as the reader supposed: it must be read the careful way. */
export class UnreadAsText extends Error {}

/** Every row of the file into the stage: plain ones as they will be published, the others to wait, with their doubts for a key. */
async function sortFile(staging: Staging): Promise<void> {
  const { dataset, read } = staging.batch;
  // Not AND, and no hash in a branch of `if`: what the engine computes lazily it computes again for every use.
  const isGood = 'bitAnd(_plain, empty(_rejects))';
  const values = staging.landingValues({
    op: "'Insert'",
    loadedAt: `if(${isGood}, ${staging.loadedAt}, ${WAITING})`,
    // The doubts are used once, and few rows have any.
    keyHash: `bitOr(_key_hash * toUInt128(${isGood}), toUInt128(if(_plain, toUInt64(0), ${doubtSql(dataset)})))`,
    defects: '_marks',
    plainAs: plainAsSql(dataset, `bitAnd(${isGood}, empty(_marks))`),
  });
  await staging.insertRows(staging.good, staging.columns, (from) => {
    const together = `SELECT *, ${rowTextOf(dataset)} AS _text FROM (${deliveredSql(dataset, read, from)})`;
    const delivered = `SELECT *, ${plainSql(dataset, '_text')} AS _plain FROM (${together})`;
    const checked = checkedSql(dataset, delivered, plainIn(dataset), {
      keep: ['_plain'],
      rowText: '_text',
      file: staging.batch.identity,
    });
    return `SELECT ${[...dataset.fields.map(sourceColumn), values].join(', ')} FROM (${checked})`;
  });
}

/** The rows that wait, checked in full where they are in doubt. */
async function checkWaiting(staging: Staging, plainOf: PlainOf): Promise<void> {
  const { dataset } = staging;
  const texts = dataset.fields.map((field) => `${identifier(field.source)} AS ${sourceColumn(field)}`);
  const delivered = `SELECT _row_no, ${texts.join(', ')} FROM ${staging.good} WHERE _loaded_at = ${WAITING}`;
  await staging.make(
    staging.checked,
    `CREATE OR REPLACE TABLE ${staging.checked} ${staging.engine('_row_no')} AS ${checkedSql(dataset, delivered, plainOf, { file: staging.batch.identity })}`,
  );
}

/** The rows of a change log: of them nothing is plain, for a Delete may hold no more than its key. */
async function checkFile(staging: Staging): Promise<void> {
  const { dataset, read } = staging.batch;
  const texts = [...dataset.fields.map(sourceColumn), ...CHANGE_TEXTS.map(({ as }) => as)];
  const columns = ['_row_no', ...texts, '_key_hash', '_row_hash', '_rejects', '_marks'];
  await staging.make(
    staging.checked,
    `CREATE OR REPLACE TABLE ${staging.checked} (_row_no UInt64, ${texts.map((name) => `${name} String`).join(', ')},
       _key_hash UInt128, _row_hash UInt128, _rejects Array(String), _marks Array(String)) ${staging.engine('_row_no')}`,
  );
  await staging.insertRows(
    staging.checked,
    columns,
    (from) => `SELECT ${columns.join(', ')} FROM (${checkedSql(dataset, deliveredSql(dataset, read, from))})`,
  );
}

/** What passed the full checks joins the good rows. */
async function finishChecked(staging: Staging, looked: number, plain: number): Promise<StagedRows> {
  const { dataset } = staging;
  const isLog = isChangeLog(dataset);
  const op = isLog ? "transform(log_op, ['I', 'U', 'D'], ['Insert', 'Update', 'Delete'], '')" : "'Insert'";
  const values = [
    ...dataset.fields.map(sourceColumn),
    staging.landingValues({ op, defects: '_marks' }),
    ...(isLog ? ['log_change'] : []),
  ];
  const passed = await staging.value(`SELECT count() FROM ${staging.checked} WHERE empty(_rejects)`);
  if (passed > 0) {
    await staging.run(
      `INSERT INTO ${staging.good} (${staging.columns.join(', ')}) SELECT ${values.join(', ')} FROM ${staging.checked} WHERE empty(_rejects)`,
    );
  }
  if (!isLog)
    await staging.run(
      `ALTER TABLE ${staging.good} ${staging.isSmall ? `DELETE WHERE _loaded_at = ${WAITING}` : `DROP PARTITION ID '${WAITING_PARTITION}'`}`,
    );
  return { good: plain + passed, rejected: looked - passed };
}
