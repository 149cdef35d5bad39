/** Rows in quarantine with what became of them, as SQL. */
import { literal } from '../../warehouse/engine/sql.ts';
import type { QuarantineSelection } from '../../warehouse/operational/tables/quarantine.ts';
import type { Dataset } from '../contract.ts';

export const ITEM_STATES = ['open', 'claimed', 'mended', 'accepted', 'returned'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

/** Conditions on `meta.quarantine`. */
export function selectionSql(dataset: string, selection: QuarantineSelection): string {
  const { batchId, rule, field, rowNos } = selection;
  return [
    `dataset = ${literal(dataset)}`,
    ...(batchId === undefined ? [] : [`batch_id = ${Math.trunc(batchId)}`]),
    ...(rule === undefined ? [] : [`rule = ${literal(rule)}`]),
    ...(field === undefined ? [] : [`field = ${literal(field)}`]),
    ...(rowNos === undefined ? [] : [`row_no IN (${rowNos.map(Math.trunc).join(', ') || 'NULL'})`]),
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
