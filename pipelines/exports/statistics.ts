/** What was pushed to others and taken from them, by day, week or month, or by whom it is for (V-1, V-2, M146, M149; 002:6605-6609, 002:6745). */
import { sql } from 'kysely';
import { periodBefore } from '../../domain/calendar.ts';
import type { Platform } from '../../warehouse/platform.ts';

export type FlowBy = 'day' | 'week' | 'month' | 'receiver' | 'package';

export interface FlowFigures {
  /** Packages made for others, those of them they have receipted, and those not receipted yet. */
  pushed: number;
  received: number;
  outstanding: number;
  pushedRows: number;
  pushedBytes: number;
  /** Packages of others taken in, and those whose loading has not come to its end. */
  taken: number;
  unfinished: number;
  takenRows: number;
}

export interface FlowStatistics {
  rows: ({ key: string } & FlowFigures)[];
  total: FlowFigures;
  /** The same number of days before, to compare with. */
  previous: FlowFigures;
}

/** YYYY-MM-DD in Asia/Shanghai, both included. */
interface Period {
  from: string;
  to: string;
}

const NOTHING: FlowFigures = {
  pushed: 0,
  received: 0,
  outstanding: 0,
  pushedRows: 0,
  pushedBytes: 0,
  taken: 0,
  unfinished: 0,
  takenRows: 0,
};

const local = (column: string) => sql`(${sql.ref(column)} AT TIME ZONE 'Asia/Shanghai')`;

/** The key of a package of a table; a week is named by its Monday. */
const keyOf = (by: FlowBy | 'all', at: string, other: string) =>
  ({
    day: sql`to_char(${local(at)}, 'YYYY-MM-DD')`,
    week: sql`to_char(date_trunc('week', ${local(at)}), 'YYYY-MM-DD')`,
    month: sql`to_char(${local(at)}, 'YYYY-MM')`,
    receiver: sql.ref(other),
    package: sql.ref('name'),
    all: sql`''`,
  })[by];

/** Packages of a period. `receiver` of a package taken in is who sent it. */
export async function flowStatistics(
  platform: Platform,
  period: Period,
  by: FlowBy,
): Promise<FlowStatistics> {
  const before = periodBefore(period);
  const rows = await figures(platform, period, by);
  return { rows, total: await sumOf(platform, period), previous: await sumOf(platform, before) };
}

async function sumOf(platform: Platform, period: Period): Promise<FlowFigures> {
  const [row] = await figures(platform, period, 'all');
  const { key: _, ...sum } = row ?? { key: '', ...NOTHING };
  return sum;
}

async function figures(
  platform: Platform,
  { from, to }: Period,
  by: FlowBy | 'all',
): Promise<({ key: string } & FlowFigures)[]> {
  const within = (column: string) => sql`${local(column)}::date BETWEEN ${from}::date AND ${to}::date`;
  const { rows } = await sql<{ key: string } & FlowFigures>`
    WITH moved AS (
      SELECT ${keyOf(by, 'created_at', 'receiver')} AS key, 1 AS pushed, (state = 'received')::int AS received,
        "rows" AS pushed_rows, bytes AS pushed_bytes, 0 AS taken, 0 AS unfinished, 0 AS taken_rows
      FROM export_package WHERE ${within('created_at')}
      UNION ALL
      SELECT ${keyOf(by, 'started_at', 'sender')}, 0, 0, 0, 0, 1, (state <> 'loaded')::int,
        CASE WHEN state = 'loaded' THEN "rows" ELSE 0 END
      FROM import_package WHERE ${within('started_at')}
    )
    SELECT key, sum(pushed)::float8 AS pushed, sum(received)::float8 AS received,
      (sum(pushed) - sum(received))::float8 AS outstanding, sum(pushed_rows)::float8 AS "pushedRows",
      sum(pushed_bytes)::float8 AS "pushedBytes", sum(taken)::float8 AS taken, sum(unfinished)::float8 AS unfinished,
      sum(taken_rows)::float8 AS "takenRows"
    FROM moved GROUP BY key ORDER BY key`.execute(platform.store.db);
  return rows;
}
