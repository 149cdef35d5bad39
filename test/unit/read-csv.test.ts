import { describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import { CsvRecords } from '../../ingestion/readers/csv-records.ts';
import { joinedHeader } from '../../ingestion/readers/header-rows.ts';
import { peopleDataset, readBytes, refusalOf } from '../support/reading.ts';

const gb = peopleDataset({ shape: 'csv', encoding: 'gb18030' });
const utf8 = peopleDataset({ shape: 'csv', encoding: 'utf-8' });

describe('encodings', () => {
  const text = '编号,姓名,备注\n1,张三,𠮷\n2,李四,好\n';
  const rows = [
    { 编号: '1', 姓名: '张三', 备注: '𠮷' },
    { 编号: '2', 姓名: '李四', 备注: '好' },
  ];

  const numbered = rows.map((row, i) => ({ _row_no: i + 1, ...row }));

  test('GB18030 as agreed, four-byte characters included', async () => {
    const read = await readBytes(gb, iconv.encode(text, 'gb18030'));
    expect(read).toMatchObject({ rows: numbered, notes: [], numbering: 'column' });
  });

  test('UTF-8 with and without a byte order mark', async () => {
    expect((await readBytes(utf8, text)).rows).toEqual(rows);
    expect((await readBytes(utf8, `\ufeff${text}`)).rows).toEqual(rows);
  });

  test('the wrong encoding is read as what it is, and noted', async () => {
    const sent = await readBytes(gb, text);
    expect(sent.rows).toEqual(rows);
    expect(sent.notes).toEqual(['The contract says gb18030; the file is utf-8 and was read as that.']);
    expect((await readBytes(utf8, iconv.encode(text, 'gb18030'))).rows).toEqual(numbered);
    expect((await readBytes(gb, iconv.encode(text, 'utf-16le', { addBOM: true }))).rows).toEqual(numbered);
    expect((await readBytes(gb, iconv.encode(text, 'utf-16be', { addBOM: true }))).rows).toEqual(numbered);
  });

  test('a file that is neither is refused with the byte that shows it', async () => {
    const broken = Buffer.concat([
      Buffer.from('编号,姓名\n1,'),
      Buffer.from([0xff, 0xff]),
      Buffer.from('\n'),
    ]);
    expect(await refusalOf(readBytes(utf8, broken))).toMatchObject({
      rule: 'encoding',
      where: { offset: broken.indexOf(0xff) },
    });
    const brokenGb = Buffer.concat([
      iconv.encode('编号,姓名\n1,', 'gb18030'),
      Buffer.from([0xff, 0xff]),
      Buffer.from('\n'),
    ]);
    expect(await refusalOf(readBytes(gb, brokenGb))).toMatchObject({
      rule: 'encoding',
      where: { offset: brokenGb.indexOf(0xff) },
    });
  });
});

describe('headers', () => {
  test('order, blanks and width of the letters do not matter; an extra column is left out and noted', async () => {
    const read = await readBytes(utf8, ' 姓名 ,手机,编号\n张三,138,1\n');
    expect(read.rows).toEqual([{ 编号: '1', 姓名: '张三' }]);
    expect(read.notes).toEqual([
      'The optional column “备注” is missing.',
      'The column “手机” is not in the contract and was left out.',
    ]);
  });

  test.each([
    ['a missing column', '编号,备注\n1,x\n', { rule: 'missing_column', where: { column: '姓名' } }],
    ['a column twice', '编号,姓名,姓名\n1,a,b\n', { rule: 'duplicate_column', where: { column: '姓名' } }],
    ['an empty file', '', { rule: 'empty_file' }],
    ['a file of blank lines', '\n\n', { rule: 'empty_file' }],
    [
      'too many columns',
      `${Array.from({ length: 2001 }, (_, i) => `c${i}`).join(',')}\n`,
      { rule: 'too_many_columns' },
    ],
    ['a NUL byte', '编号,姓名\n1,\0\n', { rule: 'nul_byte' }],
  ])('%s is refused', async (_, content, refusal) => {
    expect(await refusalOf(readBytes(utf8, content))).toMatchObject(refusal);
  });

  test('a header alone is a delivery of no rows', async () => {
    expect(await readBytes(utf8, '编号,姓名,备注\n')).toMatchObject({ rows: [], rowCount: 0 });
  });
});

describe('lines above the data', () => {
  const rows = [
    { 编号: '1', 姓名: '张三' },
    { 编号: '2', 姓名: '李四' },
  ];
  const two = peopleDataset({ shape: 'csv', encoding: 'utf-8', headerRows: 2 });
  const none = peopleDataset({ shape: 'csv', encoding: 'utf-8', headerRows: 0, delimiter: ';' });

  test.each([
    ['the fast way', '编号,姓名\nno,name\n1,张三\n2,李四\n', 'position'],
    ['with a line end in a name', '编号,姓名\n"n\no",name\n1,张三\n2,李四\n', 'column'],
    ['with a blank line between', '编号,姓名\n\nno,name\n1,张三\n2,李四\n', 'column'],
  ])('a second header says the names in another language, %s', async (_way, text, numbering) => {
    expect(await readBytes(two, text)).toMatchObject({ rows, numbering, rowCount: 2 });
    expect(await readBytes(two, text, false)).toMatchObject({ rows, numbering: 'column', rowCount: 2 });
  });

  test('without a header the columns stand in the order of the contract', async () => {
    const text = '\ufeff1;张三\n2;李四\n';
    expect(await readBytes(none, text)).toMatchObject({ rows, numbering: 'position', rowCount: 2 });
    expect(await readBytes(none, text, false)).toMatchObject({ rows, rowCount: 2 });
    expect(await refusalOf(readBytes(none, '1\n2\n'))).toMatchObject({ rule: 'missing_column' });
  });
});

describe('broken rows', () => {
  const dirty =
    '编号,姓名,备注\r\n1,张三,"a ""quoted"" one"\r\n2,李四\r\n3,"王五,x\r\n4,赵六,y\r\n5,"two\r\nlines",z\r\n6,"a"b,c\r\n7,孙七,w\r\n';

  test('each is unreadable under its own number, and costs no other row', async () => {
    const read = await readBytes(utf8, dirty);
    expect(read.rowCount).toBe(7);
    expect(read.rows).toEqual([
      { _row_no: 1, 编号: '1', 姓名: '张三', 备注: 'a "quoted" one' },
      { _row_no: 4, 编号: '4', 姓名: '赵六', 备注: 'y' },
      { _row_no: 5, 编号: '5', 姓名: 'two\r\nlines', 备注: 'z' },
      { _row_no: 7, 编号: '7', 姓名: '孙七', 备注: 'w' },
    ]);
    expect(read.unreadable).toEqual([
      { _row_no: 2, rule: 'column_count', message: 'The row has 2 columns, the header 3.', text: '2,李四' },
      {
        _row_no: 3,
        rule: 'bad_quoting',
        message: 'The row has text behind a closing quote.',
        text: '3,"王五,x',
      },
      {
        _row_no: 6,
        rule: 'bad_quoting',
        message: 'The row has text behind a closing quote.',
        text: '6,"a"b,c',
      },
    ]);
  });

  test('a quote never closed costs its own line', async () => {
    const read = await readBytes(utf8, '编号,姓名,备注\n1,"open,x\n2,李四,y\n');
    expect(read.rows).toEqual([{ _row_no: 2, 编号: '2', 姓名: '李四', 备注: 'y' }]);
    expect(read.unreadable).toMatchObject([{ _row_no: 1, rule: 'bad_quoting' }]);
  });

  test('the careful way and the fast way give the same rows', async () => {
    const clean = '编号,姓名,备注\n1,张三,a\n\n2," x ",\n3,O"Brien,"1,5"\n';
    const fast = await readBytes(utf8, clean, true);
    const careful = await readBytes(utf8, clean, false);
    expect([fast.numbering, careful.numbering]).toEqual(['position', 'column']);
    expect(careful.rows).toEqual(fast.rows.map((row, i) => ({ _row_no: i + 1, ...row })));
  });

  test('records do not depend on how the text is cut into chunks', () => {
    const whole = [...split(dirty, dirty.length)];
    for (const size of [1, 2, 3, 5, 8]) expect([...split(dirty, size)]).toEqual(whole);
  });
});

function* split(text: string, size: number): Generator<unknown> {
  const records = new CsvRecords(',');
  function* all() {
    for (let at = 0; at < text.length; at += size) yield* records.push(text.slice(at, at + size));
    yield* records.finish();
  }
  for (const event of all()) yield event.kind === 'record' ? event.cells : [event.message, event.text];
}

describe('above and under the table', () => {
  const dataset = peopleDataset({
    ...{ shape: 'csv', encoding: 'utf-8', head: { lines: 1, delimiter: ',', rows: '记录数' } },
    ...{ headerRows: 2, headerNames: 'joined', footer: ['合计', '制表人'] },
  });
  const lines = [
    '台账,记录数：2,',
    '编号,姓名,',
    ',,备注',
    '1,张三,x',
    '2,李四,"合计"',
    '合计,,2',
    '制表人：王五',
  ];

  test('lines are told from rows, and not counted as declared ones', async () => {
    const read = await readBytes(dataset, lines.join('\n'));
    expect(read.rows).toEqual([
      { _row_no: 1, 编号: '1', 姓名: '张三', 备注: 'x' },
      { _row_no: 2, 编号: '2', 姓名: '李四', 备注: '合计' },
    ]);
    expect(read.unreadable).toMatchObject([
      { _row_no: 3, rule: 'footer_line' },
      { _row_no: 4, rule: 'footer_line' },
    ]);
    expect(read.declared).toMatchObject({ rows: 2 });
    const short = lines.filter((line) => !line.startsWith('2,'));
    expect(await refusalOf(readBytes(dataset, short.join('\n')))).toMatchObject({ rule: 'declared_rows' });
  });

  test('names over several lines are one name, a merged cell’s for all below it', () => {
    expect(
      joinedHeader([
        ['编号', '租金', '', '', '备注', ''],
        ['', '应收', '', '实收', '', ''],
        ['', '本月', '往月', '', '', ''],
      ]),
    ).toEqual(['编号', '租金.应收.本月', '租金.应收.往月', '租金.实收', '备注', '']);
    expect(
      joinedHeader([
        ['单位', '单位'],
        ['单位', '人\n数'],
      ]),
    ).toEqual(['单位', '单位.人数']);
  });
});
