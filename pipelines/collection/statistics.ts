/** Collection by day, agency or data set (V-3, 002:6749): what was asked, what came, what of it was sound, what went wrong. */
import { sql } from 'kysely';
import { periodBefore } from '../../domain/calendar.ts';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { datasetId } from '../../ingestion/contract.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { startOf } from './runs.ts';

export type StatisticsBy = 'day' | 'agency' | 'dataset';

export interface CollectionFigures {
  /** Queries, files or messages asked for, and answered. */
  requested: number;
  returned: number;
  deliveries: number;
  /** Deliveries that could not be read, and those that were here before. */
  refused: number;
  repeats: number;
  bytes: number;
  /** Rows: `landed = loaded + quarantined + deduplicated`. */
  landed: number;
  loaded: number;
  quarantined: number;
  deduplicated: number;
  /** Runs of collection tasks, and those that failed for good. */
  runs: number;
  failedRuns: number;
}

export interface CollectionStatistics {
  rows: ({ key: string } & CollectionFigures)[];
  total: CollectionFigures;
  /** The same number of days before, to compare with. */
  previous: CollectionFigures;
}

interface Period {
  /** YYYY-MM-DD in Asia/Shanghai, both included. */
  from: string;
  to: string;
}

const KEYS = { day: sql`day`, agency: sql`agency`, dataset: sql`dataset`, all: sql`''` } as const;

/** Deliveries of every way in, files handed over included; runs and requests of collection tasks. */
export async function collectionStatistics(
  platform: Platform,
  period: Period,
  by: StatisticsBy,
): Promise<CollectionStatistics> {
  const before = periodBefore(period);
  const rows = await figuresBy(platform, period, by);
  const [total] = await figuresBy(platform, period, 'all');
  const [previous] = await figuresBy(platform, before, 'all');
  return { rows, total: withoutKey(total), previous: withoutKey(previous) };
}

async function figuresBy(
  platform: Platform,
  { from, to }: Period,
  by: keyof typeof KEYS,
): Promise<({ key: string } & CollectionFigures)[]> {
  const { all } = await contractsOf(platform.config);
  const agencies = JSON.stringify(all.map((one) => ({ dataset: datasetId(one), agency: one.owner })));
  const within = (column: string) =>
    sql`${sql.ref(column)} >= ${startOf(from)} AND ${sql.ref(column)} < ${startOf(to)} + interval '1 day'`;
  const { rows } = await sql<{ key: string } & CollectionFigures>`
    WITH agencies AS (
      SELECT dataset, agency FROM jsonb_to_recordset(${agencies}::jsonb) AS known(dataset text, agency text)
    ),
    arrived AS (
      SELECT ${dayOf('delivery.received_at')} AS day, delivery.dataset,
        coalesce(asked.requested, 1) AS requested, coalesce(asked.returned, 1) AS returned, 1 AS deliveries,
        (delivery.state = 'refused')::int AS refused, (delivery.state = 'repeat')::int AS repeats, delivery.bytes,
        coalesce(batch.landed, 0) AS landed, coalesce(batch.loaded, 0) AS loaded,
        coalesce(batch.quarantined, 0) AS quarantined, coalesce(batch.deduplicated, 0) AS deduplicated
      FROM delivery
      LEFT JOIN batch ON batch.delivery_id = delivery.delivery_id AND batch.state = 'loaded'
      LEFT JOIN collection_return AS asked ON asked.delivery_id = delivery.delivery_id
      WHERE ${within('delivery.received_at')}
      UNION ALL
      SELECT ${dayOf('returned_at')}, dataset, requested, returned, 0, 0, 0, 0, 0, 0, 0, 0
      FROM collection_return WHERE delivery_id IS NULL AND ${within('returned_at')}
    ),
    ran AS (
      SELECT ${dayOf('queued_at')} AS day, fed.dataset, run_id, collection_run.state
      FROM collection_run
      JOIN collection_task USING (task_id)
      CROSS JOIN LATERAL jsonb_array_elements_text(datasets) AS fed(dataset)
      WHERE ${within('queued_at')}
    ),
    figures AS (
      SELECT ${KEYS[by]} AS key, sum(requested) AS requested, sum(returned) AS returned, sum(deliveries) AS deliveries,
        sum(refused) AS refused, sum(repeats) AS repeats, sum(bytes) AS bytes, sum(landed) AS landed, sum(loaded) AS loaded,
        sum(quarantined) AS quarantined, sum(deduplicated) AS deduplicated
      FROM arrived LEFT JOIN agencies USING (dataset) GROUP BY 1
    ),
    runs AS (
      SELECT ${KEYS[by]} AS key, count(DISTINCT run_id) AS runs,
        count(DISTINCT run_id) FILTER (WHERE state = 'failed') AS failed
      FROM ran LEFT JOIN agencies USING (dataset) GROUP BY 1
    )
    SELECT coalesce(key, '') AS key,
      ${sql.join(
        [
          'requested',
          'returned',
          'deliveries',
          'refused',
          'repeats',
          'bytes',
          'landed',
          'loaded',
          'quarantined',
          'deduplicated',
          'runs',
        ].map((name) => sql`coalesce(${sql.ref(name)}, 0)::float8 AS ${sql.ref(name)}`),
      )},
      coalesce(failed, 0)::float8 AS "failedRuns"
    FROM figures FULL JOIN runs USING (key) ORDER BY key`.execute(platform.store.db);
  return rows;
}

const dayOf = (column: string) => sql`to_char(${sql.ref(column)} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')`;

const NOTHING: CollectionFigures = {
  requested: 0,
  returned: 0,
  deliveries: 0,
  refused: 0,
  repeats: 0,
  bytes: 0,
  landed: 0,
  loaded: 0,
  quarantined: 0,
  deduplicated: 0,
  runs: 0,
  failedRuns: 0,
};

function withoutKey(row: ({ key: string } & CollectionFigures) | undefined): CollectionFigures {
  const { key: _, ...figures } = row ?? { key: '', ...NOTHING };
  return figures;
}
