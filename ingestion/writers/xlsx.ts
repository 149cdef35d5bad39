/**
 * A streaming writer of Office Open XML workbooks (ISO/IEC 29500): one sheet, every cell an inline string, so that codes
 * and identity numbers stay the texts they are. Memory does not grow with the rows.
 */
import { PassThrough, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import yazl from 'yazl';

/** Rows an .xlsx sheet can hold, the header among them. */
export const XLSX_MAX_ROWS = 1_048_576;
const CHUNK_CHARACTERS = 1 << 17;
/** Fixed, so that the same rows make the same bytes; local parts, because zip stores local time. */
const ENTRY_OPTIONS = { mtime: new Date(2020, 0, 1), mode: 0o100644, forceDosTimestamp: true };

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const CONTENT = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

// Control characters other than tab, line feed and carriage return cannot be written in XML 1.0 at all.
/* eslint-disable no-control-regex */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const SPECIAL = /[&<>"\u0000-\u001f\ufffe\uffff]/;
/* eslint-enable no-control-regex */

/** Text as XML content or attribute value; characters XML 1.0 cannot hold are dropped. */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text
    .replace(FORBIDDEN, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}

const needsPreserve = (text: string): boolean => text !== text.trim() || text.includes('\n');

/** `A`, …, `Z`, `AA`, … of a column counted from 0. */
export function columnLetters(column: number): string {
  const before = Math.floor(column / 26);
  return (before > 0 ? columnLetters(before - 1) : '') + String.fromCharCode(65 + (column % 26));
}

export interface XlsxOptions {
  /** Sheet name; at most 31 characters, none of `[]:*?/\`. */
  sheet?: string;
}

export class XlsxWriter {
  private readonly zip = new yazl.ZipFile();
  private readonly sheet = new PassThrough();
  private readonly written: Promise<void>;
  private readonly letters: string[] = [];
  private waiting: string[] = [];
  private characters = 0;
  private rows = 0;
  private full = false;

  /** `output` receives the whole file and is ended by `close`. */
  constructor(output: Writable, options: XlsxOptions = {}) {
    const name = options.sheet ?? 'Sheet1';
    if (name.length > 31 || /[[\]:*?/\\]/.test(name)) throw new RangeError(`Not a sheet name: ${name}`);
    for (const [path, xml] of Object.entries(skeleton(name)))
      this.zip.addBuffer(Buffer.from(HEAD + xml), path, ENTRY_OPTIONS);
    this.zip.addReadStream(this.sheet, 'xl/worksheets/sheet1.xml', ENTRY_OPTIONS);
    this.zip.end();
    this.zip.outputStream.pipe(output);
    this.written = finished(output);
    // `close` and `drained` report it; until then it must not count as unhandled.
    this.written.catch((error: unknown) =>
      this.sheet.destroy(error instanceof Error ? error : new Error(String(error))),
    );
    this.sheet.on('error', () => (this.full = false));
    this.push(`${HEAD}<worksheet xmlns="${MAIN}"><sheetData>`);
  }

  /** One row of texts. Throws a RangeError beyond the rows a sheet can hold. */
  row(values: readonly string[]): void {
    if (++this.rows > XLSX_MAX_ROWS) throw new RangeError(`a sheet holds at most ${XLSX_MAX_ROWS} rows`);
    this.push(
      `<row r="${this.rows}">${values.map((text, column) => this.cell(text, column)).join('')}</row>`,
    );
  }

  /** Waits until the stream behind takes more. Call it every thousand rows or so. */
  async drained(): Promise<void> {
    if (this.full)
      await Promise.race([new Promise<void>((go) => this.sheet.once('drain', go)), this.written]);
    this.full = false;
  }

  /** Ends the workbook; resolves when the last byte has been handed over. */
  async close(): Promise<void> {
    this.push('</sheetData></worksheet>');
    this.flush();
    this.sheet.end();
    await this.written;
  }

  /** Nothing for an empty text: workbooks leave such cells out. */
  private cell(text: string, column: number): string {
    if (text === '') return '';
    const place = (this.letters[column] ??= columnLetters(column)) + this.rows;
    return `<c r="${place}" t="inlineStr"><is><t${needsPreserve(text) ? ' xml:space="preserve"' : ''}>${escapeXml(text)}</t></is></c>`;
  }

  private push(text: string): void {
    this.waiting.push(text);
    this.characters += text.length;
    if (this.characters >= CHUNK_CHARACTERS) this.flush();
  }

  private flush(): void {
    this.full = !this.sheet.write(this.waiting.join('')) || this.full;
    this.waiting = [];
    this.characters = 0;
  }
}

const skeleton = (sheet: string): Record<string, string> => ({
  '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${CONTENT}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${CONTENT}.worksheet+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${escapeXml(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
});
