import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { z } from 'zod';
import { searchCatalog } from '../../pipelines/catalog/ask.ts';
import { catalogDetail } from '../../pipelines/catalog/detail.ts';
import { landDeliveries } from '../../pipelines/land.ts';
import { freshness, latestResults, qualityByLayer } from '../../pipelines/quality/checks.ts';
import { runPipeline } from '../../pipelines/runner.ts';
import type { RunOptions, RunResult } from '../../pipelines/runner.ts';
import { startScheduler } from '../../pipelines/scheduler.ts';
import { findDataset } from '../../ingestion/contracts/index.ts';
import type { ProgressEvent } from '../../pipelines/progress.ts';
import { homePaths } from '../../warehouse/home.ts';
import { deliver, fixtureProject, prepareRaw } from '../support/dbt-fixture.ts';
import { testPlatform } from '../support/platform.ts';
import type { TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
const run = (options: Partial<RunOptions> = {}): Promise<RunResult> =>
  runPipeline(platform, { land: landDeliveries, projectDir: fixtureProject, ...options });

beforeAll(async () => {
  platform = await testPlatform();
  await prepareRaw(platform);
  await deliver(platform, 'city.dwelling', 1, "('A', '1', '9', 1), ('B', '2', '2', 1)");
  await deliver(platform, 'city.reading', 2, "('A', '2026-01-01', '1.5', 2), ('B', '2026-01-01', '7', 2)");
});
afterAll(() => platform.close());

describe('a run', () => {
  let first: RunResult;

  test('lands, builds, evaluates and tells what it did', async () => {
    const events: ProgressEvent[] = [];
    first = await run({ onProgress: (event) => events.push(event) });
    expect(first).toMatchObject({ ok: true, asOf: '2026-01-31', datasets: [], metrics: { used_months: 2 } });
    expect(first.layers).toMatchObject({ mart_t: 5, raw: 4 });
    expect(first.models.map((model) => model.status)).toEqual(Array.from({ length: 7 }, () => 'built'));
    expect(
      events
        .filter((event) => event.kind === 'stage' && event.state === 'finished')
        .map((event) => event.stage),
    ).toEqual(['land', 'gates', 'models', 'metrics', 'alerts', 'quality', 'meta', 'search']);
  });

  test('is in the ledger and in meta, test results with it', async () => {
    const { db } = platform.store;
    expect(await db.selectFrom('run').select(['run_id', 'kind', 'state', 'as_of']).execute()).toEqual([
      { run_id: first.runId, kind: 'run', state: 'succeeded', as_of: '2026-01-31' },
    ]);
    const steps = await db
      .selectFrom('run_step')
      .select(['step', 'state'])
      .where('step', 'like', 'model:%')
      .execute();
    expect(steps).toHaveLength(7);
    const states = await db
      .selectFrom('model_state')
      .select(['model', 'content_hash'])
      .orderBy('model')
      .execute();
    expect(states.map((state) => [state.model, state.content_hash])).toEqual(
      first.models
        .map((model) => [model.model, model.hash])
        .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    );
    const results = await latestResults(platform.store);
    expect(results[0]).toMatchObject({ test: 'at_most_dwelling_rooms_5', state: 'warned', failures: 1 });
    expect(qualityByLayer(results)).toContainEqual({ layer: 'mart_t', passed: 1, warned: 0, failed: 0 });
    const meta = await platform.warehouse.value(
      'SELECT toUInt32(count()) FROM meta.quality_result',
      z.number(),
    );
    expect(meta).toBe(results.length);
    const [whole, ...rest] = await searchCatalog(platform.warehouse, { q: 'Operations.Rent_Due', limit: 5 });
    expect([whole?.kind, whole?.zh, whole?.owner]).toEqual(['dataset', '租金应收', '住房保障服务中心']);
    expect(rest.length).toBeLessThan(5);
    const detail = await catalogDetail(platform.warehouse, { kind: 'dataset', name: 'operations.contract' });
    expect(detail.standing).toMatchObject({ asOf: '2026-01-31', catalogueDays: 0 });
    const built = await catalogDetail(platform.warehouse, { kind: 'model', name: 't_base.dwelling' });
    expect(built.readBy.map(({ kind, name }) => `${kind} ${name}`)).toContain('model mart_t.summary');
    expect(built.columns.length).toBeGreaterThan(0);
    const report = await searchCatalog(platform.warehouse, { q: '督办单', kind: 'report', limit: 5 });
    expect(report.map(({ name, type }) => [name, type])).toEqual([
      ['supervision_letter', '/alerts?show=letters'],
    ]);
    const files = await platform.warehouse.value(
      "SELECT toUInt32(count()) FROM search.entry WHERE entity = 'delivery' AND has(division_codes, '')",
      z.number(),
    );
    expect(files).toBe(0);
  });

  test('again does nothing and changes no hash', async () => {
    const again = await run();
    expect(new Set(again.models.map((model) => model.status))).toEqual(new Set(['skipped']));
    expect(again.models.map((model) => model.hash)).toEqual(first.models.map((model) => model.hash));
  });

  test('that failed is recorded as failed, with the reason at the step', async () => {
    await deliver(platform, 'city.dwelling', 3, "('C', '9', '1', 3)");
    const failed = await run();
    expect(failed.ok).toBe(false);
    const row = await platform.store.db
      .selectFrom('run')
      .select('state')
      .where('run_id', '=', failed.runId)
      .executeTakeFirst();
    expect(row?.state).toBe('failed');
    const step = await platform.store.db
      .selectFrom('run_step')
      .select(['state', 'error'])
      .where('run_id', '=', failed.runId)
      .where('step', '=', 'model:t_base.dwelling')
      .executeTakeFirst();
    expect(step).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('accepted_values') as unknown },
    });
    await deliver(platform, 'city.dwelling', 4, "('C', '1', '1', 4)");
    expect((await run()).ok).toBe(true);
  });

  test('alone: a second at the same time is refused; one a crash left is marked interrupted', async () => {
    await platform.store.db
      .insertInto('run')
      .values({ run_id: 'crashed', kind: 'run', state: 'running' })
      .execute();
    const one = run();
    await expect(run()).rejects.toMatchObject({ code: 'conflict' });
    await one;
    const row = await platform.store.db
      .selectFrom('run')
      .select('state')
      .where('run_id', '=', 'crashed')
      .executeTakeFirst();
    expect(row?.state).toBe('interrupted');
  });

  test('stopped between models is interrupted, and the next goes on', async () => {
    const abort = new AbortController();
    const stopping = run({
      full: true,
      signal: abort.signal,
      onProgress: (event) => event.kind === 'item' && event.state === 'built' && abort.abort(),
    });
    await expect(stopping).rejects.toThrow();
    const { rows } = await sql<{
      state: string;
    }>`select state from run order by started_at desc limit 1`.execute(platform.store.db);
    expect(rows[0]?.state).toBe('interrupted');
    expect((await run()).ok).toBe(true);
  });
});

describe('what staff change', () => {
  const change = async (changes: [string, string][]): Promise<void> => {
    for (const [version, [key, operation]] of changes.entries()) {
      const record = JSON.stringify({
        complaint_no: key,
        content: `第${version}版 "引号"`,
        complained_at: '2026-01-15 08:00:00',
      });
      await sql`insert into resource_change (entity, key, version, operation, origin, record, changed_by)
        values ('complaint', ${key}, ${version + 1}, ${operation}, 'staff', ${record}, 'clerk')`.execute(
        platform.store.db,
      );
    }
  };

  test('comes back through the inbox once, in order, and does not move the business date', async () => {
    await change([
      ['TS1', 'I'],
      ['TS1', 'U'],
    ]);
    const result = await run();
    expect(result.asOf).toBe('2026-01-31');
    expect(result.datasets).toHaveLength(1);
    expect(result.datasets[0]).toMatchObject({ dataset: 'anju.complaint', landed: 2, refused: [] });
    expect((await run()).datasets).toEqual([]);
  });

  test('starts a scheduled run, and only one', async () => {
    const scheduler = startScheduler(platform, { projectDir: fixtureProject, every: '0 0 0 1 1 *' });
    await scheduler.check();
    expect(await scheduler.check()).toBe(false);
    await change([['TS2', 'I']]);
    expect(await scheduler.check()).toBe(true);
    expect(await scheduler.check()).toBe(false);
    const inbox = join(homePaths(platform.config.home).inbox, 'geography', 'division');
    await mkdir(inbox, { recursive: true });
    await writeFile(join(inbox, '20260131.csv.part'), 'half');
    expect(await scheduler.check()).toBe(false);
    await rename(join(inbox, '20260131.csv.part'), join(inbox, '20260131.csv'));
    expect(await scheduler.check()).toBe(true);
    expect(await readdir(inbox)).toEqual([]);
    await scheduler.stop();
    expect(await scheduler.check()).toBe(false);
  });
});

test('freshness: by the contract’s cadence and lateness', async () => {
  const division = findDataset('geography.division');
  const complaint = findDataset('anju.complaint');
  if (!division || !complaint) throw new Error('contracts are gone');
  const [missing] = await freshness(platform.store, [{ ...division, dataset: 'nothing' }], '2026-02-01');
  expect(missing).toMatchObject({ state: 'missing', latest: null, dueBy: null });
  const daily = {
    ...complaint,
    source: 'city',
    dataset: 'reading',
    cadence: 'daily' as const,
    latenessDays: 3,
  };
  expect((await freshness(platform.store, [daily], '2026-02-04'))[0]).toMatchObject({
    state: 'fresh',
    latest: '2026-01-31',
    dueBy: '2026-02-04',
  });
  expect((await freshness(platform.store, [daily], '2026-02-05'))[0]?.state).toBe('late');
});
