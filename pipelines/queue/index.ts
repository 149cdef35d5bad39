import type { Config } from '../../warehouse/config.ts';
import type { Logger } from '../../warehouse/log.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { EmbeddedQueue } from './embedded.ts';
import type { JobQueue, QueueTiming } from './queue.ts';
import { RedisQueue } from './redis.ts';

export type * from './queue.ts';
export { GiveUp } from './queue.ts';

/** The queue the settings ask for: Redis where `ANJU_REDIS_URL` is set, else the operational store. */
export function openQueue(
  { config, store, log }: { config: Pick<Config, 'redisUrl'>; store: OperationalStore; log: Logger },
  timing?: QueueTiming,
): Promise<JobQueue> {
  return config.redisUrl
    ? RedisQueue.open(config.redisUrl, log, timing)
    : Promise.resolve(new EmbeddedQueue(store, log, timing));
}
