import { z } from 'zod';
import { collectionConnectors } from '../../pipelines/collection/connectors.ts';
import { testConnection } from '../../pipelines/collection/execute.ts';
import { runToEnd } from '../../pipelines/collection/run-here.ts';
import { listRuns } from '../../pipelines/collection/runs.ts';
import { collectionOf } from '../../pipelines/collection/service.ts';
import { collectionStatistics } from '../../pipelines/collection/statistics.ts';
import { secretsSchema, taskIdSchema, taskSchema } from '../../pipelines/collection/task.ts';
import { changeTask, createTask, deleteTask, getTask, listTasks } from '../../pipelines/collection/tasks.ts';
import { audited } from '../audit.ts';
import { collectionQueue, replayRun, startCollecting, stopCollecting } from '../routes/collection-control.ts';
import { queueAnswer, run, runAnswer, task, taskAnswer } from '../routes/collection-schema.ts';
import { COMMAND, operation } from './operation.ts';

const one = z.object({ taskId: taskIdSchema });
const ENOUGH = 30_000;

/** `anju task list` */
export const taskList = operation({
  params: z.object({}),
  result: z.object({ tasks: z.array(task) }),
  run: async (platform) => ({
    tasks: await Promise.all((await listTasks(platform)).map((each) => taskAnswer(platform, each))),
  }),
});

/** `anju task create FILE` */
export const taskCreate = operation({
  params: z.strictObject({ taskId: taskIdSchema, task: taskSchema, secrets: secretsSchema }),
  result: task,
  run: async (platform, { taskId, task: input, secrets }) => {
    const entry = {
      user: COMMAND,
      action: 'task-create',
      object: taskId,
      detail: { connector: input.connector },
    };
    const made = await audited(platform.store, entry, () =>
      createTask(platform, collectionConnectors(platform), { taskId, input, secrets, user: COMMAND }),
    );
    return taskAnswer(platform, made);
  },
});

/** `anju task change FILE` */
export const taskChange = operation({
  params: z.strictObject({
    taskId: taskIdSchema,
    /** The one there is, unless given. */
    version: z.number().int().positive().optional(),
    task: taskSchema,
    secrets: secretsSchema,
    startOver: z.boolean().default(false),
  }),
  result: task,
  run: async (platform, { taskId, task: input, version, ...rest }) => {
    const entry = {
      user: COMMAND,
      action: 'task-change',
      object: taskId,
      detail: { startOver: rest.startOver },
    };
    const changed = await audited(platform.store, entry, async () =>
      changeTask(platform, collectionConnectors(platform), {
        taskId,
        input,
        version: version ?? (await getTask(platform, taskId)).version,
        ...rest,
        user: COMMAND,
      }),
    );
    return taskAnswer(platform, changed);
  },
});

/** `anju task delete TASK` */
export const taskDelete = operation({
  params: one,
  result: z.object({ taskId: z.string() }),
  run: async (platform, { taskId }) => {
    await audited(platform.store, { user: COMMAND, action: 'task-delete', object: taskId }, async () => {
      const { version } = await getTask(platform, taskId);
      await deleteTask(platform, { taskId, version, user: COMMAND });
      await collectionOf(platform)?.cancelRuns(taskId);
    });
    return { taskId };
  },
});

/** `anju task start TASK` */
export const taskStart = operation({
  params: one,
  result: task,
  run: async (platform, { taskId }) => taskAnswer(platform, await startCollecting(platform, taskId, COMMAND)),
});

/** `anju task stop TASK` */
export const taskStop = operation({
  params: one,
  result: task,
  run: async (platform, { taskId }) => taskAnswer(platform, await stopCollecting(platform, taskId, COMMAND)),
});

/** `anju task run-now TASK`: waits until it has ended. */
export const taskRunNow = operation({
  params: one,
  result: run,
  run: async (platform, { taskId }, { signal }) =>
    runAnswer(
      await audited(platform.store, { user: COMMAND, action: 'task-run', object: taskId }, () =>
        runToEnd(platform, collectionConnectors(platform), { taskId, user: COMMAND, signal }),
      ),
    ),
});

/** `anju task test TASK` */
export const taskTest = operation({
  params: one,
  result: z.object({ roundTripMs: z.number(), detail: z.string() }),
  run: async (platform, { taskId }, { signal }) =>
    testConnection(
      platform,
      collectionConnectors(platform),
      await getTask(platform, taskId),
      AbortSignal.any([signal, AbortSignal.timeout(ENOUGH)]),
    ),
});

/** `anju task runs [TASK]` */
export const taskRuns = operation({
  params: z.object({ taskId: taskIdSchema.optional(), limit: z.number().int().min(1).max(500).default(20) }),
  result: z.object({ runs: z.array(run) }),
  run: async (platform, filter) => ({ runs: (await listRuns(platform.store.db, filter)).map(runAnswer) }),
});

/** `anju task stats --from --to` */
export const taskStatistics = operation({
  params: z.object({
    from: z.iso.date(),
    to: z.iso.date(),
    by: z.enum(['day', 'agency', 'dataset']).default('day'),
  }),
  result: z.object({ rows: z.array(z.looseObject({ key: z.string() })) }),
  run: async (platform, { from, to, by }) => ({
    rows: (await collectionStatistics(platform, { from, to }, by)).rows.map((row) => ({ ...row })),
  }),
});

/** `anju task queue`: only where tasks run, in `anju serve`. */
export const taskQueue = operation({
  params: z.object({}),
  result: queueAnswer,
  run: (platform) => collectionQueue(platform),
});

/** `anju task replay RUN` */
export const taskReplay = operation({
  params: z.object({ run: z.uuid() }),
  result: z.object({ run: z.uuid() }),
  run: async (platform, { run: runId }) => {
    await replayRun(platform, { runId, user: COMMAND });
    return { run: runId };
  },
});
