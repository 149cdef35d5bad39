/**
 * Every metric counted by DuckDB over the rows of its mart: what the compiler, the engine and the API make of a definition,
 * held against a second reading of it. Whether the mart's rows are right is for the counts from the landed files.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import type { Metric } from '../../pipelines/metrics/definition.ts';
import { dimensionNamed } from '../../pipelines/metrics/dimensions.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';

/** Rows looked at: places by dimension, flows of a month (YYYY-MM). */
export interface MartScope {
  filters: Record<string, string>;
  month?: string;
}
export interface MartCount {
  value: number | null;
  /** Records behind it. */
  total: number;
}

/** What the definitions say in the engine's words and DuckDB in others. */
const MACROS = [
  'assumeNotNull(x) AS x',
  'toFloat64(x) AS CAST(x AS DOUBLE)',
  'toUInt8OrZero(x) AS coalesce(TRY_CAST(x AS UTINYINT), 0)',
];

const tableOf = (model: string): string => model.replace('.', '__');
const named = (name: string): string => `"${name}"`;

/** Copies the marts of the metrics into DuckDB, lists left out. */
export async function loadMarts(
  duckdb: DuckDBConnection,
  warehouse: Warehouse,
  metrics: readonly Metric[],
  workDir: string,
): Promise<void> {
  for (const macro of MACROS) await duckdb.run(`CREATE OR REPLACE MACRO ${macro}`);
  for (const model of new Set(metrics.map((metric) => metric.model))) {
    const [database, table] = model.split('.');
    const columns = await warehouse.rows(
      `SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {table:String}
       AND NOT startsWith(type, 'Array') ORDER BY position`,
      z.object({ name: z.string(), type: z.string() }),
      { params: { database, table } },
    );
    const list = columns.map(({ name, type }) =>
      /^(Nullable\()?Date\b/.test(type)
        ? `toDate32(${identifier(name)}) AS ${identifier(name)}`
        : identifier(name),
    );
    const path = join(workDir, `${tableOf(model)}.parquet`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of warehouse.bytes(`SELECT ${list.join(', ')} FROM ${model}`, 'Parquet'))
      chunks.push(chunk);
    await writeFile(path, Buffer.concat(chunks));
    await duckdb.run(`CREATE OR REPLACE TABLE ${tableOf(model)} AS SELECT * FROM read_parquet('${path}')`);
  }
}

/** A metric as its definition reads, in DuckDB. */
export async function countOnMart(
  duckdb: DuckDBConnection,
  metric: Metric,
  scope: MartScope,
): Promise<MartCount> {
  const rows = `(SELECT * FROM ${tableOf(metric.model)} WHERE ${conditions(metric, scope).join(' AND ')})`;
  const counted = metric.distinct === undefined ? '*' : `DISTINCT ${metric.distinct}`;
  const answer = await duckdb.runAndReadAll(
    `SELECT CAST((SELECT ${numberOf(metric)} FROM ${rows}) AS DOUBLE),
       CAST((SELECT count(${counted}) FROM ${rows} WHERE ${recordsOf(metric)}) AS INTEGER)`,
  );
  const [value, total] = answer.getRows()[0] ?? [];
  return { value: typeof value === 'number' ? value : null, total: Number(total) };
}

function conditions(metric: Metric, { filters, month }: MartScope): string[] {
  const places = Object.entries(filters).map(
    ([name, value]) => `${named(dimensionNamed(name)?.key ?? name)} = '${value}'`,
  );
  const inMonth =
    month === undefined || metric.time === null
      ? []
      : [`strftime(CAST(${named(metric.time)} AS DATE), '%Y-%m') = '${month}'`];
  return ['true', ...places, ...inMonth];
}

/** The records a number is made of: those counted, those that add something. */
function recordsOf(metric: Metric): string {
  const scope = metric.filter === '1' ? 'true' : `(${metric.filter})`;
  const part = metric.kind === 'average' || metric.kind === 'sum' ? metric.value : metric.numerator;
  if (metric.kind === 'average') return `${scope} AND (${part ?? '1'}) IS NOT NULL`;
  return part === undefined ? scope : `${scope} AND CAST((${part}) AS DOUBLE) <> 0`;
}

function numberOf(metric: Metric): string {
  const scope = `FILTER (${metric.filter === '1' ? 'true' : metric.filter})`;
  const sum = (of: string | undefined): string => `sum(CAST((${of ?? '1'}) AS DECIMAL(38, 6))) ${scope}`;
  switch (metric.kind) {
    case 'count':
      return `count(${metric.distinct === undefined ? '*' : `DISTINCT ${metric.distinct}`}) ${
        metric.numerator === undefined ? scope : `FILTER ((${metric.filter}) AND (${metric.numerator}))`
      }`;
    case 'sum':
      return `coalesce(${sum(metric.value)}, 0)`;
    case 'average':
      return `${sum(metric.value)} / nullif(count(${metric.value ?? '1'}) ${scope}, 0)`;
    case 'ratio':
      return `CAST(${sum(metric.numerator)} AS DOUBLE) / nullif(${sum(metric.denominator)}, 0)`;
  }
}
