/** A small table written anew as a whole: readers see the old rows or the new ones, and equal rows are not written again. */
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { literal } from '../warehouse/engine/sql.ts';
import { homePaths } from '../warehouse/home.ts';
import type { Platform } from '../warehouse/platform.ts';

/**
 * The table's comment holds the hash of its rows.
 * @param table `database.table`, both plain names
 * @param columns type by name
 * @param rows objects with these columns
 * @returns whether anything was written
 */
export async function replaceTable(
  { warehouse, config }: Pick<Platform, 'warehouse' | 'config'>,
  table: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly object[],
): Promise<boolean> {
  const options = { lane: 'batch' as const, tag: `write ${table}` };
  const text = rows.map((row) => JSON.stringify(row)).join('\n');
  const hash = createHash('sha256').update(text).digest('hex');
  const [database = '', name = ''] = table.split('.');
  const known = await warehouse.value(
    'SELECT comment FROM system.tables WHERE database = {database:String} AND name = {name:String}',
    z.string(),
    { ...options, params: { database, name } },
  );
  if (known === hash) return false;
  const work = homePaths(config.home).work;
  const file = join(work, `${name}-${process.pid}.jsonl`);
  await mkdir(work, { recursive: true });
  await writeFile(file, text);
  const next = `${table}__new`;
  try {
    const names = Object.keys(columns);
    const structure = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
    await warehouse.run(`DROP TABLE IF EXISTS ${next}`, options);
    await warehouse.run(`CREATE TABLE ${next} AS ${table}`, options);
    if (rows.length > 0)
      await warehouse.insertFile(
        'JSONEachRow',
        next,
        names,
        file,
        structure.join(', '),
        (source) => `SELECT ${names.join(', ')} FROM ${source}`,
        options,
      );
    await warehouse.run(`ALTER TABLE ${next} MODIFY COMMENT ${literal(hash)}`, options);
    await warehouse.run(`EXCHANGE TABLES ${next} AND ${table}`, options);
    await warehouse.run(`DROP TABLE ${next}`, options);
  } finally {
    await rm(file, { force: true });
  }
  return true;
}
