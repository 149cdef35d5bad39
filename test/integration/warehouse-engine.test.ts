import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { openServerWarehouse } from '../../warehouse/engine/server.ts';
import { homePaths } from '../../warehouse/home.ts';
import { serveClickHouseHttp, type ClickHouseHttp } from '../support/clickhouse-http.ts';
import { testConfig, testLog, testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
let http: ClickHouseHttp;
let server: Warehouse;
const engines: [string, () => Warehouse][] = [
  ['embedded', () => platform.warehouse],
  ['over HTTP', () => server],
];

beforeAll(async () => {
  platform = await testPlatform();
  http = await serveClickHouseHttp(homePaths(platform.config.home).warehouse, platform.config.home);
  const config = testConfig(platform.config.home, { ANJU_CLICKHOUSE_URL: http.url });
  server = await openServerWarehouse(config, http.url, testLog);
});
afterAll(async () => {
  await server.close();
  await http.close();
  await platform.close();
});

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe.each(engines)('the warehouse, %s', (name, warehouse) => {
  const table = `base.t_${name.replace(/\W/g, '_')}`;

  test('binds parameters of every kind, exactly', async () => {
    const params = {
      s: "'; DROP TABLE x --\\\t安居\n",
      list: ["a'b", 'c'],
      none: null,
      big: 2n ** 64n - 1n,
      t: 'one',
    };
    const rows = await warehouse().rows(
      `SELECT {s:String} AS s, {list:Array(String)} AS list, {none:Nullable(String)} AS none, {big:UInt64} AS big,
         toDecimal64(1.5, 2) AS d, (SELECT count() FROM system.{t:Identifier}) AS n`,
      z.unknown(),
      { params },
    );
    expect(rows).toEqual([
      { s: params.s, list: params.list, none: null, big: '18446744073709551615', d: '1.5', n: '1' },
    ]);
  });

  test('does not let one query see the settings or parameters of another', async () => {
    const w = warehouse();
    await w.rows('SELECT {leak:String}', z.unknown(), { params: { leak: 'x' }, maxSeconds: 1 });
    for (let index = 0; index < 6; index += 1) {
      const seconds = "SELECT toUInt32(getSetting('max_execution_time'))";
      expect(await w.value(seconds, z.number())).toBe(platform.config.lanes.interactive.maxSeconds);
      await expect(w.rows('SELECT {leak:String}', z.unknown())).rejects.toMatchObject({
        code: expect.stringMatching(/^(bug|sql_failed)$/),
      });
    }
  });

  test('keeps the limits of time, memory and rows, and answers afterwards', async () => {
    const w = warehouse();
    const endless = 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(number)';
    await expect(w.rows(endless, z.unknown(), { maxSeconds: 1, tag: 'endless' })).rejects.toMatchObject({
      code: 'resource_limit',
      where: { tag: 'endless', queryId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    await expect(
      w.rows('SELECT number FROM numbers(11)', z.unknown(), { maxRows: 10 }),
    ).rejects.toMatchObject({
      code: 'resource_limit',
    });
    await expect(
      w.rows('SELECT number FROM numbers(11)', z.unknown(), { maxRows: 10, lane: 'analyst' }),
    ).rejects.toMatchObject({ code: 'resource_limit' });
    expect(await w.value('SELECT 1', z.number())).toBe(1);
  });

  test('errors hold no value from the data', async () => {
    await expect(
      warehouse().rows("SELECT toInt64(concat('1101011990', '03078515张三'))", z.unknown()),
    ).rejects.toMatchObject({ code: 'sql_failed', message: expect.not.stringMatching(/张三|0307/) });
    await expect(
      warehouse().rows("SELECT '张三' AS name", z.object({ name: z.number() })),
    ).rejects.toMatchObject({
      code: 'bug',
      message: expect.stringMatching(/^(?!.*张三).*name/),
    });
  });

  test('gives bytes in any format, and an error before the first byte', async () => {
    const w = warehouse();
    const csv = await collect(
      w.bytes("SELECT 1 AS a, '张' AS b -- end", 'CSVWithNames', { lane: 'analyst' }),
    );
    expect(csv.toString()).toBe('"a","b"\n1,"张"\n');
    const parquet = await collect(w.bytes('SELECT number FROM numbers(300000)', 'Parquet'));
    expect([parquet.subarray(0, 4).toString(), parquet.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
    await expect(
      collect(w.bytes('SELECT throwIf(number = 200000) FROM numbers(300000)', 'CSV')),
    ).rejects.toMatchObject({ code: 'sql_failed' });
    await expect(collect(w.bytes('SELECT 1', "CSV INTO OUTFILE 'x'"))).rejects.toMatchObject({
      code: 'bad_request',
    });
    expect(await readdir(homePaths(platform.config.home).spool)).toEqual([]);
  });

  test('loads a Parquet file', async () => {
    const w = warehouse();
    const path = join(platform.config.home, `${name.replace(/\W/g, '_')}.parquet`);
    await platform.warehouse.run(
      `INSERT INTO FUNCTION file('${path}', 'Parquet') SELECT toString(number) AS \`姓名\`, number AS _row_no FROM numbers(5000)`,
    );
    await w.run(`CREATE TABLE ${table} (name String, row_no UInt64) ENGINE = MergeTree ORDER BY row_no`);
    await w.insertParquet(
      table,
      ['name', 'row_no'],
      path,
      '`姓名` String, `_row_no` UInt64',
      (source) => `SELECT \`姓名\`, _row_no FROM ${source} WHERE _row_no < {limit:UInt64}`,
      { params: { limit: 4000 } },
    );
    expect(await w.value(`SELECT count() FROM ${table} WHERE name = toString(row_no)`, z.string())).toBe(
      '4000',
    );
  });

  test('the analyst lane cannot write', async () => {
    await expect(warehouse().run('CREATE DATABASE evil', { lane: 'analyst' })).rejects.toMatchObject({
      code: 'sql_rejected',
    });
  });
});

describe('lanes', () => {
  test('a busy lane does not hold up another', async () => {
    const { warehouse } = platform;
    const ended: string[] = [];
    const slow = 'SELECT count() FROM numbers(100000000000) WHERE NOT ignore(number)';
    const busy = [1, 2].map(() =>
      warehouse.rows(slow, z.unknown(), { lane: 'batch', maxSeconds: 3 }).catch(() => ended.push('slow')),
    );
    await warehouse.run('SELECT 1').then(() => ended.push('interactive'));
    await Promise.all(busy);
    expect(ended).toEqual(['interactive', 'slow', 'slow']);
  });
});
