/** Wrong input end to end: files in the inbox of one home, `anju run`, and what a person is told about each. */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import { findDataset } from '../../ingestion/contracts/index.ts';
import { homePaths } from '../../warehouse/home.ts';
import {
  anju,
  anjuSql,
  newHome,
  runAnswer,
  waitingIn,
  type Answer,
  type Home,
  type RunAnswer,
} from '../support/anju.ts';
import { waterCsv } from '../support/deliveries.ts';
import { workbook, zip } from '../support/workbook.ts';

const WATER = 'utilities.water_reading';
const GAS = 'utilities.gas_reading';
const POWER = 'utilities.electricity_reading';
const DOORS = 'access_control.door_event';
const LOW_INCOME = 'civil_affairs.low_income';
const FUND = 'housing_fund.provincial_basic';
const MOVES = 'police.migration';
const HUGE = 2 * 2 ** 30;

const columnsOf = (dataset: string): string[] =>
  findDataset(dataset)?.fields.map(({ source }) => source) ?? [];
/** A row of a data set from the fields that matter, by standard name. */
const rowOf = (dataset: string, values: Record<string, string>): string[] =>
  findDataset(dataset)?.fields.map(({ name }) => values[name] ?? '') ?? [];

const ID_NUMBER = '110101199003074258';
const family = (no: string): string[] =>
  rowOf(LOW_INCOME, { certificate_no: no, head_name: '张三', head_id_number: ID_NUMBER });
const move = (no: string): string => {
  const cells = rowOf(MOVES, { migration_no: no, id_number: ID_NUMBER, person_name: '张三' });
  return `<迁移>${columnsOf(MOVES)
    .map((column, i) => `<${column}>${cells[i] ?? ''}</${column}>`)
    .join('')}</迁移>`;
};
const moves = (body: string, head = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${head}<数据>${body}</数据>`;
const good = waterCsv([
  ['W0000001', '2026-10-01', '10.0', '1.0', '3.00'],
  ['W0000002', '2026-10-01', '20.0', '1.0', '3.00'],
]);

/** Deliveries that cannot be taken, with the rule that says so. */
async function refusedFiles(): Promise<[string, string, string | Buffer, string][]> {
  const whole = await workbook({
    名单: [columnsOf(LOW_INCOME), ...Array.from({ length: 50 }, (_, i) => family(`D${i}`))],
  });
  const bomb = await zip({
    'xl/workbook.xml': '<workbook/>',
    'xl/worksheets/sheet1.xml': Buffer.alloc(64 * 2 ** 20, 0x20),
  });
  return [
    [LOW_INCOME, 'a_truncated_20261002.xlsx', whole.subarray(0, Math.floor(whole.length / 2)), 'bad_zip'],
    [FUND, 'a_bomb_20261002.xlsx', bomb, 'zip_bomb'],
    [
      WATER,
      'a_encoding_20261002.csv',
      Buffer.concat([Buffer.from(good), Buffer.from([0xff, 0xff, 0x0a])]),
      'encoding',
    ],
    [GAS, 'a_missing_20261002.csv', '表号,抄表日期\nG0000001,2026-10-01\n', 'missing_column'],
    [DOORS, 'a_empty_20261002.jsonl', '', 'empty_file'],
    [WATER, 'a_nul_20261002.csv', good.replace('W0000002', 'W\0'), 'nul_byte'],
    [
      WATER,
      'a_mixed_20261002.csv',
      Buffer.concat([iconv.encode(good, 'gb18030'), Buffer.from('W0000003,二零二六年十月,1,1,1\n')]),
      'mixed_encoding',
    ],
    [
      GAS,
      'a_wide_20261002.csv',
      `${Array.from({ length: 10_000 }, (_, i) => `列${i}`).join(',')}\n`,
      'bad_header',
    ],
    [
      MOVES,
      'a_external_20261002.xml',
      moves(move('&x;'), '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
      'xml_entities',
    ],
    [
      MOVES,
      'a_entities_20261002.xml',
      moves(move('&lol;'), '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY lol "&a;&a;&a;&a;&a;&a;&a;&a;">]>'),
      'xml_entities',
    ],
  ];
}

/** Deliveries with something wrong in some rows, or nothing: rows as [dataset, file, content, loaded, quarantined]. */
async function takenFiles(): Promise<[string, string, string | Buffer, number, number][]> {
  const injection = "x'); DROP TABLE raw.utilities__water_reading; --`";
  // A quoted cell of 20 MB over many lines: it costs its own lines, and not the row behind it.
  const line = `${'很长'.repeat(5000)}\n`;
  const lines = Math.ceil((20 * 2 ** 20) / Buffer.byteLength(line));
  const gas = (cells: string): string =>
    `${columnsOf(GAS).join(',')}\n${cells}${rowOf(GAS, { meter_no: 'G0000002', reading_date: '2026-10-01', reading: '5' }).join(',')}\n`;
  const power = [...columnsOf(POWER), '备用列', injection].join(',');
  return [
    [WATER, 'b_gb18030_20261003.csv', iconv.encode(good, 'gb18030'), 2, 0],
    [
      WATER,
      'c_rows_20261004.csv',
      `${good.replaceAll('10-01', '10-02')}W0000003\n,2026-10-02,1,1,1\nW0000005,2026-02-30,1,1,1\n`,
      2,
      3,
    ],
    [
      POWER,
      'b_extra_20261003.csv',
      `${power}\n${[...rowOf(POWER, { meter_no: 'E0000001', reading_date: '2026-10-01', reading: '5' }), 'x', 'y'].join(',')}\n`,
      1,
      0,
    ],
    [
      LOW_INCOME,
      'b_good_20261003.xlsx',
      await workbook({ 名单: [columnsOf(LOW_INCOME), family('D1'), family('D2')] }),
      2,
      0,
    ],
    [GAS, 'b_cell_20261003.csv', gas(`G0000001,"${line.repeat(lines)}",1\n`), 1, lines + 1],
    [MOVES, 'b_good_20261003.xml', moves(move('M1') + move('M2')), 2, 0],
  ];
}

const HUGE_FILE = 'a_oneline_20261002.csv';
let home: Home;
let answer: Answer;
let run: RunAnswer;
let refused: Awaited<ReturnType<typeof refusedFiles>>;
let taken: Awaited<ReturnType<typeof takenFiles>>;
const inbox = (dataset: string, name: string): string =>
  join(homePaths(home.path).inbox, ...dataset.split('.'), name);

beforeAll(async () => {
  home = await newHome();
  [refused, taken] = await Promise.all([refusedFiles(), takenFiles()]);
  for (const [dataset, name, content] of [...refused, ...taken]) {
    await mkdir(dirname(inbox(dataset, name)), { recursive: true });
    await writeFile(inbox(dataset, name), content);
  }
  // Two gigabytes without an end of line. Sparse behind the first 4 MiB, so that the disk need not have them.
  const line = await open(inbox(WATER, HUGE_FILE), 'w');
  await line.write(Buffer.alloc(4 * 2 ** 20, 'a'));
  await line.truncate(HUGE);
  await line.close();
  expect((await stat(inbox(WATER, HUGE_FILE))).size).toBe(HUGE);
  answer = await anju(home.path, [
    'run',
    '--json',
    '--select',
    'std_utilities__water_reading std_police__migration',
  ]);
  run = runAnswer(answer);
});
afterAll(() => home.dispose());

describe('an inbox with every kind of wrong file', () => {
  test('names each refused file with its rule, in the answer and on the terminal', async () => {
    const told = run.datasets.flatMap(({ dataset, refused: files }) =>
      files.map(({ file, rule }) => [dataset, file, rule]),
    );
    const expected = [
      ...refused.map(([dataset, file, , rule]) => [dataset, file, rule]),
      [WATER, HUGE_FILE, 'line_too_long'],
    ];
    expect(told.sort()).toEqual(expected.sort());
    for (const [, file] of expected) expect(answer.stderr).toContain(`${String(file)} refused`);
    for (const { message } of run.datasets.flatMap((one) => one.refused))
      expect(message).toMatch(/^[A-Z].{10,}\.$/s);
    const aside = join(homePaths(home.path).inbox, '.refused');
    const reasons = (await readdir(aside, { recursive: true })).filter((name) =>
      name.endsWith('.reason.json'),
    );
    expect(reasons).toHaveLength(expected.length);
  });

  test('loads the other deliveries of the same run, row by row where only rows are wrong', () => {
    const sums = new Map<string, { loaded: number; quarantined: number }>();
    for (const [dataset, , , loaded, quarantined] of taken) {
      const sum = sums.get(dataset) ?? { loaded: 0, quarantined: 0 };
      sums.set(dataset, { loaded: sum.loaded + loaded, quarantined: sum.quarantined + quarantined });
    }
    const found = run.datasets.filter(({ deliveries }) => deliveries > 0);
    expect(
      Object.fromEntries(found.map(({ dataset, loaded, quarantined }) => [dataset, { loaded, quarantined }])),
    ).toEqual(Object.fromEntries(sums));
    for (const one of run.datasets) expect(one.landed).toBe(one.loaded + one.quarantined + one.deduplicated);
    // A wrong file is its sender's failure, not the run's: the models are built and the exit code is 0.
    expect(run).toMatchObject({ ok: true, models: [{ status: 'built' }, { status: 'built' }] });
  });

  test('quarantined rows are found by file and rule', async () => {
    expect(
      await anjuSql(
        home.path,
        'SELECT dataset, file_name, rule, field, toUInt32(rows) AS n FROM meta.quarantine_count ORDER BY dataset, rule',
      ),
    ).toEqual([
      { dataset: GAS, file_name: 'b_cell_20261003.csv', rule: 'bad_quoting', field: '', n: 2 },
      { dataset: GAS, file_name: 'b_cell_20261003.csv', rule: 'column_count', field: '', n: 699 },
      { dataset: WATER, file_name: 'c_rows_20261004.csv', rule: 'column_count', field: '', n: 1 },
      { dataset: WATER, file_name: 'c_rows_20261004.csv', rule: 'impossible', field: 'reading_date', n: 1 },
      { dataset: WATER, file_name: 'c_rows_20261004.csv', rule: 'required', field: 'meter_no', n: 1 },
    ]);
  });

  test('a column beyond the contract is noted in the delivery’s manifest', async () => {
    const content = taken.find(([dataset]) => dataset === POWER)?.[2] ?? '';
    const sha256 = createHash('sha256').update(content).digest('hex');
    const manifest = join(home.path, 'objects', 'landing', ...POWER.split('.'), sha256, 'manifest.json');
    expect(await readFile(manifest, 'utf8')).toContain('备用列');
  });

  test('nothing is tried again by the next run', async () => {
    const again = runAnswer(
      await anju(home.path, [
        'run',
        '--json',
        '--select',
        'std_utilities__water_reading std_police__migration',
      ]),
    );
    expect(again.datasets).toEqual([]);
    expect(again.models.map(({ status }) => status)).toEqual(['skipped', 'skipped']);
    expect(await waitingIn(home.path)).toEqual([]);
  });
});
