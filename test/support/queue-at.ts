import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { EmbeddedQueue } from '../../pipelines/queue/embedded.ts';
import type { JobQueue, QueueTiming } from '../../pipelines/queue/queue.ts';
import { RedisQueue } from '../../pipelines/queue/redis.ts';
import { openStore } from '../../warehouse/operational/store.ts';
import { testConfig, testLog } from './platform.ts';

const MIGRATION = new URL('../../warehouse/migrations/operational/0053_queue.sql', import.meta.url);

/** Opens the queue at an address: a redis URL, a PostgreSQL URL, or a home with an embedded store. */
export async function openQueueAt(address: string, timing?: QueueTiming): Promise<JobQueue> {
  if (address.startsWith('redis:')) return RedisQueue.open(address, testLog, timing);
  const isServer = address.startsWith('postgres');
  const config = testConfig(isServer ? '.' : address, isServer ? { ANJU_POSTGRES_URL: address } : {});
  const store = await openStore(config, testLog);
  const { rows } = await sql<{ job: string | null }>`SELECT to_regclass('job')::text AS job`.execute(
    store.db,
  );
  if (rows[0]?.job === null) await sql.raw(await readFile(MIGRATION, 'utf8')).execute(store.db);
  const queue = new EmbeddedQueue(store, testLog, timing);
  const close = queue.close.bind(queue);
  queue.close = async (how) => {
    await close(how);
    await store.close();
  };
  return queue;
}
