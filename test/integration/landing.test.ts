import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { businessDateOf, landFile, landInbox } from '../../ingestion/landing/index.ts';
import { homePaths } from '../../warehouse/home.ts';
import { csvOf, putInInbox, rowsOf, waterCsv } from '../support/deliveries.ts';
import { temporaryDirectory, testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(async () => {
  await platform.close();
});

const WATER = 'utilities.water_reading';
const inboxOf = (dataset: string): string =>
  join(homePaths(platform.config.home).inbox, ...dataset.split('.'));

describe('facts (append)', () => {
  const raw =
    'SELECT `表号` AS meter, `读数` AS reading, _op FROM raw.utilities__water_reading ORDER BY _batch_id, _row_no';

  test('good rows are loaded, bad ones quarantined, repeats counted, and the numbers add up', async () => {
    const file = waterCsv([
      ['W0000001', '2026-01-01', '10.0', '1.0', '3.00'],
      ['W0000002', '2026-01-01', '20.0', '1.0', '3.00'],
      ['W0000002', '2026-01-01', '20.0', '1.0', '3.00'],
      ['', '2026-02-30', '30.0', '1.0', '3.00'],
      ['W0000004', '2026-02-30', '40.0', 'much', '3.00'],
      ['W0000005', '2026-01-01', '50.0', 'much', '3.00'],
      ['W0000006', '2026-01-01'],
    ]);
    await putInInbox(platform, WATER, 'water_20260102.csv', file);
    await putInInbox(platform, WATER, '.hidden.csv', file);
    await putInInbox(platform, WATER, 'water_20260103.csv.part', file);
    const accounts = await landInbox(platform);
    expect(accounts).toEqual([
      {
        dataset: WATER,
        deliveries: 1,
        refused: 0,
        landed: 7,
        loaded: 3,
        quarantined: 3,
        deduplicated: 1,
        deleted: 0,
      },
    ]);
    expect(
      await rowsOf(
        platform,
        'SELECT `表号` AS meter, toString(_row_no) AS row_no, _op, _defects, toString(_business_date) AS day FROM raw.utilities__water_reading ORDER BY _row_no',
      ),
    ).toEqual([
      { meter: 'W0000001', row_no: '1', _op: 'Insert', _defects: [], day: '2026-01-02' },
      { meter: 'W0000002', row_no: '2', _op: 'Insert', _defects: [], day: '2026-01-02' },
      { meter: 'W0000005', row_no: '6', _op: 'Insert', _defects: ['usage:format'], day: '2026-01-02' },
    ]);
    expect(
      await rowsOf(
        platform,
        'SELECT toString(row_no) AS row_no, rule, field, value, message, row_text FROM meta.quarantine ORDER BY row_no',
      ),
    ).toEqual([
      {
        row_no: '4',
        rule: 'required',
        field: 'meter_no',
        value: '',
        message: expect.stringMatching(/^表号 is missing; 抄表日期 /),
        row_text: '{"表号":"","抄表日期":"2026-02-30","读数":"30.0","用量":"1.0","水费金额":"3.00"}',
      },
      {
        row_no: '5',
        rule: 'impossible',
        field: 'reading_date',
        value: '2026-02-30',
        message: expect.any(String),
        row_text: expect.any(String),
      },
      {
        row_no: '7',
        rule: 'column_count',
        field: '',
        value: '',
        message: 'The row has 2 columns, the header 5.',
        row_text: 'W0000006,2026-01-01',
      },
    ]);
    expect(await readdir(inboxOf(WATER))).toEqual(['.hidden.csv', 'water_20260103.csv.part']);
  });

  test('the same bytes again are a repeat, known rows repeats, another row under a known key a correction', async () => {
    const before = await rowsOf(platform, raw);
    await putInInbox(
      platform,
      WATER,
      'water_20260105.csv',
      waterCsv([
        ['W0000001', '2026-01-01', '10.0', '1.0', '3.00'],
        ['W0000001', '2026-01-01', '11.0', '1.0', '3.00'],
        ['w0000009', '2026-01-01', '90.0', '1.0', '3.00'],
      ]),
    );
    expect(await landInbox(platform)).toMatchObject([{ landed: 3, loaded: 2, deduplicated: 1 }]);
    expect(await rowsOf(platform, raw)).toEqual([
      ...before,
      { meter: 'W0000001', reading: '11.0', _op: 'Update' },
      { meter: 'w0000009', reading: '90.0', _op: 'Insert' },
    ]);
    const again = await putInInbox(
      platform,
      WATER,
      'water_20260106.csv',
      waterCsv([
        ['W0000001', '2026-01-01', '10.0', '1.0', '3.00'],
        ['W0000001', '2026-01-01', '11.0', '1.0', '3.00'],
        ['w0000009', '2026-01-01', '90.0', '1.0', '3.00'],
      ]),
    );
    expect(await landFile(platform, { path: again, dataset: WATER })).toMatchObject({
      state: 'repeat',
      landed: 3,
      deduplicated: 3,
      loaded: 0,
    });
    // The key is compared as its element reads it: full width and lower case are the same meter.
    const wide = await putInInbox(
      platform,
      WATER,
      'water_20260107.csv',
      waterCsv([['Ｗ０００0009', '2026/1/1', '90.0', '1.0', '3.00']]),
    );
    expect(await landFile(platform, { path: wide, dataset: WATER })).toMatchObject({
      state: 'loaded',
      loaded: 1,
    });
    expect((await rowsOf(platform, raw)).at(-1)).toMatchObject({ _op: 'Update' });
  });
});

describe('changes (incremental)', () => {
  const MEMBER = 'operations.household_member';
  const members = (names: string[]): string =>
    csvOf(
      MEMBER,
      names.map((person_name) => ({
        member_no: 'M1',
        application_no: 'A1',
        id_number: '110101199003074258',
        person_name,
      })),
    );

  test('each row is compared with the version before it: changed and changed back are three versions', async () => {
    await putInInbox(platform, MEMBER, 'm_20260101.csv', members(['张三', '张三', '李四', '张三']));
    expect(await landInbox(platform)).toMatchObject([
      { landed: 4, loaded: 3, deduplicated: 1, quarantined: 0 },
    ]);
    await putInInbox(platform, MEMBER, 'm_20260102.csv', members(['张三', '王五']));
    expect(await landInbox(platform)).toMatchObject([{ landed: 2, loaded: 1, deduplicated: 1 }]);
    expect(
      await rowsOf(platform, 'SELECT _op FROM raw.operations__household_member ORDER BY _batch_id, _row_no'),
    ).toEqual(['Insert', 'Update', 'Update', 'Update'].map((_op) => ({ _op })));
  });
});

describe('whole tables (full)', () => {
  const PROJECT = 'operations.project';
  const rows = (list: [string, string][]): string =>
    csvOf(
      PROJECT,
      list.map(([project_no, project_name]) => ({ project_no, project_name })),
    );
  const state =
    'SELECT `项目编号` AS no, _op, toString(_row_no) AS row FROM raw.operations__project ORDER BY _batch_id, _row_no, no';

  test('the difference is loaded; a second row of a key is quarantined; a rejected row is not gone', async () => {
    await putInInbox(
      platform,
      PROJECT,
      'p_20260101.csv',
      rows([
        ['P1', 'one'],
        ['P2', 'two'],
        ['P3', 'three'],
        ['P4', 'four'],
      ]),
    );
    expect(await landInbox(platform)).toMatchObject([{ landed: 4, loaded: 4 }]);
    // P1 changed, P2 the same twice, P3 rejected for want of a name, P4 gone, P5 new, and new again with another name.
    await putInInbox(
      platform,
      PROJECT,
      'p_20260102.csv',
      rows([
        ['P1', 'uno'],
        ['P2', 'two'],
        ['P2', 'two'],
        ['P3', ''],
        ['P5', 'five'],
        ['P5', 'cinco'],
      ]),
    );
    expect(await landInbox(platform)).toMatchObject([
      { landed: 6, loaded: 2, quarantined: 2, deduplicated: 2, deleted: 1 },
    ]);
    expect((await rowsOf(platform, state)).slice(4)).toEqual([
      { no: 'P4', _op: 'Delete', row: '0' },
      { no: 'P1', _op: 'Update', row: '1' },
      { no: 'P5', _op: 'Insert', row: '5' },
    ]);
    expect(
      await rowsOf(
        platform,
        "SELECT rule, value FROM meta.quarantine WHERE dataset = 'operations.project' ORDER BY row_no",
      ),
    ).toEqual([
      { rule: 'required', value: '' },
      { rule: 'duplicate_key', value: 'P5' },
    ]);
  });

  test('a row nobody can read is not gone either; what comes back is inserted; an older table takes its place', async () => {
    const broken = `${rows([
      ['P1', 'uno'],
      ['P4', 'four'],
      ['P5', 'five'],
    ])}P2,"tw"o\n`;
    await putInInbox(platform, PROJECT, 'p_20260103.csv', broken);
    expect(await landInbox(platform)).toMatchObject([
      { landed: 4, loaded: 1, quarantined: 1, deduplicated: 2, deleted: 1 },
    ]);
    expect((await rowsOf(platform, state)).slice(-2)).toEqual([
      { no: 'P3', _op: 'Delete', row: '0' },
      { no: 'P4', _op: 'Insert', row: '2' },
    ]);
    const late = await putInInbox(platform, PROJECT, 'p_20251231.csv', rows([['P9', 'nine']]));
    expect(await landFile(platform, { path: late, dataset: PROJECT })).toMatchObject({
      landed: 1,
      loaded: 1,
      deleted: 0,
    });
    // The later tables landed again behind it: what it alone had is gone the day after, and what they say still holds. Each of them
    // was received before the late one and says itself that it lacks P9, so that what was known when does not hang on who came first.
    expect(
      await rowsOf(
        platform,
        "SELECT _op, toString(_business_date) AS day FROM raw.operations__project WHERE `项目编号` = 'P9' ORDER BY day",
      ),
    ).toEqual([
      { _op: 'Insert', day: '2025-12-31' },
      { _op: 'Delete', day: '2026-01-01' },
      { _op: 'Delete', day: '2026-01-02' },
      { _op: 'Delete', day: '2026-01-03' },
    ]);
    expect(
      await rowsOf(
        platform,
        `SELECT toString(count()) AS n FROM meta.batch FINAL WHERE dataset = '${PROJECT}'`,
      ),
    ).toEqual([{ n: '4' }]);
  });
});

/** Bytes this process has asked the system for. */
const bytesRead = async (): Promise<number> =>
  Number(/^rchar: (\d+)/.exec(await readFile('/proc/self/io', 'utf8'))?.[1]);

describe('files that cannot be taken', () => {
  test('each is refused by name and set aside; the others land', async () => {
    const header = '表号,抄表日期,读数,用量,水费金额\n';
    const files: [string, string | Uint8Array, string][] = [
      ['1_empty.csv', '', 'empty_file'],
      ['2_missing.csv', '表号,抄表日期\nW0000001,2026-01-01\n', 'missing_column'],
      ['3_bytes.csv', Buffer.concat([Buffer.from(header), Buffer.from([0xff, 0xff, 0x0a])]), 'encoding'],
      ['4_null.csv', `${header}\0`, 'nul_byte'],
    ];
    for (const [name, content] of files) await putInInbox(platform, WATER, name, content);
    await putInInbox(
      platform,
      WATER,
      '9_good_20260301.csv',
      waterCsv([['W0000001', '2026-03-01', '1', '1', '1']]),
    );
    const refusals: unknown[] = [];
    const [account] = await landInbox(platform, {
      onProgress: ({ result }) => {
        if (result.state === 'refused') refusals.push([result.fileName, result.refusal.where['rule']]);
      },
    });
    expect(refusals).toEqual(files.map(([name, , rule]) => [name, rule]));
    expect(account).toMatchObject({ deliveries: 1, refused: 4, landed: 1, loaded: 1 });
    const aside = join(homePaths(platform.config.home).inbox, '.refused', 'utilities', 'water_reading');
    const names = (await readdir(aside, { recursive: true })).filter((name) => name.endsWith('.reason.json'));
    expect(names).toHaveLength(4);
    expect(JSON.parse(await readFile(join(aside, names[0] ?? ''), 'utf8'))).toHaveProperty('where.rule');
  });

  test('two gigabytes in one line are refused without reading them', async () => {
    const path = join(inboxOf(WATER), 'line_20260401.csv');
    await mkdir(dirname(path), { recursive: true });
    const file = createWriteStream(path);
    await new Promise((resolve) => file.end(Buffer.alloc(4 * 2 ** 20, 'a'), () => resolve(undefined)));
    await truncate(path, 2 * 2 ** 30);
    expect((await stat(path)).size).toBe(2 * 2 ** 30);
    const before = await bytesRead();
    const result = await landFile(platform, { path, dataset: WATER });
    expect(result).toMatchObject({ state: 'refused', refusal: { where: { rule: 'line_too_long' } } });
    expect((await bytesRead()) - before).toBeLessThan(2 ** 30);
  });

  test('a directory or a link is no delivery', async () => {
    const directory = await temporaryDirectory();
    expect(await landFile(platform, { path: directory.path, dataset: WATER })).toMatchObject({
      refusal: { where: { rule: 'not_a_file' } },
    });
    await directory.dispose();
  });
});

test('every batch adds up, in the ledger and in the warehouse alike', async () => {
  const wrong = await rowsOf(
    platform,
    'SELECT batch_id FROM meta.batch FINAL WHERE landed != loaded + quarantined + deduplicated',
  );
  expect(wrong).toEqual([]);
  const sums = await rowsOf(
    platform,
    'SELECT toString(sum(landed)) AS landed, toString(sum(quarantined)) AS bad FROM meta.batch FINAL',
  );
  const ledger = await platform.store.db
    .selectFrom('batch')
    .select((e) => [e.fn.sum<string>('landed').as('landed'), e.fn.sum<string>('quarantined').as('bad')])
    .executeTakeFirstOrThrow();
  expect(sums).toEqual([ledger]);
  expect(await rowsOf(platform, 'SELECT toString(count()) AS bad FROM meta.quarantine')).toEqual([
    { bad: ledger.bad },
  ]);
  expect(await rowsOf(platform, "SELECT name FROM system.tables WHERE database = 'raw_stage'")).toEqual([]);
});

test('the business date comes from the file name, else it is today where the agencies are', () => {
  const now = new Date('2026-11-20T17:00:00Z');
  expect(
    ['a_20260131.csv', '2026-01-31.csv', 'a_20261331.csv', 'a_120260131.csv', 'a.csv'].map((name) =>
      businessDateOf(name, now),
    ),
  ).toEqual(['2026-01-31', '2026-01-31', '2026-11-21', '2026-11-21', '2026-11-21']);
});
