/** The rows behind a figure: each value that broke a rule, masked by its field, as SQL the engine streams. */
import { maskSql } from '../../domain/masking.ts';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import { type Dataset, datasetId } from '../../ingestion/contract.ts';
import { rawTable } from '../../ingestion/generate/raw-table.ts';
import { type MaskOf } from '../../ingestion/quarantine/list.ts';
import { ruleZh } from '../../ingestion/quarantine/rules-zh.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { countingBatchesSql, type QualityFilter } from './read.ts';

export interface BadRowsFilter extends QualityFilter {
  field?: string;
  rule?: string;
}

/** A cell that begins like a formula is not taken for one. */
const inert = (text: string): string => `if(match(${text}, '^[=+@\\t\\r-]'), concat('''', ${text}), ${text})`;

export const BAD_ROW_COLUMNS = ['数据集', '文件', '批次', '数据行号', '字段', '规则', '值', '处理'] as const;

/** SELECT of `BAD_ROW_COLUMNS`; values are shown as `maskOf` says. Data sets whose raw table is not in `tables` have no rows. */
export function badRowsSql(
  contracts: Contracts,
  tables: ReadonlySet<string>,
  filter: BadRowsFilter,
  maskOf: MaskOf,
): string {
  const wanted = contracts.all.filter(
    (one) =>
      (filter.dataset === undefined || datasetId(one) === filter.dataset) &&
      (filter.owner === undefined || one.owner === filter.owner) &&
      tables.has(rawTable(one)),
  );
  if (wanted.length === 0)
    return `SELECT ${BAD_ROW_COLUMNS.map((name) => `'' AS ${identifier(name)}`).join(', ')} WHERE 0`;
  const selects = wanted.flatMap((dataset) => [
    markedSql(dataset, filter, maskOf),
    quarantinedSql(dataset, filter, maskOf),
  ]);
  const files = '(SELECT batch_id, any(file_name) AS file_name FROM meta.batch GROUP BY batch_id) AS files';
  return `SELECT zh AS ${identifier('数据集')}, ${inert('file_name')} AS ${identifier('文件')}, toUInt32(batch_id) AS ${identifier('批次')}, toUInt32(row_no) AS ${identifier('数据行号')},
      column AS ${identifier('字段')}, rule_zh AS ${identifier('规则')}, ${inert('value')} AS ${identifier('值')}, handling AS ${identifier('处理')}
    FROM (${selects.join(' UNION ALL ')}) AS bad INNER JOIN ${files} USING (batch_id) ORDER BY zh, batch_id, row_no, column`;
}

const ruleTexts = ({ checks }: Dataset, rule: string): string => {
  const known = checks.map((check) => `${rule} = ${literal(check.rule)}, ${literal(check.message)}`);
  const rules = RULES.map((name) => `${rule} = ${literal(name)}, ${literal(ruleZh(name))}`);
  return `multiIf(${[...known, ...rules].join(', ')}, toString(${rule}))`;
};
const RULES = [
  ...[
    'required',
    'format',
    'checksum',
    'birth_date',
    'division',
    'impossible',
    'length',
    'range',
    'too_large',
    'too_short',
  ],
  ...[
    'negative',
    'not_positive',
    'unmapped',
    'floated',
    'duplicate_key',
    'column_count',
    'bad_json',
    'digits',
  ],
];
const columnTexts = ({ fields }: Dataset): string =>
  `multiIf(${fields.map(({ name, source }) => `field = ${literal(name)}, ${literal(source)}`).join(', ')}, '')`;
const narrowed = ({ field, rule }: BadRowsFilter): string =>
  [
    ...(field === undefined ? [] : [` AND field = ${literal(field)}`]),
    ...(rule === undefined ? [] : [` AND rule = ${literal(rule)}`]),
  ].join('');

/** Of whole tables the rows that stand still with their defect, whichever delivery brought them. */
function markedSql(dataset: Dataset, filter: BadRowsFilter, maskOf: MaskOf): string {
  const counting = countingBatchesSql({ ...filter, dataset: datasetId(dataset) });
  const isWhole = dataset.load.strategy === 'full';
  const until = filter.to === undefined ? '' : ` WHERE _business_date <= toDate(${literal(filter.to)})`;
  const from = isWhole
    ? `(SELECT * FROM ${rawTable(dataset)}${until} ORDER BY _key_hash, _business_date DESC, _batch_id DESC, _row_no DESC LIMIT 1 BY _key_hash)`
    : `(SELECT * FROM ${rawTable(dataset)} WHERE _batch_id IN (${counting}))`;
  const value = dataset.fields.map(
    (field) => `field = ${literal(field.name)}, ${maskSql(maskOf(field), identifier(field.source))}`,
  );
  return `SELECT ${literal(dataset.zh)} AS zh, _batch_id AS batch_id, _row_no AS row_no, ${columnTexts(dataset)} AS column,
      ${ruleTexts(dataset, 'rule')} AS rule_zh, multiIf(${value.join(', ')}, '') AS value, '保留并标记' AS handling
    FROM (SELECT *, replaceOne(splitByChar(':', arrayJoin(_defects) AS defect)[1], '*', '') AS field, splitByChar(':', defect)[2] AS rule
      FROM ${from} WHERE notEmpty(_defects) AND _op != 'Delete') WHERE 1${narrowed(filter)}`;
}

function quarantinedSql(dataset: Dataset, filter: BadRowsFilter, maskOf: MaskOf): string {
  const counting = countingBatchesSql({ ...filter, dataset: datasetId(dataset) });
  const value = dataset.fields.map(
    (field) => `field = ${literal(field.name)}, ${maskSql(maskOf(field), 'value')}`,
  );
  return `SELECT ${literal(dataset.zh)} AS zh, batch_id, row_no, ${columnTexts(dataset)} AS column,
      ${ruleTexts(dataset, 'rule')} AS rule_zh, multiIf(${value.join(', ')}, if(value = '', '', '***')) AS value, '隔离' AS handling
    FROM meta.quarantine WHERE dataset = ${literal(datasetId(dataset))} AND batch_id IN (${counting})${narrowed(filter)}`;
}
