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
-#}
`;

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
  return `${HEAD(snapshots.length)}${selects.join('\nunion all\n')}\n`;
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
