/** The record of every run of a task (A2-1, A2-6): what was asked, what came, what of it was valid, how it ended. */
import { type Selectable, sql } from 'kysely';
import type { Asked } from '../../ingestion/connectors/connector.ts';
import type { DeliveryResult } from '../../ingestion/landing/index.ts';
import type { RunState } from '../../warehouse/operational/tables/collection.ts';
import type { Database, OperationalStore } from '../../warehouse/operational/store.ts';

type Db = OperationalStore['db'];
export type RunRow = Selectable<Database['collection_run']>;

export interface RunFigures {
  /** Queries, files or messages asked for, and answered. */
  requested: number;
  returned: number;
  deliveries: number;
  /** Deliveries that could not be read at all. */
  refused: number;
  /** Rows that arrived sound (new or known already), and rows set aside. */
  valid: number;
  failed: number;
  lastReturnAt: Date | null;
}

export interface CollectionRun extends RunFigures {
  runId: string;
  taskId: string;
  kind: 'schedule' | 'manual';
  state: RunState;
  askedBy: string;
  queuedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  attempt: number;
  error: string | null;
}

const OPEN: readonly RunState[] = ['queued', 'running'];

/** @returns false when a run of the task is under way already */
export async function queueRun(
  db: Db,
  run: { runId: string; taskId: string; kind: 'schedule' | 'manual'; user: string },
): Promise<boolean> {
  const { runId, taskId, kind, user } = run;
  const made = await db
    .insertInto('collection_run')
    .values({ run_id: runId, task_id: taskId, kind, state: 'queued', asked_by: user })
    .onConflict((conflict) => conflict.column('task_id').where('state', 'in', OPEN).doNothing())
    .returning('run_id')
    .executeTakeFirst();
  return made !== undefined;
}

export const openRuns = (db: Db, taskId?: string): Promise<RunRow[]> =>
  db
    .selectFrom('collection_run')
    .selectAll()
    .where('state', 'in', OPEN)
    .$if(taskId !== undefined, (query) => query.where('task_id', '=', taskId ?? ''))
    .execute();

/** Marks a run as under way. Null when it must not run: it was stopped, or another of the task took its place. */
export async function beginRun(db: Db, runId: string, attempt: number): Promise<RunRow | null> {
  const row = await db
    .selectFrom('collection_run')
    .selectAll()
    .where('run_id', '=', runId)
    .executeTakeFirst();
  if (!row || row.state === 'stopped' || row.state === 'succeeded') return null;
  const others = (await openRuns(db, row.task_id)).filter(({ run_id }) => run_id !== runId);
  if (others.length > 0) return null;
  await addUncounted(db, row);
  const begun = await db
    .updateTable('collection_run')
    .set({ state: 'running', attempt, finished_at: null, started_at: row.started_at ?? new Date() })
    .where('run_id', '=', runId)
    .returningAll()
    .executeTakeFirst();
  return begun ?? null;
}

/** Deliveries of the run that landed when the process was killed before it could count them. */
async function addUncounted(db: Db, { run_id, task_id, started_at }: RunRow): Promise<void> {
  if (started_at === null) return;
  await sql`
    INSERT INTO collection_return (run_id, delivery_id, dataset, requested, returned, returned_at)
    SELECT ${run_id}, delivery_id, dataset, 1, 1, received_at FROM delivery
    WHERE task_id = ${task_id} AND received_at >= ${started_at}
    ON CONFLICT (delivery_id) DO NOTHING`.execute(db);
}

export async function countDelivery(
  db: Db,
  runId: string,
  { deliveryId, dataset }: DeliveryResult,
  asked: { requested: number; returned: number },
): Promise<void> {
  await db
    .insertInto('collection_return')
    .values({ run_id: runId, delivery_id: deliveryId, dataset, ...asked })
    .onConflict((conflict) => conflict.column('delivery_id').doNothing())
    .execute();
}

export async function countAsked(
  db: Db,
  runId: string,
  { dataset, requested, returned }: Asked,
): Promise<void> {
  await db
    .insertInto('collection_return')
    .values({ run_id: runId, delivery_id: null, dataset, requested, returned })
    .execute();
}

export async function endRun(db: Db, runId: string, state: RunState, error: string | null): Promise<void> {
  await db
    .updateTable('collection_run')
    .set({ state, error, finished_at: OPEN.includes(state) ? null : new Date() })
    .where('run_id', '=', runId)
    .execute();
}

export interface RunFilter {
  taskId?: string;
  runId?: string;
  /** YYYY-MM-DD in Asia/Shanghai, both included (A2-5). */
  from?: string;
  to?: string;
  state?: RunState;
  limit?: number;
}

/** Runs with their figures, newest first. */
export async function listRuns(db: Db, filter: RunFilter): Promise<CollectionRun[]> {
  const conditions = [
    filter.taskId === undefined ? sql`true` : sql`task_id = ${filter.taskId}`,
    filter.runId === undefined ? sql`true` : sql`run_id = ${filter.runId}`,
    filter.state === undefined ? sql`true` : sql`state = ${filter.state}`,
    filter.from === undefined ? sql`true` : sql`queued_at >= ${startOf(filter.from)}`,
    filter.to === undefined ? sql`true` : sql`queued_at < ${startOf(filter.to)} + interval '1 day'`,
  ];
  const { rows } = await sql<RunRow & FigureRow>`
    SELECT run.*, ${figures}
    FROM (
      SELECT * FROM collection_run WHERE ${sql.join(conditions, sql` AND `)}
      ORDER BY queued_at DESC, run_id LIMIT ${filter.limit ?? 100}
    ) AS run
    LEFT JOIN collection_return AS returned USING (run_id)
    LEFT JOIN delivery ON delivery.delivery_id = returned.delivery_id
    LEFT JOIN batch ON batch.delivery_id = returned.delivery_id AND batch.state = 'loaded'
    GROUP BY run.run_id, run.task_id, run.kind, run.state, run.asked_by, run.queued_at, run.started_at, run.finished_at, run.attempt, run.error
    ORDER BY run.queued_at DESC, run.run_id`.execute(db);
  return rows.map((row) => ({
    runId: row.run_id,
    taskId: row.task_id,
    kind: row.kind,
    state: row.state,
    askedBy: row.asked_by,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    attempt: row.attempt,
    error: row.error,
    ...figuresOf(row),
  }));
}

/** The figures of a run for each of its data sets (A2-6). */
export async function runByDataset(db: Db, runId: string): Promise<(RunFigures & { dataset: string })[]> {
  const { rows } = await sql<FigureRow & { dataset: string }>`
    SELECT returned.dataset, ${figures}
    FROM collection_return AS returned
    LEFT JOIN delivery ON delivery.delivery_id = returned.delivery_id
    LEFT JOIN batch ON batch.delivery_id = returned.delivery_id AND batch.state = 'loaded'
    WHERE returned.run_id = ${runId} GROUP BY returned.dataset ORDER BY returned.dataset`.execute(db);
  return rows.map((row) => ({ dataset: row.dataset, ...figuresOf(row) }));
}

/** The first instant of a day in China. */
export const startOf = (day: string) => sql`(${day}::date::timestamp AT TIME ZONE 'Asia/Shanghai')`;

interface FigureRow {
  requested: number;
  returned: number;
  deliveries: number;
  refused: number;
  valid: number;
  failed: number;
  last_return_at: Date | null;
}

const figures = sql`
  coalesce(sum(returned.requested), 0)::float8 AS requested, coalesce(sum(returned.returned), 0)::float8 AS returned,
  count(delivery.delivery_id)::int AS deliveries, (count(*) FILTER (WHERE delivery.state = 'refused'))::int AS refused,
  coalesce(sum(batch.loaded + batch.deduplicated), 0)::float8 AS valid, coalesce(sum(batch.quarantined), 0)::float8 AS failed,
  max(returned.returned_at) AS last_return_at`;

const figuresOf = ({ last_return_at: lastReturnAt, ...row }: FigureRow): RunFigures => ({
  requested: row.requested,
  returned: row.returned,
  deliveries: row.deliveries,
  refused: row.refused,
  valid: row.valid,
  failed: row.failed,
  lastReturnAt,
});
