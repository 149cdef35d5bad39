/** What kind of file this is, by its bytes and not by its name. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type Delivery, deliverySchema } from '../contract.ts';
import { decodedText, TextScan } from '../readers/encoding.ts';
import { type FoundEncoding, refusal, type SourceFile } from '../readers/index.ts';
import { ZipArchive } from '../readers/zip.ts';
import { jsonlNames, jsonNames, xmlRecord } from './sniff-names.ts';
import { sniffTable } from './sniff-table.ts';

export interface Sniffed {
  file: SourceFile;
  delivery: Delivery;
  /** Names of the fields, where the shape's reader does not find them by itself. */
  fields: string[];
  notes: string[];
}

/** Characters of the beginning of a text that are looked at. */
const START = 2 ** 19;

/**
 * @param name what people know the file as
 * @throws AppError `refused_delivery`: no text in any encoding known, or rule `unknown_shape`
 */
export async function sniff(path: string, name: string): Promise<Sniffed> {
  const magic = await firstBytes(path, 4);
  if (magic.toString('latin1') === 'PK\u0003\u0004') return sniffZip(path, name);
  if (magic.toString('latin1') === 'PAR1')
    return {
      file: { path, name, encoding: 'binary' },
      fields: [],
      notes: [],
      delivery: { shape: 'parquet' },
    };
  const encoding = await encodingOf(path);
  const file = { path, name, encoding };
  const start = await beginning(file);
  const first = start.text.trimStart()[0];
  if (first === '<') {
    const { record, fields } = await xmlRecord(decodedText(path, encoding), name);
    return { file, fields, notes: [], delivery: { shape: 'xml', record } };
  }
  if (first === '{') {
    const fields = await jsonlNames(decodedText(path, encoding));
    return { file, fields, notes: [], delivery: { shape: 'jsonl' } };
  }
  if (first === '[') {
    const fields = await jsonNames(decodedText(path, encoding));
    return { file, fields, notes: [], delivery: { shape: 'json', path: [] } };
  }
  const { delimiter, headerRows, header } = sniffTable(start.text, start.isWhole);
  const notes: string[] = [];
  if (headerRows === 0) notes.push('The file has no header: its columns are known by their order alone.');
  if (headerRows > 1)
    notes.push(
      `The first ${headerRows} lines are no data: the first has the names, the others say them in other words.`,
    );
  const fields = headerRows === 0 ? header.map((_, i) => `column ${i + 1}`) : [];
  return { file, fields, notes, delivery: csvDelivery(encoding, delimiter, headerRows) };
}

function csvDelivery(encoding: FoundEncoding, delimiter: string, headerRows: number): Delivery {
  const agreed = deliverySchema.safeParse({ shape: 'csv', encoding, delimiter, headerRows });
  // An encoding no contract agrees to is read all the same: readers go by the bytes.
  return agreed.success
    ? agreed.data
    : deliverySchema.parse({ shape: 'csv', encoding: 'utf-8', delimiter, headerRows });
}

async function sniffZip(path: string, name: string): Promise<Sniffed> {
  const archive = await ZipArchive.open(path);
  try {
    if (!archive.has('xl/workbook.xml'))
      throw refusal(
        'unknown_shape',
        'The file is a zip archive and no workbook.',
        {},
        'Unpack it and profile what is in it.',
      );
  } finally {
    archive.close();
  }
  return { file: { path, name, encoding: 'binary' }, delivery: { shape: 'xlsx' }, fields: [], notes: [] };
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Looks at every byte, as landing will. */
async function encodingOf(path: string): Promise<FoundEncoding> {
  const scan = new TextScan(false);
  for await (const chunk of createReadStream(path, {
    highWaterMark: 2 ** 19,
  }) as Readable as AsyncIterable<Buffer>)
    scan.push(chunk);
  return scan.finish();
}

async function beginning(file: SourceFile): Promise<{ text: string; isWhole: boolean }> {
  let text = '';
  for await (const chunk of decodedText(file.path, file.encoding)) {
    text += chunk;
    if (text.length > START) return { text: text.slice(0, START), isWhole: false };
  }
  return { text, isWhole: true };
}
