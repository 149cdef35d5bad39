/** Files as agencies send them, made for a test. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { findDataset } from '../../ingestion/contracts/index.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { Platform } from '../../warehouse/platform.ts';

/** Puts a file into `inbox/<source>/<dataset>/`; gives its path. */
export async function putInInbox(
  platform: Platform,
  dataset: string,
  name: string,
  content: string | Uint8Array,
): Promise<string> {
  const path = join(homePaths(platform.config.home).inbox, ...dataset.split('.'), name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

const text = z.record(z.string(), z.unknown());

export const rowsOf = (platform: Platform, sql: string): Promise<Record<string, unknown>[]> =>
  platform.warehouse.rows(sql, text);

/** Water readings as the water company's CSV. */
export const waterCsv = (rows: string[][]): string =>
  ['表号,抄表日期,读数,用量,水费金额', ...rows.map((row) => row.join(','))].join('\n') + '\n';

/** CSV of a data set from rows that give only some columns, by standard name; `extra` columns come last under their own names. */
export function csvOf(dataset: string, rows: Record<string, string>[], extra: string[] = []): string {
  const fields = findDataset(dataset)?.fields ?? [];
  const line = (cells: string[]): string => `${cells.join(',')}\n`;
  return (
    line([...fields.map(({ source }) => source), ...extra]) +
    rows
      .map((row) => line([...fields.map(({ name }) => name), ...extra].map((name) => row[name] ?? '')))
      .join('')
  );
}
