/** Small XLSX files for tests, written part by part so that each can be made wrong. */
import yazl from 'yazl';

export interface Cell {
  /** `n`, `s`, `inlineStr`, `str`, `b`, `d`; text of `<v>` (or of `<t>` for inlineStr). */
  type?: string;
  value: string;
  style?: number;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const column = (index: number): string =>
  index < 26 ? String.fromCharCode(65 + index) : column(Math.floor(index / 26) - 1) + column(index % 26);

function sheetXml(rows: (string | Cell | null)[][]): string {
  const cellXml = (cell: string | Cell, reference: string): string => {
    const { type = 'inlineStr', value, style } = typeof cell === 'string' ? { value: cell } : cell;
    const body = type === 'inlineStr' ? `<is><t>${escape(value)}</t></is>` : `<v>${escape(value)}</v>`;
    return `<c r="${reference}" t="${type}"${style === undefined ? '' : ` s="${style}"`}>${body}</c>`;
  };
  const rowsXml = rows.map((cells, y) => {
    const xml = cells.map((cell, x) => (cell === null ? '' : cellXml(cell, `${column(x)}${y + 1}`)));
    return `<row r="${y + 1}">${xml.join('')}</row>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rowsXml.join('')}</sheetData></worksheet>`;
}

/** Style 1 is a date, style 2 a date with a time of the agency's own format. */
const STYLES =
  '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot; hh:mm"/></numFmts>' +
  '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>';

/** Bytes of a workbook; `parts` replaces or adds parts of the archive. */
export async function workbook(
  sheets: Record<string, (string | Cell | null)[][]>,
  options: { sharedStrings?: string[]; parts?: Record<string, string | Buffer> } = {},
): Promise<Buffer> {
  const names = Object.keys(sheets);
  const parts: Record<string, string | Buffer> = {
    'xl/workbook.xml': `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>${names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${names.map((_, i) => `<Relationship Id="rId${i + 1}" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}</Relationships>`,
    'xl/styles.xml': STYLES,
    ...Object.fromEntries(
      names.map((name, i) => [`xl/worksheets/sheet${i + 1}.xml`, sheetXml(sheets[name] ?? [])]),
    ),
  };
  if (options.sharedStrings) {
    parts['xl/sharedStrings.xml'] =
      `<sst>${options.sharedStrings.map((text) => `<si><t>${escape(text)}</t></si>`).join('')}</sst>`;
  }
  return zip({ ...parts, ...options.parts });
}

export async function zip(parts: Record<string, string | Buffer>): Promise<Buffer> {
  const archive = new yazl.ZipFile();
  for (const [name, content] of Object.entries(parts)) archive.addBuffer(Buffer.from(content), name);
  archive.end();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
