/** Rows of counts and findings into `meta`, some hundreds in a statement. */
import { literal } from '../warehouse/engine/sql.ts';
import type { Warehouse } from '../warehouse/engine/warehouse.ts';

export type Cell = string | number;

/** A statement may hold 256 KiB of text; a row is under 250 characters, and a Chinese character three bytes. */
const MOST_CHARACTERS = 60_000;

/** @param structure `name Type, …`: the columns written, in order */
export async function writeRows(
  warehouse: Warehouse,
  table: string,
  structure: string,
  rows: Iterable<readonly Cell[]>,
): Promise<void> {
  const columns = structure.split(/,(?![^(]*\))/).map((column) => column.trim().split(' ')[0]);
  const insert = (lines: readonly string[]): Promise<void> =>
    warehouse.run(
      `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.join(', ')}
       FROM format(JSONCompactEachRow, ${literal(structure)}, ${literal(lines.join('\n'))})`,
      { lane: 'batch', tag: `write ${table}` },
    );
  let [lines, characters] = [[] as string[], 0];
  for (const row of rows) {
    const line = JSON.stringify(row);
    if (characters + line.length > MOST_CHARACTERS) {
      await insert(lines);
      [lines, characters] = [[], 0];
    }
    lines.push(line);
    characters += line.length;
  }
  if (lines.length > 0) await insert(lines);
}
