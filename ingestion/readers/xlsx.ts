import type { Dataset } from '../contract.ts';
import { type HeaderMatch, matchHeader } from './header.ts';
import { LIMITS, type ReadResult, type ReadTarget, refusal, type SourceFile } from './reader.ts';
import { parseXml } from './sax.ts';
import { TableWriter } from './table-writer.ts';
import { columnOf, dateText, numberText } from './xlsx-cells.ts';
import { openWorkbook, unescapeCell, type Workbook } from './xlsx-workbook.ts';
import { ZipArchive } from './zip.ts';

/**
 * Reads the sheet the contract names (or the first): the first row with text is the header. Dates and numbers become text as a
 * person sees them; formulas count with the value last computed.
 * @throws AppError `refused_delivery`: `bad_zip`, `zip_bomb`, `missing_sheet`, `bad_xml`, header rules
 */
export async function readXlsx(file: SourceFile, dataset: Dataset, target: ReadTarget): Promise<ReadResult> {
  const archive = await ZipArchive.open(file.path);
  const rows = new SheetRows(dataset, target);
  try {
    const sheet = dataset.delivery.shape === 'xlsx' ? dataset.delivery.sheet : undefined;
    const workbook = await openWorkbook(archive, sheet);
    await readSheet(archive, workbook, rows);
    return await rows.finish();
  } catch (error) {
    await rows.abandon();
    throw error;
  } finally {
    archive.close();
  }
}

/** Gives each row of the sheet as sparse cells. */
async function readSheet(archive: ZipArchive, workbook: Workbook, rows: SheetRows): Promise<void> {
  let cells: string[] = [];
  let column = -1;
  let type = '';
  let style = 0;
  let text = '';
  let isValue = false;
  let rowSize = 0;
  await parseXml(archive.text(workbook.sheetPath), workbook.sheetPath, {
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
      else if (name === 'row') rows.take(Array.from(cells, (cell) => cell ?? ''));
    },
    text: (more) => {
      if (!isValue) return;
      rowSize += more.length;
      if (rowSize > LIMITS.line)
        throw refusal('cell_too_long', `A row of the sheet is longer than ${LIMITS.line} characters.`);
      text += more;
    },
    drain: () => rows.drain(),
  });
}

function cellText(type: string, style: number, value: string, workbook: Workbook): string {
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
}

/** The header, then the data rows; blank rows are nothing. */
class SheetRows {
  #width = 0;
  #match: HeaderMatch | null = null;
  #rowNo = 0;
  #writer: TableWriter | null = null;
  /** Rows that came before the writer was there, which is made between chunks. */
  #waiting: string[][] = [];

  constructor(
    private readonly dataset: Dataset,
    private readonly target: ReadTarget,
  ) {}

  take(cells: string[]): void {
    if (cells.every((cell) => cell.trim() === '')) return;
    if (this.#match === null) {
      this.#width = cells.length;
      this.#match = matchHeader(cells, this.dataset);
    } else if (this.#writer) this.#write(cells, this.#match, this.#writer);
    else this.#waiting.push(cells);
  }

  async drain(): Promise<void> {
    if (this.#match === null) return;
    if (this.#writer === null) {
      this.#writer = await TableWriter.create(this.target, this.#match.columns);
      for (const cells of this.#waiting) this.#write(cells, this.#match, this.#writer);
      this.#waiting = [];
    }
    await this.#writer.drain();
  }

  #write(cells: string[], match: HeaderMatch, writer: TableWriter): void {
    this.#rowNo += 1;
    const beyond = cells.findIndex((cell, i) => i >= this.#width && cell.trim() !== '');
    if (beyond >= 0) {
      writer.unreadable(
        this.#rowNo,
        'column_count',
        `The row has a value in column ${beyond + 1}, the header ends at ${this.#width}.`,
        JSON.stringify(cells),
      );
    } else
      writer.row(
        this.#rowNo,
        match.positions.map((position) => cells[position] ?? ''),
      );
  }

  async finish(): Promise<ReadResult> {
    await this.drain();
    if (this.#match === null || this.#writer === null)
      throw refusal('empty_file', 'The sheet holds no cell.');
    const writer = this.#writer;
    this.#writer = null;
    return { ...(await writer.finish(this.#match.columns, this.#match.notes)), extra: this.#match.extra };
  }

  async abandon(): Promise<void> {
    await this.#writer?.abandon();
  }
}
