/** Collection tasks as they are kept: made, changed, deleted, started, stopped (A2-2..A2-5, A2-7). Every change moves the version on. */
import type { UpdateObject } from 'kysely';
import { AppError } from '../../domain/errors.ts';
import type { Connector } from '../../ingestion/connectors/connector.ts';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import type { Database } from '../../warehouse/operational/store.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { removeSecrets, secretNames, writeSecrets } from '../../warehouse/secrets.ts';
import { nextDue } from './schedule.ts';
import { type CollectionTask, type TaskInput, taskOf } from './task.ts';

export type Connectors = Readonly<Record<string, Connector>>;
export type SecretChanges = Readonly<Record<string, string | null>>;

const gone = (taskId: string): AppError =>
  new AppError('not_found', `There is no collection task ${taskId}.`, { where: { task: taskId } });

/** All but deleted ones, in order of id. */
export async function listTasks(platform: Platform): Promise<CollectionTask[]> {
  const rows = await platform.store.db
    .selectFrom('collection_task')
    .selectAll()
    .where('state', '!=', 'deleted')
    .orderBy('task_id')
    .execute();
  return rows.map(taskOf);
}

/** @throws AppError `not_found`, also for a deleted one */
export async function getTask(platform: Platform, taskId: string): Promise<CollectionTask> {
  const row = await platform.store.db
    .selectFrom('collection_task')
    .selectAll()
    .where('task_id', '=', taskId)
    .where('state', '!=', 'deleted')
    .executeTakeFirst();
  if (!row) throw gone(taskId);
  return taskOf(row);
}

/** The names of its secrets; what they are nobody is told. */
export const secretsOf = (platform: Platform, taskId: string): Promise<string[]> =>
  secretNames(platform.store.db, owner(taskId));
export const owner = (taskId: string): string => `task:${taskId}`;

/**
 * A new task is disabled until it is started.
 * @throws AppError `conflict` when the id was ever used: positions and statistics go by it; `bad_request`
 */
export async function createTask(
  platform: Platform,
  connectors: Connectors,
  task: { taskId: string; input: TaskInput; secrets: SecretChanges; user: string },
): Promise<CollectionTask> {
  const { taskId, input, secrets, user } = task;
  await check(platform, connectors, input, secrets);
  return platform.store.db.transaction().execute(async (trx) => {
    const row = await trx
      .insertInto('collection_task')
      .values({
        task_id: taskId,
        ...columnsOf(input, taskId),
        state: 'disabled',
        version: 1,
        created_by: user,
        changed_by: user,
      })
      .onConflict((conflict) => conflict.column('task_id').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) {
      throw new AppError('conflict', `The task id ${taskId} is or was in use.`, {
        where: { field: 'taskId' },
        fix: 'Choose another.',
      });
    }
    await writeSecrets(platform.config.home, trx, owner(taskId), secrets);
    return taskOf(row);
  });
}

export interface TaskChange {
  taskId: string;
  version: number;
  input: TaskInput;
  secrets: SecretChanges;
  /** Forget how far the source is read: for another source under the same name. */
  startOver: boolean;
  user: string;
}

/** @throws AppError `conflict` when somebody else changed it since `version` */
export async function changeTask(
  platform: Platform,
  connectors: Connectors,
  change: TaskChange,
): Promise<CollectionTask> {
  const { taskId, version, input, secrets, startOver, user } = change;
  await check(platform, connectors, input, secrets);
  const present = await getTask(platform, taskId);
  return platform.store.db.transaction().execute(async (trx) => {
    const next = present.state === 'enabled' ? dueAfter(input.frequency) : null;
    const changed = await update(
      trx,
      taskId,
      { ...columnsOf(input, taskId), next_due_at: next, changed_by: user },
      version,
    );
    await writeSecrets(platform.config.home, trx, owner(taskId), secrets);
    if (startOver) await forgetPosition(trx, taskId);
    return changed;
  });
}

/** @throws AppError `conflict` while a run is under way, which would write its own position */
async function forgetPosition(trx: Platform['store']['db'], taskId: string): Promise<void> {
  const open = await trx
    .selectFrom('collection_run')
    .select('run_id')
    .where('task_id', '=', taskId)
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst();
  if (open) {
    throw new AppError('conflict', 'A run of the task is under way.', {
      where: { run: open.run_id },
      fix: 'Stop the task, then change it.',
    });
  }
  await trx.deleteFrom('collection_position').where('task_id', '=', taskId).execute();
}

/** Its runs stay for the statistics; its secrets do not. */
export async function deleteTask(
  platform: Platform,
  { taskId, version, user }: { taskId: string; version: number; user: string },
): Promise<void> {
  await platform.store.db.transaction().execute(async (trx) => {
    await update(trx, taskId, { state: 'deleted', next_due_at: null, changed_by: user }, version);
    await removeSecrets(trx, owner(taskId));
  });
}

/** Enables the schedule, counting from now. */
export async function startTask(platform: Platform, taskId: string, user: string): Promise<CollectionTask> {
  const { frequency } = await getTask(platform, taskId);
  return update(platform.store.db, taskId, {
    state: 'enabled',
    next_due_at: dueAfter(frequency),
    changed_by: user,
  });
}

export const disableTask = (platform: Platform, taskId: string, user: string): Promise<CollectionTask> =>
  update(platform.store.db, taskId, { state: 'disabled', next_due_at: null, changed_by: user });

async function update(
  db: Platform['store']['db'],
  taskId: string,
  change: UpdateObject<Database, 'collection_task'>,
  version?: number,
): Promise<CollectionTask> {
  const row = await db
    .updateTable('collection_task')
    .set({ ...change, changed_at: new Date() })
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('task_id', '=', taskId)
    .where('state', '!=', 'deleted')
    .$if(version !== undefined, (query) => query.where('version', '=', version ?? 0))
    .returningAll()
    .executeTakeFirst();
  if (row) return taskOf(row);
  const present = await db
    .selectFrom('collection_task')
    .select(['version', 'changed_by'])
    .where('task_id', '=', taskId)
    .where('state', '!=', 'deleted')
    .executeTakeFirst();
  if (!present) throw gone(taskId);
  throw new AppError('conflict', `${present.changed_by} changed the task meanwhile.`, {
    where: { version: present.version },
    fix: 'Load it again and repeat the change.',
  });
}

const dueAfter = (frequency: TaskInput['frequency']): Date | null =>
  frequency === null ? null : nextDue(frequency, new Date());

const columnsOf = (input: TaskInput, taskId: string) => ({
  name: input.name,
  connector: input.connector,
  datasets: JSON.stringify(input.datasets),
  settings: JSON.stringify(input.settings),
  frequency: input.frequency === null ? null : JSON.stringify(input.frequency),
  windows: JSON.stringify(input.windows),
  retry: JSON.stringify(input.retry),
  group_key: input.group ?? taskId,
  concurrency: input.concurrency,
});

/** What can be known to be wrong before the source is asked. */
async function check(
  platform: Platform,
  connectors: Connectors,
  input: TaskInput,
  secrets: SecretChanges,
): Promise<void> {
  const connector = connectorOf(connectors, input.connector);
  const contracts = await contractsOf(platform.config);
  for (const dataset of input.datasets) contracts.get(dataset);
  const secretInSettings = [...connector.secrets, 'password'].find((name) =>
    Object.hasOwn(input.settings, name),
  );
  if (secretInSettings !== undefined || hasPasswordInUrl(input.settings)) {
    throw new AppError('bad_request', 'A password stands in the settings, where everybody can read it.', {
      where: { field: 'settings' },
      fix: `Put it into secrets: ${connector.secrets.join(', ') || 'this connector takes none'}.`,
    });
  }
  const unknown = Object.keys(secrets).find((name) => !connector.secrets.includes(name));
  if (unknown !== undefined) {
    throw new AppError('bad_request', `${input.connector} takes no secret ${unknown}.`, {
      where: { field: `secrets.${unknown}` },
      fix: connector.secrets.length > 0 ? `It takes: ${connector.secrets.join(', ')}.` : undefined,
    });
  }
  const parsed = connector.settings.safeParse(input.settings);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = ['settings', ...(issue?.path ?? [])].join('.');
    throw new AppError('bad_request', `${field}: ${issue?.message ?? 'is not valid'}`, { where: { field } });
  }
}

/** @throws AppError `bad_request` that names those there are */
export function connectorOf(connectors: Connectors, kind: string): Connector {
  const found = Object.hasOwn(connectors, kind) ? connectors[kind] : undefined;
  if (found) return found;
  throw new AppError('bad_request', `There is no connector ${kind}.`, {
    where: { field: 'connector' },
    fix: `There are: ${Object.keys(connectors).join(', ')}.`,
  });
}

/** `scheme://user:password@host` anywhere in the settings. */
const hasPasswordInUrl = (settings: unknown): boolean =>
  /"[a-z][a-z0-9+.-]*:\/\/[^"/@]*:[^"/@]+@/i.test(JSON.stringify(settings));
