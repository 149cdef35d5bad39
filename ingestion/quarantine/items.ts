/** Rows in quarantine with what became of them, as SQL. */
import { literal } from '../../warehouse/engine/sql.ts';
import type { QuarantineSelection } from '../../warehouse/operational/tables/quarantine.ts';
import { type Dataset, datasetId } from '../contract.ts';
import { CHANGE_COLUMN, OPERATION_COLUMN } from '../landing/change-log.ts';

export const ITEM_STATES = ['open', 'claimed', 'mended', 'accepted', 'returned'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

/** Conditions on `meta.quarantine_edit`: the changes of values a selection names. */
export const editsSql = (dataset: string, { batchId = 0, edits = '' }: QuarantineSelection): string =>
  `dataset = ${literal(dataset)} AND batch_id = ${Math.trunc(batchId)} AND edits = ${literal(edits)}`;

/** Conditions on `meta.quarantine`. */
export function selectionSql(dataset: string, selection: QuarantineSelection): string {
  const { batchId, rule, field, rowNos, edits } = selection;
  return [
    `dataset = ${literal(dataset)}`,
    ...(batchId === undefined ? [] : [`batch_id = ${Math.trunc(batchId)}`]),
    ...(rule === undefined ? [] : [`rule = ${literal(rule)}`]),
    ...(field === undefined ? [] : [`field = ${literal(field)}`]),
    ...(rowNos === undefined ? [] : [`row_no IN (${rowNos.map(Math.trunc).join(', ') || 'NULL'})`]),
    ...(edits === undefined
      ? []
      : [`row_no IN (SELECT row_no FROM meta.quarantine_edit WHERE ${editsSql(dataset, selection)})`]),
  ].join(' AND ');
}

/**
 * SELECT of `meta.quarantine`'s columns and `state, author, action_id, at` of the rows `where` leaves.
 * @param where over columns of `meta.quarantine` only
 */
export const itemsSql = (where: string, columns = '*'): string => `
  SELECT items.*, if(states.last = '', 'open', states.last) AS state, states.author AS author, states.action_id AS action_id, states.at AS at
  FROM (SELECT ${columns} FROM meta.quarantine WHERE ${where}) AS items
  LEFT JOIN (
    SELECT batch_id, row_no, argMax(state, version) AS last, argMax(author, version) AS author,
      argMax(action_id, version) AS action_id, argMax(at, version) AS at
    FROM meta.quarantine_state GROUP BY batch_id, row_no
  ) AS states USING (batch_id, row_no)`;

/** Rules over a whole row that could be read; any other rule without a field says that nobody could read the row. */
export const readableRules = (dataset: Dataset): string[] => [
  ...dataset.checks.map(({ rule }) => rule),
  'duplicate_key',
];

/** Boolean over a row's text: a deletion in a change log. */
export const isDeletion = (text: string): string =>
  `JSONHas(${text}, ${literal(CHANGE_COLUMN)}) AND JSONExtractString(${text}, ${literal(OPERATION_COLUMN)}) = 'D'`;

/** SELECT of `batch_id, row_no, row_text` of open rows that could be read and were turned away for one of the fields, or by a rule over the row. */
export function waitingSql(dataset: Dataset, fields: readonly string[]): string {
  const list = (names: readonly string[]): string => names.map(literal).join(', ') || 'NULL';
  const checks = dataset.checks.map(({ rule }) => rule);
  const where = `dataset = ${literal(datasetId(dataset))} AND (field IN (${list(fields)}) OR field = '' AND rule IN (${list(checks)}))`;
  return `SELECT batch_id, row_no, row_text FROM (${itemsSql(where, 'batch_id, row_no, row_text')})
    WHERE state = 'open' AND NOT (${isDeletion('row_text')})`;
}
