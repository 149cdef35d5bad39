import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { csvOfReadings, outcome, readingsLoaded, task as newTask } from '../support/collecting.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';
import { FTP_PASSWORD, startFtpServer, vsftpd } from '../support/servers/ftp-server.ts';
import { startHostileFtp } from '../support/servers/hostile-ftp.ts';
import { describeWith, freePort } from '../support/servers/server.ts';
import { sshd, startSftpServer } from '../support/servers/sftp-server.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(() => platform.close());

const LOCAL = {
  ...{ host: '127.0.0.1', allowedNetworks: ['127.0.0.0/8'], settleSeconds: 0, timeoutSeconds: 20 },
  retry: { attempts: 3, firstMs: 1, mostMs: 2 },
};
/** Large enough that a transfer can be cut in the middle: about 300 kB. */
const LARGE = 8000;

describeWith(vsftpd)('ftp', () => {
  let server: Awaited<ReturnType<typeof startFtpServer>>;
  beforeAll(async () => {
    server = await startFtpServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    for (const name of await readdir(server.files)) await rm(join(server.files, name), { recursive: true });
  });
  const task = (settings: Record<string, unknown> = {}, password = FTP_PASSWORD) =>
    newTask(
      () => platform,
      'ftp',
      { ...LOCAL, port: server.port, user: 'anonymous', tls: 'none', directory: '/files', ...settings },
      { password },
    );
  const put = (name: string, content: string): Promise<void> => writeFile(join(server.files, name), content);

  test('takes each file once, leaves .part until it is renamed, moves what is landed, deletes what is to be deleted', async () => {
    await put('水_1.csv', csvOfReadings(1, 5));
    await put('水_2.csv.part', csvOfReadings(6, 10));
    await put('other.txt', 'not ours');
    const { run } = task({ include: '水_*.csv' });
    expect(outcome(await run())).toEqual([5]);
    expect(await run()).toEqual([]);
    await rename(join(server.files, '水_2.csv.part'), join(server.files, '水_2.csv'));
    expect(outcome(await run({ settings: { after: 'move' } }))).toEqual([0, 5]);
    expect(await readdir(join(server.files, 'done'))).toEqual(['水_1.csv', '水_2.csv']);
    await put('水_2.csv', csvOfReadings(11, 12));
    expect(outcome(await run({ settings: { after: 'move' } }))).toEqual([2]);
    await put('水_3.csv', csvOfReadings(13, 13));
    expect(outcome(await run({ settings: { after: 'delete' } }))).toEqual([1]);
    expect((await readdir(server.files)).sort()).toEqual(['done', 'other.txt']);
    expect(await readingsLoaded(platform, 1, 13)).toBe(13);
  });

  test('waits for the control file, lands what agrees with it, refuses what does not', async () => {
    const content = csvOfReadings(81, 83);
    await put('a.csv', content);
    await put('b.csv', csvOfReadings(84, 85));
    const { run } = task({ control: 'required', after: 'move' });
    expect(await run()).toEqual([]);
    await put('a.csv.manifest.json', JSON.stringify({ rows: 3, bytes: Buffer.byteLength(content) }));
    await put('b.csv.manifest.json', JSON.stringify({ rows: 3 }));
    expect(outcome(await run())).toEqual([3, 'declared_rows']);
    expect(await readdir(server.files)).toEqual(['done']);
    // Without one, the file is taken as it is: what stood beside another says nothing of it.
    await put('b.csv', csvOfReadings(84, 85));
    expect(outcome(await task({ after: 'delete' }).run())).toEqual([2]);
  });

  test('a transfer cut in the middle goes on where it stopped', async () => {
    await put('large.csv', csvOfReadings(1001, 1000 + LARGE));
    const bytes = Buffer.byteLength(csvOfReadings(1001, 1000 + LARGE));
    const { port, dataPort } = server;
    const proxy = await startCuttingProxy(
      '127.0.0.2',
      [
        [port, port],
        [dataPort, dataPort],
      ],
      100_000,
    );
    expect(outcome(await task({ host: '127.0.0.2' }).run())).toEqual([LARGE]);
    expect(proxy.cuts()).toBe(1);
    expect(proxy.bytes()).toBeLessThan(bytes + 50_000);
    await proxy.stop();
  });

  test('over TLS with a certificate we trust for the host asked for, and not otherwise', async () => {
    await put('tls.csv', csvOfReadings(21, 22));
    const tls = { tls: 'explicit', caFile: server.caFile };
    expect(outcome(await task({ ...tls, host: 'localhost' }).run())).toEqual([2]);
    await expect(task({ ...tls, host: '127.0.0.1' }).test()).rejects.toMatchObject({
      code: 'source_refused',
      where: { rule: 'certificate_name' },
    });
    await expect(task({ tls: 'explicit', host: 'localhost' }).test()).rejects.toMatchObject({
      code: 'source_refused',
      where: { rule: 'certificate_authority' },
    });
  });

  test('says what is wrong without the password: a wrong one, no directory, nobody there, a network not allowed', async () => {
    const wrong = task({}, 'wrong@secret').test();
    await expect(wrong).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('user and password'),
    });
    await expect(wrong).rejects.not.toThrow(/wrong@secret/);
    await expect(task({ directory: '/gone' }).test()).rejects.toMatchObject({ code: 'source_refused' });
    await expect(task({ port: await freePort() }).test()).rejects.toMatchObject({
      code: 'source_unreachable',
    });
    await expect(task({ allowedNetworks: [] }).test()).rejects.toMatchObject({ code: 'source_refused' });
    expect(await task().test()).toMatchObject({ detail: 'The directory has 0 files.' });
  });
});

test('ftp: names that are paths are refused by name and never asked for', async () => {
  const hostile = await startHostileFtp([
    '../../etc/passwd.csv',
    '/etc/shadow.csv',
    '..\\up.csv',
    'nul\0.csv',
  ]);
  try {
    const settings = { ...LOCAL, port: hostile.port, user: 'u', tls: 'none' };
    const results = await newTask(() => platform, 'ftp', settings).run();
    const names = results.map(({ fileName }) => fileName).sort();
    expect(names).toEqual(['..∕..∕etc∕passwd.csv', '..∕up.csv', 'nul�.csv', '∕etc∕shadow.csv']);
    expect(new Set(outcome(results))).toEqual(new Set(['unsafe_name']));
    expect(hostile.commands.filter((command) => command.includes('.csv'))).toEqual([]);
  } finally {
    await hostile.stop();
  }
});

describeWith(sshd)('sftp', () => {
  let server: Awaited<ReturnType<typeof startSftpServer>>;
  beforeAll(async () => {
    server = await startSftpServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    for (const name of await readdir(server.files)) await rm(join(server.files, name), { recursive: true });
  });
  const task = (settings: Record<string, unknown> = {}, privateKey = server.key) => {
    const { port, user, files: directory, fingerprint } = server;
    const known = { port, user, directory, hostFingerprints: [fingerprint] };
    return newTask(() => platform, 'sftp', { ...LOCAL, ...known, ...settings }, { privateKey });
  };
  const put = (name: string, content: string): Promise<void> => writeFile(join(server.files, name), content);

  test('takes each file once, moves it, goes on behind the one it was stopped at', async () => {
    for (const n of [1, 2, 3]) await put(`水_${n}.csv`, csvOfReadings(30 + n, 30 + n));
    await put('水_4.csv.part', csvOfReadings(34, 34));
    await put('back\\slash.csv', csvOfReadings(34, 34));
    await mkdir(join(server.files, '水_5.csv'));
    const { run } = task({ after: 'move' });
    const controller = new AbortController();
    const first = await run({
      signal: controller.signal,
      onDelivery: ({ state }) => {
        if (state === 'loaded') controller.abort();
      },
    });
    expect(outcome(first)).toEqual(['unsafe_name', 1]);
    expect(outcome(await run())).toEqual([0, 1, 1]);
    expect((await readdir(server.files)).sort()).toEqual([
      'back\\slash.csv',
      'done',
      '水_4.csv.part',
      '水_5.csv',
    ]);
    await put('水_1.csv', csvOfReadings(35, 35));
    expect(outcome(await run())).toEqual([1]);
    expect(await readdir(join(server.files, 'done'))).toEqual(['水_1.csv', '水_2.csv', '水_3.csv']);
    expect(await readingsLoaded(platform, 31, 35)).toBe(4);
  });

  test('a transfer cut in the middle goes on where it stopped', async () => {
    await put('large.csv', csvOfReadings(20_001, 20_000 + LARGE));
    const port = await freePort();
    const proxy = await startCuttingProxy('127.0.0.1', [[port, server.port]], 200_000);
    expect(outcome(await task({ port }).run())).toEqual([LARGE]);
    expect(proxy.cuts()).toBe(1);
    await proxy.stop();
  });

  test('only a server whose key is known, only with a key it knows', async () => {
    const stranger = `SHA256:${'A'.repeat(43)}`;
    await expect(task({ hostFingerprints: [stranger] }).test()).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining(
        `host key is not the one the task knows (it shows ${server.fingerprint})`,
      ),
    });
    expect(() => task({ hostFingerprints: [] }).test()).toThrow();
    await expect(task({}, server.otherKey).test()).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('not accepted'),
    });
    await expect(task({ directory: '/gone' }).test()).rejects.toMatchObject({ code: 'source_refused' });
    await expect(task({ port: await freePort() }).test()).rejects.toMatchObject({
      code: 'source_unreachable',
    });
    expect(await task({ hostFingerprints: [stranger, server.fingerprint] }).test()).toMatchObject({
      detail: 'The directory has 0 files.',
    });
  });
});
