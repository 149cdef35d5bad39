/** Lines under a table: 合计, 制表人. */
import { open } from 'node:fs/promises';
import type { Delivery } from '../contract.ts';
import { CsvRecords } from '../readers/csv-records.ts';
import { isFooter } from '../readers/footer.ts';
import type { SourceFile } from '../readers/index.ts';

/** What people write under tables; a draft has all of them, for next month another of them may stand there. */
export const FOOTER_WORDS = [
  ...['合计', '总计', '累计', '共计', '小计'],
  ...[
    '制表人',
    '制表',
    '制表单位',
    '填表人',
    '填报人',
    '经办人',
    '审核人',
    '审核',
    '复核人',
    '复核',
    '负责人',
  ],
  ...['制表日期', '填表日期', '填报日期', '备注', '注', '说明', 'Total', 'Grand total'],
];

/** Bytes and lines of the file's end that are looked at. */
const END = 2 ** 16;
const LINES = 12;

/** `{ footer }` of a contract when one of the last lines is no row. */
export async function sniffFooter(
  { path, encoding }: SourceFile,
  { delimiter, isQuoted }: { delimiter: string; isQuoted: boolean },
): Promise<{ footer?: string[] }> {
  const text = new TextDecoder(encoding === 'binary' ? 'utf-8' : encoding.replace('-bom', '')).decode(
    await lastBytes(path),
  );
  // The first line may be cut off, in the middle of a character.
  const lines = text.split(/\r\n|\r|\n/).slice(1);
  const last = lines.filter((line) => line.trim() !== '').slice(-LINES);
  const isThere = last.some((line) => {
    const [event] = [...new CsvRecords(delimiter, isQuoted).push(`${line}\n`)];
    return event?.kind === 'record' && isFooter(event.cells, FOOTER_WORDS);
  });
  return isThere ? { footer: FOOTER_WORDS } : {};
}

/** The form a draft says, once the file is read: words for lines under the table only where there were some. */
export function withFooterFound(delivery: Delivery, lines: number): Delivery {
  if (lines > 0) return delivery;
  if (delivery.shape === 'zip')
    return { ...delivery, of: withFooterFound(delivery.of, lines) as typeof delivery.of };
  if (!('footer' in delivery)) return delivery;
  const { footer: _, ...form } = delivery;
  return form;
}

async function lastBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    // Where a character of UTF-16 begins.
    const from = Math.max(size - END, 0) & ~1;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
