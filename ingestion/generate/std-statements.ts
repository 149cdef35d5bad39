/** What standardising asks raw, and the table it keeps, besides the texts. */
import { literal } from '../../warehouse/engine/sql.ts';
import { type Dataset, datasetId, tableName } from '../contract.ts';
import { plain } from './std-columns.ts';
import { doubtedNamesSql, rawDoubtsSql } from './plain-rows.ts';

/** The end of a version that still holds. */
export const OPEN = "toDate32('2299-12-31')";
/** The end of a knowledge that still holds. */
export const NEVER = "toDateTime64('2299-12-31 00:00:00', 3, 'UTC')";
/** Columns of raw that end in the table. */
export const LANDED = ['_defects', '_key_hash', '_batch_id', '_row_no', '_business_date'];
/** What raw tells of a row besides its texts; `meta.withdrawn_row` has the same. */
export const TOLD = ['_op', '_loaded_at', '_row_hash', ...LANDED];

/** Within an expression of Jinja. */
export const rawOf = (dataset: Dataset): string => `source('raw', '${tableName(dataset)}')`;
export const sourceOf = (dataset: Dataset): string => `{{ ${rawOf(dataset)} }}`;
export const withdrawnSql = (dataset: Dataset): string =>
  `(select * from {{ source('meta', 'withdrawn_row') }} where dataset = ${literal(datasetId(dataset))})`;

/** Fields in doubt among the rows of raw called `delivered`. */
export const doubtedSql = (dataset: Dataset): string =>
  plain(doubtedNamesSql(dataset, `groupBitOr(${rawDoubtsSql(dataset)})`));

/** How many rows are not known to be plain, and in what. A batch names a key once, but for a change log's: more is `*:duplicate_key`. */
export function doubtsOfVersions(dataset: Dataset): string {
  const source = sourceOf(dataset);
  const since = "{% if since != '' %} and _batch_id > {{ since }}{% endif %}";
  return `select
    count() as others,
    (select toUInt8(uniqExact(_batch_id) > 1 or max(_change) != '') from ${source} where true${since}) as is_said_twice,
    {% if since != '' %}toUInt8(0){% else %}(select toUInt8(count() > 0) from ${withdrawnSql(dataset)}){% endif %} as is_withdrawn,
    ${doubtedSql(dataset)} as doubted
from {{ told_in }} as delivered
where true${since}`;
}

/** Days a few of which may be added without taking keys anew: each costs a pass over the table. */
const MOST_DAYS = 7;

/**
 * Is what raw holds besides the table all later than it, on both axes? Then it is added behind the last batch of the table (`since`), and
 * what it follows only ends (`pipelines/dbt/close-versions.ts`). Else batches were withdrawn or came late, and their keys are taken anew.
 */
export const laterSql = (dataset: Dataset): string => `with (select max(_batch_id) from {{ this }}) as last
select
    toString(last) as since,
    toUInt8(
        held.statements = told.old
        and held.withdrawn = (select count() from ${withdrawnSql(dataset)})
        and (told.fresh = 0 or told.since_day >= held.until_day and told.since_known >= held.until_known and told.days <= ${MOST_DAYS})
    ) as is_later
from (
    select
        countIf(known_to = ${NEVER}) as statements,
        countIf(known_to != ${NEVER}) as withdrawn,
        max(_business_date) as until_day,
        max(known_from) as until_known
    from {{ this }}
) as held
cross join (
    select
        (select count() from ${sourceOf(dataset)}) - count() as old,
        count() as fresh,
        min(_business_date) as since_day,
        min(_loaded_at) as since_known,
        uniqExact(_business_date) as days
    from ${sourceOf(dataset)}
    where _batch_id > last
) as told
`;

/** The keys to take anew: those of batches of which the table holds more, less or other than was told. */
export function touchedSql(dataset: Dataset, inPasses: boolean): string {
  const source = sourceOf(dataset);
  const withdrawn = withdrawnSql(dataset);
  const said =
    "_batch_id, _key_hash, _row_no, _op = 'Delete' as is_deleted, toUInt64(_row_hash) as _version_hash";
  const amount =
    'count() as said, sum(cityHash64(_key_hash, _row_no, is_deleted, _version_hash)) as said_hash';
  return `{% if is_incremental()${inPasses ? " and since == ''" : ''} %}
changed_batches as (

    select _batch_id from (
        select _batch_id, known_to, ${amount}
        from (
            select ${said}, ${NEVER} as known_to from ${source}
            union all
            select ${said}, known_to from ${withdrawn}
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
