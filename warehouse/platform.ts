import type { Config } from './config.ts';
import { openWarehouse } from './engine/open.ts';
import type { Warehouse } from './engine/warehouse.ts';
import { createLog, type Logger } from './log.ts';
import { migrate } from './migrate.ts';
import type { ObjectStore } from './object-store/object-store.ts';
import { openObjectStore } from './object-store/open.ts';
import { openStore, type OperationalStore } from './operational/store.ts';
import { OwnerLock } from './owner-lock.ts';

/** Everything a running Anju stands on; handed down to whoever needs it. */
export interface Platform {
  config: Config;
  warehouse: Warehouse;
  store: OperationalStore;
  objects: ObjectStore;
  log: Logger;
  /** Held until `close`; `anju serve` publishes its address here. */
  lock: OwnerLock;
  /** Waits for what is under way, closes both stores and gives the home back. */
  close(): Promise<void>;
}

/**
 * Takes the home's lock, opens both stores side by side and migrates them.
 * @throws AppError `home_in_use`, `bad_configuration`, `migration`; nothing stays open then
 */
export async function openPlatform(config: Config, options: { log?: Logger } = {}): Promise<Platform> {
  const log = options.log ?? createLog(config);
  const lock = await OwnerLock.take(config.home);
  const [warehouse, store] = await Promise.allSettled([openWarehouse(config, log), openStore(config, log)]);
  const closeStores = async (): Promise<void> => {
    if (warehouse.status === 'fulfilled') await warehouse.value.close();
    if (store.status === 'fulfilled') await store.value.close();
    await lock.release();
  };
  try {
    if (warehouse.status === 'rejected') throw warehouse.reason;
    if (store.status === 'rejected') throw store.reason;
    await migrate(store.value, warehouse.value, log);
  } catch (error) {
    await closeStores();
    throw error;
  }
  const objects = await openObjectStore(config);
  let closing: Promise<void> | undefined;
  return {
    config,
    warehouse: warehouse.value,
    store: store.value,
    objects,
    log,
    lock,
    close: () => (closing ??= closeStores().finally(() => objects.close?.())),
  };
}
