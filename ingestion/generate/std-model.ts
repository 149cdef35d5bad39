/** The standardising models: raw text becomes named, typed, coded columns, and full or incremental sets get their history. */
import { posix } from 'node:path';
import { stringify } from 'yaml';
import { codeListNamed, isCodeListName } from '../../domain/codes/index.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { type Dataset, datasetId, type Field, tableName } from '../contract.ts';
import { fieldElement } from './field-element.ts';
import { plainOf, plainTextSql } from './plain.ts';
import { GENERATED, type GeneratedFile } from './file.ts';

const DIRECTORY = 'models/base/generated';
/** The end of a version that still holds. */
const OPEN = "toDate32('2299-12-31')";

export const stdName = (dataset: Dataset): string => `std_${tableName(dataset)}`;

/** A field whose missing or unreadable value sends the row to quarantine: its column is never NULL. */
export const isSure = (dataset: Dataset, { name, required, onInvalid }: Field): boolean =>
  onInvalid === 'reject' && (required || dataset.key.includes(name));

/** ClickHouse type of the field's column in `std_`. */
export function stdType(dataset: Dataset, field: Field): string {
  const { type } = fieldElement(field);
  return isSure(dataset, field) ? type.replace(/^Nullable\((.*)\)$/, '$1') : type;
}

/** The normalised text. Most texts are written as the platform writes them: the engine computes the other branch for the rest alone. */
function normalisedColumn(field: Field): string {
  const text = `delivered.${identifier(field.source)}`;
  const whole = fieldElement(field).normaliseSql(text);
  const form = plainOf(field);
  return form === undefined
    ? whole
    : `if(bitOr(${text} = '', ${form.testSql(text)}), ${plainTextSql(form, text)}, ${whole})`;
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
export const plain = (sql: string): string =>
  /\{[{%#]|[}%#]\}/.test(sql) ? `{% raw %}${sql}{% endraw %}` : sql;

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

/**
 * The model of a data set: facts are added to, versions are kept with what was known when.
 * @param cleaning absent where no rule is active, which is what the files of the repository hold
 */
export function stdModelSql(dataset: Dataset, cleaning?: StdCleaning): string {
  const parts =
    dataset.load.strategy === 'append' ? appendParts(dataset, cleaning) : versionParts(dataset, cleaning);
  const normalised = dataset.fields.map(
    (field) => `${plain(normalisedColumn(field))} as ${identifier(`n_${field.name}`)}`,
  );
  const typed = dataset.fields.map(
    (field) => `${plain(typedColumn(dataset, field))} as ${identifier(field.name)}`,
  );
  return `-- ${GENERATED} From the contract ${datasetId(dataset)}: ${dataset.zh} (${dataset.reference})
{{ config(${parts.config}) }}

with

${cleaning ? cteSql('cleaned', cleaning.cleaned) : ''}${parts.before}normalised as (

    select
        ${[
          ...normalised,
          "arrayMap(defect -> splitByChar(':', defect)[1], delivered._defects) as _defective",
          ...[...LANDED, ...parts.carried, ...(cleaning ? ['_cleaned'] : [])].map(
            (name) => `delivered.${name} as ${name}`,
          ),
        ].join(',\n        ')}

    from ${parts.from}

),

${cleaning ? cteSql('judged', cleaning.judged) : ''}final as (

    select
        ${[...typed, ...parts.final, ...LANDED, ...(cleaning ? CLEANING_COLUMNS : [])].join(',\n        ')}

    from ${cleaning ? 'judged' : 'normalised'}

)

select * from final
`;
}

interface Parts {
  config: string;
  /** Common table expressions in front. */
  before: string;
  /** What is normalised, as `delivered`. */
  from: string;
  /** Columns of `delivered` besides the fields and `LANDED`. */
  carried: string[];
  /** Columns that end in the table, besides the fields and `LANDED`. */
  final: string[];
}

const LANDED = ['_defects', '_key_hash', '_batch_id', '_row_no', '_business_date'];
const cteSql = (name: string, body: string): string => `${name} as (\n\n${body}\n\n),\n\n`;
const sourceOf = (dataset: Dataset): string => `{{ source('raw', '${tableName(dataset)}') }}`;

/** Facts only grow: what came since is added. */
function appendParts(dataset: Dataset, cleaning?: StdCleaning): Parts {
  const storage = `partition_by='toYYYYMM(${dataset.load.cursor ?? '_business_date'})', order_by=['${dataset.key.join("', '")}']`;
  const since = `
    {% if is_incremental() %}
    and delivered._batch_id > (select max(_batch_id) from {{ this }})
    {% endif %}`;
  return {
    config: cleaning?.whole
      ? `materialized='table', ${storage}`
      : `materialized='incremental', incremental_strategy='append', ${storage}`,
    before: '',
    from: `${cleaning ? 'cleaned' : sourceOf(dataset)} as delivered
    where delivered._op != 'Delete'${cleaning?.whole ? '' : since}`,
    carried: [],
    final: [],
  };
}

/** What raw tells of a row besides its texts; `meta.withdrawn_row` has the same. */
const TOLD = ['_op', '_loaded_at', '_row_hash', ...LANDED];
/** The end of a knowledge that still holds. */
const NEVER = "toDateTime64('2299-12-31 00:00:00', 3, 'UTC')";

/**
 * Everything ever said of a key, in the order of the days it is about: versions, deletions, and what a withdrawn batch had said.
 * Only what is a version by the latest knowledge has days (`valid_from < valid_to`); `known_from` and `known_to` are what `as_of`
 * and the `history_` views go by. Where a table is there already, the keys that new, withdrawn or changed batches name are taken
 * anew, and no others.
 */
function versionParts(dataset: Dataset, cleaning?: StdCleaning): Parts {
  const source = sourceOf(dataset);
  const withdrawn = `(select * from {{ source('meta', 'withdrawn_row') }} where dataset = ${literal(datasetId(dataset))})`;
  const isIncremental = cleaning?.whole !== true;
  const touched = isIncremental
    ? '{% if is_incremental() %} where _key_hash in (select _key_hash from touched){% endif %}'
    : '';
  const columns = dataset.fields.map((field) => plain(identifier(field.source)));
  const texts = dataset.fields.map(
    (field) => `${plain(`texts[${literal(field.source)}]`)} as ${plain(identifier(field.source))}`,
  );
  const storage = `order_by=['${dataset.key.join("', '")}', 'valid_from']`;
  const meta = "meta={'unhashed': ['known_from', 'known_to'], 'heals': true}";
  const list = (names: string[]): string => names.join(',\n        ');
  return {
    config: isIncremental
      ? `materialized='incremental', incremental_strategy='delete+insert', unique_key='_key_hash', ${storage}, ${meta}`
      : `materialized='table', ${storage}, ${meta}`,
    before: `${isIncremental ? touchedSql(source, withdrawn) : ''}-- Most keys have been spoken of once: the statements of the others are put in order, over row numbers alone.
ordered as (

    select
        _batch_id,
        _row_no,
        _key_hash,
        leadInFrame(toDate32(_business_date), 1, ${OPEN}) over (
            partition by _key_hash order by _business_date, _loaded_at, _batch_id, _row_no
            rows between unbounded preceding and unbounded following
        ) as next_from

    from ${source}
    where _key_hash in (select _key_hash from ${source}${touched} group by _key_hash having count() > 1)

),

said as (

    select
        ${list([
          ...[...columns, ...TOLD].map((name) => `told.${name} as ${name}`),
          ...(cleaning ? ['told._cleaned as _cleaned'] : []),
          `${NEVER} as known_to`,
          `if(followed._batch_id = 0, ${OPEN}, followed.next_from) as next_from`,
        ])}

    from (select * from ${cleaning ? 'cleaned' : source}${touched}) as told
    left join ordered as followed
        on told._key_hash = followed._key_hash and told._batch_id = followed._batch_id and told._row_no = followed._row_no
    union all
    select
        ${list([...texts, ...TOLD, ...(cleaning ? ['[] as _cleaned'] : []), 'known_to', 'toDate32(0) as next_from'])}

    from ${withdrawn}${touched}

),

dated as (

    select
        *,
        toDate32(_business_date) as valid_from,
        if(_op = 'Delete' or next_from < valid_from, valid_from, next_from) as valid_to

    from said

),

`,
    from: 'dated as delivered',
    carried: ['_op', '_row_hash', '_loaded_at', 'known_to', 'valid_from', 'valid_to'],
    final: [
      'valid_from',
      'valid_to',
      `toUInt8(valid_to = ${OPEN}) as is_current`,
      "toUInt8(_op = 'Delete') as is_deleted",
      '_loaded_at as known_from',
      'known_to',
      'toUInt64(_row_hash) as _version_hash',
    ],
  };
}

/** The keys to take anew: those of batches of which the table holds more, less or other than was told. */
function touchedSql(source: string, withdrawn: string): string {
  const told =
    "_batch_id, _key_hash, _row_no, _op = 'Delete' as is_deleted, toUInt64(_row_hash) as _version_hash";
  const amount =
    'count() as said, sum(cityHash64(_key_hash, _row_no, is_deleted, _version_hash)) as said_hash';
  return `{% if is_incremental() %}
changed_batches as (

    select _batch_id from (
        select _batch_id, known_to, ${amount}
        from (
            select ${told}, ${NEVER} as known_to from ${source}
            union all
            select ${told}, known_to from ${withdrawn}
        )
        group by _batch_id, known_to
        union all
        select _batch_id, known_to, ${amount} from {{ this }} group by _batch_id, known_to
    )
    group by _batch_id, known_to
    having count() = 1 or uniqExact(said, said_hash) > 1

),

touched as (

    select _key_hash from ${source} where _batch_id in (select _batch_id from changed_batches)
    union distinct
    select _key_hash from ${withdrawn} where _batch_id in (select _batch_id from changed_batches)
    union distinct
    select _key_hash from {{ this }} where _batch_id in (select _batch_id from changed_batches)

),

{% endif %}
`;
}

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
