/** The records behind a number. Their count (or sum) is the number, because both come from the same conditions. */
import { z } from 'zod';
import { maskText } from '../../domain/masking.ts';
import { AppError } from '../../domain/errors.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { maskOfColumn } from '../personal-columns.ts';
import { columnWord, columnZh } from './columns.ts';
import { aggregates, modelSql, requireWhole, rowConditions, scopeOf } from './compile.ts';
import type { Compiled } from './compile.ts';
import type { Metric } from './definition.ts';
import { measured } from './measure.ts';
import { rangeOf } from './period.ts';
import type { Range } from './period.ts';
import { drillSchema } from './request.ts';
import type { DrillRequestInput, QueryScope } from './request.ts';

export interface DrillOptions {
  /** Always applied on top of the request's: a street office sees its street. */
  filters?: QueryScope['filters'];
  asOf?: string;
  /** Shows personal values as they are. The caller has checked the right and written the reason to the audit log. */
  reveal?: boolean;
}
export interface DrillAnswer {
  metric: string;
  /** The number the records are behind. */
  value: number | null;
  numerator?: number;
  denominator?: number;
  /** Records in all; equals a count's value and a ratio's numerator where that is a condition. */
  total: number;
  columns: { name: string; zh: string }[];
  rows: Record<string, string | number | null>[];
}

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A page of records. Throws `bad_request` for a filter or period the metric does not have. */
export async function drillMetric(
  warehouse: Warehouse,
  metric: Metric,
  input: DrillRequestInput,
  options: DrillOptions = {},
): Promise<DrillAnswer> {
  const parsed = drillSchema.safeParse(input);
  if (!parsed.success)
    throw new AppError('bad_request', z.prettifyError(parsed.error), { where: { metric: metric.name } });
  const request = { ...parsed.data, filters: { ...parsed.data.filters, ...options.filters } };
  if (request.period !== undefined && metric.time === null) {
    throw new AppError('bad_request', `${metric.name} is as on the data date; past records are not kept.`, {
      fix: 'Leave out the period.',
    });
  }
  requireWhole(metric, Object.keys(request.filters));
  const range: Range = request.period === undefined ? {} : rangeOf(request.period);
  const rows = rowConditions(
    [metric],
    request.filters,
    request.period === undefined ? null : metric.time,
    range,
  );
  const [number, records, total] = await Promise.all([
    readNumber(warehouse, metric, rows),
    readRecords(warehouse, metric, rows, request),
    readTotal(warehouse, metric, rows),
  ]);
  return {
    metric: metric.name,
    ...measured(metric, number.numerator, number.denominator),
    total,
    columns: metric.drill.map((name) => ({ name, zh: columnZh(name) })),
    rows: records.map((record) => shown(record, options.reveal === true)),
  };
}

type Rows = ReturnType<typeof rowConditions>;

async function readNumber(
  warehouse: Warehouse,
  metric: Metric,
  { conditions, params }: Rows,
): Promise<{ numerator: number; denominator: number }> {
  const { numerator, denominator = '0' } = aggregates(metric, scopeOf(metric));
  const [found] = await warehouse.rows(
    `SELECT toFloat64(${numerator}) AS numerator, toFloat64(${denominator}) AS denominator FROM ${modelSql(metric.model)} WHERE ${conditions.join(' AND ')}`,
    z.object({ numerator: z.number(), denominator: z.number() }),
    { params, tag: `drill ${metric.name}` },
  );
  return found ?? { numerator: 0, denominator: 0 };
}

/** Rows that make up the number: those counted, those that add something to a sum, those of a ratio's numerator. */
export function recordConditions(metric: Metric): string[] {
  const scope = scopeOf(metric);
  switch (metric.kind) {
    case 'count':
      return [
        scope,
        ...(metric.numerator === undefined ? [] : [`(${metric.numerator})`]),
        ...(metric.distinct === undefined ? [] : [`(${metric.distinct}) IS NOT NULL`]),
      ];
    case 'ratio':
      return [scope, `ifNull((${metric.numerator ?? '1'}) != 0, 0)`];
    case 'sum':
      return [scope, `ifNull((${metric.value ?? '1'}) != 0, 0)`];
    case 'average':
      return [scope, `(${metric.value ?? '1'}) IS NOT NULL`];
  }
}

function recordsSql(metric: Metric, { conditions }: Rows, columns: string): string {
  const where = [...conditions, ...recordConditions(metric)].join('\n  AND ');
  // A distinct count shows each thing counted once: the first of its rows.
  const once =
    metric.distinct === undefined ? '' : `\nORDER BY ${orderColumns(metric)}\nLIMIT 1 BY ${metric.distinct}`;
  return `SELECT ${columns} FROM ${modelSql(metric.model)}\nWHERE ${where}${once}`;
}

async function readTotal(warehouse: Warehouse, metric: Metric, rows: Rows): Promise<number> {
  return warehouse.value(`SELECT toUInt32(count()) FROM (\n${recordsSql(metric, rows, '1')}\n)`, z.number(), {
    params: rows.params,
    tag: `drill ${metric.name}`,
  });
}

async function readRecords(
  warehouse: Warehouse,
  metric: Metric,
  rows: Rows,
  page: { limit: number; offset: number },
): Promise<Record<string, z.infer<typeof cell>>[]> {
  const inner = recordsSql(metric, rows, metric.drill.map(identifier).join(', '));
  const params: Compiled['params'] = { ...rows.params, page_limit: page.limit, page_offset: page.offset };
  return warehouse.rows(
    `SELECT * FROM (\n${inner}\n)\nORDER BY ${orderColumns(metric)}\nLIMIT {page_limit:UInt32} OFFSET {page_offset:UInt32}`,
    z.record(z.string(), cell),
    { params, tag: `drill ${metric.name}` },
  );
}

const orderColumns = (metric: Metric): string => metric.drill.map(identifier).join(', ');

function shown(
  record: Record<string, z.infer<typeof cell>>,
  isRevealed: boolean,
): DrillAnswer['rows'][number] {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      if (value === null || typeof value === 'number') return [name, value];
      const text = String(value);
      const mask = maskOfColumn(name);
      return [name, mask === 'none' || isRevealed ? columnWord(name, text) : maskText(mask, text)];
    }),
  );
}
