/** Seeds: small CSV files of code lists, whose rows travel inside the SQL text. */
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { broken } from './resolve.ts';
import { relationSql } from './sql.ts';
import type { Node, Relation } from './types.ts';

/** ClickHouse refuses statements above 256 KiB (`max_query_size`). */
const STATEMENT_CHARACTERS = 60_000;

/** Columns and types of a seed, in file order. A column without a declared type is text. */
export function seedColumns(node: Node): { name: string; type: string }[] {
  const [header] = csvRecords(node.text, node.config.delimiter);
  if (!header || header.fields.some((name) => name === ''))
    throw broken(node.path, 'the first line must name the columns');
  for (const name of Object.keys(node.config.column_types)) {
    if (!header.fields.includes(name))
      throw broken(node.path, `column_types names ${name}, which the file does not have`);
  }
  const declared = new Map(node.columns.map((column) => [column.name, column.dataType]));
  return header.fields.map((name) => ({
    name,
    type: node.config.column_types[name] ?? declared.get(name) ?? 'String',
  }));
}

/** INSERTs the file's rows into `target`, which has the columns of {@link seedColumns}. */
export async function insertSeed(warehouse: Warehouse, node: Node, target: Relation): Promise<void> {
  const columns = seedColumns(node);
  const [, ...records] = csvRecords(node.text, node.config.delimiter);
  const wrong = records.find((record) => record.fields.length !== columns.length);
  if (wrong)
    throw broken(
      node.path,
      `line ${wrong.line} has ${wrong.fields.length} fields, the header has ${columns.length}`,
    );
  const structure = columns.map((column) => `${identifier(column.name)} ${column.type}`).join(', ');
  const delimiter =
    node.config.delimiter === ',' ? '' : ` SETTINGS format_csv_delimiter = ${literal(node.config.delimiter)}`;
  for (const chunk of chunks(records.map((record) => record.text))) {
    await warehouse.run(
      `INSERT INTO ${relationSql(target)} SELECT * FROM format(CSV, ${literal(structure)}, ${literal(chunk)})${delimiter}`,
      { lane: 'batch', tag: `seed ${node.name}` },
    );
  }
}

interface CsvRecord {
  line: number;
  text: string;
  fields: string[];
}

/** Records of a CSV text; a quoted field may hold delimiters, doubled quotes and line ends. */
export function csvRecords(text: string, delimiter: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  const body = text.replace(/^\uFEFF/, '');
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let start = 0;
  let line = 1;
  let startLine = 1;
  const finish = (end: number): void => {
    const raw = body.slice(start, end).replace(/\r$/, '');
    if (raw !== '')
      records.push({ line: startLine, text: raw, fields: [...fields, field.replace(/\r$/, '')] });
    fields = [];
    field = '';
  };
  for (let index = 0; index < body.length; index += 1) {
    const character = body[index] ?? '';
    if (character === '\n') line += 1;
    if (quoted && character === '"' && body[index + 1] === '"') {
      field += '"';
      index += 1;
    } else if (character === '"' && (quoted || field === '')) {
      quoted = !quoted;
    } else if (!quoted && character === delimiter) {
      fields.push(field);
      field = '';
    } else if (!quoted && character === '\n') {
      finish(index);
      start = index + 1;
      startLine = line;
    } else {
      field += character;
    }
  }
  finish(body.length);
  return records;
}

function* chunks(lines: string[]): Iterable<string> {
  let held: string[] = [];
  let size = 0;
  for (const line of lines) {
    if (size + line.length > STATEMENT_CHARACTERS && held.length > 0) {
      yield held.join('\n');
      held = [];
      size = 0;
    }
    held.push(line);
    size += line.length + 1;
  }
  if (held.length > 0) yield held.join('\n');
}

/** A seed's text: every cell quoted, on one line. */
export const csvText = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, ...rows]
    .map(
      (row) =>
        `${row.map((cell) => `"${cell.replaceAll(/[\r\n]+/g, ' ').replaceAll('"', '""')}"`).join(',')}\n`,
    )
    .join('');
