/** The scan over bytes finds the records the careful reader of strings finds, however the text is cut into chunks. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CsvRecords } from '../../ingestion/readers/csv-records.ts';
import { RecordScan } from '../../ingestion/readers/csv-scan.ts';

function scanned(text: string, delimiter: string, isQuoted: boolean, cut: number): string[] {
  const scan = new RecordScan(delimiter, isQuoted);
  const all = Buffer.from(text);
  const found: string[] = [];
  let from = 0;
  const take = (upTo: number, isEnd: boolean): void => {
    const bytes = all.subarray(from, upTo);
    let at = 0;
    while (at < bytes.length) {
      const kind = scan.scan(bytes, at, isEnd);
      if (kind === 'more') break;
      if (kind === 'record') {
        const record = bytes.toString('utf8', at, scan.end);
        if (scan.cells > 1 || read(record, delimiter, isQuoted).length > 0)
          found.push(`${scan.cells} ${record}`);
        at = scan.next;
        continue;
      }
      const end = bytes.subarray(at).findIndex((byte) => byte === 10 || byte === 13);
      if (!isEnd) break; // as a sieve that waits for the whole line
      const line = end < 0 ? bytes.length : at + end;
      found.push(`broken ${bytes.toString('utf8', at, line)}`);
      at = line + (bytes[line] === 13 && bytes[line + 1] === 10 ? 2 : 1);
    }
    from += at;
  };
  for (let upTo = cut; upTo < all.length; upTo += cut) take(upTo, false);
  take(all.length, true);
  return found;
}

function read(text: string, delimiter: string, isQuoted: boolean): string[] {
  const records = new CsvRecords(delimiter, isQuoted);
  const events = [...records.push(text), ...records.finish()];
  return events.map((event) =>
    event.kind === 'broken' ? `broken ${event.text}` : `${event.cells.length} ${event.cells.join('')}`,
  );
}

/** What both say of a text: cells of a record, or the line given up. The content of cells is the other's business. */
const verdicts = (found: string[]): string[] =>
  found.map((one) => (one.startsWith('broken') ? one : (one.split(' ', 1)[0] ?? '')));

describe('records in bytes', () => {
  const piece = fc.constantFrom('a', '中', ' ', '"', '""', '"a"', ',', '||', '|', '\n', '\r\n', '\r', '1');
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

  test.each([
    [',', true],
    ['||', true],
    ['||', false],
    ['|', false],
  ])('delimiter %s, quotes %s', (delimiter, isQuoted) => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 50 }), (content, cut) => {
        expect(verdicts(scanned(content, delimiter, isQuoted, cut))).toEqual(
          verdicts(read(content, delimiter, isQuoted)),
        );
      }),
      { numRuns: 500 },
    );
  });
});
