/** Runs a reader on bytes and gives back what came out, as plain rows. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { isAppError } from '../../domain/errors.ts';
import { datasetSchema, type Dataset } from '../../ingestion/contract.ts';
import { duckIn } from '../../ingestion/readers/duck.ts';
import { readers, type ReadResult, scanFor } from '../../ingestion/readers/index.ts';
import { temporaryDirectory } from './platform.ts';

export interface ReadBack {
  rows: Record<string, unknown>[];
  unreadable: Record<string, unknown>[];
  rowCount: number;
  notes: string[];
  numbering: ReadResult['numbering'];
  declared: ReadResult['declared'];
}

/** A data set of three columns, 编号, 姓名 and 备注 (which may be missing), in the given shape. */
export const peopleDataset = (delivery: Record<string, unknown>): Dataset =>
  datasetSchema.parse({
    source: 'test',
    dataset: 'people',
    zh: '人员',
    reference: 'test',
    owner: 'test',
    grain: 'one row per person',
    key: ['no'],
    load: { strategy: 'append' },
    delivery,
    cadence: 'daily',
    latenessDays: 1,
    level: 1,
    legalBasis: 'test',
    fields: [
      { name: 'no', source: '编号', element: 'identifier' },
      { name: 'person_name', source: '姓名', element: 'person_name' },
      { name: 'remark', source: '备注', element: 'text', optionalColumn: true },
    ],
  });

/** Reads bytes as landing would: scanned for their encoding, then read. */
export async function readBytes(
  dataset: Dataset,
  content: string | Uint8Array,
  positions = true,
): Promise<ReadBack> {
  const home = await temporaryDirectory();
  const duck = duckIn(join(home.path, 'duckdb'));
  try {
    const bytes = Buffer.from(content);
    const path = join(home.path, 'delivery');
    await writeFile(path, bytes);
    const scan = scanFor(dataset.delivery.shape);
    for (let at = 0; scan && at < bytes.length; at += 7) scan.push(bytes.subarray(at, at + 7));
    const encoding = scan?.finish() ?? 'binary';
    const directory = join(home.path, 'work');
    await mkdir(directory);
    const read = await readers[dataset.delivery.shape]({ path, name: 'delivery', encoding }, dataset, {
      directory,
      duck,
      positions,
    });
    return {
      rows: await parquetRows(read.parquetPath),
      unreadable: read.unreadablePath === null ? [] : await parquetRows(read.unreadablePath),
      rowCount: read.rowCount,
      notes: read.notes,
      numbering: read.numbering,
      declared: read.declared,
    };
  } finally {
    await duck.close();
    await home.dispose();
  }
}

async function parquetRows(path: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
    return reader
      .getRowObjects()
      .map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === 'bigint' ? Number(value) : value,
          ]),
        ),
      );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The rule a call is refused by; fails the test when it is not refused. */
export async function refusalOf(
  work: Promise<unknown>,
): Promise<{ rule: unknown; where: Record<string, unknown> }> {
  try {
    await work;
  } catch (error) {
    if (isAppError(error) && error.code === 'refused_delivery')
      return { rule: error.where['rule'], where: error.where };
    throw error;
  }
  throw new Error('expected a refusal');
}
