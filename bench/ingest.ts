/**
 * `npx tsx bench/ingest.ts [rows]`: how fast a CSV of meter readings lands, beside the plain path of the same engines
 * (DuckDB CSV → Parquet, ClickHouse INSERT … SELECT) that checks nothing, hashes nothing and keeps no account.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pino } from 'pino';
import { landFile } from '../ingestion/landing/index.ts';
import { copyToParquetSql, openDuck, readCsvSql } from '../ingestion/readers/duck.ts';
import { loadConfig } from '../warehouse/config.ts';
import { openPlatform, type Platform } from '../warehouse/platform.ts';

const COLUMNS = ['表号', '抄表日期', '读数', '用量', '水费金额'];
const rows = Number(process.argv[2] ?? 5_000_000);

function* csv(): Generator<string> {
  yield `${COLUMNS.join(',')}\n`;
  const day = (index: number): string =>
    new Date(Date.UTC(2025, 0, 1) + index * 86_400_000).toISOString().slice(0, 10);
  let lines: string[] = [];
  for (let i = 0; i < rows; i++) {
    const meter = String(i % 20_000).padStart(8, '0');
    lines.push(
      `W${meter},${day(Math.floor(i / 20_000))},${((i * 7919) % 100_000) / 10},${((i * 31) % 500) / 10},${((i * 17) % 9000) / 100}\n`,
    );
    if (lines.length === 10_000) {
      yield lines.join('');
      lines = [];
    }
  }
  yield lines.join('');
}

async function plain(platform: Platform, path: string, directory: string): Promise<void> {
  const duck = await openDuck(join(directory, 'duck'));
  const parquet = join(directory, 'plain.parquet');
  await duck.run(copyToParquetSql(`SELECT * FROM ${readCsvSql(path, COLUMNS, ',', 2 ** 21)}`, parquet));
  duck.close();
  const structure = COLUMNS.map((name) => `\`${name}\` String`);
  const quoted = COLUMNS.map((name) => `\`${name}\``);
  await platform.warehouse.run(
    `CREATE OR REPLACE TABLE raw_stage.plain (${structure.join(', ')}) ENGINE = MergeTree ORDER BY (\`表号\`, \`抄表日期\`)`,
  );
  await platform.warehouse.insertParquet(
    'raw_stage.plain',
    quoted,
    parquet,
    structure.join(', '),
    (source) => `SELECT ${quoted.join(', ')} FROM ${source}`,
  );
  await platform.warehouse.run('DROP TABLE raw_stage.plain SYNC');
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

const home = await mkdtemp(join(tmpdir(), 'anju-bench-'));
const level = process.env.ANJU_BENCH_LOG ?? 'silent';
const platform = await openPlatform(
  loadConfig({ ANJU_HOME: home, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE }),
  {
    log: pino({ level }, pino.destination(2)),
  },
);
try {
  const directory = join(home, 'bench');
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'water_20260101.csv');
  await pipeline(Readable.from(csv()), createWriteStream(path));
  const peer = await seconds(() => plain(platform, path, directory));
  let landed: unknown;
  const ours = await seconds(async () => {
    landed = await landFile(platform, { path, dataset: 'utilities.water_reading' });
  });
  const result = {
    name: 'ingest',
    rows,
    bytes: (await stat(path)).size,
    ours: { seconds: ours, rowsPerSecond: Math.round(rows / ours), landed },
    peer: {
      name: 'DuckDB CSV → Parquet, ClickHouse INSERT',
      seconds: peer,
      rowsPerSecond: Math.round(rows / peer),
    },
    ratio: Number((peer / ours).toFixed(2)),
    rss_mib: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  await platform.close();
  await rm(home, { recursive: true, force: true });
}
process.exit(0);
