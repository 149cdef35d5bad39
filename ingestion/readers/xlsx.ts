import type { Dataset } from '../contract.ts';
import { FOOTER_MESSAGE, FOOTER_RULE, isFooter } from './footer.ts';
import { type ReadResult, type ReadTarget, refusal, type SourceFile } from './reader.ts';
import { TableWriter } from './table-writer.ts';
import { readSheet } from './xlsx-rows.ts';
import { type ChosenSheet, chooseSheets, rowsAbove, type XlsxDelivery } from './xlsx-sheets.ts';
import { openWorkbook } from './xlsx-workbook.ts';
import { ZipArchive } from './zip.ts';

/**
 * Reads the sheets the contract names, or the only one that can be meant. Dates and numbers become text as a person sees them;
 * formulas count with the value last computed; rows of a further sheet go on with the number.
 * @throws AppError `refused_delivery`: `bad_zip`, `zip_bomb`, `missing_sheet`, `ambiguous_sheet`, `bad_xml`, header rules
 */
export async function readXlsx(file: SourceFile, dataset: Dataset, target: ReadTarget): Promise<ReadResult> {
  const { delivery } = dataset;
  if (delivery.shape !== 'xlsx') throw refusal('bad_contract', 'The contract is of no workbook.');
  const archive = await ZipArchive.open(file.path);
  try {
    const workbook = await openWorkbook(archive);
    const { chosen, notes } = await chooseSheets(archive, workbook, dataset, delivery);
    const columns = columnsOf(dataset, chosen);
    const writer = await TableWriter.create(target, columns);
    const rows = new SheetRows(writer, columns, delivery);
    try {
      for (const sheet of chosen) {
        rows.begin(sheet);
        await readSheet(archive, workbook, sheet.sheet, rows.take, () => writer.drain());
      }
    } catch (error) {
      await writer.abandon();
      throw error;
    }
    const said = new Set(chosen.flatMap(({ match }) => match.notes));
    const extra = [...new Set(chosen.flatMap(({ match }) => match.extra))];
    return { ...(await writer.finish(columns, [...notes, ...said])), extra };
  } finally {
    archive.close();
  }
}

/** Columns any of the sheets has, in the contract's order. */
function columnsOf({ fields }: Dataset, chosen: readonly ChosenSheet[]): string[] {
  const present = new Set(chosen.flatMap(({ match }) => match.columns));
  return fields.length === 0
    ? [...present]
    : fields.map(({ source }) => source).filter((source) => present.has(source));
}

/** The data rows, numbered through. */
class SheetRows {
  readonly #writer: TableWriter;
  readonly #columns: readonly string[];
  readonly #delivery: XlsxDelivery;
  #rowNo = 0;
  #above = 0;
  #width = 0;
  /** Where in a row each column stands; -1 in a sheet without it. */
  #positions: number[] = [];

  constructor(writer: TableWriter, columns: readonly string[], delivery: XlsxDelivery) {
    this.#writer = writer;
    this.#columns = columns;
    this.#delivery = delivery;
  }

  begin({ match, width }: ChosenSheet): void {
    this.#above = rowsAbove(this.#delivery);
    this.#width = width;
    this.#positions = this.#columns.map((column) => match.positions[match.columns.indexOf(column)] ?? -1);
  }

  take = (cells: string[]): void => {
    if (this.#above > 0) {
      this.#above -= 1;
      return;
    }
    this.#rowNo += 1;
    if (isFooter(cells, this.#delivery.footer ?? [])) {
      this.#writer.unreadable(this.#rowNo, FOOTER_RULE, FOOTER_MESSAGE, JSON.stringify(cells));
      return;
    }
    const beyond = cells.findIndex((cell, i) => i >= this.#width && cell.trim() !== '');
    if (beyond >= 0) {
      this.#writer.unreadable(
        this.#rowNo,
        'column_count',
        `The row has a value in column ${beyond + 1}, the header ends at ${this.#width}.`,
        JSON.stringify(cells),
      );
    } else
      this.#writer.row(
        this.#rowNo,
        this.#positions.map((position) => cells[position] ?? ''),
      );
  };
}
