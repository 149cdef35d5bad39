import { describe, expect, test } from '@jest/globals';
import { resolve } from 'node:path';
import { configSettings, loadConfig } from '../../warehouse/config.ts';

const messageOf = (env: NodeJS.ProcessEnv): string => {
  try {
    loadConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was accepted');
};

describe('loadConfig', () => {
  test('needs nothing', () => {
    expect(loadConfig({})).toMatchObject({
      home: resolve('data'),
      objectStore: resolve('data/objects'),
      port: 8080,
      host: '127.0.0.1',
      logLevel: 'info',
      clickhouseUrl: undefined,
    });
  });

  test('takes what is set, and an empty variable as not set', () => {
    const config = loadConfig({
      ANJU_HOME: '/srv/anju',
      ANJU_PORT: '0',
      ANJU_POSTGRES_URL: 'postgresql://u:p@db/anju',
      ANJU_CLICKHOUSE_URL: '',
      ANJU_OBJECT_STORE: 'file:///srv/%E5%AF%B9%E8%B1%A1',
      ANJU_BATCH_MEMORY: '512M',
      ANJU_ANALYST_SECONDS: '5',
    });
    expect(config).toMatchObject({
      home: '/srv/anju',
      port: 0,
      objectStore: '/srv/对象',
      clickhouseUrl: undefined,
    });
    expect(config.lanes.batch.maxMemoryBytes).toBe(512 * 2 ** 20);
    expect(config.lanes.analyst.maxSeconds).toBe(5);
  });

  test('takes an S3 store with its keys', () => {
    const config = loadConfig({
      ANJU_OBJECT_STORE: 's3://anju/landing/city?endpoint=https://store:9000&region=cn-north-1',
      ANJU_S3_ACCESS_KEY: 'key',
      ANJU_S3_SECRET_KEY: 'secret',
    });
    expect(config.s3).toEqual({
      bucket: 'anju',
      prefix: ['landing', 'city'],
      endpoint: 'https://store:9000',
      region: 'cn-north-1',
      accessKey: 'key',
      secretKey: 'secret',
      cacheBytes: 20 * 2 ** 30,
    });
  });

  test.each([
    [{ ANJU_PORT: '70000' }, /^ANJU_PORT must be a port from 0 to 65535 \(it is “70000”\)\.$/],
    [{ ANJU_PORT: '80a' }, /^ANJU_PORT /],
    [{ ANJU_LOG_LEVEL: 'loud' }, /^ANJU_LOG_LEVEL must be one of trace, debug/],
    [{ ANJU_OBJECT_STORE: 's3://k:s@bucket/x' }, /^ANJU_OBJECT_STORE must be s3:\/\/bucket/],
    [{ ANJU_OBJECT_STORE: 's3://B/../x' }, /^ANJU_OBJECT_STORE must be s3:\/\/bucket/],
    [{ ANJU_OBJECT_STORE: 'ftp://x' }, /^ANJU_OBJECT_STORE must be a directory/],
    [{ ANJU_BATCH_MEMORY: 'much' }, /^ANJU_BATCH_MEMORY must be a size such as 512M/],
    [{ ANJU_BATCH_SECONDS: '0' }, /^ANJU_BATCH_SECONDS must be a whole number above 0/],
    [{ ANJU_CLICKHOUSE_URL: 'clickhouse' }, /^ANJU_CLICKHOUSE_URL must be a URL such as/],
  ])('%j is refused in a sentence', (env, message) => {
    expect(messageOf(env)).toMatch(message);
  });

  test('names every problem at once, and never the value of a secret', () => {
    const message = messageOf({ ANJU_PORT: 'x', ANJU_POSTGRES_URL: 'mysql://u:geheim@h/d' });
    expect(message).toMatch(/ANJU_PORT .*ANJU_POSTGRES_URL /);
    expect(message).not.toContain('geheim');
  });

  test('describes every setting it reads', () => {
    expect(configSettings.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['ANJU_HOME', 'ANJU_PORT', 'ANJU_CLICKHOUSE_URL', 'ANJU_BATCH_MEMORY']),
    );
    for (const setting of configSettings) expect(setting.description).toMatch(/\.$/);
  });
});
