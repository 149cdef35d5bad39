import { describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import { parseJsonLine } from '../../ingestion/readers/json-line.ts';
import { dateText, isDateFormat, numberText } from '../../ingestion/readers/xlsx-cells.ts';
import { peopleDataset, readBytes, refusalOf } from '../support/reading.ts';
import { workbook, zip } from '../support/workbook.ts';

describe('workbooks', () => {
  const xlsx = peopleDataset({ shape: 'xlsx', sheet: '人员' });
  const header = ['编号', '姓名', '备注'];

  test('shared and inline text, numbers, dates by their style, formulas, blank rows, sheets by name', async () => {
    const file = await workbook(
      {
        说明: [['nothing here']],
        人员: [
          header,
          [
            { type: 'n', value: '1' },
            { type: 's', value: '0' },
            { type: 'n', value: '45292', style: 1 },
          ],
          [],
          [{ type: 'str', value: 'A2' }, '李四', { type: 'n', value: '45292.5', style: 2 }],
          [{ type: 'n', value: '1.1000000000000001' }, null, { type: 'b', value: '1' }],
        ],
      },
      { sharedStrings: ['张三'] },
    );
    expect((await readBytes(xlsx, file)).rows).toEqual([
      { _row_no: 1, 编号: '1', 姓名: '张三', 备注: '2024-01-01' },
      { _row_no: 2, 编号: 'A2', 姓名: '李四', 备注: '2024-01-01 12:00:00' },
      { _row_no: 3, 编号: '1.1', 姓名: '', 备注: 'TRUE' },
    ]);
  });

  test('a value beyond the header makes its row unreadable', async () => {
    const read = await readBytes(
      xlsx,
      await workbook({ 人员: [header, ['1', '张三', 'x', 'stray'], ['2', '李四', 'y']] }),
    );
    expect(read.unreadable).toMatchObject([{ _row_no: 1, rule: 'column_count' }]);
    expect(read.rows).toMatchObject([{ _row_no: 2 }]);
  });

  describe('no sheet is left out without a word', () => {
    const any = peopleDataset({ shape: 'xlsx' });
    const one = ['1', '张三', 'x'];
    const two = ['2', '李四', 'y'];
    const names = (rows: Record<string, unknown>[]) => rows.map((row) => [row['_row_no'], row['姓名']]);

    test('without a name the one whose header is the contract’s is read, the others are noted', async () => {
      const read = await readBytes(
        any,
        await workbook({
          说明: [['填表说明'], ['一、……']],
          空: [],
          数据: [header, one, two],
          字典: [['代码', '名称']],
        }),
      );
      expect(names(read.rows)).toEqual([
        [1, '张三'],
        [2, '李四'],
      ]);
      expect(read.notes).toEqual([
        'The workbook’s sheet “说明” was left out.',
        'The workbook’s sheet “字典” was left out.',
      ]);
    });
    test('two tables of the same header are refused, and read when the contract has a pattern', async () => {
      const file = await workbook({
        一月: [header, one, one],
        二月: [
          ['姓名', '编号'],
          ['李四', '2'],
        ],
        目录: [['x']],
      });
      expect(await refusalOf(readBytes(any, file))).toMatchObject({ rule: 'ambiguous_sheet' });
      const read = await readBytes(peopleDataset({ shape: 'xlsx', sheet: '*月' }), file);
      expect(read.rows).toEqual([
        { _row_no: 1, 编号: '1', 姓名: '张三', 备注: 'x' },
        { _row_no: 2, 编号: '1', 姓名: '张三', 备注: 'x' },
        { _row_no: 3, 编号: '2', 姓名: '李四', 备注: '' },
      ]);
      expect(read.notes).toContain('The workbook’s sheet “目录” was left out.');
    });
    test('a template without rows stands in nobody’s way', async () => {
      const read = await readBytes(any, await workbook({ 模板: [header], 数据: [header, one] }));
      expect(names(read.rows)).toEqual([[1, '张三']]);
      expect(read.notes).toEqual(['The workbook’s sheet “模板” was left out.']);
    });
  });

  test('titles above, a header of merged cells, lines under the table', async () => {
    const dataset = peopleDataset({
      ...{ shape: 'xlsx', skip: 2, headerRows: 2, headerNames: 'joined', footer: ['合计', '制表人'] },
    });
    const file = await workbook({
      台账: [
        ['2026年人员台账'],
        [],
        [null, null, '单位：人'],
        ['编号', '姓名', null],
        [null, null, '备注'],
        ['1', '张三', 'x'],
        ['合 计', '1'],
        ['2', '合计员', 'y'],
        ['制表人：李四', '', '', '2026-11-30'],
      ],
    });
    const read = await readBytes(dataset, file);
    expect(read.rows).toEqual([
      { _row_no: 1, 编号: '1', 姓名: '张三', 备注: 'x' },
      { _row_no: 3, 编号: '2', 姓名: '合计员', 备注: 'y' },
    ]);
    expect(read.unreadable).toMatchObject([
      { _row_no: 2, rule: 'footer_line' },
      { _row_no: 4, rule: 'footer_line' },
    ]);
    expect(await refusalOf(readBytes(dataset, await workbook({ 台账: [['编号', '姓名']] })))).toMatchObject({
      rule: 'empty_file',
    });
  });

  test('hostile and broken workbooks are refused by name', async () => {
    const good = await workbook({ 人员: [header, ['1', '张三', 'x']] });
    const refused = async (content: Buffer): Promise<unknown> =>
      (await refusalOf(readBytes(xlsx, content))).rule;
    expect(await refused(good.subarray(0, good.length - 40))).toBe('bad_zip');
    expect(await refused(Buffer.from('not a workbook'))).toBe('bad_zip');
    const legacy = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(4096)]);
    expect(await refused(legacy)).toBe('legacy_workbook');
    expect(await refused(await zip({ 'readme.txt': 'hello' }))).toBe('not_a_workbook');
    expect(await refused(await workbook({ 其他: [header] }))).toBe('missing_sheet');
    expect(await refused(await workbook({ 人员: [] }))).toBe('empty_file');
    expect(await refused(await workbook({ 人员: [['编号']] }))).toBe('missing_column');
    const bomb = { 'xl/worksheets/sheet1.xml': Buffer.alloc(64 * 2 ** 20, 0x20) };
    expect(await refused(await workbook({ 人员: [header] }, { parts: bomb }))).toBe('zip_bomb');
    const entities = { 'xl/worksheets/sheet1.xml': '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>' };
    expect(await refused(await workbook({ 人员: [header] }, { parts: entities }))).toBe('xml_entities');
    const damaged = Buffer.from(good);
    damaged.fill(0xee, 60, 120);
    expect(await refused(damaged)).toBe('bad_zip');
  });

  test('numbers and dates as a person sees them', () => {
    expect(
      ['12', '-0.5', '1.1000000000000001', '4.40301199001011E+17', '1E-7', 'abc'].map(numberText),
    ).toEqual(['12', '-0.5', '1.1', '440301199001011000', '0.0000001', 'abc']);
    expect([
      dateText('1', 1900),
      dateText('60', 1900),
      dateText('45292', 1904),
      dateText('0.5', 1900),
      dateText('x', 1900),
    ]).toEqual(['1899-12-31', '1900-02-28', '2028-01-02', '12:00:00', 'x']);
    expect([
      isDateFormat(14, undefined),
      isDateFormat(2, undefined),
      isDateFormat(170, 'yyyy/m/d'),
      isDateFormat(171, '0.00" days"'),
      isDateFormat(172, '[Red]General'),
    ]).toEqual([true, false, true, false, false]);
  });
});

describe('XML', () => {
  const xml = peopleDataset({ shape: 'xml', record: '人' });
  const records =
    '<人><编号>1</编号><姓名>张<![CDATA[三]]></姓名><备注>a &lt; b</备注></人><n:人 xmlns:n="x" 编号="2"><n:姓名>李四</n:姓名></n:人>';

  test('records by name, fields from children and attributes, with and without a namespace', async () => {
    const read = await readBytes(
      xml,
      `<?xml version="1.0" encoding="UTF-8"?><数据><批次>7</批次>${records}</数据>`,
    );
    expect(read.rows).toEqual([
      { _row_no: 1, 编号: '1', 姓名: '张三', 备注: 'a < b' },
      { _row_no: 2, 编号: '2', 姓名: '李四', 备注: '' },
    ]);
  });

  test('GB18030 is recognised', async () => {
    const text = `<?xml version="1.0" encoding="GBK"?><数据>${records}</数据>`;
    expect((await readBytes(xml, iconv.encode(text, 'gb18030'))).rows).toHaveLength(2);
  });

  test('a nested or doubled field makes its record unreadable', async () => {
    const read = await readBytes(
      xml,
      '<d><人><编号>1</编号><姓名><a>x</a></姓名></人><人><编号>1</编号><编号>2</编号></人><人><编号>3</编号><姓名>王五</姓名></人></d>',
    );
    expect(read.unreadable).toMatchObject([
      { _row_no: 1, rule: 'nested_value' },
      { _row_no: 2, rule: 'duplicate_field' },
    ]);
    expect(read.rows).toMatchObject([{ _row_no: 3, 编号: '3' }]);
  });

  test.each([
    [
      'entities',
      '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d><人><编号>&x;</编号></人></d>',
      'xml_entities',
    ],
    ['an undefined entity', '<d><人><编号>&x;</编号></人></d>', 'bad_xml'],
    ['a cut file', '<d><人><编号>1</编号>', 'bad_xml'],
    ['no record', '<d><row/><row/></d>', 'missing_record'],
    ['a missing field', '<d><人><编号>1</编号></人></d>', 'missing_column'],
    ['bottomless nesting', '<a>'.repeat(100), 'bad_xml'],
  ])('%s is refused', async (_, content, rule) => {
    expect((await refusalOf(readBytes(xml, content))).rule).toBe(rule);
  });
});

describe('JSON lines', () => {
  const jsonl = peopleDataset({ shape: 'jsonl' });

  test('numbers stay as written; broken lines are unreadable under their number', async () => {
    const lines = [
      '{"编号":1.50,"姓名":"张\\u4e09","备注":null}',
      '',
      '{"编号":2',
      '{"编号":3,"姓名":{"first":"x"}}',
      '{"编号":4,"编号":5}',
      '{"姓名":"李四","编号":12345678901234567890,"extra":true}',
    ];
    const read = await readBytes(jsonl, lines.join('\r\n'));
    expect(read.rows).toEqual([
      { _row_no: 1, 编号: '1.50', 姓名: '张三', 备注: '' },
      { _row_no: 5, 编号: '12345678901234567890', 姓名: '李四', 备注: '' },
    ]);
    expect(read.unreadable).toMatchObject([
      { _row_no: 2, rule: 'bad_json' },
      { _row_no: 3, message: 'The line holds a nested value.' },
      { _row_no: 4, message: 'The line has a name twice.' },
    ]);
    expect(read.notes).toEqual(['The column “extra” is not in the contract and was left out.']);
  });

  test.each([
    '',
    '[]',
    '"x"',
    '{',
    '{"a":}',
    '{"a":01}',
    '{"a":"\t"}',
    '{"a":1,}',
    '{"a":1} x',
    "{'a':1}",
    '{"a":tru}',
  ])('%j is broken', (line) => {
    expect(parseJsonLine(line)).toHaveProperty('broken');
  });
});
