/** Packages between instances, taken apart and put together again. */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { packageDefinition } from '../../pipelines/exports/definition.ts';
import type { Instance } from './instance.ts';

export type Parts = Map<string, Buffer>;
export interface Made {
  path: string;
  sequence: number;
  rows: number;
  sha256: string;
  packageId: string;
}
export interface Taken {
  sequence: number;
  state: string;
  rows: number;
  receiptPath: string;
}

export async function unzip(file: string): Promise<Parts> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
  const parts: Parts = new Map();
  for await (const entry of zip.eachEntry())
    parts.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  zip.close();
  return parts;
}

export async function zip(
  file: string,
  parts: Iterable<[string, Buffer]>,
  compress = false,
): Promise<string> {
  const made = new ZipFile();
  for (const [name, content] of parts) made.addBuffer(content, name, { compress });
  made.end();
  await pipeline(made.outputStream, createWriteStream(file));
  return file;
}

/** `content` with a name in the zip's directories replaced by one of the same length: writers refuse names such as `../x`. */
export function renameEntry(content: Buffer, from: string, to: string): Buffer {
  const changed = Buffer.from(content);
  for (let at = changed.indexOf(from); at >= 0; at = changed.indexOf(from, at + 1)) {
    const isLocal = changed.readUInt32LE(Math.max(at - 30, 0)) === 0x04034b50;
    const isCentral = changed.readUInt32LE(Math.max(at - 46, 0)) === 0x02014b50;
    if (isLocal || isCentral) changed.write(to, at);
  }
  return changed;
}

/** Statements that make the mart the definition reads, with a few rows, as the pipeline would publish it. */
export async function contractsMart(contracts: number, rent = 500): Promise<string[]> {
  const { columns } = await packageDefinition('contracts');
  const typed: Record<string, string> = {
    floor_area: 'toNullable(toDecimal64(40 + number / 10, 2))',
    signed_on: "toNullable(toDate32('2024-02-29'))",
    starts_on: "toNullable(toDate32('2024-03-01'))",
    ends_on: "toNullable(toDate32('2027-02-28'))",
    terminated_on: 'CAST(NULL, $$Nullable(Date32)$$)',
    monthly_rent: `toNullable(toDecimal64(${rent}, 2))`,
    deposit: 'CAST(NULL, $$Nullable(Decimal(18, 2))$$)',
    rent_due_total: 'toDecimal64(6000, 2)',
    rent_paid_total: 'toDecimal64(5500.5, 2)',
    overdue_amount: 'toDecimal64(499.5, 2)',
    as_of: "toDate32('2026-10-31')",
    contract_no: "concat('HT', leftPad(toString(number), 6, '0'))",
    tenant_name: "concat('承租人', toString(number))",
    contract_kind: "toLowCardinality('prh')",
  };
  const select = columns.map(({ name }) => `${typed[name] ?? `'${name}'`} AS ${name}`).join(', ');
  return [
    'CREATE DATABASE IF NOT EXISTS mart_contract',
    `CREATE OR REPLACE TABLE mart_contract.contract ENGINE = MergeTree ORDER BY contract_no AS SELECT ${select} FROM numbers(${contracts})`,
  ];
}

export async function fillMart(instance: Instance, contracts: number, rent = 500): Promise<void> {
  for (const statement of await contractsMart(contracts, rent)) await instance.call('run', statement);
}

export const trust = async (home: string, name: string, pem: string) => {
  const folder = path.join(home, 'keys', 'trusted');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${name}.pem`), pem);
};
export const count = async (instance: Instance, table: string): Promise<number> =>
  Number(
    ((await instance.call<{ n: string }[]>('rows', `SELECT count() AS n FROM ${table}`))[0] ?? { n: '-1' }).n,
  );
