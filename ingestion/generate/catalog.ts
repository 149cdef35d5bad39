/** The catalog page: every data set and field, as analysts and auditors look them up. */
import { masks } from '../../domain/masking.ts';
import { type Dataset, datasetId, type Delivery, type Field } from '../contract.ts';
import { driftText, fieldDriftText, watchedTexts } from './drift-words.ts';
import { fieldElement } from './field-element.ts';
import { GENERATED, type GeneratedFile } from './file.ts';
import { stdName, stdType } from './std-columns.ts';

const STRATEGIES = {
  full: '全量，按差异入库',
  incremental: '增量，按主键',
  append: '只追加的事实',
  changes: '变更日志',
};
const CADENCES = { daily: '每日', weekly: '每周', monthly: '每月', irregular: '不定期' };
const LEVELS = { 1: '1 公开', 2: '2 内部', 3: '3 个人', 4: '4 敏感个人' };

const escape = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (cells: string[]): string => `| ${cells.map(escape).join(' | ')} |`;

function fieldRow(dataset: Dataset, field: Field): string {
  const element = fieldElement(field);
  const rules = [
    dataset.key.includes(field.name) ? '主键' : '',
    field.required ? '必填' : '',
    field.onInvalid === 'reject' ? '不合规则隔离' : '不合规则标记',
    field.unit === 'wan_yuan' ? '来源单位万元' : '',
    field.calendar === undefined ? '' : field.calendar === 'roc' ? '来源为民国纪年' : '来源为日在前',
    field.optionalColumn ? '可缺列' : '',
    fieldDriftText(dataset, field),
  ].filter(Boolean);
  return row([
    `\`${field.name}\``,
    field.source,
    stdType(dataset, field),
    `${element.zh} \`${field.element}\`${field.codes ? `（码表 \`code_${field.codes}\`）` : ''}`,
    element.standard,
    LEVELS[element.level],
    masks[element.mask].zh,
    rules.join('，'),
  ]);
}

const shapeText = ({ delivery }: Dataset): string => deliveryText(delivery);

function deliveryText(delivery: Delivery): string {
  switch (delivery.shape) {
    case 'csv':
      return `CSV，${delivery.encoding}`;
    case 'xlsx':
      return `XLSX${delivery.sheet ? `，工作表 ${delivery.sheet}` : ''}`;
    case 'xml':
      return `XML，记录元素 ${delivery.record}`;
    case 'jsonl':
      return 'JSON Lines';
    case 'txt':
      return `文本，分隔符 ${JSON.stringify(delivery.delimiter)}，${delivery.encoding}`;
    case 'fixed':
      return `定长文本（按${delivery.unit === 'bytes' ? '字节' : '字符'}），${delivery.encoding}`;
    case 'json':
      return `JSON${delivery.path.length > 0 ? `，记录在 ${delivery.path.join('.')}` : ''}`;
    case 'parquet':
      return 'Parquet';
    case 'zip':
      return `ZIP（${delivery.entries}），内为 ${deliveryText(delivery.of)}`;
  }
}

function section(dataset: Dataset): string {
  const facts = [
    ['原始表', `\`raw.${dataset.source}__${dataset.dataset}\``],
    ['标准化表', `\`base.${stdName(dataset)}\``],
    ['粒度', dataset.grain],
    ['责任方', dataset.owner],
    ['依据条款', dataset.reference],
    ['法律依据', dataset.legalBasis],
    ['最高级别', LEVELS[dataset.level]],
    ['加载方式', STRATEGIES[dataset.load.strategy]],
    ['交付形式', shapeText(dataset)],
    ['来源变化', [driftText(dataset), ...watchedTexts(dataset)].join('；')],
    ['周期', `${CADENCES[dataset.cadence]}，期末后 ${dataset.latenessDays} 天内送达`],
  ];
  const checks = dataset.checks.map(
    ({ rule, message, onFail }) => `- \`${rule}\`（${onFail === 'reject' ? '隔离' : '标记'}）：${message}`,
  );
  return [
    `## ${dataset.zh} \`${datasetId(dataset)}\``,
    '',
    ...facts.map(([name, value]) => `- ${name}：${value}`),
    '',
    row(['字段', '来源列', '类型', '数据元', '标准', '级别', '脱敏', '规则']),
    row(Array<string>(8).fill('---')),
    ...dataset.fields.map((field) => fieldRow(dataset, field)),
    ...(checks.length > 0 ? ['', '跨字段规则：', '', ...checks] : []),
  ].join('\n');
}

export function catalogFile(datasets: readonly Dataset[]): GeneratedFile {
  const summary = datasets.map((dataset) =>
    row([
      `[\`${datasetId(dataset)}\`](#${anchor(dataset)})`,
      dataset.zh,
      dataset.owner,
      String(dataset.fields.length),
      CADENCES[dataset.cadence],
      LEVELS[dataset.level],
    ]),
  );
  return {
    path: 'docs/catalog.md',
    content: `<!-- ${GENERATED} -->

# 数据目录 Data catalog

${datasets.length} data sets, each from one contract in \`ingestion/contracts\`. Levels follow 002:10148-10159; masks are those of \`domain/masking.ts\`.

${row(['数据集', '名称', '责任方', '字段', '周期', '最高级别'])}
${row(Array<string>(6).fill('---'))}
${summary.join('\n')}

${datasets.map(section).join('\n\n')}
`,
  };
}

/** How GitHub names the heading of `section`. */
const anchor = (dataset: Dataset): string =>
  `${dataset.zh} ${datasetId(dataset)}`
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
