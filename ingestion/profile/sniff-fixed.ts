/** Where the columns of a file are that has neither header nor delimiter: lines of one length, blank at the same places. */
import type { FoundEncoding } from '../readers/index.ts';
import type { Head } from '../contract.ts';
import { type FoundHead, headDelivery } from './sniff-head.ts';
import { DELIMITERS } from './sniff-table.ts';
import { headerRowsOf } from './table-top.ts';

interface Place {
  source: string;
  /** From 1. */
  start: number;
  length: number;
}
export interface FixedForm {
  unit: 'bytes' | 'characters';
  columns: Place[];
  head?: { head?: Head };
  /** Whether a line above the data says what the columns are called. */
  isNamed: boolean;
}

const LOOKED_AT = 2000;
/** Lines above the data, header information aside. */
const MOST_ABOVE = 3;
type Line = readonly string[];

/**
 * @param start the file's first bytes; the last line may be cut off
 * @param found header information already recognised
 * @returns null for a file with delimiters, or of ragged lines
 */
export function sniffFixed(
  start: Buffer,
  encoding: FoundEncoding,
  found: FoundHead | null,
): FixedForm | null {
  for (const unit of ['bytes', 'characters'] as const) {
    if (unit === 'bytes' && encoding.startsWith('utf-16')) continue;
    const form = formOf(linesOf(start, encoding, unit), encoding, unit, found);
    if (form) return form;
  }
  return null;
}

/** Each line as its characters, or its bytes as characters of Latin 1. */
function linesOf(start: Buffer, encoding: FoundEncoding, unit: FixedForm['unit']): Line[] {
  const withoutMark = encoding === 'utf-8-bom' ? start.subarray(3) : start;
  const text =
    unit === 'bytes' ? withoutMark.toString('latin1') : new TextDecoder(labelOf(encoding)).decode(start);
  const lines = text.split(/\r?\n/, LOOKED_AT + 1);
  lines.pop();
  return lines.map((line) => (unit === 'bytes' ? line.split('') : Array.from(line)));
}
const labelOf = (encoding: FoundEncoding): string =>
  encoding === 'gb18030' || encoding.startsWith('utf-16') ? encoding : 'utf-8';

function formOf(
  lines: Line[],
  encoding: FoundEncoding,
  unit: FixedForm['unit'],
  found: FoundHead | null,
): FixedForm | null {
  const below = lines.slice(found?.lines ?? 0);
  const width = below.at(-1)?.length ?? 0;
  const above = below.findIndex((_, i) => below.slice(i, i + 5).every(({ length }) => length === width));
  if (above < 0 || above > MOST_ABOVE || width < 3) return null;
  const even = below.slice(above).filter(({ length }) => length === width);
  if (even.length < 3 || even.length < (below.length - above) * 0.95) return null;
  if (isDelimited(even)) return null;
  // The first line may have names, which are longer or shorter than the values.
  const runs = runsOf(even.slice(1), width);
  if (runs.length < 2) return null;
  const cutAt = placesOf(runs, even.slice(1), width);
  const text = (cells: string): string =>
    (unit === 'bytes'
      ? new TextDecoder(labelOf(encoding)).decode(Buffer.from(cells, 'latin1'))
      : cells
    ).trim();
  const records = even.slice(1).map((line) => cutAt.map(([from, to]) => text(line.slice(from, to).join(''))));
  const words = (line: Line | undefined): string[] => text((line ?? []).join('')).split(/[ \u3000]+/);
  const first = words(even[0]);
  const isTitled = first.length === runs.length && headerRowsOf([first, ...records]) > 0;
  const names = isTitled ? first : above > 0 ? words(below[above - 1]) : [];
  const isNamed = names.length === runs.length && new Set(names).size === names.length;
  const columns = cutAt.map(([from, to], i) => ({
    source: (isNamed ? names[i] : undefined) ?? `column ${i + 1}`,
    start: from + 1,
    length: to - from,
  }));
  const skipped = (found?.lines ?? 0) + above + Number(isTitled);
  const none: FoundHead = { lines: 0, delimiter: '|', labels: {}, totals: [], behind: '' };
  const head =
    skipped === 0
      ? {}
      : headDelivery(
          { ...(found ?? none), lines: skipped },
          columns.map(({ source }) => source),
        );
  return { unit, columns, head, isNamed };
}

/** One character as often in every line stands between cells. */
function isDelimited(lines: Line[]): boolean {
  const [first = [], ...rest] = lines.slice(0, 200);
  const count = (line: Line, delimiter: string): number => line.filter((each) => each === delimiter).length;
  return DELIMITERS.some((delimiter) => {
    const expected = count(first, delimiter);
    return expected > 0 && rest.every((line) => count(line, delimiter) === expected);
  });
}

/** [from, to): where some line has something, between places that are blank in all of them. */
function runsOf(lines: Line[], width: number): [number, number][] {
  const runs: [number, number][] = [];
  for (let at = 0; at < width; at++) {
    if (lines.every((line) => line[at] === ' ')) continue;
    const last = runs.at(-1);
    if (last && last[1] === at) last[1] = at + 1;
    else runs.push([at, at + 1]);
  }
  return runs;
}

/** The blanks between two columns belong to the second where its values stand at its end (numbers), else to the first. */
function placesOf(runs: [number, number][], lines: Line[], width: number): [number, number][] {
  const starts = runs.map(([from, to], i) => {
    if (i === 0) return 0;
    const isAtEnd = lines.every((line) => line[to - 1] !== ' ') && lines.some((line) => line[from] === ' ');
    return isAtEnd ? (runs[i - 1]?.[1] ?? from) : from;
  });
  return starts.map((start, i) => [start, starts[i + 1] ?? width]);
}
