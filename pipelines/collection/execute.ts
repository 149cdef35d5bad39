/** One run of a task, from wherever it is started: the queue's worker, or a command that owns the home for a moment. */
import { AppError, isAppError } from '../../domain/errors.ts';
import { collectAndLand } from '../../ingestion/connectors/collect.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { readSecrets, withoutSecrets } from '../../warehouse/secrets.ts';
import { errorText } from '../queue/queue.ts';
import { countAsked, countDelivery } from './runs.ts';
import type { CollectionTask } from './task.ts';
import { type Connectors, connectorOf, owner } from './tasks.ts';

/**
 * Fetches and lands what the source has; every delivery is counted for the run as it lands.
 * @throws AppError when the source fails; its message holds no secret
 */
export async function executeRun(
  platform: Platform,
  connectors: Connectors,
  { task, runId, signal }: { task: CollectionTask; runId: string; signal: AbortSignal },
): Promise<void> {
  const { db } = platform.store;
  const secrets = await readSecrets(platform.config.home, db, owner(task.taskId));
  try {
    await collectAndLand(platform, {
      taskId: task.taskId,
      connector: connectorOf(connectors, task.connector),
      settings: task.settings,
      secrets,
      datasets: task.datasets,
      signal,
      onDelivery: (result, asked) => countDelivery(db, runId, result, asked),
      onAsked: (asked) => countAsked(db, runId, asked),
    });
  } catch (error) {
    throw clean(error, secrets);
  }
}

/**
 * Connects to a task's source and comes back.
 * @returns how long the way there and back took, in milliseconds, and what was found
 */
export async function testConnection(
  platform: Platform,
  connectors: Connectors,
  task: Pick<CollectionTask, 'taskId' | 'connector' | 'settings'>,
  signal: AbortSignal,
): Promise<{ roundTripMs: number; detail: string }> {
  const connector = connectorOf(connectors, task.connector);
  const secrets = await readSecrets(platform.config.home, platform.store.db, owner(task.taskId));
  try {
    const { roundTripMs, detail } = await connector.test({
      settings: connector.settings.parse(task.settings),
      secrets,
      log: platform.log.child({ task: task.taskId }),
      signal,
    });
    return { roundTripMs: Math.round(roundTripMs * 100) / 100, detail: withoutSecrets(detail, secrets) };
  } catch (error) {
    throw clean(error, secrets);
  }
}

const HOPELESS = ['bad_request', 'not_found', 'bad_configuration', 'forbidden', 'source_refused'];

/** What trying again cannot mend: somebody must change something first. The next run of the schedule finds out whether they did. */
export const isHopeless = (error: unknown): boolean =>
  isAppError(error) && !error.retriable && HOPELESS.includes(error.code);

function clean(error: unknown, secrets: Record<string, string>): AppError {
  if (!isAppError(error)) {
    return new AppError('source_unreachable', withoutSecrets(errorText(error), secrets), { retriable: true });
  }
  const { code, message, where, fix, retriable } = error;
  const cleanWhere = Object.entries(where).map(([key, value]): [string, string | number] => [
    key,
    typeof value === 'string' ? withoutSecrets(value, secrets) : value,
  ]);
  return new AppError(code, withoutSecrets(message, secrets), {
    where: Object.fromEntries(cleanWhere),
    fix: fix === undefined ? undefined : withoutSecrets(fix, secrets),
    retriable,
  });
}
