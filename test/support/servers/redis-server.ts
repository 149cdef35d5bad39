import { freePort, programAt, type RunningServer, startServer } from './server.ts';

export const redisProgram = programAt('redis-server');

/** A Redis of its own that keeps nothing on disk. */
export async function startRedis(directory: string): Promise<RunningServer & { url: string }> {
  const port = await freePort();
  const server = await startServer({
    program: redisProgram ?? '',
    args: [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      directory,
      '--save',
      '',
      '--appendonly',
      'no',
    ],
    port,
  });
  return { ...server, url: `redis://127.0.0.1:${port}` };
}
