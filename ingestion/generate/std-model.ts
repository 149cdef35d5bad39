/** The standardising models: raw text becomes named, typed, coded columns, and full or incremental sets get their history. */
import { posix } from 'node:path';
import { stringify } from 'yaml';
import { codeListNamed, isCodeListName } from '../../domain/codes/index.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { type Dataset, datasetId, type Field, tableName } from '../contract.ts';
import { fieldElement } from './field-element.ts';
import { GENERATED, type GeneratedFile } from './file.ts';

const DIRECTORY = 'models/base/generated';
/** The end of a version that still holds. */
const OPEN = "toDate32('2299-12-31')";

export const stdName = (dataset: Dataset): string => `std_${tableName(dataset)}`;

/** A field whose missing or unreadable value sends the row to quarantine: its column is never NULL. */
const isSure = (dataset: Dataset, { name, required, onInvalid }: Field): boolean =>
  onInvalid === 'reject' && (required || dataset.key.includes(name));

/** ClickHouse type of the field's column in `std_`. */
export function stdType(dataset: Dataset, field: Field): string {
  const { type } = fieldElement(field);
  return isSure(dataset, field) ? type.replace(/^Nullable\((.*)\)$/, '$1') : type;
}

/** The parsed value; NULL, or '' for text, where landing marked a defect. */
function typedColumn(dataset: Dataset, field: Field): string {
  const element = fieldElement(field);
  const parsed = element.parseSql(identifier(`n_${field.name}`));
  const isMarked = `has(_defective, ${literal(field.name)})`;
  const missing = element.type.startsWith('Nullable') ? 'null' : "''";
  const canBeMarked = field.onInvalid === 'mark' && element.checks.length > 0;
  const value = canBeMarked ? `if(${isMarked}, ${missing}, ${parsed})` : parsed;
  if (element.type === 'String') return value;
  return isSure(dataset, field) ? `assumeNotNull(${value})` : `cast(${value}, ${literal(element.type)})`;
}

/** Text that Jinja would take for its own is kept from it. */
const plain = (sql: string): string => (/\{[{%#]|[}%#]\}/.test(sql) ? `{% raw %}${sql}{% endraw %}` : sql);

/**
 * What the active cleaning rules of a data set put into its standardising model; compiled in `pipelines/cleaning`. Bodies of
 * common table expressions in which nothing is left for Jinja but `source` and `ref`.
 */
export interface StdCleaning {
  /** Reads the raw table, answers its rows with cleaned texts, `_defects` that follow from them, and `_cleaned`. */
  cleaned: string;
  /** Reads `normalised`, answers its rows with `_findings`; rows another one stands for have `valid_to = valid_from`. */
  judged: string;
  /** The rules compare rows with other rows or tables: the model must be computed as a whole, never for changed keys alone. */
  whole: boolean;
}
const CLEANING_COLUMNS = ['_cleaned', '_findings'];

/** @param cleaning absent where no rule is active, which is what the files of the repository hold */
export function stdModelSql(dataset: Dataset, cleaning?: StdCleaning): string {
  const isAppend = dataset.load.strategy === 'append';
  const source = `{{ source('raw', '${tableName(dataset)}') }}`;
  const normalised = dataset.fields.map(
    (field) =>
      `${plain(fieldElement(field).normaliseSql(`delivered.${identifier(field.source)}`))} as ${identifier(`n_${field.name}`)}`,
  );
  const typed = dataset.fields.map(
    (field) => `${plain(typedColumn(dataset, field))} as ${identifier(field.name)}`,
  );
  const order = dataset.key.join("', '");
  const { cursor } = dataset.load;
  const config = isAppend
    ? `materialized='incremental', incremental_strategy='append', partition_by='toYYYYMM(${cursor ?? '_business_date'})', order_by=['${order}']`
    : `materialized='table', order_by=['${order}', 'valid_from']`;
  const history = isAppend ? [] : ['kept.valid_from as valid_from', 'kept.valid_to as valid_to'];
  return `-- ${GENERATED} From the contract ${datasetId(dataset)}: ${dataset.zh} (${dataset.reference})
{{ config(${config}) }}

with

${isAppend ? '' : historySql(source)}${cleaning ? cteSql('cleaned', cleaning.cleaned) : ''}normalised as (

    select
        ${[
          ...normalised,
          "arrayMap(defect -> splitByChar(':', defect)[1], delivered._defects) as _defective",
          ...['_defects', '_key_hash', '_batch_id', '_row_no', '_business_date'].map(
            (name) => `delivered.${name} as ${name}`,
          ),
          ...(cleaning ? ['delivered._cleaned as _cleaned'] : []),
          ...history,
        ].join(',\n        ')}

    from ${cleaning ? 'cleaned' : source} as delivered
    ${
      isAppend
        ? "where delivered._op != 'Delete'\n    {% if is_incremental() %}\n    and delivered._batch_id > (select max(_batch_id) from {{ this }})\n    {% endif %}"
        : "inner join kept on delivered._batch_id = kept._batch_id and delivered._row_no = kept._row_no\n    where delivered._op != 'Delete'"
    }

),

${cleaning ? cteSql('judged', cleaning.judged) : ''}final as (

    select
        ${[
          ...typed,
          ...(isAppend ? [] : ['valid_from', 'valid_to', `toUInt8(valid_to = ${OPEN}) as is_current`]),
          '_defects',
          '_key_hash',
          '_batch_id',
          '_row_no',
          '_business_date',
          ...(cleaning ? CLEANING_COLUMNS : []),
        ].join(',\n        ')}

    from ${cleaning ? 'judged' : 'normalised'}

)

select * from final
`;
}

const cteSql = (name: string, body: string): string => `${name} as (\n\n${body}\n\n),\n\n`;

/** Over row numbers only: the wide rows are sorted once, by the table they end in. A version that lasts no day is none. */
const historySql = (source: string): string => `versions as (

    select
        _batch_id,
        _row_no,
        _op,
        toDate32(_business_date) as valid_from,
        leadInFrame(toDate32(_business_date), 1, ${OPEN}) over (
            partition by _key_hash order by _business_date, _batch_id, _row_no
            rows between unbounded preceding and unbounded following
        ) as valid_to

    from ${source}

),

kept as (

    select _batch_id, _row_no, valid_from, valid_to
    from versions
    where _op != 'Delete' and valid_from < valid_to

),

`;

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
];

function fieldProperties(dataset: Dataset, field: Field): Record<string, unknown> {
  const element = fieldElement(field);
  const tests: unknown[] = [];
  if (isSure(dataset, field)) tests.push('not_null');
  if (field.codes !== undefined && isCodeListName(field.codes)) {
    const codes = codeListNamed(field.codes).entries.map(({ code }) => code);
    tests.push({ accepted_values: { values: ['', ...codes], config: { severity: 'warn' } } });
  }
  return {
    name: field.name,
    description: `${field.source}：${element.zh}（${element.standard}）${field.note ? `。${field.note}` : ''}`,
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

export const stdModelFiles = (dataset: Dataset): GeneratedFile[] => [
  { path: `${DIRECTORY}/${stdName(dataset)}.sql`, content: stdModelSql(dataset) },
  { path: `${DIRECTORY}/${stdName(dataset)}.yml`, content: stdModelYaml(dataset) },
];

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
          name: 'quarantine',
          description: 'rows that cannot be what they claim, with rule, field and value',
        },
      ],
    },
  ];
  return sourcesYaml('_sources', sources);
}

const rawSource = (datasets: readonly Dataset[]): object => ({
  name: 'raw',
  description: '汇聚库：每个数据集一张表，列如来源所送',
  tables: datasets.map((dataset) => ({
    name: tableName(dataset),
    description: `${dataset.zh}（${dataset.owner}），${dataset.reference}`,
    columns: dataset.fields.map((field) => ({ name: field.source, description: field.name })),
  })),
});

const sourcesYaml = (name: string, sources: object[]): GeneratedFile => ({
  path: `${DIRECTORY}/${name}.yml`,
  content: `# ${GENERATED}\n${stringify({ version: 2, sources }, { lineWidth: 0 })}`,
});

/**
 * What a run adds to the project for contracts made at run time: their sources and standardising models. Paths are relative
 * to the dbt project.
 */
export const homeModelFiles = (datasets: readonly Dataset[]): GeneratedFile[] =>
  datasets.length === 0
    ? []
    : [sourcesYaml('_sources_of_home', [rawSource(datasets)]), ...datasets.flatMap(stdModelFiles)].map(
        (file) => ({ ...file, path: posix.relative('models', file.path) }),
      );
