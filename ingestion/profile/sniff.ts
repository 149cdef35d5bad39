/** What kind of file this is, by its bytes and not by its name. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { type Delivery, deliverySchema } from '../contract.ts';
import { firstBytes } from '../files.ts';
import { decodedText, TextScan } from '../readers/encoding.ts';
import type { FoundEncoding, SourceFile } from '../readers/index.ts';
import { sniffFixed } from './sniff-fixed.ts';
import { sniffFooter } from './sniff-footer.ts';
import { headDelivery, sniffHead, titleNotes, withTitles } from './sniff-head.ts';
import { jsonForm } from './sniff-json.ts';
import { sniffTable } from './sniff-table.ts';
import { xmlRecord } from './sniff-xml.ts';
import { JOINED, sniffXlsx } from './sniff-xlsx.ts';
import { sniffZip } from './sniff-zip.ts';
import type { Sniffed, SniffOptions } from './sniffed.ts';

/** Characters of the beginning of a text that are looked at. */
const START = 2 ** 19;

/**
 * @param name what people know the file as
 * @throws AppError `refused_delivery`: no text in any encoding known, or rule `unknown_shape`
 */
export async function sniff(path: string, name: string, options: SniffOptions): Promise<Sniffed> {
  const magic = (await firstBytes(path, 4)).toString('latin1');
  if (magic === 'PK\u0003\u0004')
    return sniffZip(path, name, options, (inside, entry) => sniffFile(inside, entry));
  return sniffFile(path, name);
}

async function sniffFile(path: string, name: string): Promise<Sniffed> {
  const magic = (await firstBytes(path, 4)).toString('latin1');
  const binary = { file: { path, name, encoding: 'binary' as const }, fields: [], notes: [] };
  if (magic === 'PAR1') return { ...binary, delivery: { shape: 'parquet' } };
  // Whoever looks into an archive has looked for a workbook already.
  if (magic === 'PK\u0003\u0004') return sniffXlsx(path, name);
  const encoding = await encodingOf(path);
  const file = { path, name, encoding };
  const start = await beginning(file);
  const first = start.text.trimStart()[0];
  if (first === '<') {
    const { record, fields } = await xmlRecord(decodedText(path, encoding), name);
    return { file, fields, notes: [], delivery: { shape: 'xml', record } };
  }
  if (first === '{' || first === '[') {
    const { path: place, fields, nested } = await jsonForm(() => decodedText(path, encoding));
    const form = nested ? { nested } : {};
    const delivery: Delivery =
      place === null ? { shape: 'jsonl', ...form } : { shape: 'json', path: place, ...form };
    return { file, fields, notes: nested ? [NESTED] : [], delivery };
  }
  return sniffText(file, start);
}

const NESTED =
  'Records hold objects: their fields are columns named by their path; an array is its JSON text.';

/** Lines of cells, behind header information where there is some. */
async function sniffText(file: SourceFile, start: Beginning): Promise<Sniffed> {
  const found = sniffHead(start.text);
  const notes = found ? [`The first ${found.lines} lines are header information.`] : [];
  const fixed = sniffFixed(await firstBytes(file.path, START), file.encoding, found);
  if (fixed) {
    const { columns, unit, head, isNamed } = fixed;
    notes.push('Columns are cut where every line has a blank: look at them before the contract is agreed.');
    if (!isNamed) notes.push(NO_HEADER);
    const encoding = file.encoding === 'binary' ? 'utf-8' : file.encoding;
    const fields = columns.map(({ source }) => source);
    const delivery = deliverySchema.parse({ shape: 'fixed', encoding, unit, columns, ...head });
    return { file, fields, notes, delivery };
  }
  const text = found ? found.behind : start.text;
  const { delimiter, isQuoted, headerRows, header, isJoined, above } = sniffTable(text, start.isWhole);
  if (headerRows === 0) notes.push(NO_HEADER);
  notes.push(...titleNotes(above));
  if (headerRows > 1)
    notes.push(
      isJoined
        ? JOINED(headerRows)
        : `The first ${headerRows} lines are no data: the first has the names, the others say them in other words.`,
    );
  const fields = headerRows === 0 ? header.map((_, i) => `column ${i + 1}`) : [];
  const form = {
    ...{ delimiter, headerRows },
    ...(isJoined ? { headerNames: 'joined' } : {}),
    ...headDelivery(withTitles(found, above, delimiter), header),
    ...(await sniffFooter(file, { delimiter, isQuoted })),
  };
  return { file, fields, notes, delivery: textDelivery(file.encoding, isQuoted, form) };
}

const NO_HEADER = 'The file has no header: its columns are known by their order alone.';

/** CSV where it can be said so; text for other encodings and delimiters of several characters. */
function textDelivery(encoding: FoundEncoding, quoted: boolean, form: Record<string, unknown>): Delivery {
  const csv = quoted ? deliverySchema.safeParse({ shape: 'csv', encoding, ...form }) : null;
  return csv?.success ? csv.data : deliverySchema.parse({ shape: 'txt', encoding, quoted, ...form });
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

interface Beginning {
  text: string;
  isWhole: boolean;
}

async function beginning(file: SourceFile): Promise<Beginning> {
  let text = '';
  for await (const chunk of decodedText(file.path, file.encoding)) {
    text += chunk;
    if (text.length > START) return { text: text.slice(0, START), isWhole: false };
  }
  return { text, isWhole: true };
}
