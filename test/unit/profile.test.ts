import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import { creditCheckCharacter, idCheckCharacter } from '../../domain/elements/index.ts';
import { defineHomeDataset } from '../../ingestion/contracts/home.ts';
import { datasets } from '../../ingestion/contracts/index.ts';
import { draftContract, type Profile } from '../../ingestion/profile/index.ts';
import { profileFile } from '../../ingestion/profile/profile.ts';
import { recognise } from '../../ingestion/profile/recognise.ts';
import { type Duck, duckIn } from '../../ingestion/readers/duck.ts';
import { temporaryDirectory } from '../support/platform.ts';
import { readBytes, refusalOf } from '../support/reading.ts';
import { workbook, zip } from '../support/workbook.ts';
import { registry } from '../support/unseen.ts';

let home: string;
let dispose: () => Promise<void>;
let duck: Duck;
beforeAll(async () => {
  ({ path: home, dispose } = await temporaryDirectory());
  duck = duckIn(join(home, 'duckdb'));
});
afterAll(async () => {
  await duck.close();
  await dispose();
});

let files = 0;
async function profiled(name: string, content: string | Uint8Array, entries?: string): Promise<Profile> {
  files += 1;
  const directory = join(home, `work${files}`);
  await mkdir(directory);
  const path = join(home, name);
  await writeFile(path, content);
  return profileFile(path, { duck, directory, datasets, entries });
}
const column = (profile: Profile, source: string) => profile.columns.find((each) => each.source === source);

describe('data elements', () => {
  const idOf = (text: string) => text + idCheckCharacter(text);
  const credit = (text: string) => text + creditCheckCharacter(text);
  const of = (title: string, ...values: string[]) =>
    recognise(
      title,
      values.map((value) => ({ value, count: 1 })),
      undefined,
    );

  test.each([
    ['x', ['11010519491231002X', idOf('44052419800101001')], 'id_number'],
    ['x', [credit('91350211M000100Y4'), credit('91110000100000017')], 'credit_code'],
    ['x', ['13800138000', '139-0013-9000'], 'phone'],
    ['登记时间', ['2024-01-31', '2024/2/1'], 'date'],
    ['x', ['20240131', '20240201'], 'date'],
    ['x', ['2024-01-31 08:00:00', '2024-02-01 09:30'], 'timestamp'],
    ['缴费月份', ['202401', '202402'], 'month'],
    ['x', ['202401', '202402'], 'integer'],
    ['x', ['43010219', '44010219'], 'integer'],
    ['行政区划代码', ['430102', '430103'], 'division_code'],
    ['建筑面积（㎡）', ['60.5', '88'], 'area'],
    ['单价（元/平方米）', ['6000', '8800'], 'money'],
    ['经度', ['112.938814', '112.9821'], 'text'],
    ['工号', ['0071', '0072'], 'identifier'],
    ['是否在册', ['是', '否'], 'boolean_word'],
    ['户主姓名', ['王小明', '李雷'], 'person_name'],
    ['房屋坐落', ['安澜路 1 号', '安澜路 2 号'], 'address'],
  ])('%s %j is %s', (title, values, element) => {
    expect(of(title, ...values).element).toBe(element);
  });

  test('the unit stands in the title', () => {
    expect(of('总价（万元）', '120', '98.5')).toMatchObject({ element: 'money', unit: 'wan_yuan' });
    expect(of('租金(元)', '120', '98.5')).toMatchObject({ element: 'money', unit: 'yuan' });
  });
  test('a code list is known by its words', () => {
    expect(of('x', '男', '女', '男性')).toMatchObject({ element: 'code', codes: 'sex', passing: 1 });
  });
  test('names of people are seen without a title that says so', () => {
    expect(of('栏三', '王小明', '李雷', '张伟', '刘洋', '陈静', '赵敏').element).toBe('person_name');
    expect(of('栏三', '王家村', '李家村', '张家村', '刘家村', '陈家村', '赵家村').element).toBe('text');
  });
});

describe('a profile', () => {
  test('of a registry nobody has seen: form, elements, keys, nothing personal in the open', async () => {
    const profile = await profiled('parking.txt', iconv.encode(registry(400), 'gb18030'));
    expect(profile).toMatchObject({
      encoding: 'gb18030',
      delivery: { shape: 'csv', delimiter: '|', headerRows: 1 },
      rows: 400,
      unreadable: 1,
    });
    expect(profile.keys[0]).toEqual({ columns: ['车位号'], share: 1 });
    expect(Object.fromEntries(profile.columns.map(({ source, element }) => [source, element]))).toMatchObject(
      {
        车位号: 'identifier',
        车主: 'person_name',
        车主证件: 'id_number',
        车主电话: 'phone',
        月租金: 'money',
        '售价(万元)': 'money',
        起租日期: 'date',
        '车位面积(平方米)': 'area',
        备注: 'text',
      },
    );
    expect(column(profile, '备注')).toMatchObject({ nulls: expect.closeTo(0.75, 1), distinct: 1 });
    const shown = JSON.stringify(
      profile.columns.map(({ examples, least, greatest }) => [examples, least, greatest]),
    );
    expect(shown).not.toMatch(/[0-9]{17}[0-9X]|1[3-9][0-9]{9}/);
    expect(column(profile, '车主')?.examples.every((name) => name.includes('*'))).toBe(true);
  });

  test('gives a draft contract that holds', async () => {
    const profile = await profiled('parking2.txt', registry(50));
    const contract = defineHomeDataset(draftContract(profile, { source: 'parking', dataset: 'space' }));
    expect(contract).toMatchObject({
      state: 'draft',
      owner: '待填写',
      legalBasis: '待填写',
      level: 4,
      load: { strategy: 'incremental' },
      key: [column(profile, '车位号')?.name],
    });
  });

  test('of shapes whose values carry their names', async () => {
    const xml =
      '<r><meta><v>1</v></meta>' + '<买卖><编号>A1</编号><总价元>5</总价元></买卖>'.repeat(3) + '</r>';
    expect(await profiled('sales.xml', xml)).toMatchObject({
      delivery: { shape: 'xml', record: '买卖' },
      rows: 3,
      columns: [{ source: '编号' }, { source: '总价元', element: 'money' }],
    });
    expect(await profiled('a.jsonl', '{"no":"A1","面积":5.5}\n{"no":"A2","late":true}\n')).toMatchObject({
      delivery: { shape: 'jsonl' },
      columns: [{ source: 'no', name: 'no' }, { source: '面积' }, { source: 'late' }],
    });
  });

  test('of a JSON array, and of Parquet', async () => {
    expect(await profiled('a.json', '[{"no":"A1","月租金":5.5},{"no":"A2","late":true}]')).toMatchObject({
      delivery: { shape: 'json', path: [] },
      rows: 2,
      columns: [{ source: 'no' }, { source: '月租金', element: 'money' }, { source: 'late' }],
    });
    const path = join(home, 'made.parquet');
    await duck.run(`COPY (SELECT range AS no, 'A' AS name FROM range(3)) TO '${path}' (FORMAT parquet)`);
    expect(await profiled('b.parquet', await readFile(path))).toMatchObject({
      delivery: { shape: 'parquet' },
      rows: 3,
      columns: [{ source: 'no' }, { source: 'name' }],
    });
  });

  test('of nested JSON: the longest array of objects, what is nested named by its path', async () => {
    const text = JSON.stringify({
      meta: { units: [{ code: 'm2' }], title: 'a "quoted" {text}' },
      data: {
        estates: [
          { name: { zh: '安居苑', 'zh-Hant': '安居苑' }, flats: 5, blocks: ['甲', '乙'] },
          { name: { zh: '和园', 'zh-Hant': '和園' }, flats: 7, blocks: [] },
        ],
      },
    });
    const estates = await profiled('estates.json', text);
    expect(estates).toMatchObject({
      delivery: { shape: 'json', path: ['data', 'estates'], nested: 'columns' },
      rows: 2,
      unreadable: 0,
      columns: [{ source: 'name.zh' }, { source: 'name.zh-Hant' }, { source: 'flats' }, { source: 'blocks' }],
    });
    expect(column(estates, 'blocks')?.examples).toContain('["甲","乙"]');
    expect(await profiled('lines.jsonl', '{"a":{"b":[{"c":1}]}}\n{"a":{"b":[]}}\n')).toMatchObject({
      delivery: { shape: 'jsonl', nested: 'columns' },
      columns: [{ source: 'a.b' }],
    });
    expect(await refusalOf(profiled('none.json', '{\n"a": [1, 2]\n}'))).toMatchObject({
      rule: 'unknown_shape',
    });
  });

  test('of an archive: its only file, files alike but for their digits, those asked for', async () => {
    const month = (n: number) => `表号;读数\nM${n};1\nM${n + 1};2\n`;
    const one = await profiled(
      'one.zip',
      await zip({ 'readings.csv': month(1), '__MACOSX/._readings.csv': '' }),
    );
    expect(one).toMatchObject({
      delivery: { shape: 'zip', entries: '*.csv', of: { shape: 'csv', delimiter: ';' } },
      rows: 2,
    });
    const many = { '2026-01/m_01.csv': month(1), '2026-02/m_02.csv': month(3), 'readme.txt': 'about' };
    expect(await profiled('many.zip', await zip(many))).toMatchObject({
      delivery: { shape: 'zip', entries: '*/m_*.csv' },
      rows: 4,
      notes: expect.arrayContaining([expect.stringContaining('readme.txt')]),
    });
    expect(await profiled('asked.zip', await zip(many), '*_02.csv')).toMatchObject({ rows: 2 });
    expect(await refusalOf(profiled('none.zip', await zip(many), '*.xml'))).toMatchObject({
      rule: 'missing_entry',
    });
  });

  test('of lines of fixed places, in bytes of GB18030, with header information above', async () => {
    const rows = [
      ['H001', '平安里', ' 450.50'],
      ['H002', '和', '1200.00'],
      ['H003', '安居苑', '  88.00'],
      ['H004', '南门', ' 300.25'],
    ];
    const padded = (text: string, bytes: number) =>
      text + ' '.repeat(bytes - iconv.encode(text, 'gb18030').length);
    const lines = rows.map(([no = '', name = '', rent = '']) => `${no}  ${padded(name, 10)}${rent}`);
    const text = `报送单位：房管局|记录数：4|月租金合计：2038.75\n编号 小区 月租金\n${lines.join('\n')}\n`;
    const fixed = await profiled('rent.dat', iconv.encode(text, 'gb18030'));
    expect(fixed).toMatchObject({
      delivery: {
        shape: 'fixed',
        encoding: 'gb18030',
        unit: 'bytes',
        columns: [
          { source: '编号', start: 1, length: 6 },
          { source: '小区', start: 7, length: 6 },
          { source: '月租金', start: 13, length: 11 },
        ],
        head: { lines: 2, rows: '记录数', sender: '报送单位', totals: { 月租金: '月租金合计' } },
      },
      rows: 4,
      unreadable: 0,
    });
    expect(column(fixed, '月租金')).toMatchObject({ element: 'money', least: '88', greatest: '1200' });
    expect(await profiled('headed.csv', '记录数=2\n编号,面积\nA1,5.5\nA2,6.5\n')).toMatchObject({
      delivery: { shape: 'csv', headerRows: 1, head: { lines: 1, rows: '记录数' } },
      rows: 2,
    });
  });

  test('of a workbook: the sheet with the table, the others named', async () => {
    const cover = [['填表说明'], ['一、本表由各区住建局填报。']];
    const table = (from: number) => [
      ['编号', '面积'],
      ...Array.from({ length: 30 }, (_, i) => [`H${from + i}`, `${50 + i}.5`]),
    ];
    const one = await profiled('cover.xlsx', await workbook({ 说明: cover, 房源: table(1) }));
    expect(one).toMatchObject({ rows: 30, delivery: { shape: 'xlsx', sheet: '房源' } });
    expect(one.notes.join(' ')).toMatch(/the table is in “房源”.*Left out: “说明”/);
    const months = await profiled(
      'months.xlsx',
      await workbook({ 说明: cover, 一月: table(1), 二月: table(31) }),
    );
    expect(months).toMatchObject({ rows: 60, delivery: { sheet: '*月' } });
    expect(months.keys[0]).toEqual({ columns: ['编号'], share: 1 });
    const twins = await profiled('twins.xlsx', await workbook({ 公租房: table(1), 保租房: table(31) }));
    expect(twins.notes.join(' ')).toMatch(/the same header/);
    const only = await profiled('only.xlsx', await workbook({ Sheet1: table(1), Sheet2: [] }));
    expect(only.delivery).not.toHaveProperty('sheet');
  });

  const tenants = (rows: number) =>
    Array.from({ length: rows }, (_, i) => [
      `T${i + 1}`,
      `张${i}`,
      `${30 + i}.5`,
      `${600 + i}.00`,
      `${500 + i}.00`,
    ]);
  const titles = [['2026年公租房承租人台账'], ['填报单位：某区住建局', '', '', '单位：元']];
  const merged = [
    ['编号', '承租人', '面积', '租金', ''],
    ['', '', '', '应收', '实收'],
  ];
  const under = [
    ['合 计', '', '1000', '18000.00', '15000.00'],
    ['制表人：李四', '', '审核人：王五'],
  ];
  const names = ['编号', '承租人', '面积', '租金.应收', '租金.实收'];

  test('of a workbook with titles, a merged header and lines under the table', async () => {
    const profile = await profiled(
      'titled.xlsx',
      await workbook({ Sheet1: [...titles, ...merged, ...tenants(30), ...under] }),
    );
    expect(profile).toMatchObject({
      rows: 32,
      unreadable: 2,
      delivery: { shape: 'xlsx', skip: 2, headerRows: 2, headerNames: 'joined', footer: expect.any(Array) },
    });
    expect(profile.columns.map(({ source }) => source)).toEqual(names);
    expect(profile.notes.join(' ')).toMatch(/2 lines stand above.*the unit is 元.*2 lines under the table/);
    expect(profile.keys[0]).toEqual({ columns: ['编号'], share: 1 });
    const plain = await profiled('plain.xlsx', await workbook({ Sheet1: [names, ...tenants(30)] }));
    expect(plain.delivery).toEqual({ shape: 'xlsx' });
  });

  test.each([
    [
      'padded, as spreadsheets write it',
      (cells: string[]) => cells.join(',').padEnd(cells.join(',').length + 5 - cells.length, ','),
    ],
    [
      'ragged, with a blank line',
      (cells: string[]) => (cells.length === 1 ? `${cells.join('')}\n` : cells.join(',')),
    ],
  ])('of a CSV with titles, a merged header and lines under the table (%s)', async (_, line) => {
    const lines = [...titles, ...merged, ...tenants(30), ...under].map(line);
    const profile = await profiled('titled.csv', iconv.encode(`${lines.join('\r\n')}\r\n`, 'gb18030'));
    expect(profile).toMatchObject({
      rows: 32,
      unreadable: 2,
      delivery: { headerRows: 2, headerNames: 'joined', footer: expect.any(Array) },
    });
    expect(profile.columns.map(({ source }) => source)).toEqual(names);
    expect(profile.notes.join(' ')).toMatch(/stand above.*2 lines under the table/);
  });

  test('of titles that say how many rows follow', async () => {
    const lines = [
      ['台账'],
      ['报送单位：某局,记录数：30'],
      names,
      ...tenants(30),
      ['合计', '', '', '1', '1'],
    ];
    const profile = await profiled('declared.csv', lines.map((cells) => cells.join(',')).join('\n'));
    expect(profile.delivery).toMatchObject({ head: { lines: 2, rows: '记录数', sender: '报送单位' } });
    expect(profile).toMatchObject({ rows: 31, unreadable: 1 });
  });

  test('of UTF-16, and of delimiters of several characters: the draft says what the file is', async () => {
    for (const encoding of ['utf-16le', 'utf-16be'] as const) {
      const bytes = iconv.encode(registry(50), encoding, { addBOM: true });
      const profile = await profiled(`${encoding}.txt`, bytes);
      expect(profile).toMatchObject({ rows: 50, delivery: { shape: 'txt', encoding, delimiter: '|' } });
      const contract = defineHomeDataset(draftContract(profile, { source: 'parking', dataset: 'space' }));
      expect((await readBytes(contract, bytes)).notes).toEqual([]);
    }
    const long = await profiled('long.txt', registry(50).replaceAll('|', '|@|'));
    expect(long).toMatchObject({
      ...{ rows: 50, unreadable: 1 },
      delivery: { shape: 'txt', encoding: 'utf-8', delimiter: '|@|', quoted: false },
    });
    expect(long.columns).toHaveLength(9);
  });

  test('of days in other calendars', async () => {
    const sales = await profiled(
      'sales.xml',
      `<lvr>${['1101009', '0650209', '981231'].map((day, i) => `<買賣><編號>A${i}</編號><交易年月日>${day}</交易年月日></買賣>`).join('')}</lvr>`,
    );
    expect(column(sales, '交易年月日')).toMatchObject({ element: 'date', calendar: 'roc', passing: 1 });
    const meters = await profiled('m.csv', 'no;at\nA1;01/03/2016 00:28\nA2;31/12/2016 23:59\n');
    expect(column(meters, 'at')).toMatchObject({ element: 'timestamp', calendar: 'day_first' });
    expect(
      column(await profiled('n.csv', 'no,number\nA1,1101009\nA2,1101010\n'), 'number'),
    ).not.toHaveProperty('calendar');
  });

  test('tells columns of one name apart, and columns without', async () => {
    const profile = await profiled('twice.csv', '编号,金额,金额,\n1,5,6,x\n2,7,8,y\n');
    expect(profile.columns.map(({ source }) => source)).toEqual(['编号', '金额', '金额 (2)', 'column 4']);
  });

  describe('a draft’s key drops no row that says something', () => {
    const drafted = async (name: string, header: string, rows: string[]) =>
      draftContract(await profiled(name, [header, ...rows].join('\n')), { source: 'a', dataset: 'b' });

    test('nothing tells rows apart: none', async () => {
      const repeats = Array.from({ length: 100 }, (_, i) => `${i % 2},${i % 3}`);
      expect(await drafted('same.csv', '甲,乙', repeats)).toMatchObject({
        key: [],
        load: { strategy: 'append' },
      });
    });
    const numbered = Array.from({ length: 99 }, (_, i) => `N${i},${i % 7}`);
    test('a row sent twice: the number that tells the others apart', async () => {
      expect(await drafted('twice-sent.csv', 'no,x', [...numbered, 'N7,0'])).toMatchObject({ key: ['no'] });
    });
    test('a number used twice for two things: none', async () => {
      expect(await drafted('two-of-one.csv', 'no,金额', [...numbered, 'N7,5.00'])).toMatchObject({ key: [] });
    });
    test('three columns together', async () => {
      const rows = Array.from(
        { length: 216 },
        (_, i) => `a${i % 6},b${Math.floor(i / 6) % 6},c${Math.floor(i / 36)}`,
      );
      expect(await drafted('three.csv', 'x,y,z', rows)).toMatchObject({
        key: ['x', 'y', 'z'],
        load: { strategy: 'incremental' },
      });
    });
  });

  test('refuses what no reader reads', async () => {
    expect(await refusalOf(profiled('empty.csv', ''))).toMatchObject({ rule: 'empty_file' });
    expect(await refusalOf(profiled('nul.csv', 'a,b\n\0,1\n'))).toMatchObject({ rule: 'nul_byte' });
    const legacy = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(4096)]);
    expect(await refusalOf(profiled('old.xls', legacy))).toMatchObject({ rule: 'legacy_workbook' });
  });
});
