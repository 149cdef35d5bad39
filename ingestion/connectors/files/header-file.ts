/** Header information (包头信息, A0-2): what the sender says of a file, in a file beside it. */
import { createHash, getHashes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AppError } from '../../../domain/errors.ts';
import type { Delivery } from '../../contract.ts';
import { CsvRecords } from '../../readers/csv-records.ts';
import { refusal } from '../../readers/index.ts';
import { parseXml } from '../../readers/sax.ts';

export interface HeaderInformation {
  rows?: number;
  bytes?: number;
  hash?: { algorithm: 'sha256' | 'sm3' | 'md5'; hex: string };
  /** YYYY-MM-DD */
  businessDate?: string;
}

/** Bytes of a header file; more is no header. */
export const MOST_HEADER_BYTES = 64 * 1024;

/** How senders call the values. */
const NAMES: Readonly<Record<'rows' | 'bytes' | 'sha256' | 'sm3' | 'md5' | 'businessDate', RegExp>> = {
  rows: /^(rows|row_?count|records?|record_?count|count|total|记录数|总记录数|数据条数|总条数|行数)$/i,
  bytes: /^(bytes|size|file_?size|文件大小|字节数)$/i,
  sha256: /^(sha-?256|hash|digest|摘要)$/i,
  sm3: /^sm3$/i,
  md5: /^(md5|check_?sum|校验码|校验值)$/i,
  businessDate: /^(business_?date|data_?date|date|业务日期|数据日期)$/i,
};

/**
 * Reads a header file: JSON, XML, or lines of `name=value` or `name: value`.
 * @throws AppError `refused_delivery`, rule `bad_header_file`, when it says nothing that could be checked
 */
export async function readHeaderFile(path: string): Promise<HeaderInformation> {
  const text = (await readFile(path, 'utf8')).replace(/^\ufeff/, '').trim();
  const values = await valuesOf(text);
  const value = (name: keyof typeof NAMES): string | undefined =>
    values.find(([key]) => NAMES[name].test(key.trim()))?.[1].trim();
  const count = (name: 'rows' | 'bytes'): number | undefined => {
    const found = value(name)?.replaceAll(',', '');
    if (found === undefined) return undefined;
    if (!/^\d{1,15}$/.test(found)) throw badHeader(`its ${name} is no number`);
    return Number(found);
  };
  const hashes = (['sha256', 'sm3', 'md5'] as const).flatMap((algorithm) => {
    const hex = value(algorithm)?.toLowerCase();
    return hex === undefined ? [] : [{ algorithm, hex }];
  });
  const date = value('businessDate')?.replace(/^(\d{4})[-/.]?(\d\d)[-/.]?(\d\d).*$/, '$1-$2-$3');
  const information = { rows: count('rows'), bytes: count('bytes'), hash: hashes[0] };
  if (Object.values(information).every((found) => found === undefined))
    throw badHeader('it names neither rows nor bytes nor a hash');
  if (information.hash && !/^[0-9a-f]{32,64}$/.test(information.hash.hex))
    throw badHeader('its hash is none');
  return {
    ...information,
    businessDate:
      date !== undefined && /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date))
        ? date
        : undefined,
  };
}

async function valuesOf(text: string): Promise<[string, string][]> {
  if (text.startsWith('{')) {
    try {
      return Object.entries(JSON.parse(text) as Record<string, unknown>).map(([name, value]) => [
        name,
        String(value),
      ]);
    } catch {
      throw badHeader('it is no JSON');
    }
  }
  if (!text.startsWith('<'))
    return [...text.matchAll(/^\s*([^=:：]+?)\s*[=:：]\s*(.*?)\s*$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]);
  const values: [string, string][] = [];
  async function* whole(): AsyncGenerator<string> {
    yield text;
  }
  await parseXml(whole(), 'header', {
    open: (name, attributes) => void values.push(...Object.entries(attributes), [name, '']),
    close: () => undefined,
    text: (more) => {
      const last = values.at(-1);
      if (last) last[1] += more;
    },
  });
  return values;
}

const badHeader = (why: string): AppError =>
  refusal('bad_header_file', `The header file beside it cannot be used: ${why}.`, {}, 'Send both again.');

/**
 * Compares a file with its header. Rows are counted in texts (CSV, JSON lines, XML); a workbook's are counted by its reader.
 * @throws AppError `refused_delivery`, rule `header_bytes`, `header_hash` or `header_rows`
 */
export async function checkAgainstHeader(
  path: string,
  { rows, bytes, hash }: HeaderInformation,
  delivery: Delivery,
): Promise<void> {
  const digest = hash && getHashes().includes(hash.algorithm) ? createHash(hash.algorithm) : null;
  if (hash && !digest) throw refusal('header_hash', `This machine cannot compute ${hash.algorithm}.`);
  let found = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    found += chunk.length;
    digest?.update(chunk);
  }
  const resend = 'Send the file and its header again.';
  if (bytes !== undefined && found !== bytes)
    throw refusal(
      'header_bytes',
      `The header says ${bytes} bytes, the file has ${found}.`,
      { bytes: found },
      resend,
    );
  if (hash && digest?.digest('hex') !== hash.hex)
    throw refusal(
      'header_hash',
      `The file is not the one its header describes (${hash.algorithm}).`,
      {},
      resend,
    );
  const counted = rows === undefined ? null : await countRows(path, delivery);
  if (counted !== null && counted !== rows)
    throw refusal(
      'header_rows',
      `The header says ${rows} rows, the file has ${counted}.`,
      { rows: counted },
      resend,
    );
}

/** Data rows of a text file, broken ones included; null for containers. */
async function countRows(path: string, delivery: Delivery): Promise<number | null> {
  // One byte a character: line ends, quotes and markup are the same bytes in UTF-8 and GB18030.
  const texts = createReadStream(path, 'latin1') as AsyncIterable<string>;
  let count = 0;
  switch (delivery.shape) {
    case 'csv': {
      const records = new CsvRecords(delivery.delimiter);
      for await (const text of texts) for (const _ of records.push(text)) count += 1;
      for (const _ of records.finish()) count += 1;
      return count - delivery.headerRows;
    }
    case 'jsonl': {
      let rest = '';
      for await (const text of texts) {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        count += lines.filter((line) => line.trim() !== '').length;
      }
      return count + (rest.trim() === '' ? 0 : 1);
    }
    default:
      return null;
  }
}
