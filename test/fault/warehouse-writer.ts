/**
 * A child process for warehouse-kill.test.ts: writes one row after another to both stores and says the number of each
 * that both have acknowledged, until it is killed.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { openPlatform } from '../../warehouse/platform.ts';
import { testConfig, testLog } from '../support/platform.ts';

const home = process.argv[2] ?? '';

async function writeForever(): Promise<void> {
  const platform = await openPlatform(testConfig(home), { log: testLog });
  const { warehouse, store } = platform;
  await warehouse.run(
    'CREATE TABLE IF NOT EXISTS base.acknowledged (n UInt64) ENGINE = MergeTree ORDER BY n',
  );
  await sql`CREATE TABLE IF NOT EXISTS acknowledged (n bigint PRIMARY KEY)`.execute(store.db);
  const last = await warehouse.value('SELECT toString(max(n)) FROM base.acknowledged', z.string());
  for (let n = Number(last) + 1; ; n += 1) {
    await Promise.all([
      warehouse.run('INSERT INTO base.acknowledged SELECT {n:UInt64}', { params: { n }, lane: 'batch' }),
      sql`INSERT INTO acknowledged VALUES (${n}) ON CONFLICT DO NOTHING`.execute(store.db),
    ]);
    process.stdout.write(`${n}\n`);
  }
}

void writeForever();
