/**
 * What becomes of each good row of a batch: loaded as Insert, Update or Delete, or not loaded because it says nothing new.
 * Decided over hashes and row numbers alone, and all of it can spill to disk.
 */
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Dataset } from '../contract.ts';
import { fieldElement } from '../generate/field-element.ts';
import { rawTable, stagingTable } from '../generate/raw-table.ts';

export type Decision = 'Insert' | 'Update' | 'Delete' | 'repeat' | 'duplicate_key';

/** Bounds of memory, after which the engine goes on from disk. */
export const SPILL = `SETTINGS join_algorithm = 'grace_hash', max_bytes_before_external_group_by = 500000000, max_bytes_before_external_sort = 500000000`;

/**
 * What was said of a key by deliveries about no later a day, apart from the last: the last known when this one came, and all that came
 * since. A late delivery that says the same must not make a row a repeat that was news when it came (docs/decisions/0007-two-axes.md).
 */
const saidThen = (knownAt: string): string =>
  `arrayPushBack(groupUniqArrayIf((_row_hash, _op = 'Delete'), _loaded_at > ${knownAt}),
     argMaxIf((_row_hash, _op = 'Delete'), (_business_date, _loaded_at, _batch_id, _row_no), _loaded_at <= ${knownAt})) AS held_then`;
const wasSaidThen = (isDelete: string): string =>
  `arrayAll(said -> said = (_row_hash, ${isDelete}), held_then)`;

/** The latest version raw holds of the keys in the batch: `_key_hash, held_hash, held_op`, and what all versions say together. */
const latestSql = (dataset: Dataset, together: string): string =>
  `SELECT _key_hash, argMax(_row_hash, (_business_date, _loaded_at, _batch_id, _row_no)) AS held_hash,
     argMax(_op, (_business_date, _loaded_at, _batch_id, _row_no)) AS held_op, toUInt8(1) AS is_held,
     ${together}
   FROM ${rawTable(dataset)} WHERE _key_hash IN (SELECT _key_hash FROM ${stagingTable(dataset, 'new')})
   GROUP BY _key_hash`;

/**
 * SELECT of `_row_no, decision` for every row of the batch's `new` stage.
 * @param knownAt SQL of the instant the delivery was received
 */
export function decisionsSql(dataset: Dataset, knownAt: string): string {
  const batch = stagingTable(dataset, 'new');
  switch (dataset.load.strategy) {
    case 'append':
      return appendSql(dataset, batch);
    case 'incremental':
      return incrementalSql(dataset, batch, knownAt);
    case 'full':
      return fullSql(dataset, batch, knownAt);
    case 'changes':
      return changesSql(dataset, batch);
  }
}

/** Facts: a row ever seen is a repeat; another row under a known key corrects it. */
const appendSql = (dataset: Dataset, batch: string): string => `
  SELECT _row_no, multiIf(has(held_hashes, _row_hash) OR copy > 1, 'repeat', notEmpty(held_hashes) OR version > 1, 'Update', 'Insert') AS decision
  FROM (
    SELECT _row_no, _key_hash, _row_hash,
      row_number() OVER (PARTITION BY _key_hash, _row_hash ORDER BY _row_no) AS copy,
      row_number() OVER (PARTITION BY _key_hash ORDER BY _row_no) AS version
    FROM ${batch}
  ) AS batch
  LEFT JOIN (
    SELECT _key_hash, groupUniqArray(_row_hash) AS held_hashes FROM ${rawTable(dataset)}
    WHERE _key_hash IN (SELECT _key_hash FROM ${batch}) GROUP BY _key_hash
  ) AS held USING (_key_hash)`;

/**
 * Changes in order: each row is compared with the version before it, in the file or in raw, so that a value that changes and
 * changes back is three versions and not two. A change log numbers its changes: there a row ever seen is a repeat, however the
 * log was cut into deliveries.
 */
function incrementalSql(dataset: Dataset, batch: string, knownAt: string): string {
  const operation = operationSql(dataset);
  const isLog = dataset.load.operation === undefined ? 'false' : 'true';
  return `
  SELECT _row_no, multiIf(
      ${isLog} AND has(held_hashes, _row_hash), 'repeat',
      before_is AND before_hash = _row_hash AND before_is_delete = (operation = 'Delete') AND (position > 1 OR ${wasSaidThen("operation = 'Delete'")}), 'repeat',
      operation = 'Delete', 'Delete',
      before_is AND NOT before_is_delete, 'Update', 'Insert') AS decision
  FROM (
    SELECT _row_no, _row_hash, operation, held_hashes, held_then, position,
      if(position = 1, is_held, 1) AS before_is,
      if(position = 1, held_hash, last_hash) AS before_hash,
      if(position = 1, toString(held_op), last_operation) = 'Delete' AS before_is_delete
    FROM (
      SELECT _row_no, _key_hash, _row_hash, ${operation} AS operation,
        row_number() OVER versions AS position,
        lagInFrame(_row_hash) OVER versions AS last_hash,
        lagInFrame(${operation}) OVER versions AS last_operation
      FROM ${batch}
      WINDOW versions AS (PARTITION BY _key_hash ORDER BY _row_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    ) AS batch
    LEFT JOIN (${latestSql(dataset, `groupUniqArray(_row_hash) AS held_hashes, ${saidThen(knownAt)}`)}) AS held USING (_key_hash)
  )`;
}

/**
 * The source's log in its own order: each change is a version, also one that changed nothing the contract names. A change raw
 * holds already is a repeat, however the log was cut into deliveries; what is left is compared with the version before it only
 * to tell an Insert from an Update, for a log may begin after the rows it changes.
 */
const changesSql = (dataset: Dataset, batch: string): string => `
  SELECT _row_no, multiIf(is_repeat, 'repeat', operation = 'Delete', 'Delete', is_before AND before != 'Delete', 'Update', 'Insert') AS decision
  FROM (
    SELECT _row_no, operation, is_repeat,
      if(position = 1, is_held, 1) AS is_before,
      if(position = 1, toString(held_op), last_operation) AS before
    FROM (
      SELECT _row_no, operation, is_repeat, is_held, held_op,
        row_number() OVER versions AS position,
        lagInFrame(operation) OVER versions AS last_operation
      FROM (
        SELECT _row_no, _key_hash, operation, is_held, held_op, copy > 1 OR has(held_changes, _change) AS is_repeat
        FROM (
          SELECT _row_no, _key_hash, _change, toString(_op) AS operation,
            row_number() OVER (PARTITION BY _key_hash, _change ORDER BY _row_no) AS copy
          FROM ${batch}
        ) AS batch
        LEFT JOIN (${latestSql(dataset, 'groupUniqArrayIf(_change, notEmpty(_change)) AS held_changes')}) AS held USING (_key_hash)
      )
      WINDOW versions AS (PARTITION BY _key_hash, is_repeat ORDER BY _row_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    )
  )`;

/** A whole table: the difference to the state known. A key may come once. */
const fullSql = (dataset: Dataset, batch: string, knownAt: string): string => `
  SELECT _row_no, multiIf(
      copy > 1, 'repeat',
      position > 1, 'duplicate_key',
      is_held AND held_op != 'Delete' AND held_hash = _row_hash AND ${wasSaidThen('0')}, 'repeat',
      is_held AND held_op != 'Delete', 'Update', 'Insert') AS decision
  FROM (
    SELECT _row_no, _key_hash, _row_hash,
      row_number() OVER (PARTITION BY _key_hash, _row_hash ORDER BY _row_no) AS copy,
      row_number() OVER (PARTITION BY _key_hash ORDER BY _row_no) AS position
    FROM ${batch}
  ) AS batch
  LEFT JOIN (${latestSql(dataset, saidThen(knownAt))}) AS held USING (_key_hash)`;

/** The source's own operation as one of ours; a word nobody knows counts as a change. */
function operationSql(dataset: Dataset): string {
  const field = dataset.fields.find(({ name }) => name === dataset.load.operation);
  if (!field) return "'Update'";
  const element = fieldElement(field);
  const code = element.parseSql(element.normaliseSql(identifier(field.source)));
  return `if(${code} = ${literal('D')}, 'Delete', 'Update')`;
}

/**
 * SELECT of the last known versions of the keys a full delivery no longer has. A key of a row that was rejected, or
 * that stands in a row nobody could read, is there all the same: the row is broken, not gone. Where something was said since the
 * delivery came it is told to be gone whatever the last version says: it was news then.
 */
export function absentSql(
  dataset: Dataset,
  knownAt: string,
  tables: { good: string; checked: string | null; quarantine: string | null },
): string {
  const sources = dataset.fields.map((field) => identifier(field.source));
  const keys = dataset.fields
    .filter(({ name }) => dataset.key.includes(name))
    .map(({ source }) => identifier(source));
  const isRejected =
    tables.checked === null
      ? ''
      : `AND _key_hash NOT IN (SELECT _key_hash FROM ${tables.checked} WHERE notEmpty(_rejects))`;
  const isMentioned = keys.map((key) => `position(text, ${key}) > 0`).join(' AND ');
  const isUnread =
    tables.quarantine === null
      ? ''
      : `AND NOT arrayExists(text -> ${isMentioned}, (SELECT groupArray(1000)(row_text) FROM ${tables.quarantine} WHERE field = ''))`;
  const spokenSince = `_key_hash IN (SELECT _key_hash FROM ${rawTable(dataset)} WHERE _loaded_at > ${knownAt})`;
  return `SELECT ${sources.join(', ')}, if(${spokenSince}, 'Update', toString(_op)) AS _op, _row_hash, _key_hash, _defects FROM ${rawTable(dataset)}
    WHERE _key_hash NOT IN (SELECT _key_hash FROM ${tables.good}) ${isRejected}
      ${isUnread}
    ORDER BY _business_date DESC, _loaded_at DESC, _batch_id DESC, _row_no DESC LIMIT 1 BY _key_hash`;
}
