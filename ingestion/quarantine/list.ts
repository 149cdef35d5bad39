/** What people see of quarantine: counts, a page of rows, one row. Values are masked by their field. */
import { z } from 'zod';
import type { MaskName } from '../../domain/element.ts';
import { AppError } from '../../domain/errors.ts';
import { maskText } from '../../domain/masking.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type Dataset, datasetId, type Field } from '../contract.ts';
import { type Contracts, contractsOf } from '../contracts/home.ts';
import { fieldElement } from '../generate/field-element.ts';
import { type Change, changesOf } from './edits.ts';
import { ITEM_STATES, itemsSql, type ItemState, readableRules } from './items.ts';
import { ruleZh } from './rules-zh.ts';

export interface QuarantineFilter {
  dataset?: string;
  /** The agency (责任方). */
  owner?: string;
  rule?: string;
  field?: string;
  state?: ItemState;
  batchId?: number;
}

/** How a field's values are shown to who may not see them; the caller may know better than the data element. */
export type MaskOf = (field: Field) => MaskName;
export const elementMask: MaskOf = (field) => fieldElement(field).mask;

export interface QuarantineItem {
  batchId: number;
  rowNo: number;
  dataset: string;
  zh: string;
  owner: string;
  fileName: string;
  rule: string;
  ruleZh: string;
  field: string;
  /** The column as the agency names it. */
  column: string;
  /** Masked. */
  value: string;
  message: string;
  loadedAt: string;
  state: ItemState;
  /** Who dealt with it last, or ''. */
  author: string;
}

const state = z.enum(ITEM_STATES);
const count = z.number();
const itemRow = z.object({
  batch_id: count,
  row_no: count,
  dataset: z.string(),
  file_name: z.string(),
  rule: z.string(),
  field: z.string(),
  value: z.string(),
  message: z.string(),
  loaded_at: z.string(),
  state,
  author: z.string(),
});
const instant = (column: string): string => `formatDateTime(${column}, '%FT%TZ', 'UTC')`;

function whereOf(contracts: Contracts, filter: QuarantineFilter): string {
  const { dataset, owner, rule, field, batchId } = filter;
  const ofOwner = contracts.all.filter((one) => one.owner === owner).map((one) => literal(datasetId(one)));
  return [
    '1',
    ...(dataset === undefined ? [] : [`dataset = ${literal(dataset)}`]),
    ...(owner === undefined ? [] : [`dataset IN (${ofOwner.join(', ') || "''"})`]),
    ...(rule === undefined ? [] : [`rule = ${literal(rule)}`]),
    ...(field === undefined ? [] : [`field = ${literal(field)}`]),
    ...(batchId === undefined ? [] : [`batch_id = ${Math.trunc(batchId)}`]),
  ].join(' AND ');
}

/** Newest first. */
export async function listQuarantine(
  platform: Platform,
  filter: QuarantineFilter,
  page: { limit: number; offset: number },
  maskOf: MaskOf = elementMask,
): Promise<{ total: number; items: QuarantineItem[] }> {
  const contracts = await contractsOf(platform.config);
  const items = itemsSql(
    whereOf(contracts, filter),
    'batch_id, row_no, dataset, file_name, rule, field, value, message, loaded_at',
  );
  const having = filter.state === undefined ? '1' : `state = ${literal(filter.state)}`;
  const options = { tag: 'quarantine.list' };
  const total = await platform.warehouse.value(
    `SELECT count() FROM (${items}) WHERE ${having}`,
    z.coerce.number(),
    options,
  );
  const rows = await platform.warehouse.rows(
    `SELECT toInt32(batch_id) AS batch_id, toInt32(row_no) AS row_no, dataset, file_name, rule, field, value, message,
       ${instant('loaded_at')} AS loaded_at, state, author
     FROM (${items}) WHERE ${having} ORDER BY batch_id DESC, row_no LIMIT ${page.limit} OFFSET ${page.offset}`,
    itemRow,
    options,
  );
  return { total, items: rows.map((row) => itemOf(contracts, row, maskOf)) };
}

function itemOf(contracts: Contracts, row: z.output<typeof itemRow>, maskOf: MaskOf): QuarantineItem {
  const dataset = contracts.find(row.dataset);
  const field = dataset?.fields.find(({ name }) => name === row.field);
  return {
    batchId: row.batch_id,
    rowNo: row.row_no,
    dataset: row.dataset,
    zh: dataset?.zh ?? row.dataset,
    owner: dataset?.owner ?? '',
    fileName: row.file_name,
    rule: row.rule,
    ruleZh: dataset?.checks.find(({ rule }) => rule === row.rule)?.message ?? ruleZh(row.rule),
    field: row.field,
    column: field?.source ?? row.field,
    value: maskText(field ? maskOf(field) : 'hidden', row.value),
    message: row.message,
    loadedAt: row.loaded_at,
    state: row.state,
    author: row.author,
  };
}

interface Action {
  actionId: number;
  kind: string;
  author: string;
  reason: string;
  at: string;
  /** What cleaning rules changed for it, in order; texts masked unless revealed. */
  changes: Change[];
}

export interface QuarantineDetail extends QuarantineItem {
  /** Every field of the row, masked unless it is revealed; of a row nobody could read only `text`. */
  row: { name: string; column: string; value: string; isMasked: boolean }[];
  /** The row as it arrived, where it could not be read; '' unless revealed. */
  text: string;
  isReadable: boolean;
  actions: Action[];
}

/**
 * One row. @param reveal unmasked: the caller has checked the right and written the reason into the audit log
 * @throws AppError `not_found`
 */
export async function quarantineItem(
  platform: Platform,
  of: { batchId: number; rowNo: number },
  reveal = false,
  maskOf: MaskOf = elementMask,
): Promise<QuarantineDetail> {
  const contracts = await contractsOf(platform.config);
  const where = `batch_id = ${Math.trunc(of.batchId)} AND row_no = ${Math.trunc(of.rowNo)}`;
  const [row] = await platform.warehouse.rows(
    `SELECT toInt32(batch_id) AS batch_id, toInt32(row_no) AS row_no, dataset, file_name, rule, field, value, message,
       ${instant('loaded_at')} AS loaded_at, state, author, row_text FROM (${itemsSql(where)})`,
    itemRow.extend({ row_text: z.string() }),
    { tag: 'quarantine.item' },
  );
  if (!row) throw new AppError('not_found', 'There is no such row in quarantine.', { where: { ...of } });
  const dataset = contracts.find(row.dataset);
  const isReadable = dataset !== undefined && (row.field !== '' || readableRules(dataset).includes(row.rule));
  return {
    ...itemOf(contracts, row, reveal ? () => 'none' : maskOf),
    row:
      dataset && isReadable
        ? fieldsOf(dataset, row.row_text, reveal ? () => 'none' : maskOf)
        : emptyFields(dataset),
    text: reveal && !isReadable ? row.row_text : '',
    isReadable,
    actions: await actionsOn(
      platform,
      row.dataset,
      of,
      changesShown(dataset, reveal ? () => 'none' : maskOf),
    ),
  };
}

function fieldsOf(dataset: Dataset, text: string, maskOf: MaskOf): QuarantineDetail['row'] {
  const values = z.record(z.string(), z.string()).parse(JSON.parse(text));
  return dataset.fields.map((field) => {
    const value = values[field.source] ?? '';
    const shown = maskText(maskOf(field), value);
    return { name: field.name, column: field.source, value: shown, isMasked: shown !== value };
  });
}

const changesShown =
  (dataset: Dataset | undefined, maskOf: MaskOf) =>
  (change: Change): Change => {
    const field = dataset?.fields.find(({ name }) => name === change.field);
    const mask = field ? maskOf(field) : 'hidden';
    return {
      ...change,
      column: field?.source ?? change.field,
      before: maskText(mask, change.before),
      after: maskText(mask, change.after),
    };
  };

const emptyFields = (dataset?: Dataset): QuarantineDetail['row'] =>
  (dataset?.fields ?? []).map(({ name, source }) => ({ name, column: source, value: '', isMasked: false }));

async function actionsOn(
  { store, warehouse }: Platform,
  dataset: string,
  of: { batchId: number; rowNo: number },
  shown: (change: Change) => Change,
): Promise<Action[]> {
  const ids = await warehouse.rows(
    `SELECT DISTINCT toInt32(action_id) AS id FROM meta.quarantine_state
     WHERE dataset = ${literal(dataset)} AND batch_id = ${Math.trunc(of.batchId)} AND row_no = ${Math.trunc(of.rowNo)}`,
    z.object({ id: count }),
    { tag: 'quarantine.item' },
  );
  if (ids.length === 0) return [];
  const rows = await store.db
    .selectFrom('quarantine_action')
    .selectAll()
    .where(
      'action_id',
      'in',
      ids.map(({ id }) => id),
    )
    .orderBy('action_id')
    .execute();
  const changes = await changesOf(warehouse, dataset, of);
  return rows.map(({ action_id, kind, author, reason, created_at, selection: { edits } }) => ({
    ...{ actionId: action_id, kind, author, reason, at: created_at.toISOString() },
    changes: (changes.get(edits ?? '') ?? []).map(shown),
  }));
}

const countRow = z.object({
  dataset: z.string(),
  rule: z.string(),
  field: z.string(),
  ...{
    open: count,
    claimed: count,
    mended: count,
    accepted: count,
    returned: count,
    week: count,
    month: count,
    older: count,
  },
});
export type QuarantineCount = z.output<typeof countRow> & {
  zh: string;
  owner: string;
  ruleZh: string;
  column: string;
};

/** By data set, rule and field; open rows also by age: at most a week, at most 30 days, older. */
export async function countQuarantine(
  platform: Platform,
  filter: QuarantineFilter,
  now: Date,
): Promise<QuarantineCount[]> {
  const contracts = await contractsOf(platform.config);
  const items = itemsSql(whereOf(contracts, filter), 'batch_id, row_no, dataset, rule, field, loaded_at');
  const states = ITEM_STATES.map((one) => `toInt32(countIf(state = '${one}')) AS ${one}`);
  const age = `dateDiff('day', loaded_at, toDateTime64(${Math.trunc(now.getTime() / 1000)}, 3, 'UTC'))`;
  const isWaiting = "state IN ('open', 'claimed')";
  const rows = await platform.warehouse.rows(
    `SELECT dataset, rule, field, ${states.join(', ')}, toInt32(countIf(${isWaiting} AND ${age} <= 7)) AS week,
       toInt32(countIf(${isWaiting} AND ${age} > 7 AND ${age} <= 30)) AS month, toInt32(countIf(${isWaiting} AND ${age} > 30)) AS older
     FROM (${items}) GROUP BY dataset, rule, field ORDER BY open + claimed DESC, dataset, rule, field`,
    countRow,
    { tag: 'quarantine.count' },
  );
  return rows.map((row) => {
    const dataset = contracts.find(row.dataset);
    return {
      ...row,
      zh: dataset?.zh ?? row.dataset,
      owner: dataset?.owner ?? '',
      ruleZh: dataset?.checks.find(({ rule }) => rule === row.rule)?.message ?? ruleZh(row.rule),
      column: dataset?.fields.find(({ name }) => name === row.field)?.source ?? row.field,
    };
  });
}
