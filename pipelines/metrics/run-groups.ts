/** Merges planned requests into as few queries as sensible and runs them side by side. */
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { compileGroup } from './compile.ts';
import type { GroupQuery } from './compile.ts';
import { groupLabel } from './dimensions.ts';
import { measured } from './measure.ts';
import { addDays, yearBefore } from './period.ts';
import { describe, MOST_ROWS } from './plan-request.ts';
import type { Attempt, Planned } from './plan-request.ts';
import type { MetricRow } from './request.ts';

/** A week of the year before may begin earlier than the same day of that year, by less than a week. */
const DAYS_WEEKS_MOVE = 6;

/** Cut in the engine only where the groups may be too many to bring here; else all groups come and are cut after comparing. */
const cutsInEngine = ({ request, dimensions, metric }: Planned): boolean =>
  request.limit !== undefined &&
  request.orderBy !== 'period' &&
  request.compare.length === 0 &&
  metric.time === null &&
  dimensions.reduce((product, dimension) => product * dimension.groups, 1) > MOST_ROWS;

/** Rows of each planned request, in no particular order. Requests over the same mart, places, dates and split share a query. */
export async function runGroups(
  warehouse: Warehouse,
  planned: Planned[],
): Promise<Map<Planned, Attempt<MetricRow[]>>> {
  const groups = new Map<string, { group: GroupQuery; members: Planned[] }>();
  for (const each of planned) {
    const { request, metric, dimensions, range } = each;
    const wider =
      request.compare.length > 0 && request.grain && range.from !== undefined
        ? { ...range, from: addDays(yearBefore(range.from), request.grain === 'week' ? -DAYS_WEEKS_MOVE : 0) }
        : range;
    const group: GroupQuery = {
      model: metric.model,
      metrics: [],
      dimensions,
      filters: request.filters,
      time:
        request.grain !== undefined || wider.from !== undefined || wider.to !== undefined
          ? metric.time
          : null,
      grain: request.grain,
      range: wider,
      limit: cutsInEngine(each) ? request.limit : undefined,
    };
    const key = JSON.stringify([
      group.model,
      request.dimensions,
      Object.entries(group.filters).toSorted(),
      group.time,
      group.grain,
      wider,
      group.limit === undefined ? '' : [metric.name, group.limit],
    ]);
    const held = groups.get(key) ?? { group, members: [] };
    held.members.push(each);
    if (!held.group.metrics.includes(metric)) held.group.metrics.push(metric);
    groups.set(key, held);
  }
  const answers = await Promise.all(
    [...groups.values()].map(async ({ group, members }) => {
      const rows = await runGroup(warehouse, group);
      return members.map((member): [Planned, Attempt<MetricRow[]>] => {
        if (!rows.ok) return [member, rows];
        return [member, { ok: true, value: metricRows(rows.value, group, member) }];
      });
    }),
  );
  return new Map(answers.flat());
}

const cell = z.union([z.string(), z.number(), z.null()]);
const rowSchema = z.record(z.string(), cell);
type RawRow = z.infer<typeof rowSchema>;

async function runGroup(warehouse: Warehouse, group: GroupQuery): Promise<Attempt<RawRow[]>> {
  const { sql, params } = compileGroup(group);
  try {
    return {
      ok: true,
      value: await warehouse.rows(sql, rowSchema, {
        lane: 'interactive',
        params,
        maxRows: MOST_ROWS,
        tag: `metrics ${group.model}`,
      }),
    };
  } catch (error) {
    return { ok: false, error: describe(error) };
  }
}

function metricRows(raw: RawRow[], group: GroupQuery, { metric, dimensions, request }: Planned): MetricRow[] {
  const index = group.metrics.indexOf(metric);
  const keepsEmpty = dimensions.every((dimension) => dimension.isPlace);
  return raw
    .filter((row) => keepsEmpty || Number(row[`c${index}`]) > 0)
    .map((row) => {
      const keys: Record<string, string> = {};
      const labels: Record<string, string> = {};
      dimensions.forEach((dimension, at) => {
        const key = String(row[`k${at}`] ?? '');
        const label = row[`l${at}`];
        keys[dimension.name] = key;
        labels[dimension.name] = groupLabel(dimension, key, typeof label === 'string' ? label : undefined);
      });
      return {
        keys,
        labels,
        ...(request.grain ? { period: String(row['period']) } : {}),
        ...measured(metric, Number(row[`n${index}`] ?? 0), Number(row[`d${index}`] ?? 0)),
      };
    });
}
