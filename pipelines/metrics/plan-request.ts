/** Checks one request against its metric, before anything runs. */
import { z } from 'zod';
import { AppError, isAppError } from '../../domain/errors.ts';
import { dimensionsOf, requireWhole, rowConditions } from './compile.ts';
import type { Metric } from './definition.ts';
import type { Dimension } from './dimensions.ts';
import { historyLevel } from './history.ts';
import { daysBetween, GRAINS, grainsOf, PERIODS_A_YEAR, rangeOf } from './period.ts';
import type { Range } from './period.ts';
import { requestSchema } from './request.ts';
import type { MetricRequest, MetricRequestInput, QueryScope } from './request.ts';

/** More rows than this in one answer are refused before the query runs. */
export const MOST_ROWS = 20_000;
const YEARS_OF_PERIODS = 10;

export interface Planned {
  request: MetricRequest;
  metric: Metric;
  dimensions: Dimension[];
  range: Range;
  /** Asks the recorded history instead of the mart: a snapshot by periods. */
  isHistory: boolean;
}

/** @throws AppError `bad_request`, `not_found`; nothing has run then */
export function planRequest(
  metrics: Map<string, Metric>,
  input: MetricRequestInput,
  scope: QueryScope,
): Planned {
  const parsed = requestSchema.safeParse(input);
  if (!parsed.success)
    throw new AppError('bad_request', z.prettifyError(parsed.error), {
      where: { metric: String(input.metric).slice(0, 64) },
    });
  const request = { ...parsed.data, filters: { ...parsed.data.filters, ...scope.filters } };
  const metric = metrics.get(request.metric);
  if (!metric)
    throw new AppError('not_found', `There is no metric ${request.metric}.`, {
      fix: 'GET /api/metrics lists them.',
    });
  const dimensions = dimensionsOf(metric, request.dimensions);
  rowConditions([metric], request.filters, null, {});
  requireWhole(metric, [...request.dimensions, ...Object.keys(request.filters)]);
  const range: Range = {
    from: request.from === undefined ? undefined : rangeOf(request.from).from,
    to: request.to === undefined ? undefined : rangeOf(request.to).to,
  };
  if (metric.time !== null && request.grain && range.to === undefined) range.to = scope.asOf;
  if (request.orderBy === 'period' && !request.grain)
    throw new AppError('bad_request', 'Ordering by period needs a grain.', {
      fix: `Use grain ${GRAINS.join(', ')}.`,
    });
  if (metric.time === null && !request.grain && (range.from !== undefined || range.to !== undefined)) {
    throw new AppError('bad_request', `${metric.name} is as on the data date; it has no range of dates.`, {
      fix: 'Ask it with a grain to see its history.',
    });
  }
  if (request.grain && !grainsOf(metric.time).includes(request.grain)) {
    throw new AppError('bad_request', `${metric.name} is counted by months; it has no ${request.grain}.`, {
      where: { metric: metric.name },
      fix: `Use grain ${grainsOf(metric.time).join(', ')}.`,
    });
  }
  const years =
    range.from === undefined || range.to === undefined ? YEARS_OF_PERIODS : yearsOf(range.from, range.to);
  const periods = request.grain ? Math.ceil(years * PERIODS_A_YEAR[request.grain]) + 1 : 1;
  const expected = dimensions.reduce(
    (product, dimension) => product * (isFiltered(request, dimension) ? 1 : dimension.groups),
    periods,
  );
  if (
    expected > MOST_ROWS &&
    request.limit === undefined &&
    !dimensions.every((dimension) => isFiltered(request, dimension))
  ) {
    throw new AppError(
      'bad_request',
      `${metric.name} by ${request.dimensions.join(', ')} may have ${expected} rows.`,
      {
        where: { metric: metric.name },
        fix: 'Give a limit (at most 1000), or filter by district, street or community.',
      },
    );
  }
  const isHistory = metric.time === null && request.grain !== undefined;
  if (isHistory && historyLevel(request.dimensions, request.filters) === null) {
    throw new AppError(
      'bad_request',
      `The history of ${metric.name} is kept by district, street and community only.`,
      {
        where: { metric: metric.name },
        fix: 'Leave out the grain, or split and filter by one place.',
      },
    );
  }
  return { request, metric, dimensions, range, isHistory };
}

const yearsOf = (from: string, to: string): number => Math.max(0, daysBetween(from, to)) / 366;

const isFiltered = (request: MetricRequest, dimension: Dimension): boolean =>
  request.filters[dimension.name] !== undefined;

export type Attempt<T> = { ok: true; value: T } | { ok: false; error: { code: string; detail: string } };

export function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, error: describe(error) };
  }
}

export function describe(error: unknown): { code: string; detail: string } {
  if (!isAppError(error)) throw error;
  return {
    code: error.code,
    detail: error.fix === undefined ? error.message : `${error.message} ${error.fix}`,
  };
}
