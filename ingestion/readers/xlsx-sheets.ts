/** Which sheets of a workbook are the delivery. None that holds something is left out without a word. */
import type { Dataset, Delivery } from '../contract.ts';
import { joinedHeader } from './header-rows.ts';
import { type HeaderMatch, matchHeader, shownName } from './header.ts';
import { headerName } from './header-name.ts';
import { namesLike } from './name-pattern.ts';
import { refusal } from './reader.ts';
import { firstRows } from './xlsx-rows.ts';
import type { Sheet, Workbook } from './xlsx-workbook.ts';
import type { ZipArchive } from './zip.ts';

export type XlsxDelivery = Extract<Delivery, { shape: 'xlsx' }>;

export interface ChosenSheet {
  sheet: Sheet;
  match: HeaderMatch;
  /** Cells of its header. */
  width: number;
}

interface Filled {
  sheet: Sheet;
  /** Its first rows: what stands above the data, and one more. */
  rows: string[][];
}

/** Notes of sheets left out: the others are counted. */
const MOST_NOTES = 20;

/** @throws AppError `refused_delivery`, rule `missing_sheet`, `ambiguous_sheet`, `empty_file`, header rules */
export async function chooseSheets(
  archive: ZipArchive,
  workbook: Workbook,
  dataset: Dataset,
  delivery: XlsxDelivery,
): Promise<{ chosen: ChosenSheet[]; notes: string[] }> {
  const above = rowsAbove(delivery);
  const filled: Filled[] = [];
  for (const sheet of workbook.sheets) {
    const rows = await firstRows(archive, workbook, sheet, above + 1);
    if (rows.length > 0) filled.push({ sheet, rows });
  }
  const taken = wanted(workbook, filled, dataset, delivery);
  const chosen = taken.map(({ sheet, rows }) => {
    const header = headerOf(rows, delivery);
    return { sheet, match: matchHeader(header, dataset), width: header.length };
  });
  return { chosen, notes: leftOut(filled.filter((each) => !taken.includes(each))) };
}

/** Rows with something in them above the data. */
export const rowsAbove = ({ skip = 0, headerRows = 1 }: XlsxDelivery): number => skip + headerRows;

/** @throws AppError `refused_delivery`, rule `empty_file` */
function headerOf(rows: string[][], delivery: XlsxDelivery): string[] {
  const above = rowsAbove(delivery);
  if (rows.length < above)
    throw refusal(
      'empty_file',
      `The sheet ends in row ${rows.length}, above its header: the contract says it has ${above} rows above the data.`,
    );
  const header = rows.slice(delivery.skip ?? 0, above);
  return delivery.headerNames === 'joined' ? joinedHeader(header) : (header[0] ?? []);
}

/** Those the contract names; without a name the only one that holds something, or whose header is the contract's. */
function wanted(workbook: Workbook, filled: Filled[], dataset: Dataset, delivery: XlsxDelivery): Filled[] {
  const { sheet: pattern } = delivery;
  const nothing = refusal('empty_file', 'The sheet holds no cell.');
  if (pattern !== undefined) {
    const names = namesLike(
      workbook.sheets.map(({ name }) => headerName(name)),
      headerName(pattern),
    );
    if (names.length === 0)
      throw refusal('missing_sheet', `The workbook has no sheet “${pattern}”.`, { sheet: pattern });
    const named = filled.filter(({ sheet }) => names.includes(headerName(sheet.name)));
    if (named.length === 0) throw nothing;
    return named;
  }
  const [first] = filled;
  if (!first) throw nothing;
  if (filled.length === 1) return [first];
  const fitting = filled.filter(({ rows }) => fits(rows, dataset, delivery));
  const full = fitting.filter(({ rows }) => rows.length > rowsAbove(delivery));
  if (full.length > 1) {
    const names = full.map(({ sheet }) => `“${shownName(sheet.name)}”`);
    throw refusal(
      'ambiguous_sheet',
      `${names.length} sheets of the workbook hold such a table: ${names.slice(0, 5).join(', ')}.`,
      { sheets: names.length },
      'Say in the contract which sheet is meant, or by a pattern which of them are read one behind the other.',
    );
  }
  return [full[0] ?? fitting[0] ?? first];
}

/** Has a sheet the columns the contract asks for? */
function fits(rows: string[][], dataset: Dataset, delivery: XlsxDelivery): boolean {
  try {
    matchHeader(headerOf(rows, delivery), dataset);
    return true;
  } catch {
    return false; // whatever is wrong with its header, it is another table
  }
}

function leftOut(others: Filled[]): string[] {
  const notes = others
    .slice(0, MOST_NOTES)
    .map(({ sheet }) => `The workbook’s sheet “${shownName(sheet.name)}” was left out.`);
  const more = others.length - notes.length;
  return more > 0 ? [...notes, `${more} more sheets were left out.`] : notes;
}
