/** The standardising models: raw text becomes named, typed, coded columns, and full or incremental sets get their history. */
import { posix } from 'node:path';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { type Dataset, datasetId, type Field, isKeyless } from '../contract.ts';
import { DIRECTORY, GENERATED, type GeneratedFile } from './file.ts';
import { plainNumber } from './plain-rows.ts';
import {
  normalisedColumn,
  plain,
  plainColumn,
  stdName,
  textColumn,
  typedColumn,
  typedTextColumn,
} from './std-columns.ts';
import { rawSource, sourcesYaml, stdModelYaml } from './std-properties.ts';
import {
  doubtedSql,
  doubtsOfVersions,
  LANDED,
  laterSql,
  NEVER,
  OPEN,
  rawOf,
  sourceOf,
  TOLD,
  touchedSql,
  withdrawnSql,
} from './std-statements.ts';

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
const list = (columns: string[]): string => columns.join(',\n        ');
const cteSql = (name: string, body: string): string => `${name} as (\n\n${body}\n\n),\n\n`;

/**
 * The model of a data set: facts are added to, versions are kept with what was known when.
 * @param cleaning absent where no rule is active, which is what the files of the repository hold: only then is it built in passes
 */
export function stdModelSql(dataset: Dataset, cleaning?: StdCleaning): string {
  const parts =
    dataset.load.strategy === 'append' ? appendParts(dataset, cleaning) : versionParts(dataset, cleaning);
  const delivered = [...LANDED, ...parts.carried, ...(cleaning ? ['_cleaned'] : [])].map(
    (name) => `delivered.${name} as ${name}`,
  );
  const columns = (of: (field: Field) => string): string[] => dataset.fields.map(of);
  const final = [...parts.final, ...LANDED, ...(cleaning ? CLEANING_COLUMNS : [])];
  const each = ({ name }: Field, full: string, text: string): string =>
    cleaning || full === text ? full : `{% if '${name}' in doubted %}${full}{% else %}${text}{% endif %}`;
  const inFull = `normalised as (

    select
        ${list([
          ...columns((field) => each(field, normalisedColumn(dataset, field), textColumn(field))),
          "arrayMap(defect -> splitByChar(':', defect)[1], delivered._defects) as _defective",
          ...delivered,
        ])}

    from ${parts.from}

),

${cleaning ? cteSql('judged', cleaning.judged) : ''}final as (

    select
        ${list([...columns((field) => each(field, typedColumn(dataset, field), typedTextColumn(dataset, field))), ...final])}

    from ${cleaning ? 'judged' : 'normalised'}

)`;
  const asTheyAre = `final as (

    select
        ${list([
          ...columns((field) => plainColumn(dataset, field)),
          ...parts.final,
          ...LANDED.map((name) => `delivered.${name} as ${name}`),
        ])}

    from ${parts.from}

)`;
  const whole = `with

${cleaning ? cteSql('cleaned', cleaning.cleaned) : ''}${parts.before}${cleaning ? inFull : `{% if rows == 'plain' %}${asTheyAre}{% else %}${inFull}{% endif %}`}

select * from final
`;
  return `-- ${GENERATED} From the contract ${datasetId(dataset)}: ${dataset.zh} (${dataset.reference})
{{ config(${parts.config}) }}
${cleaning ? '' : passes(dataset)}
${cleaning ? whole : `{% if rows == 'aside' %}${asideSql(dataset)}{% elif rows == 'doubts' or rows == 'later' %}${parts.doubts}{% else %}${whole}{% endif %}`}`;
}

/**
 * A build goes in passes (\`pipelines/dbt/passes.ts\`), each with its variables; without them the model is one statement. A short
 * text is planned fast: what a pass does not need is not in it.
 */
const passes = (dataset: Dataset): string => `{% set rows = var('std_rows', 'all') %}
{% set doubted = var('std_doubted', [${dataset.fields.map(({ name }) => `'${name}'`).join(', ')}]) %}
{% set since = var('std_since', '') %}
{% set is_said_twice = var('std_is_said_twice', true) %}
{% set is_withdrawn = var('std_is_withdrawn', true) %}
{% set told_in = var('std_told_in', ${rawOf(dataset)}) %}`;

/** Where the rows of the pass are read: raw, or the others put aside. */
const toldIn = (cleaning?: StdCleaning): string => (cleaning ? 'cleaned' : '{{ told_in }}');

const isOther = (dataset: Dataset): string => `_plain_as != ${plainNumber(dataset)}`;
/** The others, as raw has them: they lie all over it, and each granule that is read for a few of them costs as much as one of theirs alone. */
const asideSql = (dataset: Dataset): string =>
  `select * from ${sourceOf(dataset)} where ${isOther(dataset)}\n`;

/** The rows of the pass; `delivered` or `told` is the row of raw. */
const ofPass = (dataset: Dataset, cleaning?: StdCleaning): string =>
  cleaning
    ? ''
    : `{% if rows == 'plain' %} and _plain_as = ${plainNumber(dataset)}{% elif rows != 'all' %} and ${isOther(dataset)}{% endif %}`;

interface Parts {
  config: string;
  /** Common table expressions in front. */
  before: string;
  /** What is normalised, as \`delivered\`. */
  from: string;
  /** Columns of \`delivered\` besides the fields and \`LANDED\`. */
  carried: string[];
  /** Columns that end in the table, besides the fields and \`LANDED\`. */
  final: string[];
  /** One row: what the passes must know (\`pipelines/dbt/passes.ts\`). */
  doubts: string;
}

/** Facts only grow: what came since is added. */
function appendParts(dataset: Dataset, cleaning?: StdCleaning): Parts {
  const storage = `partition_by='toYYYYMM(${dataset.load.cursor ?? '_business_date'})', order_by=['${(isKeyless(dataset) ? ['_batch_id', '_row_no'] : dataset.key).join("', '")}']`;
  const since = `
    {% if is_incremental() %}
    and delivered._batch_id > (select max(_batch_id) from {{ this }})
    {% endif %}`;
  const config = cleaning?.whole
    ? `materialized='table', ${storage}`
    : `materialized='incremental', incremental_strategy='append', ${storage}`;
  const from = `${toldIn(cleaning)} as delivered
    where delivered._op != 'Delete'${cleaning?.whole ? '' : since}`;
  return {
    config: cleaning ? config : `${config}, meta={'passes': true}`,
    before: '',
    from: `${from}${ofPass(dataset, cleaning)}`,
    carried: [],
    final: [],
    doubts: `select count() as others, toUInt8(0) as is_said_twice, toUInt8(0) as is_withdrawn, ${doubtedSql(dataset)} as doubted
from ${from}${ofPass(dataset)}
`,
  };
}

/**
 * Everything ever said of a key, in the order of the days it is about: versions, deletions, and what a withdrawn batch had said.
 * Only what is a version by the latest knowledge has days (\`valid_from < valid_to\`); \`known_from\` and \`known_to\` are what \`as_of\`
 * and the \`history_\` views go by. Where a table is there already, what came after all it holds is added (\`std_since\`), or the keys that
 * new, withdrawn or changed batches name are taken anew, and no others.
 */
function versionParts(dataset: Dataset, cleaning?: StdCleaning): Parts {
  const source = sourceOf(dataset);
  const withdrawn = withdrawnSql(dataset);
  const isIncremental = cleaning?.whole !== true;
  const touched = isIncremental
    ? `{% if is_incremental() %} and ${cleaning ? '' : "{% if since != '' %}_batch_id > {{ since }}{% else %}"}_key_hash in (select _key_hash from touched)${cleaning ? '' : '{% endif %}'}{% endif %}`
    : '';
  const columns = dataset.fields.map((field) => plain(identifier(field.source)));
  const texts = dataset.fields.map(
    (field) => `${plain(`texts[${literal(field.source)}]`)} as ${plain(identifier(field.source))}`,
  );
  const storage = `order_by=['${dataset.key.join("', '")}', 'valid_from']`;
  const meta = `meta={'unhashed': ['known_from', 'known_to'], 'heals': true${cleaning ? '' : ", 'passes': true, 'moving': ['valid_to', 'is_current']"}}`;
  const unless = (flag: string, sql: string, otherwise = ''): string =>
    cleaning ? sql : `{% if ${flag} %}${sql}{% else %}${otherwise}{% endif %}`;
  const ordered = `-- Most keys have been spoken of once: the statements of the others are put in order, over row numbers alone.
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
    where _key_hash in (select _key_hash from ${source} where true${touched} group by _key_hash having count() > 1)${cleaning ? '' : "{% if since != '' %} and _batch_id > {{ since }}{% endif %}"}

),

`;
  const followed = `
    left join ordered as followed
        on told._key_hash = followed._key_hash and told._batch_id = followed._batch_id and told._row_no = followed._row_no`;
  const taken = `
    union all
    select
        ${list([...texts, ...TOLD, ...(cleaning ? ['[] as _cleaned'] : []), 'known_to', 'toDate32(0) as next_from'])}

    from ${withdrawn} as kept
    where true${touched}`;
  const before = `${isIncremental ? touchedSql(dataset, cleaning === undefined) : ''}${unless('is_said_twice', ordered)}said as (

    select
        ${list([
          ...[...columns, ...TOLD].map((name) => `told.${name} as ${name}`),
          ...(cleaning ? ['told._cleaned as _cleaned'] : []),
          `${NEVER} as known_to`,
          `${unless('is_said_twice', `if(followed._batch_id = 0, ${OPEN}, followed.next_from)`, OPEN)} as next_from`,
        ])}

    from (select * from ${toldIn(cleaning)} where true${touched}${ofPass(dataset, cleaning)}) as told${unless('is_said_twice', followed)}${unless("is_withdrawn and rows != 'plain'", taken)}

),

dated as (

    select
        *,
        toDate32(_business_date) as valid_from,
        if(_op = 'Delete' or next_from < valid_from, valid_from, next_from) as valid_to

    from said

),

`;
  return {
    config: isIncremental
      ? `materialized='incremental', incremental_strategy='delete+insert', unique_key='_key_hash', ${storage}, ${meta}`
      : `materialized='table', ${storage}, ${meta}`,
    before,
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
    doubts: `{% if rows == 'later' %}${laterSql(dataset)}{% else %}${doubtsOfVersions(dataset)}${ofPass(dataset)}\n{% endif %}`,
  };
}

export const stdModelFiles = (dataset: Dataset): GeneratedFile[] => [
  { path: `${DIRECTORY}/${stdName(dataset)}.sql`, content: stdModelSql(dataset) },
  { path: `${DIRECTORY}/${stdName(dataset)}.yml`, content: stdModelYaml(dataset) },
];

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
