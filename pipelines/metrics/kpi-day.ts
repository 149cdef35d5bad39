/**
 * The model that records snapshot metrics day by day, written from the same definitions the queries compile: a formula
 * exists once. One SELECT a mart, its metrics side by side, at the four division levels by GROUPING SETS.
 */
import { GENERATED } from '../../ingestion/generate/file.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { aggregates, scopeOf } from './compile.ts';
import type { Metric } from './definition.ts';

/** Month ends recomputed for metrics that know their past (`as_of_filter`). */
const MONTHS_OF_HISTORY = 36;

const HEAD = (metrics: number): string => `{#- ${GENERATED} -#}
{{ config(
    schema='mart_decision', alias='kpi_day', materialized='incremental', engine='MergeTree()',
    incremental_strategy='delete+insert', unique_key=['as_of', 'metric'], full_refresh=false,
    order_by=['metric', 'level', 'as_of', 'district_code', 'street_code', 'community_code'], partition_by='toYear(as_of)'
) }}
{#-
  From models/metrics: ${metrics} snapshot metrics, one row a metric, division and
  as-of date. Days once recorded stay: full_refresh is off, because no later run can say what a past day looked like.
  Of the month ends before only those are written again of which something is said that was not said then.
-#}
`;

/** All of a row but its day and metric: what is said of both together is the sum of these. */
const SAID =
  'groupBitXor(cityHash64(level, district_code, street_code, community_code, numerator, denominator))';
const COLUMNS = [
  ...['as_of', 'metric', 'level', 'district_code', 'street_code', 'community_code'],
  ...['value', 'numerator', 'denominator'],
];
/** Around the SELECTs where the table is there: what it says already is left out, by the metric and day, as rows are replaced. */
const ONLY_NEWS = {
  before: `{% if is_incremental() -%}
select ${COLUMNS.join(', ')}
from (
select *, ${SAID} over (partition by as_of, metric) as said from (
{% endif -%}`,
  after: `{%- if is_incremental() %}
))
where (as_of, metric, said) not in (
    select as_of, metric, ${SAID} from {{ this }}
    where as_of in (toDate('{{ var("as_of") }}'), toLastDayOfMonth(as_of))
    group by as_of, metric
)
{%- endif %}`,
};

/** Text of the model. `refOf` answers the dbt name of a mart (`mart_supply.dwelling`). */
export function kpiDayModelSql(metrics: Metric[], refOf: (model: string) => string): string {
  const snapshots = metrics.filter((metric) => metric.time === null);
  const models = [...new Set(snapshots.map((metric) => metric.model))].toSorted();
  const selects = models.flatMap((model) => {
    const own = snapshots.filter((metric) => metric.model === model);
    const dated = own.filter((metric) => metric.as_of_filter !== undefined);
    const source = `{{ ref('${refOf(model)}') }}`;
    return [
      recorded(own, `toDate('{{ var("as_of") }}')`, source, scopeOf, []),
      ...(dated.length === 0
        ? []
        : [
            recorded(
              dated.map(asAt),
              'as_at',
              pastMonths(source),
              (metric) => `(${metric.as_of_filter ?? '1'})`,
              ['as_at'],
            ),
          ]),
    ];
  });
  const all = selects.join('\nunion all\n');
  return `${HEAD(snapshots.length)}${ONLY_NEWS.before}\n${all}\n${ONLY_NEWS.after}\n`;
}

/** The metric as on the past day `as_at`. */
const asAt = (metric: Metric): Metric => ({
  ...metric,
  numerator: metric.as_of_numerator ?? metric.numerator,
});

/** The mart's rows once for each past month end; `as_at` is a column then. */
function pastMonths(source: string): string {
  return `${source} as mart
    cross join (
        select toLastDayOfMonth(addMonths(toDate('{{ var("as_of") }}'), -arrayJoin(range(1, ${MONTHS_OF_HISTORY + 1})))) as as_at
    ) as past`;
}

function recorded(
  metrics: Metric[],
  asOf: string,
  source: string,
  scope: (metric: Metric) => string,
  by: string[],
): string {
  const values = metrics.map((metric) => {
    const { numerator, denominator } = aggregates(metric, scope(metric));
    const parts = [numerator, denominator ?? '1'].map((part) => `toDecimal128(${part}, 4)`);
    return `(${literal(metric.name)}, ${parts.join(', ')})`;
  });
  const columns = ['district_code', 'street_code', 'community_code'];
  const sets = columns.map(
    (_, index) => `(${[...by, ...columns.slice(0, index + 1)].map(identifier).join(', ')})`,
  );
  const city = `(${by.map(identifier).join(', ')})`;
  return `select
    ${asOf} as as_of, measure.1 as metric,
    ['city', 'district', 'street', 'community'][depth + 1] as level,
    district_code, street_code, community_code,
    toDecimal128(measure.2 / measure.3, 4) as value, measure.2 as numerator, measure.3 as denominator
from (
    select
        ${[...by, ...columns].join(', ')},
        3 - grouping(district_code) - grouping(street_code) - grouping(community_code) as depth,
        [
            ${values.join(',\n            ')}
        ] as measures
    from ${source}
    group by grouping sets (${[city, ...sets].join(', ')})
)
array join measures as measure
where measure.3 != 0`;
}
