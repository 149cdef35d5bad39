import { afterEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { z } from 'zod';
import { testConfig, testLog, testPlatform, type TestPlatform } from '../support/platform.ts';
import { openPlatform } from '../../warehouse/platform.ts';

describe('the platform', () => {
  let platform: TestPlatform | undefined;
  afterEach(async () => {
    await platform?.close();
    platform = undefined;
  });

  test('opens both stores migrated, and keeps what was written over a restart', async () => {
    platform = await testPlatform();
    await platform.warehouse.run("INSERT INTO meta.batch (batch_id, dataset) VALUES (7, 'housing.contract')");
    await platform.store.db
      .insertInto('delivery')
      .values({
        delivery_id: 'd1',
        dataset: 'housing.contract',
        file_name: 'a.csv',
        sha256: 'a'.repeat(64),
        bytes: 3,
        state: 'received',
      })
      .execute();
    platform = await platform.reopen();
    expect(await platform.warehouse.value('SELECT batch_id FROM meta.batch', z.string())).toBe('7');
    const delivery = await platform.store.db.selectFrom('delivery').selectAll().executeTakeFirstOrThrow();
    expect(delivery).toMatchObject({ delivery_id: 'd1', bytes: 3, business_date: null });
    expect(delivery.received_at).toBeInstanceOf(Date);
  });

  test('starts each time from a clean home', async () => {
    platform = await testPlatform();
    expect(await platform.warehouse.value('SELECT count() FROM meta.batch', z.string())).toBe('0');
    expect(await platform.store.db.selectFrom('delivery').selectAll().execute()).toEqual([]);
  });

  test('closing waits for what runs and refuses what comes', async () => {
    platform = await testPlatform();
    const { warehouse } = platform;
    const query = warehouse.value(
      'SELECT count() FROM numbers(100000000) WHERE NOT ignore(number)',
      z.string(),
    );
    const reopening = platform.reopen();
    await expect(warehouse.run('SELECT 1')).rejects.toMatchObject({
      message: expect.stringContaining('closing'),
    });
    expect(await query).toBe('100000000');
    platform = await reopening;
    expect(await platform.warehouse.value('SELECT 1', z.number())).toBe(1);
  });

  test('refuses a second owner and says who holds the home', async () => {
    platform = await testPlatform();
    await expect(openPlatform(testConfig(platform.config.home), { log: testLog })).rejects.toMatchObject({
      code: 'home_in_use',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    const still = await sql<{ one: number }>`SELECT 1 AS one`.execute(platform.store.db);
    expect(still.rows).toEqual([{ one: 1 }]);
  });
});
