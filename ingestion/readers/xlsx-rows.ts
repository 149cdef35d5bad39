/** Rows of a sheet as texts, in bounded memory. */
import { LIMITS, refusal } from './reader.ts';
import { parseXml } from './sax.ts';
import { columnOf, dateText, numberText } from './xlsx-cells.ts';
import { type Sheet, unescapeCell, type Workbook } from './xlsx-workbook.ts';
import type { ZipArchive } from './zip.ts';

/** What people see in a cell where a number stands for something else. */
const cellText = (type: string, style: number, value: string, workbook: Workbook): string => {
  switch (type) {
    case 's':
      return workbook.sharedStrings[Number(value)] ?? '';
    case 'n':
      return workbook.dateStyles[style] ? dateText(value, workbook.dateSystem) : numberText(value);
    case 'b':
      return value === '1' ? 'TRUE' : 'FALSE';
    case 'd':
      return value.replace('T', ' ').replace(/Z$/, '');
    default:
      return unescapeCell(value);
  }
};

/**
 * Gives each row that has something in it, '' where a cell has nothing.
 * @throws AppError `refused_delivery`: `bad_zip`, `bad_xml`, `too_many_columns`, `cell_too_long`
 */
export async function readSheet(
  archive: ZipArchive,
  workbook: Workbook,
  { path }: Sheet,
  take: (cells: string[]) => void,
  drain?: () => Promise<void>,
): Promise<void> {
  if (!archive.has(path)) return;
  let cells: string[] = [];
  let column = -1;
  let type = '';
  let style = 0;
  let text = '';
  let isValue = false;
  let rowSize = 0;
  await parseXml(archive.text(path), path, {
    open: (name, attributes) => {
      if (name === 'row') {
        cells = [];
        column = -1;
        rowSize = 0;
      } else if (name === 'c') {
        const reference = attributes['r'];
        column = reference === undefined ? column + 1 : columnOf(reference);
        if (column < 0 || column >= LIMITS.columns) {
          throw refusal('too_many_columns', `The sheet has a cell beyond column ${LIMITS.columns}.`);
        }
        type = attributes['t'] ?? 'n';
        style = Number(attributes['s'] ?? 0);
        text = '';
      } else if (name === 'v' || name === 't') isValue = true;
    },
    close: (name) => {
      if (name === 'v' || name === 't') isValue = false;
      else if (name === 'c' && text !== '') cells[column] = cellText(type, style, text, workbook);
      else if (name === 'row' && cells.some((cell) => cell.trim() !== ''))
        take(Array.from(cells, (cell) => cell ?? ''));
    },
    text: (more) => {
      if (!isValue) return;
      rowSize += more.length;
      if (rowSize > LIMITS.line)
        throw refusal('cell_too_long', `A row of the sheet is longer than ${LIMITS.line} characters.`);
      text += more;
    },
    ...(drain ? { drain } : {}),
  });
}

/** Thrown through the parser: what follows is of no interest. */
class Enough extends Error {}

/** The first rows with something in them; what stands behind them is not unpacked. */
export async function firstRows(
  archive: ZipArchive,
  workbook: Workbook,
  sheet: Sheet,
  most: number,
): Promise<string[][]> {
  const rows: string[][] = [];
  try {
    await readSheet(archive, workbook, sheet, (cells) => {
      rows.push(cells);
      if (rows.length >= most) throw new Enough();
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return rows;
}
