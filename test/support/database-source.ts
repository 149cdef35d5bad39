import { mkdir, readFile } from 'node:fs/promises';
import type { Dataset, DatasetInput } from '../../ingestion/contract.ts';
import { defineHomeDataset } from '../../ingestion/contracts/home.ts';
import type { Collected, Connector, Position } from '../../ingestion/connectors/connector.ts';
import { CsvRecords } from '../../ingestion/readers/csv-records.ts';
import { testLog } from './platform.ts';

/** A contract over the given columns, the first of which is the key. */
export const contractOver = (
  dataset: string,
  columns: readonly string[],
  strategy: 'full' | 'incremental' | 'append' = 'full',
): DatasetInput => ({
  source: 'agency',
  dataset,
  zh: '测试',
  reference: '测试',
  owner: '测试单位',
  grain: '一行',
  key: ['c0'],
  load: { strategy },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'irregular',
  latenessDays: 31,
  level: 3,
  legalBasis: '测试',
  fields: columns.map((source, i) => ({
    name: `c${i}`,
    source,
    element: i === 0 ? 'identifier' : 'text',
    ...(i === 0 ? ({ required: true, onInvalid: 'reject' } as const) : {}),
  })),
});

export interface CollectedFile extends Omit<Collected, 'path'> {
  header: string[];
  rows: string[][];
}

/** Collects as the task runner would, and reads what was written before the next file is asked for. */
export async function collectFiles(
  connector: Connector,
  about: {
    settings: unknown;
    datasets: readonly (Dataset | DatasetInput)[];
    directory: string;
    secrets?: Record<string, string>;
    position?: Position | null;
    signal?: AbortSignal;
    /** Killed once so many files are committed: what stands behind the last `yield` does not run. */
    killedAfter?: number;
    /** Called for each file, once it is read. */
    onFile?: (file: CollectedFile) => Promise<void> | void;
  },
): Promise<CollectedFile[]> {
  await mkdir(about.directory, { recursive: true });
  const files: CollectedFile[] = [];
  for await (const { path, ...file } of connector.collect({
    settings: connector.settings.parse(about.settings),
    secrets: about.secrets ?? {},
    log: testLog,
    signal: about.signal ?? new AbortController().signal,
    position: about.position ?? null,
    datasets: about.datasets.map(defineHomeDataset),
    directory: about.directory,
  })) {
    const read = { ...file, ...(await records(path)) };
    files.push(read);
    await about.onFile?.(read);
    if (files.length === about.killedAfter) break;
  }
  return files;
}

async function records(path: string): Promise<{ header: string[]; rows: string[][] }> {
  const parser = new CsvRecords(',');
  const cells: string[][] = [];
  for (const event of [...parser.push(await readFile(path, 'utf8')), ...parser.finish()]) {
    if (event.kind === 'broken') throw new Error(`${path}: ${event.message}`);
    cells.push(event.cells);
  }
  return { header: cells[0] ?? [], rows: cells.slice(1) };
}

/** A file of a log as `op key=value`, without the names of the changes. */
export const told = (file: CollectedFile | undefined): string[] =>
  file?.rows.map((row) => `${row.at(-2) ?? ''} ${row.slice(0, -2).join('|')}`) ?? [];
export const changeIds = (files: readonly CollectedFile[]): string[] =>
  files
    .filter(({ loadAs }) => loadAs === 'changes')
    .flatMap(({ rows }) => rows.map((row) => row.at(-1) ?? ''));
