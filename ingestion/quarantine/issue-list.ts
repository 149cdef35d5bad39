/** The list of what is wrong that goes back to the sender (问题清单): what one `return` action was about. */
import { AppError } from '../../domain/errors.ts';
import { maskSql } from '../../domain/masking.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type { Dataset } from '../contract.ts';
import { contractsOf } from '../contracts/home.ts';
import { elementMask, type MaskOf } from './list.ts';
import { RULES_ZH } from './rules-zh.ts';
import { refuseWithdrawn } from './withdrawn.ts';

export interface IssueList {
  fileName: string;
  /** CSV, UTF-8 with a byte order mark, so that office programs take it as such. */
  bytes: AsyncIterable<Uint8Array>;
}

/** @throws AppError `not_found` for an action that returned nothing, `conflict` where the batch was withdrawn since */
export async function issueList(
  platform: Platform,
  actionId: number,
  maskOf: MaskOf = elementMask,
): Promise<IssueList> {
  const action = await platform.store.db
    .selectFrom('quarantine_action')
    .select(['dataset', 'kind', 'state', 'selection', 'created_at'])
    .where('action_id', '=', actionId)
    .executeTakeFirst();
  if (action?.kind !== 'return' || action.state !== 'done')
    throw new AppError('not_found', 'There is no return of that number.', { where: { action: actionId } });
  await refuseWithdrawn(platform, action.selection);
  const dataset = (await contractsOf(platform.config)).get(action.dataset);
  const day = action.created_at.toISOString().slice(0, 10).replaceAll('-', '');
  return {
    fileName: `问题清单_${dataset.owner}_${dataset.zh}_${day}_${actionId}.csv`,
    bytes: withMark(
      platform.warehouse.bytes(issuesSql(dataset, action.dataset, actionId, maskOf), 'CSVWithNames', {
        tag: 'quarantine.return',
      }),
    ),
  };
}

/** A cell that begins like a formula is not taken for one. */
const inert = (text: string): string => `if(match(${text}, '^[=+@\\t\\r-]'), concat('''', ${text}), ${text})`;

function issuesSql(dataset: Dataset, name: string, actionId: number, maskOf: MaskOf): string {
  const masked = dataset.fields
    .map((field) => `field = ${literal(field.name)}, ${maskSql(maskOf(field), 'value')}`)
    .join(', ');
  const named = (pairs: [string, string][], of: string): string =>
    `transform(${of}, [${pairs.map(([key]) => literal(key)).join(', ')}], [${pairs.map(([, text]) => literal(text)).join(', ')}], ${of})`;
  const rules = new Map([
    ...Object.entries(RULES_ZH),
    ...dataset.checks.map(({ rule, message }) => [rule, message] as const),
  ]);
  const column = named(
    dataset.fields.map(({ name: field, source }) => [field, source]),
    'toString(field)',
  );
  const rule = named([...rules], 'toString(rule)');
  return `SELECT ${literal(dataset.owner)} AS \`责任单位\`, ${literal(dataset.zh)} AS \`数据集\`, ${inert('file_name')} AS \`文件\`,
      batch_id AS \`批次\`, row_no AS \`数据行号\`, toString(rule) AS \`规则\`, ${column} AS \`字段\`,
      ${inert(`multiIf(${masked}, if(value = '', '', '***'))`)} AS \`值（已脱敏）\`,
      if(field = '', ${rule}, concat(${column}, '：', ${rule})) AS \`说明\`
    FROM meta.quarantine
    WHERE dataset = ${literal(name)} AND (batch_id, row_no) IN (
      SELECT batch_id, row_no FROM meta.quarantine_state WHERE dataset = ${literal(name)} AND action_id = ${actionId})
    ORDER BY batch_id, row_no`;
}

async function* withMark(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield Buffer.from('\uFEFF', 'utf8');
  yield* bytes;
}
