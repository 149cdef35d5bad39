/** A server that speaks S3, in this process, keeping its objects in a directory. */
import { join } from 'node:path';
import S3rver from 's3rver';
import { temporaryDirectory } from '../platform.ts';

export interface S3Server {
  /** For `testPlatform` and `loadConfig`. */
  env: NodeJS.ProcessEnv;
  url: string;
  stop: () => Promise<void>;
}

export async function s3Server(bucket: string, prefix = 'landed'): Promise<S3Server> {
  const { path, dispose } = await temporaryDirectory();
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: join(path, 's3'),
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  const { port } = await server.run();
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    env: {
      ANJU_OBJECT_STORE: `s3://${bucket}/${prefix}?endpoint=${encodeURIComponent(url)}`,
      ANJU_S3_ACCESS_KEY: 'S3RVER',
      ANJU_S3_SECRET_KEY: 'S3RVER',
    },
    stop: async () => {
      await server.close();
      await dispose();
    },
  };
}
