/**
 * From metrics to SQL. Expressions come from the project's files; names a user sends are looked up among what the metric
 * declares, and values are bound as parameters: nothing a user writes becomes SQL text.
 */
import { AppError } from '../../domain/errors.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import { dimensionNamed } from './dimensions.ts';
import type { Dimension } from './dimensions.ts';
import type { Metric } from './definition.ts';
import { periodSql } from './period.ts';
import type { Grain, Range } from './period.ts';
import type { Filters, MetricRequest } from './request.ts';

export interface Compiled {
  sql: string;
  params: Record<string, string | string[] | number>;
}

/** What one SQL query answers: several metrics over the same rows of one mart, split the same way. */
export interface GroupQuery {
  model: string;
  metrics: Metric[];
  dimensions: Dimension[];
  filters: Filters;
  time: string | null;
  grain: Grain | undefined;
  range: Range;
  /** Only for a single metric: the largest values (`value`), cut in the engine. */
  limit?: number;
}

export const modelSql = (model: string): string => model.split('.').map(identifier).join('.');

/** A whole compiled request: {@link GroupQuery} with one metric. */
export function compileMetric(metric: Metric, request: MetricRequest): Compiled {
  return compileGroup({
    model: metric.model,
    metrics: [metric],
    dimensions: dimensionsOf(metric, request.dimensions),
    filters: request.filters,
    time: metric.time,
    grain: metric.time === null ? undefined : request.grain,
    range: { from: request.from, to: request.to },
    limit: request.limit,
  });
}

/**
 * Columns of the answer: `k0…` keys and `l0…` labels of the dimensions, `period`, and for each metric `n0` (numerator, or
 * the value of a count or sum), `d0` (denominator of a ratio or average), `c0` (rows in scope).
 */
export function compileGroup(group: GroupQuery): Compiled {
  const { conditions, params } = rowConditions(group.metrics, group.filters, group.time, group.range);
  const keys = group.dimensions.map(
    (dimension, index) => `ifNull(toString(${identifier(dimension.key)}), '') AS k${index}`,
  );
  const labels = group.dimensions.flatMap((dimension, index) =>
    dimension.label === undefined
      ? []
      : [`any(ifNull(toString(${identifier(dimension.label)}), '')) AS l${index}`],
  );
  const period =
    group.grain && group.time ? [`${periodSql(identifier(group.time), group.grain)} AS period`] : [];
  const measures = group.metrics.flatMap((metric, index) => {
    const { numerator, denominator, rows } = aggregates(metric, scopeOf(metric));
    return [
      `toFloat64(${numerator}) AS n${index}`,
      ...(denominator === undefined ? [] : [`toFloat64(${denominator}) AS d${index}`]),
      `toFloat64(${rows}) AS c${index}`,
    ];
  });
  const by = [...group.dimensions.map((_, index) => `k${index}`), ...(period.length > 0 ? ['period'] : [])];
  const order =
    group.limit === undefined
      ? []
      : [
          `ORDER BY ${orderSql(group.metrics[0])}${by.map((name) => `, ${name}`).join('')}`,
          `LIMIT ${group.limit}`,
        ];
  const sql = [
    `SELECT ${[...keys, ...period, ...labels, ...measures].join(',\n  ')}`,
    `FROM ${modelSql(group.model)}`,
    `WHERE ${conditions.join('\n  AND ')}`,
    ...(by.length > 0 ? [`GROUP BY ${by.join(', ')}`] : []),
    ...order,
  ].join('\n');
  return { sql, params };
}

function orderSql(metric: Metric | undefined): string {
  const isShare = metric?.kind === 'ratio' || metric?.kind === 'average';
  return isShare ? 'n0 / nullIf(d0, 0) DESC NULLS LAST' : 'n0 DESC';
}

/** Bound conditions on the rows of a mart. Throws `bad_request` for a dimension a metric does not declare. */
export function rowConditions(
  metrics: Metric[],
  filters: Filters,
  time: string | null,
  range: Range,
): { conditions: string[]; params: Compiled['params'] } {
  const params: Compiled['params'] = {};
  const conditions: string[] = [];
  for (const [name, value] of Object.entries(filters).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const dimension = dimensionNamed(name);
    const stranger = metrics.find((metric) => !metric.dimensions.includes(name));
    if (!dimension || stranger) throw refusedDimension(stranger ?? metrics[0], name);
    const parameter = `f${conditions.length}`;
    params[parameter] = typeof value === 'string' ? [value] : value;
    conditions.push(`ifNull(toString(${identifier(dimension.key)}), '') IN {${parameter}:Array(String)}`);
  }
  if (time !== null) {
    const column = `toDate32(${identifier(time)})`;
    conditions.push(`${identifier(time)} IS NOT NULL`);
    for (const [bound, operator] of [
      ['from', '>='],
      ['to', '<='],
    ] as const) {
      const date = range[bound];
      if (date === undefined) continue;
      params[bound] = date;
      conditions.push(`${column} ${operator} toDate32({${bound}:String})`);
    }
  }
  if (conditions.length === 0) conditions.push('1');
  return { conditions, params };
}

/** The dimensions of those names, in order. Throws `bad_request` for one the metric does not declare. */
export function dimensionsOf(metric: Metric, names: string[]): Dimension[] {
  return names.map((name) => {
    const dimension = dimensionNamed(name);
    if (!dimension || !metric.dimensions.includes(name)) throw refusedDimension(metric, name);
    return dimension;
  });
}

/**
 * A dimension that numbers its groups within another's needs that one beside it.
 * @throws AppError `bad_request`
 */
export function requireWhole(metric: Metric, asked: string[]): void {
  for (const { name, within } of dimensionsOf(metric, asked))
    if (within !== undefined && !asked.includes(within))
      throw new AppError('bad_request', `${metric.name} by ${name} needs ${within}.`, {
        where: { metric: metric.name },
        fix: `Add ${within} as a dimension or filter.`,
      });
}

function refusedDimension(metric: Metric | undefined, name: string): AppError {
  return new AppError(
    'bad_request',
    `${metric?.name ?? 'The metric'} has no dimension ${name.slice(0, 64)}.`,
    {
      where: { metric: metric?.name ?? '' },
      fix: `Use one of ${metric?.dimensions.join(', ') ?? ''}.`,
    },
  );
}

/** Condition for the rows in a metric's scope. */
export const scopeOf = (metric: Metric): string => `(${metric.filter})`;

export interface Aggregates {
  numerator: string;
  /** Of a ratio or average; a count or sum is its numerator. */
  denominator: string | undefined;
  /** Rows in scope. */
  rows: string;
}

/** Aggregate expressions of a metric over the rows where `scope` holds. */
export function aggregates(metric: Metric, scope: string): Aggregates {
  const rows = `countIf(${scope})`;
  const value = metric.value ?? '1';
  switch (metric.kind) {
    case 'count': {
      const counted = metric.numerator === undefined ? scope : `(${scope} AND (${metric.numerator}))`;
      const numerator =
        metric.distinct === undefined ? `countIf(${counted})` : `uniqExactIf(${metric.distinct}, ${counted})`;
      return { numerator, denominator: undefined, rows };
    }
    case 'sum':
      return { numerator: `ifNull(sumIf(${value}, ${scope}), 0)`, denominator: undefined, rows };
    case 'ratio':
      return {
        numerator: `ifNull(sumIf(${metric.numerator ?? '1'}, ${scope}), 0)`,
        denominator: `ifNull(sumIf(${metric.denominator ?? '1'}, ${scope}), 0)`,
        rows,
      };
    case 'average':
      return {
        numerator: `ifNull(sumIf(${value}, ${scope}), 0)`,
        denominator: `countIf(${scope} AND (${value}) IS NOT NULL)`,
        rows,
      };
  }
}
