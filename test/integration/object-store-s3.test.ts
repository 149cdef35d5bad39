/** Landed files in a store that speaks S3: the same promises as a directory, and a delivery from end to end. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyPath } from '../../ingestion/certificate/verify.ts';
import { landFile } from '../../ingestion/landing/index.ts';
import { loadConfig } from '../../warehouse/config.ts';
import { homePaths } from '../../warehouse/home.ts';
import { openObjectStore } from '../../warehouse/object-store/open.ts';
import { putInInbox, rowsOf, waterCsv } from '../support/deliveries.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';
import { s3Server, type S3Server } from '../support/servers/s3.ts';

let server: S3Server;
beforeAll(async () => {
  server = await s3Server('anju-test');
});
afterAll(() => server.stop());

describe('a store that speaks S3', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let store: Awaited<ReturnType<typeof openObjectStore>>;
  beforeAll(async () => {
    home = await temporaryDirectory();
    store = await openObjectStore(
      loadConfig({ ANJU_HOME: home.path, ...server.env, ANJU_OBJECT_CACHE: '1M' }),
    );
  });
  afterAll(async () => {
    store.close?.();
    await home.dispose();
  });
  const cached = (): string => homePaths(home.path).objectCache;

  test('keeps what it was given, under its prefix', async () => {
    expect(await store.put('landing/a/x.csv', '安居')).toEqual({ bytes: 6 });
    await store.putFile('landing/a/名 单.parquet', (path) => writeFile(path, 'PAR1'));
    expect(await text(await store.open('landing/a/x.csv'))).toBe('安居');
    expect(await store.size('landing/a/x.csv')).toBe(6);
    expect(await store.list('landing/a')).toEqual(['landing/a/x.csv', 'landing/a/名 单.parquet']);
    expect(await store.list('landing')).toEqual(['landing/a']);
    expect(await store.exists('landing/none')).toBe(false);
    await expect(store.open('landing/none')).rejects.toMatchObject({ code: 'not_found' });
    await expect(store.localFile('landing/none')).rejects.toMatchObject({ code: 'not_found' });
    await expect(store.exists('../x')).rejects.toThrow('relative path');
  });

  test('the same object may be put again, another may not take its place', async () => {
    await store.put('a/b', 'one');
    await store.put('a/b', 'one');
    await expect(store.put('a/b', 'two')).rejects.toMatchObject({ code: 'conflict' });
    expect(await text(await store.open('a/b'))).toBe('one');
  });

  test('big files go up in parts, and copies here are bounded and made anew', async () => {
    const big = Buffer.alloc(20 * 2 ** 20, 'x');
    await store.put('a/big', big);
    expect(await store.size('a/big')).toBe(big.length);
    await store.put('a/small', 'small');
    await expect(readFile(join(cached(), 'objects', 'a', 'big'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await readFile(await store.localFile('a/big'))).equals(big)).toBe(true);
    await rm(cached(), { recursive: true });
    expect(await readFile(await store.localFile('a/small'), 'utf8')).toBe('small');
  });

  test('a store that is not there is told apart from an object that is not', async () => {
    const gone = await openObjectStore(
      loadConfig({
        ...server.env,
        ANJU_HOME: home.path,
        ANJU_OBJECT_STORE: `s3://no-such-bucket/x?endpoint=${server.url}`,
      }),
    );
    await expect(gone.put('a', 'x')).rejects.toMatchObject({ code: 'source_refused' });
    gone.close?.();
  });
});

describe('landing', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await testPlatform(server.env);
  });
  afterAll(() => platform.close());

  test('takes a delivery from end to end, and reads it again from the store alone', async () => {
    const content = waterCsv([
      ['W0000001', '2026-10-01', '10.0', '1.0', '3.00'],
      ['W0000002', '2026-13-01', '20.0', '1.0', '3.00'],
    ]);
    const path = await putInInbox(platform, 'utilities.water_reading', 'water_20261001.csv', content);
    const landed = await landFile(platform, { path, dataset: 'utilities.water_reading' });
    expect(landed).toMatchObject({ state: 'loaded', landed: 2, loaded: 1, quarantined: 1 });
    expect(await rowsOf(platform, 'SELECT `表号` FROM raw.utilities__water_reading')).toEqual([
      { 表号: 'W0000001' },
    ]);
    const [folder = ''] = await platform.objects.list('landing/utilities/water_reading');
    await rm(homePaths(platform.config.home).objectCache, { recursive: true });
    expect(await text(await platform.objects.open(`${folder}/water_20261001.csv`))).toBe(content);
    expect(await readFile(await platform.objects.localFile(`${folder}/water_20261001.csv`), 'utf8')).toBe(
      content,
    );
    expect(await platform.objects.exists(`${folder}/manifest.json`)).toBe(true);
  });

  test('certificates fetched from the store verify offline; one changed in between does not', async () => {
    const away = await temporaryDirectory();
    const { object_key: key } = await platform.store.db
      .selectFrom('certificate')
      .select('object_key')
      .executeTakeFirstOrThrow();
    for (const one of [key, `${dirname(key)}/water_20261001.csv`]) {
      await mkdir(join(away.path, dirname(one)), { recursive: true });
      await writeFile(join(away.path, one), await platform.objects.open(one));
    }
    const [checked] = await verifyPath(away.path);
    expect(checked).toMatchObject({ problems: [], isFileChecked: true });
    const file = checked?.path ?? '';
    await writeFile(file, (await readFile(file, 'utf8')).replace(/"quarantined": ?1/, '"quarantined": 0'));
    const verified = await verifyPath(away.path);
    expect(verified.flatMap(({ problems }) => problems)).not.toEqual([]);
    await away.dispose();
  });
});
