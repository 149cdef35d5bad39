import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { homePaths } from '../../warehouse/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { contractsOf } from '../contracts/home.ts';
import { type DeliveryResult, landFile, recover } from '../landing/index.ts';
import type { Asked, CollectCall, Connector, Position } from './connector.ts';

export interface Collection {
  taskId: string;
  connector: Connector;
  /** Not yet parsed. */
  settings: unknown;
  secrets: Readonly<Record<string, string>>;
  /** `source.dataset` of each contract the task feeds. */
  datasets: readonly string[];
  signal: AbortSignal;
  /** Told of every delivery, refused ones too. */
  onDelivery?: (
    result: DeliveryResult,
    asked: { requested: number; returned: number },
  ) => Promise<void> | void;
  /** Told of what was asked and led to no delivery. */
  onAsked?: (asked: Asked) => Promise<void> | void;
}

/**
 * Fetches what a source has and lands it, exactly once: a delivery is in the ledger before it is loaded, and the task's position
 * moves in the transaction that commits it. Killed anywhere, the next call finishes what was received and goes on from there.
 * A refused delivery moves the position too: it is in the ledger with its reason, and those behind it must not wait for it.
 * @returns the deliveries in order
 */
export async function collectAndLand(platform: Platform, collection: Collection): Promise<DeliveryResult[]> {
  const { connector, taskId, signal } = collection;
  await recover(platform);
  const directory = join(homePaths(platform.config.home).work, 'collect', encodeURIComponent(taskId));
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const contracts = await contractsOf(platform.config);
  const call: CollectCall<unknown> = {
    settings: connector.settings.parse(collection.settings),
    secrets: collection.secrets,
    log: platform.log.child({ task: taskId }),
    signal,
    position: await positionOf(platform, taskId),
    datasets: collection.datasets.map(contracts.get),
    directory,
    taskId,
    onAsked: async (asked) => collection.onAsked?.(asked),
  };
  const results: DeliveryResult[] = [];
  try {
    for await (const file of connector.collect(call)) {
      const { position, requested = 1, returned = 1, shape, loadAs, ...delivery } = file;
      const result = await landFile(platform, {
        ...delivery,
        collected: { shape, loadAs, task: { id: taskId, position } },
      });
      results.push(result);
      await collection.onDelivery?.(result, { requested, returned });
      if (file.path !== '') await rm(file.path, { force: true });
      if (signal.aborted) break;
    }
    return results;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Where a task's last committed delivery left off. */
export async function positionOf(platform: Platform, taskId: string): Promise<Position | null> {
  const found = await platform.store.db
    .selectFrom('collection_position')
    .select('position')
    .where('task_id', '=', taskId)
    .executeTakeFirst();
  return found ? (found.position as Position) : null;
}
