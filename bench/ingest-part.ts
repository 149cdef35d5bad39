/**
 * One measured part of `anju bench ingest`, in a process of its own: `prepare`, `ours` or `peer`, a data set, a file, a home. Only so does its
 * memory say something about it. Prints one JSON object.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import iconv from 'iconv-lite';
import { pino } from 'pino';
import { z } from 'zod';
import { findDataset } from '../ingestion/contracts/index.ts';
import { ensureRawTables } from '../ingestion/generate/raw-table.ts';
import { landFile } from '../ingestion/landing/index.ts';
import { copyToParquetSql, duckText, duckIn } from '../ingestion/readers/duck.ts';
import { loadConfig } from '../warehouse/config.ts';
import { identifier } from '../warehouse/engine/sql.ts';
import { openPlatform, type Platform } from '../warehouse/platform.ts';
import { seconds } from './bench.ts';
import { PeakMemory } from './memory.ts';

const [side = '', dataset = '', path = '', home = ''] = process.argv.slice(2);
const contract = findDataset(dataset);
if (!contract || !['prepare', 'ours', 'peer'].includes(side))
  throw new Error('prepare|ours|peer DATASET FILE HOME');
const sources = contract.fields.map(({ source }) => source);
const isGb18030 = contract.delivery.shape === 'csv' && contract.delivery.encoding === 'gb18030';

/**
 * What the engines do at best: DuckDB reads the CSV into Parquet, ClickHouse inserts it. Nothing is checked, numbered, hashed or
 * accounted for, and broken rows are dropped without a word (quotes are taken as text: a stray one would swallow the rows behind it). DuckDB reads no GB18030: the file is turned into UTF-8 by a plain stream.
 */
async function peer(platform: Platform): Promise<Record<string, unknown>> {
  const directory = join(home, 'peer');
  await mkdir(directory, { recursive: true });
  const utf8 = isGb18030 ? join(directory, 'utf8.csv') : path;
  const transcoding = isGb18030
    ? await seconds(() =>
        pipeline(
          createReadStream(path, { highWaterMark: 2 ** 20 }),
          iconv.decodeStream('gb18030'),
          iconv.encodeStream('utf-8'),
          createWriteStream(utf8),
        ),
      )
    : 0;
  const names = sources.map(identifier);
  await platform.warehouse.run(
    `CREATE TABLE raw_stage.plain (${names.map((name) => `${name} String`).join(', ')}) ENGINE = MergeTree
     ORDER BY (${contract?.key.map((key) => identifier(contract.fields.find(({ name }) => name === key)?.source ?? key)).join(', ')})`,
  );
  const parquet = join(directory, 'plain.parquet');
  const reading = await seconds(async () => {
    const duck = duckIn(join(directory, 'duck'));
    const types = sources.map((name) => `${duckText(name)}: 'VARCHAR'`).join(', ');
    await duck.run(
      copyToParquetSql(
        `SELECT * FROM read_csv(${duckText(utf8)}, columns = {${types}}, auto_detect = false, header = true, delim = ',', quote = '', escape = '', ignore_errors = true)`,
        parquet,
      ),
    );
    await duck.close();
  });
  const structure = names.map((name) => `${name} String`).join(', ');
  const inserting = await seconds(() =>
    platform.warehouse.insertParquet(
      'raw_stage.plain',
      names,
      parquet,
      structure,
      (source) => `SELECT ${names.join(', ')} FROM ${source}`,
      { lane: 'batch' },
    ),
  );
  const loaded = await platform.warehouse.value('SELECT count() FROM raw_stage.plain', z.coerce.number());
  return { seconds: transcoding + reading + inserting, transcoding, reading, inserting, loaded };
}

async function ours(platform: Platform): Promise<Record<string, unknown>> {
  let landed: unknown;
  const taken = await seconds(async () => {
    landed = await landFile(platform, { path, dataset, businessDate: '2026-11-01' });
  });
  return { seconds: taken, landed };
}

/** Making a new operational store takes half a gibibyte for a moment; that is no part of landing. */
const isPreparing = side === 'prepare';
const memory = new PeakMemory();
const platform = await openPlatform(
  loadConfig({ ANJU_HOME: home, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE }),
  { log: pino({ level: process.env.ANJU_BENCH_LOG ?? 'silent' }, pino.destination(2)) },
);
memory.reset();
const before = process.cpuUsage();
// Nor are the tables a home has from its first landing on.
if (isPreparing) await ensureRawTables(platform.warehouse);
const measured = isPreparing ? {} : await (side === 'ours' ? ours(platform) : peer(platform));
const { user, system } = process.cpuUsage(before);
const result = { ...measured, cpu_seconds: (user + system) / 1e6, rss_mib: memory.mib() };
await platform.close();
memory.stop();
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
