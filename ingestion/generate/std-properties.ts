/** What dbt is told of the standardising models and of what they read: columns, grain, tests. */
import { stringify } from 'yaml';
import { codeListNamed, isCodeListName } from '../../domain/codes/index.ts';
import { type Dataset, type Field, tableName } from '../contract.ts';
import { fieldDriftText } from './drift-words.ts';
import { fieldElement } from './field-element.ts';
import { DIRECTORY, GENERATED, type GeneratedFile } from './file.ts';
import { isSure, stdName } from './std-columns.ts';

const LANDING_COLUMNS = [
  { name: '_defects', description: '标记的缺陷 `field:rule`；`*:rule` 指整行' },
  { name: '_key_hash', description: '规范化主键的哈希' },
  { name: '_batch_id', description: '批次' },
  { name: '_row_no', description: '文件中的数据行号，从 1 起' },
  { name: '_business_date', description: '交付的业务日期' },
];
const HISTORY_COLUMNS = [
  { name: 'valid_from', description: '该版本自此日起有效' },
  { name: 'valid_to', description: '该版本至此日（不含）失效；2299-12-31 表示至今有效' },
  { name: 'is_current', description: '是否当前版本' },
  { name: 'is_deleted', description: '该条记录表示对象已被删除' },
  { name: 'known_from', description: '平台自此刻起知道该条记录（交付的接收时刻）' },
  { name: 'known_to', description: '平台至此刻（不含）知道；批次撤回时结束，2299-12-31 表示至今' },
  { name: '_version_hash', description: '该条记录内容的哈希' },
];

function fieldProperties(dataset: Dataset, field: Field): Record<string, unknown> {
  const element = fieldElement(field);
  const tests: unknown[] = [];
  if (isSure(dataset, field)) tests.push('not_null');
  if (field.codes !== undefined && isCodeListName(field.codes)) {
    const codes = codeListNamed(field.codes).entries.map(({ code }) => code);
    tests.push({ accepted_values: { values: ['', ...codes], config: { severity: 'warn' } } });
  }
  const said = [field.note, fieldDriftText(dataset, field)].filter(Boolean);
  return {
    name: field.name,
    description: [`${field.source}：${element.zh}（${element.standard}）`, ...said].join('。'),
    ...(tests.length > 0 ? { data_tests: tests } : {}),
  };
}

/** dbt's properties of the model: what it is, its grain, its tests. */
export function stdModelYaml(dataset: Dataset): string {
  const hasHistory = dataset.load.strategy !== 'append';
  const key = LANDING_COLUMNS.map((column) =>
    column.name === '_key_hash' && hasHistory
      ? { ...column, data_tests: [{ unique: { config: { where: 'is_current = 1' } } }] }
      : column,
  );
  const model = {
    name: stdName(dataset),
    description: `${dataset.zh}: ${dataset.grain}${hasHistory ? ' and version' : ''}. ${dataset.reference}.`,
    columns: [
      ...dataset.fields.map((field) => fieldProperties(dataset, field)),
      ...(hasHistory ? HISTORY_COLUMNS : []),
      ...key,
    ],
  };
  return `# ${GENERATED}\n${stringify({ version: 2, models: [model] }, { lineWidth: 0 })}`;
}

/** dbt's sources: the raw tables, and what landing tells about itself. */
export function sourcesFile(datasets: readonly Dataset[]): GeneratedFile {
  const sources = [
    rawSource(datasets),
    {
      name: 'meta',
      description: '平台自身的账：批次与隔离的行',
      tables: [
        { name: 'batch', description: 'one row a batch: landed = loaded + quarantined + deduplicated' },
        {
          name: 'withdrawn_row',
          description: 'rows of withdrawn batches, and how long they were known',
        },
        {
          name: 'quarantine',
          description: 'rows that cannot be what they claim, with rule, field and value',
        },
      ],
    },
  ];
  return sourcesYaml('_sources', sources);
}

export const rawSource = (datasets: readonly Dataset[]): object => ({
  name: 'raw',
  description: '汇聚库：每个数据集一张表，列如来源所送',
  tables: datasets.map((dataset) => ({
    name: tableName(dataset),
    description: `${dataset.zh}（${dataset.owner}），${dataset.reference}`,
    columns: dataset.fields.map((field) => ({ name: field.source, description: field.name })),
  })),
});

export const sourcesYaml = (name: string, sources: object[]): GeneratedFile => ({
  path: `${DIRECTORY}/${name}.yml`,
  content: `# ${GENERATED}\n${stringify({ version: 2, sources }, { lineWidth: 0 })}`,
});
