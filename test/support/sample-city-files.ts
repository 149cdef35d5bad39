/** Reads the sample city's files back, by means of its own: what it counts must not depend on the platform's readers. */
import { readFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import yauzl from 'yauzl';
import type { Dataset } from '../../ingestion/contract.ts';

/** A data row as texts in the contract's order, '' where missing; null where it cannot be taken apart. */
export type FileRow = string[] | null;
export interface FileContent {
  header: string[];
  rows: FileRow[];
}

export async function readCityFile(path: string, dataset: Dataset): Promise<FileContent> {
  const { delivery } = dataset;
  const names = dataset.fields.filter((f) => !f.optionalColumn).map((f) => f.source);
  if (delivery.shape === 'xlsx')
    return ofGrid(gridOfSheet(await unzip(path, 'xl/worksheets/sheet1.xml')), names.length);
  const bytes = readFileSync(path);
  if (delivery.shape === 'csv') return ofCsv(bytes, delivery.encoding);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (delivery.shape === 'jsonl')
    return {
      header: names,
      rows: text
        .trimEnd()
        .split('\n')
        .map((line) => ofJson(line, names)),
    };
  if (delivery.shape === 'xml') return ofXml(text, delivery.record, names);
  throw new Error(`no agency of the sample city sends ${delivery.shape}`);
}

function ofCsv(bytes: Buffer, encoding: 'gb18030' | 'utf-8' | 'utf-8-bom'): FileContent {
  const text =
    encoding === 'gb18030'
      ? iconv.decode(bytes, 'gb18030')
      : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  if (text.includes('\ufffd')) throw new Error('not in the encoding the contract names');
  if (text.startsWith('\ufeff') !== (encoding === 'utf-8-bom'))
    throw new Error('byte order mark missing or too many');
  const lines = text.replace('\ufeff', '').trimEnd().split(/\r?\n/);
  return ofGrid(lines.map(csvCells), csvCells(lines[0] ?? '').length);
}

function csvCells(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  return [...`${line},`.matchAll(/("(?:[^"]|"")*"|[^,]*),/g)].map(([, cell = '']) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );
}

const ofGrid = ([header = [], ...rows]: string[][], width: number): FileContent => ({
  header,
  rows: rows.map((row) => (row.length === width ? row : null)),
});

function ofJson(line: string, names: string[]): FileRow {
  try {
    const row = JSON.parse(line) as Record<string, unknown>;
    return names.map((name) => String(row[name] ?? ''));
  } catch {
    return null;
  }
}

const unescapeXml = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#13;', '\r')
    .replaceAll('&amp;', '&');

function ofXml(text: string, record: string, names: string[]): FileContent {
  const rows = [...text.matchAll(new RegExp(`<${record}>(.*?)</${record}>`, 'g'))].map(([, body = '']) =>
    names.map((name) => unescapeXml(new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? '')),
  );
  const header = [
    ...(new RegExp(`<${record}>(.*?)</${record}>`).exec(text)?.[1] ?? '').matchAll(
      /<([^/>]+)(?:>[^<]*<\/[^>]+>|\/>)/g,
    ),
  ];
  return { header: header.map(([, name = '']) => name), rows };
}

/** The texts of a sheet by row and column; a row ends with the header's last column. */
export function gridOfSheet(xml: string): string[][] {
  let width = 0;
  return [...xml.matchAll(/<row r="\d+">(.*?)<\/row>/gs)].map(([, row = '']) => {
    const cells: string[] = [];
    for (const [, letters = '', text = ''] of row.matchAll(
      /<c r="([A-Z]+)\d+" t="inlineStr"><is><t[^>]*>([^<]*)<\/t><\/is><\/c>/g,
    )) {
      const column = [...letters].reduce((n, letter) => n * 26 + letter.charCodeAt(0) - 64, 0) - 1;
      while (cells.length < column) cells.push('');
      cells.push(unescapeXml(text));
    }
    width ||= cells.length;
    while (cells.length < width) cells.push('');
    return cells;
  });
}

/** One entry of a zip file as UTF-8 text. */
export function unzip(path: string, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      zip.on('error', reject);
      zip.on('end', () => reject(new Error(`${path} has no ${name}`)));
      zip.on('entry', (entry: yauzl.Entry) => {
        if (entry.fileName !== name) return zip.readEntry();
        zip.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed);
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('error', reject);
          stream.on('end', () => {
            resolve(Buffer.concat(chunks).toString('utf8'));
            zip.close();
          });
        });
      });
      zip.readEntry();
    });
  });
}
