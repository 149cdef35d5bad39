/** Text with any delimiter, fixed places, JSON arrays, Parquet, archives, and what a sender declares of a file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import { temporaryDirectory } from '../support/platform.ts';
import { peopleDataset, readBytes, refusalOf } from '../support/reading.ts';
import { zip } from '../support/workbook.ts';

const numbered = (...rows: [string, string, string][]) =>
  rows.map(([编号, 姓名, 备注], i) => ({ _row_no: i + 1, 编号, 姓名, 备注 }));
const people = numbered(['1', '张三', '甲'], ['2', '李四', '']);
const gb = (text: string): Buffer => iconv.encode(text, 'gb18030');

describe('delimited text', () => {
  test.each(['\t', '|', '||', '|@|', '¦'])('delimiter %j', async (delimiter) => {
    const txt = peopleDataset({ shape: 'txt', encoding: 'gb18030', delimiter });
    const lines = [
      ['编号', '姓名', '备注'],
      ['1', '张三', '甲'],
      ['2', '李四', ''],
    ].map((cells) => cells.join(delimiter));
    expect((await readBytes(txt, gb(lines.join('\r\n')))).rows).toEqual(people);
    const plain = await readBytes(txt, lines.join('\n'));
    expect(plain.rows).toEqual(people.map(({ _row_no: _, ...row }) => row));
  });

  test('a quote is a character, and a row of another width is set aside', async () => {
    const txt = peopleDataset({ shape: 'txt', encoding: 'utf-8', delimiter: '|', headerRows: 0 });
    const read = await readBytes(txt, '1|"张|甲\n2|李四\n3|王"五|"\n');
    expect(read.rows).toEqual([
      { _row_no: 1, 编号: '1', 姓名: '"张', 备注: '甲' },
      { _row_no: 3, 编号: '3', 姓名: '王"五', 备注: '"' },
    ]);
    expect(read.unreadable).toMatchObject([{ _row_no: 2, rule: 'column_count', text: '2|李四' }]);
  });

  test('broken rows of a CSV leave the numbers of the others exact', async () => {
    const csv = peopleDataset({ shape: 'csv', encoding: 'utf-8' });
    const read = await readBytes(
      csv,
      '编号,姓名,备注\n1,张三,甲\n2,李四\n\n3,"王\n五","a""b"\n4,"x"y,z\n5,赵 "六",\n',
    );
    expect(read.rows).toEqual([
      { _row_no: 1, 编号: '1', 姓名: '张三', 备注: '甲' },
      { _row_no: 3, 编号: '3', 姓名: '王\n五', 备注: 'a"b' },
      { _row_no: 5, 编号: '5', 姓名: '赵 "六"', 备注: '' },
    ]);
    expect(read.unreadable.map((row) => [row['_row_no'], row['rule']])).toEqual([
      [2, 'column_count'],
      [4, 'bad_quoting'],
    ]);
    expect(read.rowCount).toBe(5);
  });
});

describe('header information', () => {
  const dataset = (rows: unknown) =>
    peopleDataset({
      shape: 'csv',
      encoding: 'utf-8',
      head: {
        lines: 2,
        sender: { line: 1, cell: 1 },
        sequence: '批次号',
        rows,
        totals: { 编号: '编号合计' },
      },
    });
  const file = (count: number): string =>
    `社保局|批次号：20260101\r\n记录数:${count}|编号合计=3\r\n编号,姓名,备注\r\n1,张三,甲\r\n2,李四,\r\n`;

  test.each([
    ['UTF-8', (text: string) => text],
    ['GB18030', gb],
    ['UTF-16', (text: string) => iconv.encode(text, 'utf-16le', { addBOM: true })],
  ])('is read and left out of the rows: %s', async (_, encode) => {
    const read = await readBytes(dataset('记录数'), encode(file(2)));
    expect(read.rows).toMatchObject([{ 姓名: '张三' }, { 姓名: '李四' }]);
    expect(read.declared).toEqual({
      sender: '社保局',
      sequence: '20260101',
      rows: 2,
      totals: { 编号: '3' },
    });
  });

  test('another number of rows, or none, is refused', async () => {
    expect(await refusalOf(readBytes(dataset('记录数'), file(3)))).toMatchObject({
      rule: 'declared_rows',
      where: { declared: 3, rows: 2 },
    });
    expect(await refusalOf(readBytes(dataset('总数'), file(2)))).toMatchObject({ rule: 'bad_head' });
  });
});

describe('fixed places', () => {
  const columns = [
    { source: '编号', start: 1, length: 4 },
    { source: '姓名', start: 5, length: 6 },
  ];

  test('counted in bytes of GB18030', async () => {
    const fixed = peopleDataset({ shape: 'fixed', encoding: 'gb18030', columns });
    const read = await readBytes(fixed, gb('1   张三  \n2   欧阳锋\n3   李四\n4   甲乙丙丁\n5  张三  a\n'));
    expect(read.rows).toEqual([
      { _row_no: 1, 编号: '1', 姓名: '张三' },
      { _row_no: 2, 编号: '2', 姓名: '欧阳锋' },
    ]);
    expect(read.unreadable.map((row) => [row['_row_no'], row['rule']])).toEqual([
      [3, 'row_length'],
      [4, 'row_length'],
      [5, 'cut_character'],
    ]);
  });

  test('counted in characters', async () => {
    const fixed = peopleDataset({ shape: 'fixed', encoding: 'utf-8', unit: 'characters', columns });
    const read = await readBytes(fixed, '0001张三𠮷   \n0002李四    \n');
    expect(read.rows).toEqual([
      { _row_no: 1, 编号: '0001', 姓名: '张三𠮷' },
      { _row_no: 2, 编号: '0002', 姓名: '李四' },
    ]);
  });
});

describe('JSON', () => {
  const json = (path: string[]) => peopleDataset({ shape: 'json', path });
  const records = [
    { 编号: '1', 姓名: '张三', 备注: '甲' },
    { 编号: '2', 姓名: '李四', 备注: '' },
  ];

  test('an array at the top or behind names', async () => {
    expect((await readBytes(json([]), JSON.stringify(records))).rows).toEqual(people);
    const deep = { code: 0, rows: 'x', data: { other: [{ 编号: '9' }], rows: records }, tail: { rows: [1] } };
    expect((await readBytes(json(['data', 'rows']), JSON.stringify(deep, null, 2))).rows).toEqual(people);
    expect((await readBytes(json([]), '[]')).rowCount).toBe(0);
  });

  test('an element that is no flat object is set aside', async () => {
    const read = await readBytes(
      json([]),
      '[{"编号":"1","姓名":"a"}, 5, {"编号":{"x":[1]}}, {"编号":"4","姓名":"]\\"["}]',
    );
    expect(read.rows).toMatchObject([
      { _row_no: 1, 编号: '1' },
      { _row_no: 4, 姓名: ']"[' },
    ]);
    expect(read.unreadable).toMatchObject([
      { _row_no: 2, rule: 'bad_json', text: '5' },
      { _row_no: 3, rule: 'bad_json' },
    ]);
  });

  test.each([
    ['[{"编号":"1"', 'bad_json'],
    ['[{"编号":"1","姓名":"x"}] x', 'bad_json'],
    ['[{"编号":"1","姓名":"x"}}', 'bad_json'],
    ['[,]', 'bad_json'],
    ['{"data":[]}', 'missing_record'],
    [`[${'['.repeat(100)}`, 'bad_json'],
    ['"text"', 'bad_json'],
  ])('%s is refused: %s', async (text, rule) => {
    expect(await refusalOf(readBytes(json([]), text))).toMatchObject({ rule });
  });
});

describe('Parquet', () => {
  const parquet = peopleDataset({ shape: 'parquet' });
  async function file(select: string): Promise<Buffer> {
    const home = await temporaryDirectory();
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    try {
      const path = join(home.path, 'x.parquet');
      await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
      return await readFile(path);
    } finally {
      connection.closeSync();
      instance.closeSync();
      await home.dispose();
    }
  }

  test('values of any type are text, NULL is missing', async () => {
    const read = await readBytes(
      parquet,
      await file(
        `SELECT 1 AS 编号, '张三' AS 姓名, DATE '2026-01-02' AS 备注 UNION ALL SELECT 2, NULL, NULL`,
      ),
    );
    expect(read.rows).toEqual(numbered(['1', '张三', '2026-01-02'], ['2', '', '']));
  });

  test('a value too long or with a NUL byte is set aside, a damaged file refused', async () => {
    const bytes = await file(
      `SELECT '1' AS 编号, repeat('x', 2000000) AS 姓名 UNION ALL SELECT '2', 'b' UNION ALL SELECT '3', 'a' || chr(0)`,
    );
    const read = await readBytes(parquet, bytes);
    expect(read.rows).toMatchObject([{ _row_no: 2, 编号: '2' }]);
    expect(read.unreadable).toMatchObject([
      { _row_no: 1, rule: 'cell_too_long' },
      { _row_no: 3, rule: 'nul_byte' },
    ]);
    expect(await refusalOf(readBytes(parquet, bytes.subarray(0, 60)))).toMatchObject({ rule: 'bad_parquet' });
  });
});

describe('archives', () => {
  const of = { shape: 'csv', encoding: 'utf-8' };
  const archive = peopleDataset({ shape: 'zip', entries: '*.csv', of });
  const one = '编号,姓名,备注\n1,张三,甲\n2,李四\n';
  const two = '姓名,编号\n王五,3\n';

  test('entries of one shape become one table', async () => {
    const read = await readBytes(
      archive,
      await zip({ 'b/two.csv': gb(two), 'a.csv': one, '说明.txt': 'x', '__MACOSX/a.csv': 'x' }),
    );
    expect(read.rows).toEqual([
      { _row_no: 1, 编号: '1', 姓名: '张三', 备注: '甲' },
      { _row_no: 3, 编号: '3', 姓名: '王五', 备注: '' },
    ]);
    expect(read.unreadable).toMatchObject([{ _row_no: 2, rule: 'column_count' }]);
    expect(read.rowCount).toBe(3);
    expect(read.notes).toContain('The archive’s file “说明.txt” was left out.');
  });

  test('what is wrong with an entry names it', async () => {
    const refused = await refusalOf(readBytes(archive, await zip({ 'a.csv': '编号\n1\n' })));
    expect(refused).toMatchObject({ rule: 'missing_column', where: { entry: 'a.csv' } });
  });

  const patched = async (from: string, to: string): Promise<Buffer> => {
    const bytes = Buffer.from(
      (await zip({ 'aa/evil.csv': one })).toString('latin1').replaceAll(from, to),
      'latin1',
    );
    return bytes;
  };
  /** Bit 0 of the flags, behind the version, in the local and the central header. */
  async function encrypted(): Promise<Buffer> {
    const bytes = await zip({ 'a.csv': one });
    for (const [mark, at] of [
      ['PK\u0003\u0004', 6],
      ['PK\u0001\u0002', 8],
    ] as const) {
      const header = bytes.indexOf(mark, 0, 'latin1');
      bytes.writeUInt16LE(bytes.readUInt16LE(header + at) | 1, header + at);
    }
    return bytes;
  }

  test.each([
    ['a name with ..', () => patched('aa/evil.csv', '../evil.csv'), 'zip_path'],
    ['an absolute name', () => patched('aa/evil.csv', '/a/evil.csv'), 'zip_path'],
    ['a backslash', () => patched('aa/evil.csv', '..\\evil.csv'), 'zip_path'],
    ['a drive', () => patched('aa/evil.csv', 'C:/evil.csv'), 'zip_path'],
    ['an archive in it', () => zip({ 'a.csv': one, 'b.zip': 'x' }), 'nested_archive'],
    [
      'an archive under another name',
      async () => zip({ 'a.csv': await zip({ 'a.csv': one }) }),
      'nested_archive',
    ],
    ['an encrypted entry', encrypted, 'encrypted'],
    ['a bomb', () => zip({ 'a.csv': Buffer.alloc(64 * 2 ** 20, 0x31) }), 'zip_bomb'],
    ['no such file', () => zip({ 'a.txt': one }), 'missing_entry'],
    ['a damaged one', async () => (await zip({ 'a.csv': one })).subarray(0, 60), 'bad_zip'],
  ])('%s is refused', async (_, make, rule) => {
    expect(await refusalOf(readBytes(archive, await make()))).toMatchObject({ rule });
  });
});

describe('encodings', () => {
  const csv = peopleDataset({ shape: 'csv', encoding: 'gb18030' });

  test('lines of UTF-8 in a file of GB18030 are named by their byte', async () => {
    const first = gb('编号,姓名\n1,张三\n');
    const mixed = Buffer.concat([first, Buffer.from('2,欧阳锋与黄药师\n'), gb('3,李四\n')]);
    expect(await refusalOf(readBytes(csv, mixed))).toMatchObject({
      rule: 'mixed_encoding',
      where: { offset: first.length },
    });
  });
});
