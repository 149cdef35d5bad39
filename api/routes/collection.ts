import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { collectionOf } from '../../pipelines/collection/service.ts';
import { testConnection } from '../../pipelines/collection/execute.ts';
import { listRuns, runByDataset } from '../../pipelines/collection/runs.ts';
import { collectionConnectors } from '../../pipelines/collection/connectors.ts';
import { secretsSchema, taskIdSchema, taskSchema } from '../../pipelines/collection/task.ts';
import { changeTask, createTask, deleteTask, getTask, listTasks } from '../../pipelines/collection/tasks.ts';
import { audited } from '../audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import {
  collectionQueue,
  replayRun,
  serving,
  startCollecting,
  stopCollecting,
} from './collection-control.ts';
import { queueAnswer, run, runAnswer, task, taskAnswer } from './collection-schema.ts';

const tag = 'collection';
const read = 'collection:read';
const manage = 'collection:manage';
const byTask = z.object({ task: taskIdSchema });
const byRun = z.object({ run: z.uuid() });
const TEST_SECONDS = 30;

/** Collection tasks and their runs (catalog A.2). Every change is audited; secrets go in and never come out. */
export const collectionEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/collection-connectors',
    summary: 'Kinds of connectors with the JSON schema of their settings and the names of their secrets',
    tag,
    right: read,
    answer: z.object({
      connectors: z.array(
        z.object({
          kind: z.string(),
          zh: z.string(),
          secrets: z.array(z.string()),
          settings: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
    handler: async ({ platform }) => ({
      connectors: Object.values(collectionConnectors(platform)).map(({ kind, zh, secrets, settings }) => ({
        kind,
        zh,
        secrets: [...secrets],
        settings: z.toJSONSchema(settings, { unrepresentable: 'any', io: 'input' }),
      })),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/collection-tasks',
    summary: 'Collection tasks, each with its last run',
    tag,
    right: read,
    answer: z.object({ tasks: z.array(task.extend({ lastRun: run.nullable() })) }),
    handler: async ({ platform }) => ({
      tasks: await Promise.all(
        (await listTasks(platform)).map(async (one) => {
          const [last] = await listRuns(platform.store.db, { taskId: one.taskId, limit: 1 });
          return { ...(await taskAnswer(platform, one)), lastRun: last ? runAnswer(last) : null };
        }),
      ),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/collection-tasks',
    summary: 'Make a task; it is disabled until it is started',
    tag,
    right: manage,
    body: z.strictObject({ taskId: taskIdSchema, task: taskSchema, secrets: secretsSchema }),
    answer: task,
    handler: async ({ platform, identity, body, request, response }) => {
      const { taskId, task: input, secrets } = body;
      const detail = { connector: input.connector, secrets: Object.keys(secrets) };
      const entry = {
        user: identity.user,
        action: 'task-create',
        object: taskId,
        address: request.ip,
        detail,
      };
      const made = await audited(platform.store, entry, () =>
        createTask(platform, collectionConnectors(platform), { taskId, input, secrets, user: identity.user }),
      );
      response.status(201);
      return taskAnswer(platform, made);
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/collection-tasks/:task',
    summary: 'One task',
    tag,
    right: read,
    params: byTask,
    answer: task,
    handler: async ({ platform, params }) => taskAnswer(platform, await getTask(platform, params.task)),
  }),
  endpoint({
    method: 'put',
    path: '/api/collection-tasks/:task',
    summary:
      'Change a task. Secrets not named keep their value, null takes one away; `startOver` forgets how far the source is read',
    tag,
    right: manage,
    params: byTask,
    body: z.strictObject({
      version: z.number().int().positive(),
      task: taskSchema,
      secrets: secretsSchema,
      startOver: z.boolean().default(false),
    }),
    answer: task,
    handler: async ({ platform, identity, params, body, request }) => {
      const { task: input, ...rest } = body;
      const detail = { version: body.version, secrets: Object.keys(body.secrets), startOver: body.startOver };
      const entry = {
        user: identity.user,
        action: 'task-change',
        object: params.task,
        address: request.ip,
        detail,
      };
      const changed = await audited(platform.store, entry, () =>
        changeTask(platform, collectionConnectors(platform), {
          taskId: params.task,
          input,
          ...rest,
          user: identity.user,
        }),
      );
      return taskAnswer(platform, changed);
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/collection-tasks/:task',
    summary: 'Delete a task, its secrets with it; its runs stay in the statistics',
    tag,
    right: manage,
    params: byTask,
    query: z.object({ version: z.coerce.number().int().positive() }),
    handler: async ({ platform, identity, params, query, request }) => {
      const entry = {
        user: identity.user,
        action: 'task-delete',
        object: params.task,
        address: request.ip,
        detail: query,
      };
      await audited(platform.store, entry, async () => {
        await deleteTask(platform, { taskId: params.task, ...query, user: identity.user });
        await collectionOf(platform)?.cancelRuns(params.task);
      });
      return undefined;
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/collection-tasks/:task/start',
    summary: 'Enable the schedule of a task',
    tag,
    right: manage,
    params: byTask,
    answer: task,
    handler: async ({ platform, identity, params, request }) =>
      taskAnswer(platform, await startCollecting(platform, params.task, identity.user, request.ip)),
  }),
  endpoint({
    method: 'post',
    path: '/api/collection-tasks/:task/stop',
    summary: 'Disable the schedule of a task and end the run under way',
    tag,
    right: manage,
    params: byTask,
    answer: task,
    handler: async ({ platform, identity, params, request }) =>
      taskAnswer(platform, await stopCollecting(platform, params.task, identity.user, request.ip)),
  }),
  endpoint({
    method: 'post',
    path: '/api/collection-tasks/:task/run',
    summary: 'Run a task at once, whatever its schedule and hours say',
    tag,
    right: manage,
    params: byTask,
    answer: z.object({ runId: z.uuid() }),
    handler: async ({ platform, identity, params, request, response }) => {
      const entry = { user: identity.user, action: 'task-run', object: params.task, address: request.ip };
      const runId = await audited(platform.store, entry, () =>
        serving(platform).runNow(params.task, identity.user),
      );
      response.status(202);
      return { runId };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/collection-tasks/:task/test',
    summary:
      'Connect to the source of a task and come back: the round trip in milliseconds and what is there',
    tag,
    right: manage,
    params: byTask,
    answer: z.object({ roundTripMs: z.number(), detail: z.string() }),
    handler: async ({ platform, identity, params, request }) => {
      const entry = { user: identity.user, action: 'task-test', object: params.task, address: request.ip };
      return audited(platform.store, entry, async () =>
        testConnection(
          platform,
          collectionConnectors(platform),
          await getTask(platform, params.task),
          AbortSignal.timeout(TEST_SECONDS * 1000),
        ),
      );
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/collection-runs',
    summary: 'Runs of collection tasks, newest first, by task, days (Asia/Shanghai) and state',
    tag,
    right: read,
    query: z.object({
      task: taskIdSchema.optional(),
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
      state: z.enum(['queued', 'running', 'succeeded', 'failed', 'stopped']).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: z.object({ runs: z.array(run) }),
    handler: async ({ platform, query: { task: taskId, ...query } }) => ({
      runs: (await listRuns(platform.store.db, { taskId, ...query })).map(runAnswer),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/collection-runs/:run',
    summary: 'One run, with what was asked and returned for each data set',
    tag,
    right: read,
    params: byRun,
    answer: run.extend({ datasets: z.array(run.pick(figureFields()).extend({ dataset: z.string() })) }),
    handler: async ({ platform, params }) => {
      const [found] = await listRuns(platform.store.db, { runId: params.run });
      if (!found) throw new AppError('not_found', `There is no run ${params.run}.`);
      const datasets = await runByDataset(platform.store.db, params.run);
      return {
        ...runAnswer(found),
        datasets: datasets.map(({ lastReturnAt, ...one }) => ({
          ...one,
          lastReturnAt: lastReturnAt?.toISOString() ?? null,
        })),
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/collection-queue',
    summary: 'The job queue behind the tasks: counts, and the runs given up, which can be replayed',
    tag,
    right: read,
    answer: queueAnswer,
    handler: ({ platform }) => collectionQueue(platform),
  }),
  endpoint({
    method: 'post',
    path: '/api/collection-runs/:run/replay',
    summary: 'Put a run that was given up back into the queue, with all its attempts',
    tag,
    right: manage,
    params: byRun,
    handler: async ({ platform, identity, params, request }) => {
      await replayRun(platform, { runId: params.run, user: identity.user, address: request.ip });
      return undefined;
    },
  }),
];

function figureFields() {
  return {
    requested: true,
    returned: true,
    deliveries: true,
    refused: true,
    valid: true,
    failed: true,
    lastReturnAt: true,
  } as const;
}
