/** The places of the job queue, each a real store, for one set of tests. */
import { newHome, temporaryDirectory } from './platform.ts';
import { temporaryPostgres, testPostgresUrl } from './postgres.ts';
import { redisProgram, startRedis } from './servers/redis-server.ts';

export interface QueuePlace {
  /** What `openQueueAt` needs, also in another process. */
  address: string;
  dispose: () => Promise<void>;
}

async function embedded(): Promise<QueuePlace> {
  const home = await newHome();
  return { address: home.path, dispose: home.dispose };
}

async function postgres(): Promise<QueuePlace> {
  const { url, dispose } = await temporaryPostgres(testPostgresUrl ?? '');
  return { address: url, dispose };
}

async function redis(): Promise<QueuePlace> {
  const directory = await temporaryDirectory();
  const server = await startRedis(directory.path);
  return {
    address: server.url,
    dispose: async () => {
      await server.stop();
      await directory.dispose();
    },
  };
}

/** Each with its place, or null where the machine lacks the server. */
export const queueKinds: [name: string, start: (() => Promise<QueuePlace>) | null][] = [
  ['in the embedded store', embedded],
  ['in a PostgreSQL server', testPostgresUrl ? postgres : null],
  ['on Redis', redisProgram ? redis : null],
];
