import { refusal } from './reader.ts';
import { parseXml } from './sax.ts';
import { isDateFormat } from './xlsx-cells.ts';
import type { ZipArchive } from './zip.ts';

export interface Sheet {
  name: string;
  /** In the archive, which may lack it; a chart has a path too, and no cells. */
  path: string;
}

/** Its sheets, and what their cells refer to. */
export interface Workbook {
  sheets: Sheet[];
  sharedStrings: string[];
  /** By style number: does it show a date? */
  dateStyles: boolean[];
  dateSystem: 1900 | 1904;
}

/** Characters of shared text held in memory. */
const MAX_SHARED = 256 * 2 ** 20;
const WORKBOOK = 'xl/workbook.xml';

/** @throws AppError `refused_delivery`, rule `not_a_workbook`, `missing_sheet`, `shared_strings_too_large` */
export async function openWorkbook(archive: ZipArchive): Promise<Workbook> {
  if (!archive.has(WORKBOOK))
    throw refusal('not_a_workbook', 'The file is a zip archive but no XLSX workbook.');
  const named: { name: string; relation: string }[] = [];
  let dateSystem: 1900 | 1904 = 1900;
  await elements(archive, WORKBOOK, (name, attributes) => {
    if (name === 'sheet')
      named.push({ name: attributes['name'] ?? '', relation: attributes['r:id'] ?? relationOf(attributes) });
    if (name === 'workbookPr' && /^(1|true)$/.test(attributes['date1904'] ?? '')) dateSystem = 1904;
  });
  const targets = new Map<string, string>();
  await elements(archive, 'xl/_rels/workbook.xml.rels', (name, attributes) => {
    if (name === 'Relationship') targets.set(attributes['Id'] ?? '', attributes['Target'] ?? '');
  });
  const sheets = named.map(({ name, relation }) => {
    const target = targets.get(relation) ?? '';
    return { name, path: target.startsWith('/') ? target.slice(1) : `xl/${target}` };
  });
  // A workbook that lost a sheet it names is damaged: nobody knows what stood in it.
  const lost = sheets.find(({ path }) => !archive.has(path));
  if (lost)
    throw refusal('missing_sheet', `The sheet “${lost.name}” is not in the workbook.`, { sheet: lost.name });
  if (sheets.length === 0) throw refusal('missing_sheet', 'The workbook has no sheet.');
  return {
    sheets,
    sharedStrings: await readSharedStrings(archive),
    dateStyles: await readDateStyles(archive),
    dateSystem,
  };
}

/** Some writers bind the relationships namespace to another prefix. */
const relationOf = (attributes: Record<string, string>): string =>
  Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';

const elements = (
  archive: ZipArchive,
  part: string,
  open: (name: string, attributes: Record<string, string>) => void,
): Promise<void> =>
  archive.has(part)
    ? parseXml(archive.text(part), part, { open, close: () => {}, text: () => {} })
    : Promise.resolve();

async function readSharedStrings(archive: ZipArchive): Promise<string[]> {
  const part = 'xl/sharedStrings.xml';
  if (!archive.has(part)) return [];
  if (archive.size(part) > MAX_SHARED) {
    throw refusal(
      'shared_strings_too_large',
      `The workbook holds more than ${MAX_SHARED} bytes of shared text.`,
      {},
      'Send it as CSV.',
    );
  }
  const strings: string[] = [];
  let current = '';
  let isText = false;
  let isPhonetic = false;
  await parseXml(archive.text(part), part, {
    open: (name) => {
      if (name === 'si') current = '';
      else if (name === 'rPh') isPhonetic = true;
      else if (name === 't') isText = !isPhonetic;
    },
    close: (name) => {
      if (name === 'si') strings.push(unescapeCell(current));
      else if (name === 'rPh') isPhonetic = false;
      else if (name === 't') isText = false;
    },
    text: (text) => {
      if (isText) current += text;
    },
  });
  return strings;
}

/** `_x000D_` and the like stand for characters XML cannot hold (ECMA-376 part 1, 22.9.2.19). */
export const unescapeCell = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : text;

async function readDateStyles(archive: ZipArchive): Promise<boolean[]> {
  const formats = new Map<number, string>();
  const styles: boolean[] = [];
  let isCellFormats = false;
  const part = 'xl/styles.xml';
  if (!archive.has(part)) return styles;
  await parseXml(archive.text(part), part, {
    open: (name, attributes) => {
      if (name === 'numFmt') formats.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
      else if (name === 'cellXfs') isCellFormats = true;
      else if (name === 'xf' && isCellFormats) {
        const id = Number(attributes['numFmtId'] ?? 0);
        styles.push(isDateFormat(id, formats.get(id)));
      }
    },
    close: (name) => {
      if (name === 'cellXfs') isCellFormats = false;
    },
    text: () => {},
  });
  return styles;
}
