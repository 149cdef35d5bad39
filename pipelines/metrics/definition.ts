/** What a metric is: `models/metrics/*.yml`, checked. Its expressions are the project's own text, never a user's. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { dimensionNamed } from './dimensions.ts';

const snake = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be snake_case');
/** One expression: no second statement, no comment that could swallow what follows it. */
const expression = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => text.trim() !== '' && !/;|--|\/\*/.test(text), 'must be one SQL expression');

export const metricSchema = z
  .strictObject({
    name: snake,
    zh: z.string().min(1),
    en: z.string().optional(),
    /** Catalog number and clause, `M106, 002:2439`. */
    reference: z.string(),
    unit: z.enum([
      'count',
      'ratio',
      'yuan',
      'square_metre',
      'day',
      'person',
      'household',
      'cubic_metre',
      'kilowatt_hour',
      'month',
      'hour',
      'minute',
      'point',
    ]),
    /** `mart_supply.dwelling`; its rows are what drill-down shows. */
    model: z.string().regex(/^mart_[a-z0-9_]+\.[a-z][a-z0-9_]*$/, 'must be one mart table'),
    /** Rows in scope. */
    filter: expression.default('1'),
    kind: z.enum(['count', 'sum', 'ratio', 'average']),
    numerator: expression.optional(),
    denominator: expression.optional(),
    value: expression.optional(),
    /** Count distinct values of this instead of rows. */
    distinct: expression.optional(),
    /** Date column of a flow; null for a snapshot. */
    time: snake.nullable().default(null),
    /**
     * For a snapshot whose rows are dated: rows in scope as at the past date `as_at` (a column in the expression), instead
     * of `filter`. The history then begins before the first run: `starts_on <= as_at AND ends_on >= as_at`.
     */
    as_of_filter: expression.optional(),
    /** With `as_of_filter`, where the numerator too depends on the day. */
    as_of_numerator: expression.optional(),
    dimensions: z.array(snake).default([]),
    drill: z.array(snake).min(1),
    formula_zh: z.string(),
    better: z.enum(['higher', 'lower', 'neutral']).default('neutral'),
    /** Who answers for what the number means. */
    owner: z.string().min(1).default('住房保障主管部门'),
    /** Goes up when the formula changes; `effective` says from which business date this version holds. */
    version: z.int().min(1).default(1),
    effective: z
      .strictObject({ from: z.iso.date(), to: z.iso.date().optional() })
      .default({ from: '2026-01-01' }),
    /** What is to be reached, in the metric's unit. */
    target: z.number().optional(),
    /** Where a screen turns yellow and red, in the metric's unit: above these where lower is better, else below. */
    thresholds: z.strictObject({ warn: z.number(), alarm: z.number() }).optional(),
  })
  .superRefine((metric, context) => {
    const needs = (field: 'numerator' | 'denominator' | 'value', wanted: boolean): void => {
      if (wanted !== (metric[field] !== undefined)) {
        context.addIssue({
          code: 'custom',
          path: [field],
          message: wanted ? `a ${metric.kind} needs it` : `a ${metric.kind} has none`,
        });
      }
    };
    needs('denominator', metric.kind === 'ratio');
    needs('value', metric.kind === 'sum' || metric.kind === 'average');
    if (metric.kind !== 'count') needs('numerator', metric.kind === 'ratio');
    if (metric.distinct !== undefined && metric.kind !== 'count') {
      context.addIssue({ code: 'custom', path: ['distinct'], message: 'only a count can be distinct' });
    }
    if (metric.as_of_filter !== undefined && metric.time !== null) {
      context.addIssue({ code: 'custom', path: ['as_of_filter'], message: 'a flow has its own time' });
    }
    if (
      metric.as_of_numerator !== undefined &&
      (metric.as_of_filter === undefined || metric.numerator === undefined)
    ) {
      context.addIssue({
        code: 'custom',
        path: ['as_of_numerator'],
        message: 'goes with a numerator and an as_of_filter',
      });
    }
    if (metric.thresholds !== undefined && !thresholdsFit(metric.better, metric.thresholds))
      context.addIssue({ code: 'custom', path: ['thresholds'], message: 'do not go with what is better' });
    for (const dimension of metric.dimensions) {
      if (dimensionNamed(dimension) === undefined)
        context.addIssue({
          code: 'custom',
          path: ['dimensions'],
          message: `there is no dimension ${dimension}`,
        });
    }
  });
export type Metric = z.output<typeof metricSchema>;

/** Where more is better the alarm is at or below the warning, where less is, at or above; a metric that is neither has no thresholds. */
export const thresholdsFit = (
  better: 'higher' | 'lower' | 'neutral',
  { warn, alarm }: { warn: number; alarm: number },
): boolean => better !== 'neutral' && (better === 'lower' ? alarm >= warn : alarm <= warn);

/** Why a number of catalog section B has no metric; beside the metrics, but none of them. */
export const UNSERVED_FILE = 'unserved.yml';

/** The metrics of a directory's `.yml` files, in file and list order. Throws an `AppError` naming file and metric. */
export async function loadMetrics(directory: string): Promise<Metric[]> {
  const files = (await readdir(directory))
    .filter((name) => /\.ya?ml$/.test(name) && name !== UNSERVED_FILE)
    .toSorted();
  const metrics: Metric[] = [];
  for (const file of files) {
    const list: unknown = parse(await readFile(join(directory, file), 'utf8')) ?? [];
    for (const [index, entry] of z.array(z.unknown()).parse(list).entries()) {
      const parsed = metricSchema.safeParse(entry);
      if (!parsed.success) throw broken(file, `metric ${index + 1}: ${z.prettifyError(parsed.error)}`);
      if (metrics.some((metric) => metric.name === parsed.data.name))
        throw broken(file, `metric ${parsed.data.name} is defined twice`);
      metrics.push(parsed.data);
    }
  }
  return metrics;
}

const broken = (file: string, what: string): AppError =>
  new AppError('bad_configuration', `${file}: ${what}`, { where: { file }, fix: 'Mend the metric.' });
