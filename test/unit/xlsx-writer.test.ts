import { createHash } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, describe, expect, test } from '@jest/globals';
import { columnLetters, escapeXml, XLSX_MAX_ROWS, XlsxWriter } from '../../ingestion/writers/xlsx.ts';
import { gridOfSheet, unzip } from '../support/sample-city-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'anju-xlsx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function write(name: string, rows: string[][]): Promise<string> {
  const path = join(folder, name);
  const writer = new XlsxWriter(createWriteStream(path), { sheet: '数据' });
  for (const row of rows) {
    writer.row(row);
    await writer.drained();
  }
  await writer.close();
  return path;
}

describe('the xlsx writer', () => {
  test('gives back what went in', async () => {
    const rows = [
      ['编号', '内容', '备注'],
      ['007', ' 前后有空格 ', '<b>&"引号"</b>'],
      ['439901199001011234', '', '多行\n文本'],
      ['=1+1', '\u3000', '😀'],
    ];
    const path = await write('plain.xlsx', rows);
    expect(gridOfSheet(await unzip(path, 'xl/worksheets/sheet1.xml'))).toEqual(rows);
    expect(await unzip(path, 'xl/workbook.xml')).toContain('name="数据"');
  });

  test('leaves out empty cells and marks what spaces must stay', async () => {
    const sheet = await unzip(
      await write('empty.xlsx', [
        ['a', '', 'c '],
        ['', '', ''],
      ]),
      'xl/worksheets/sheet1.xml',
    );
    expect(sheet).toContain(
      '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="C1" t="inlineStr"><is><t xml:space="preserve">c </t></is></c></row>',
    );
    expect(sheet).toContain('<row r="2"></row>');
  });

  test('makes the same bytes of the same rows', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => [String(i), `行${i}`]);
    const hashes = await Promise.all(
      ['one.xlsx', 'two.xlsx'].map(async (name) =>
        createHash('sha256')
          .update(readFileSync(await write(name, rows)))
          .digest('hex'),
      ),
    );
    expect(hashes[0]).toBe(hashes[1]);
  });

  test('drops what XML cannot hold and nothing else', () => {
    expect(escapeXml('a\u0000b\u001fc\ufffed\te\nf\rg')).toBe('abcd\te\nf&#13;g');
    expect(escapeXml('汉字 plain')).toBe('汉字 plain');
  });

  test('counts columns as spreadsheets do', () => {
    expect([0, 25, 26, 51, 52, 701, 702, 16383].map(columnLetters)).toEqual([
      'A',
      'Z',
      'AA',
      'AZ',
      'BA',
      'ZZ',
      'AAA',
      'XFD',
    ]);
  });

  test('refuses a sheet name Excel would refuse', () => {
    const sink = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });
    expect(() => new XlsxWriter(sink(), { sheet: 'a/b' })).toThrow('Not a sheet name');
    expect(() => new XlsxWriter(sink(), { sheet: 'x'.repeat(32) })).toThrow('Not a sheet name');
  });

  test('refuses more rows than a sheet can hold', async () => {
    const writer = new XlsxWriter(new Writable({ write: (_chunk, _encoding, done) => done() }));
    for (let i = 0; i < XLSX_MAX_ROWS; i++) {
      writer.row([]);
      if (i % 10_000 === 0) await writer.drained();
    }
    expect(() => writer.row([])).toThrow(RangeError);
    await writer.close();
  });

  test('reports a stream that fails, and does not hang on it', async () => {
    const failing = new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk full')) });
    const writer = new XlsxWriter(failing);
    const attempt = async (): Promise<void> => {
      for (let i = 0; i < 200_000; i++) {
        writer.row(['x'.repeat(100), String(i)]);
        await writer.drained();
      }
      await writer.close();
    };
    await expect(attempt()).rejects.toThrow('disk full');
  });
});
