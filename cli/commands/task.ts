import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { z } from 'zod';
import { operations, type OperationResult } from '../../api/operations/index.ts';
import { asAppError } from '../../api/problem.ts';
import { chinaDayOf } from '../../domain/calendar.ts';
import { AppError } from '../../domain/errors.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';

type Run = OperationResult<'task-run-now'>;
type Task = OperationResult<'task-list'>['tasks'][number];

/** `anju task …`: collection tasks. A task is a JSON file `{taskId, task: {…}, secrets: {…}}`; `-` reads it from standard input. */
export function addTask(program: Command): void {
  const command = program
    .command('task')
    .description('collection tasks: what is fetched from whom, and when');
  addDefinitions(command);
  addControl(command);
  addReports(command);
}

function addDefinitions(command: Command): void {
  withCommon(command.command('list'))
    .description('all tasks')
    .action(async (options: CommonOptions) => {
      const result = await operate(configFor(options), 'task-list', {});
      print(options, result, () => result.tasks.map(taskLine));
    });
  withCommon(command.command('create'))
    .description('make a task from a JSON file; it is disabled until it is started')
    .argument('<file>', '{"taskId": …, "task": {…}, "secrets": {…}}, - for standard input')
    .action(async (file: string, options: CommonOptions) => {
      const made = await operate(
        configFor(options),
        'task-create',
        await taskFile(file, operations['task-create'].params),
      );
      print(options, made, () => [taskLine(made)]);
    });
  withCommon(command.command('change'))
    .description('change a task; secrets not named keep their value')
    .argument(
      '<file>',
      '{"taskId": …, "task": {…}, "secrets": {…}, "startOver": false}, - for standard input',
    )
    .action(async (file: string, options: CommonOptions) => {
      const changed = await operate(
        configFor(options),
        'task-change',
        await taskFile(file, operations['task-change'].params),
      );
      print(options, changed, () => [taskLine(changed)]);
    });
  withCommon(command.command('delete'))
    .description('delete a task and its secrets')
    .argument('<task>')
    .action(async (taskId: string, options: CommonOptions) => {
      const result = await operate(configFor(options), 'task-delete', { taskId });
      print(options, result, () => [`${taskId} is deleted`]);
    });
}

function addControl(command: Command): void {
  for (const [name, what] of [
    ['start', 'enable the schedule of a task'],
    ['stop', 'disable the schedule of a task and end its run'],
  ] as const) {
    withCommon(command.command(name))
      .description(what)
      .argument('<task>')
      .action(async (taskId: string, options: CommonOptions) => {
        const result = await operate(configFor(options), `task-${name}`, { taskId });
        print(options, result, () => [taskLine(result)]);
      });
  }
  withCommon(command.command('run-now'))
    .description('run a task at once, whatever its schedule and hours say, and wait for it')
    .argument('<task>')
    .action(async (taskId: string, options: CommonOptions) => {
      const run = await operate(configFor(options), 'task-run-now', { taskId });
      print(options, run, () => [runLine(run)]);
      if (run.state !== 'succeeded') process.exitCode = 1;
    });
  withCommon(command.command('test'))
    .description('connect to the source of a task and come back')
    .argument('<task>')
    .action(async (taskId: string, options: CommonOptions) => {
      const result = await operate(configFor(options), 'task-test', { taskId });
      print(options, result, () => [`${result.detail} (${result.roundTripMs} ms)`]);
    });
}

function addReports(command: Command): void {
  withCommon(command.command('runs'))
    .description('runs, newest first')
    .argument('[task]')
    .option('--limit <n>', 'how many', '20')
    .action(async (taskId: string | undefined, options: CommonOptions & { limit: string }) => {
      const result = await operate(configFor(options), 'task-runs', { taskId, limit: Number(options.limit) });
      print(options, result, () => result.runs.map(runLine));
    });
  withCommon(command.command('queue'))
    .description('the job queue behind the tasks of anju serve, and the runs given up')
    .action(async (options: CommonOptions) => {
      const { kind, stats, deadLetters } = await operate(configFor(options), 'task-queue', {});
      print(options, { kind, stats, deadLetters }, () => [
        `${kind}: ${Object.entries(stats)
          .map(([state, jobs]) => `${state} ${jobs}`)
          .join(', ')}`,
        ...deadLetters.map(
          (one) =>
            `${one.failedAt}  ${one.taskId}  ${one.runId}  failed ${one.failures} times — ${one.lastError}`,
        ),
      ]);
    });
  withCommon(command.command('replay'))
    .description('put a run that was given up back into the queue, with all its attempts')
    .argument('<run>')
    .action(async (run: string, options: CommonOptions) => {
      const result = await operate(configFor(options), 'task-replay', { run });
      print(options, result, () => [`${run} is queued again`]);
    });
  const today = chinaDayOf(new Date());
  withCommon(command.command('stats'))
    .description('what was asked, what came, and how sound it was')
    .option('--from <date>', 'first day', `${today.slice(0, 8)}01`)
    .option('--to <date>', 'last day', today)
    .option('--by <what>', 'day, agency or dataset', 'dataset')
    .action(async (options: CommonOptions & { from: string; to: string; by: string }) => {
      const { from, to, by } = options;
      const result = await operate(configFor(options), 'task-stats', { from, to, by: by as 'day' });
      print(options, result, () =>
        result.rows.map(({ key, ...figures }) =>
          [key, ...Object.entries(figures).map(([name, value]) => `${name} ${String(value)}`)].join('  '),
        ),
      );
    });
}

async function taskFile<T extends z.ZodType>(file: string, schema: T): Promise<z.output<T>> {
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AppError('bad_request', `${file} is not JSON.`, { where: { file }, cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw asAppError(parsed.error);
}

const taskLine = (task: Task): string =>
  `${task.taskId}  ${task.state}  ${task.connector} → ${task.datasets.join(', ')}  ${
    task.nextDueAt === null ? 'no schedule' : `next ${task.nextDueAt}`
  }  (version ${task.version}) ${task.name}`;

const runLine = (run: Run): string =>
  `${run.queuedAt}  ${run.taskId}  ${run.kind}  ${run.state}  requested ${run.requested}, returned ${run.returned}, valid ${run.valid}, failed ${run.failed}, deliveries ${run.deliveries}${run.error === null ? '' : ` — ${run.error}`}`;
