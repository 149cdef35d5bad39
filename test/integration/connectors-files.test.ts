import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { positionOf } from '../../ingestion/connectors/collect.ts';
import { csvOfReadings, outcome, readingsLoaded, task as newTask } from '../support/collecting.ts';
import { rowsOf } from '../support/deliveries.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
let place: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(() => platform.close());

describe('directory', () => {
  let directory: string;
  beforeAll(async () => {
    place = await temporaryDirectory();
  });
  afterAll(() => place.dispose());
  beforeEach(async () => {
    directory = join(place.path, String(Math.random()));
    await mkdir(directory);
  });
  const task = (settings: Record<string, unknown> = {}) =>
    newTask(() => platform, 'directory', { directory, settleSeconds: 0, ...settings });
  const put = (name: string, content: string): Promise<void> => writeFile(join(directory, name), content);

  test('takes matching files once and in order, leaves unfinished ones and links, and the position stays as small as the directory', async () => {
    await put('water_1.csv', csvOfReadings(1, 5));
    await put('water_2.csv', csvOfReadings(6, 10));
    await put('water_3.csv.part', csvOfReadings(11, 15));
    await put('.water_4.csv', csvOfReadings(11, 15));
    await put('other.csv', csvOfReadings(11, 15));
    await symlink('/etc/passwd', join(directory, 'water_5.csv'));
    await mkdir(join(directory, 'water_6.csv'));
    const { run, taskId, test: look } = task({ include: 'water_*.csv' });
    expect(outcome(await run())).toEqual([5, 5]);
    expect(await run()).toEqual([]);
    await rename(join(directory, 'water_3.csv.part'), join(directory, 'water_3.csv'));
    expect(outcome(await run())).toEqual([5]);
    expect(await readingsLoaded(platform, 1, 15)).toBe(15);
    expect(await look()).toMatchObject({ detail: 'The directory has 5 files.' });
    const { taken } = (await positionOf(platform, taskId)) as { taken: Record<string, string> };
    expect(Object.values(taken).join('')).toHaveLength(30);
    // What is no longer there is forgotten with the next file.
    await rename(join(directory, 'water_1.csv'), join(directory, 'done.csv'));
    await put('water_9.csv', csvOfReadings(16, 16));
    await run();
    expect(
      Object.values(((await positionOf(platform, taskId)) as { taken: Record<string, string> }).taken).join(
        '',
      ),
    ).toHaveLength(30);
  });

  test('stopped behind a file, it goes on with the next; a file put away late is put away then', async () => {
    for (const n of [1, 2, 3]) await put(`${n}.csv`, csvOfReadings(100 + n, 100 + n));
    const { run } = task({ after: 'move' });
    const controller = new AbortController();
    expect(outcome(await run({ signal: controller.signal, onDelivery: () => controller.abort() }))).toEqual([
      1,
    ]);
    expect((await readdir(directory)).sort()).toEqual(['1.csv', '2.csv', '3.csv']);
    // The first is seen to be the one that landed before.
    expect(outcome(await run())).toEqual([0, 1, 1]);
    expect(await readdir(directory)).toEqual(['done']);
    expect(await readdir(join(directory, 'done'))).toEqual(['1.csv', '2.csv', '3.csv']);
    await put('1.csv', csvOfReadings(104, 104));
    expect(outcome(await run({ settings: { after: 'delete' } }))).toEqual([1]);
    expect(await readdir(directory)).toEqual(['done']);
    // Another of the same name, size and time, as a server tells that knows minutes only.
    for (const reading of [105, 106]) {
      await put('5.csv', csvOfReadings(reading, reading));
      await utimes(join(directory, '5.csv'), 1e9, 1e9);
      expect(outcome(await run({ settings: { after: 'delete' } }))).toEqual([1]);
    }
  });

  test('a file that still grows is left until it rests', async () => {
    const path = join(directory, 'growing.csv');
    await put('growing.csv', csvOfReadings(201, 205));
    // Long beside the gaps of a writer on a busy machine.
    const { run } = task({ settleSeconds: 1 });
    let isRunning = true;
    const first = run().finally(() => (isRunning = false));
    for (let n = 10_000; isRunning; n++) {
      await appendFile(path, csvOfReadings(n, n).split('\n')[1] + '\n');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await first).toEqual([]);
    expect(await run()).toMatchObject([{ state: 'loaded' }]);
    // One changed long ago is not waited for: this would take an hour.
    await put('old.csv', csvOfReadings(290, 290));
    await utimes(path, 1e9, 1e9);
    await utimes(join(directory, 'old.csv'), 1e9, 1e9);
    expect(outcome(await run({ settings: { settleSeconds: 3600 } }))).toEqual([0, 1]);
  });

  test('waits for the marker, and for the header, which must be right', async () => {
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
    const { run } = task({ doneMarker: '.ok', header: { ending: '.head' }, after: 'delete' });
    await put('a.csv', csvOfReadings(301, 303));
    expect(await run()).toEqual([]);
    await put('a.csv.ok', '');
    expect(await run()).toEqual([]);
    await put(
      'a.csv.head',
      `记录数：3\n业务日期=20260131\nSHA256 = ${sha256(csvOfReadings(301, 303)).toUpperCase()}\n`,
    );
    expect(await run()).toMatchObject([{ loaded: 3, businessDate: '2026-01-31' }]);
    expect(await readdir(directory)).toEqual([]);

    const wrong = {
      'rows.csv': '{"rows": 4}',
      'hash.csv': `<header><sha256>${sha256('another')}</sha256></header>`,
      'bytes.csv': 'bytes: 1',
      'none.csv': 'hello',
      'bomb.csv': '<!DOCTYPE h [<!ENTITY a "b">]><h><rows>&a;</rows></h>',
    };
    const { run: lenient } = task({ header: { ending: '.head', required: false } });
    for (const [name, header] of Object.entries(wrong)) {
      await put(name, csvOfReadings(311, 313));
      await put(`${name}.head`, header);
    }
    await put('without.csv', csvOfReadings(314, 314));
    const results = await lenient();
    expect(results.map(({ fileName }) => fileName)).toEqual([
      'bomb.csv',
      'bytes.csv',
      'hash.csv',
      'none.csv',
      'rows.csv',
      'without.csv',
    ]);
    expect(outcome(results)).toEqual([
      'xml_entities',
      'header_bytes',
      'header_hash',
      'bad_header_file',
      'header_rows',
      1,
    ]);
    expect(await lenient()).toEqual([]);
    // The sender mends only the header.
    await put(
      'rows.csv.head',
      '{"rows": 3, "sm3": "' + createHash('sm3').update(csvOfReadings(311, 313)).digest('hex') + '"}',
    );
    expect(outcome(await lenient())).toEqual([3]);
    expect(await readingsLoaded(platform, 301, 314)).toBe(7);
  });

  test('names that are no names and files too large are refused by name, and do not hold up the others', async () => {
    await put('a\\..\\b.csv', csvOfReadings(401, 401));
    await put('line\nbreak.csv', csvOfReadings(401, 401));
    await put('large.csv', csvOfReadings(401, 450));
    await put('z.csv', csvOfReadings(402, 402));
    const { run } = task({ maxBytes: 500, after: 'delete' });
    const results = await run();
    expect(results.map(({ fileName }) => fileName)).toEqual([
      'a∕..∕b.csv',
      'large.csv',
      'line�break.csv',
      'z.csv',
    ]);
    expect(outcome(results)).toEqual(['unsafe_name', 'file_too_large', 'unsafe_name', 1]);
    expect(await run()).toEqual([]);
    expect(
      await rowsOf(
        platform,
        "SELECT toString(count()) AS rows FROM raw.utilities__water_reading WHERE `表号` LIKE 'W0000401%'",
      ),
    ).toEqual([{ rows: '0' }]);
    await expect(task({ maxFiles: 1 }).run()).rejects.toMatchObject({ code: 'source_refused' });
    await expect(task({ directory: join(directory, 'gone') }).run()).rejects.toMatchObject({
      code: 'source_unreachable',
    });
    expect(() => task({ directory: 'relative' }).test()).toThrow(/absolute/);
  });
});
