/** Which sheet of a workbook holds the table. */
import { type Delivery, deliverySchema } from '../contract.ts';
import { shownName } from '../readers/header.ts';
import { headerName } from '../readers/header-name.ts';
import { refusal } from '../readers/reader.ts';
import { firstRows } from '../readers/xlsx-rows.ts';
import { openWorkbook, type Sheet } from '../readers/xlsx-workbook.ts';
import { ZipArchive } from '../readers/zip.ts';
import { FOOTER_WORDS } from './sniff-footer.ts';
import { titleNotes } from './sniff-head.ts';
import type { Sniffed } from './sniffed.ts';
import { type TableTop, tableTop } from './table-top.ts';

/** Rows of each sheet that are looked at. */
const LOOKED_AT = 200;
/** Sheets named in notes; the others are counted. */
const MOST_NAMED = 20;

interface Looked {
  sheet: Sheet;
  rows: string[][];
  top: TableTop;
}

export const JOINED = (lines: number): string =>
  `The header has ${lines} lines: names above and below are one name, joined by a point.`;

/**
 * The sheet with the most cells in rows of several; sheets of the same header whose names differ by their number alone are one
 * delivery. The contract names a sheet only where there are several.
 * @throws AppError `refused_delivery` as reading the workbook would
 */
export async function sniffXlsx(path: string, name: string): Promise<Sniffed> {
  const archive = await ZipArchive.open(path);
  try {
    const workbook = await openWorkbook(archive);
    const looked: Looked[] = [];
    for (const sheet of workbook.sheets) {
      const rows = await firstRows(archive, workbook, sheet, LOOKED_AT);
      if (rows.length > 0) looked.push({ sheet, rows, top: tableTop(rows) });
    }
    const [best] = looked.toSorted((a, b) => cellsOf(b) - cellsOf(a));
    if (!best) throw refusal('empty_file', 'The sheets of the workbook hold no cell.');
    const { form, notes } = sheetsOf(best, looked);
    const { skip, headerRows, isJoined } = best.top;
    const delivery: Delivery = deliverySchema.parse({
      ...{ shape: 'xlsx', ...form },
      ...(skip > 0 ? { skip } : {}),
      ...(headerRows > 1 ? { headerRows } : {}),
      ...(isJoined ? { headerNames: 'joined' } : {}),
      // Whether there are such rows is known once the sheet is read.
      footer: FOOTER_WORDS,
    });
    notes.push(...titleNotes(best.rows.slice(0, skip).map((cells) => cells.join(' '))));
    if (isJoined) notes.push(JOINED(headerRows));
    return { file: { path, name, encoding: 'binary' }, delivery, fields: [], notes };
  } finally {
    archive.close();
  }
}

const filledIn = (cells: string[]): number => cells.filter((cell) => cell.trim() !== '').length;
/** A cover sheet has one text a row. */
const cellsOf = ({ rows }: Looked): number =>
  rows.map(filledIn).reduce((sum, cells) => sum + (cells > 1 ? cells : 0), 0);

function sheetsOf(best: Looked, looked: Looked[]): { form: { sheet?: string }; notes: string[] } {
  if (looked.length === 1) return { form: {}, notes: [] };
  const header = ({ top }: Looked): string => JSON.stringify({ ...top, header: top.header.map(headerName) });
  const alike = looked.filter((each) => header(each) === header(best));
  const pattern = patternOf(best.sheet.name);
  const isSeries = alike.length > 1 && alike.every(({ sheet }) => patternOf(sheet.name) === pattern);
  const read = isSeries ? alike : [best];
  const others = looked.filter((each) => !read.includes(each));
  const isSafe = others.every(({ sheet }) => patternOf(sheet.name) !== pattern);
  const shown = ({ sheet }: Looked): string => `“${shownName(sheet.name)}”`;
  const taken = isSafe ? read : [best];
  const left = looked.filter((each) => !taken.includes(each));
  const notes = [
    `The workbook has ${looked.length} sheets that hold something; the table is in ${taken.map(shown).join(', ')}.`,
  ];
  const more = left.length - MOST_NAMED;
  if (left.length > 0)
    notes.push(
      `Left out: ${left.slice(0, MOST_NAMED).map(shown).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    );
  const twins = left.filter((each) => alike.includes(each));
  if (twins.length > 0)
    notes.push(
      `${twins.map(shown).join(', ')}: the same header. A pattern in the contract’s \`sheet\` reads them one behind the other.`,
    );
  return { form: { sheet: taken.length > 1 ? pattern : headerName(best.sheet.name) }, notes };
}

/** `3月` and `12月`, `第一季度` and `第二季度` are one kind of sheet; without a number a name is its own pattern. */
const patternOf = (name: string): string =>
  headerName(name)
    .replace(/[0-9]+|[一二三四五六七八九十]+/g, '*')
    .replace(/\*(?:[-_. ]?\*)+/g, '*');
