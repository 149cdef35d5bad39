/** The main job through the real command: first build, second run, full rebuild, and the accounts anyone can check. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  accountsOfTruth,
  anju,
  anjuSql,
  hashesOf,
  newHome,
  runAnswer,
  SMALLEST_CITY_FLAGS,
  waitingIn,
  type Account,
  type Home,
  type RunAnswer,
} from '../support/anju.ts';
import { landFile, withdrawBatch } from '../../ingestion/landing/index.ts';
import { act } from '../../ingestion/quarantine/index.ts';
import { landDeliveries } from '../../pipelines/land.ts';
import { runPipeline } from '../../pipelines/runner.ts';
import { openPlatform } from '../../warehouse/platform.ts';
import { csvOf, putInInbox, rowsOf, waterCsv } from '../support/deliveries.ts';
import { testConfig, testLog } from '../support/platform.ts';
import { KPIS, FACTS, MONTHLY, SUPPLY, VACANCY, AREA_METRICS } from '../../dashboards/src/screen/overview.ts';

let home: Home;
let first: RunAnswer;
let truth: Account[];

beforeAll(async () => {
  home = await newHome();
  first = runAnswer(await anju(home.path, ['demo', ...SMALLEST_CITY_FLAGS, '--no-serve', '--json']));
  truth = accountsOfTruth(await readFile(join(home.path, 'truth', 'accounts.json'), 'utf8'));
}, 600_000);
afterAll(() => home.dispose());

const counts = ({ dataset, landed, loaded, quarantined, deduplicated, deleted }: Account): Account => ({
  dataset,
  landed,
  loaded,
  quarantined,
  deduplicated,
  deleted,
});
const byName = (a: Account, b: Account): number => (a.dataset < b.dataset ? -1 : 1);

describe('anju demo --no-serve --json', () => {
  test('says what was landed, kept and turned away, how long it took, and every metric', () => {
    expect(first.ok).toBe(true);
    expect(first.asOf).toBe('2026-10-31');
    for (const stage of ['open', 'city', 'land', 'models', 'metrics', 'total'])
      expect({ stage, seconds: first.seconds[stage] }).toEqual({ stage, seconds: expect.any(Number) });
    expect(first.models.filter(({ status }) => status !== 'built')).toEqual([]);
    for (const layer of ['raw', 'base', 'mart_supply', 'mart_contract', 'mart_decision', 'mart_supervision'])
      expect(first.layers[layer]).toBeGreaterThan(0);
    expect(first.datasets.reduce((sum, one) => sum + one.quarantined, 0)).toBeGreaterThan(0);
    const shown = [...KPIS, ...AREA_METRICS, ...FACTS].map(({ metric }) => metric);
    for (const metric of [...shown, ...SUPPLY, ...VACANCY, ...MONTHLY, 'subsidy_person_cnt'])
      expect({ metric, value: first.metrics[metric] }).toEqual({ metric, value: expect.any(Number) });
    expect(Object.keys(first.metrics).length).toBeGreaterThanOrEqual(40);
  });

  test('accounts for every row as the city’s own account does', () => {
    expect(first.datasets.map(counts).sort(byName)).toEqual(truth);
  });

  test('leaves nothing waiting', async () => {
    expect(await waitingIn(home.path)).toEqual([]);
  });
});

describe('the accounts by a query anyone can run', () => {
  test('landed = loaded + quarantined + deduplicated for every data set, as the truth says, and quarantine holds as many rows', async () => {
    const rows = await anjuSql(
      home.path,
      `SELECT b.dataset AS dataset, toUInt32(sum(b.landed)) AS landed_rows, toUInt32(sum(b.loaded)) AS loaded_rows,
         toUInt32(sum(b.quarantined)) AS quarantined_rows, toUInt32(sum(b.deduplicated)) AS deduplicated_rows,
         toUInt32(sum(b.deleted)) AS deleted_rows, toUInt32(countIf(b.landed != b.loaded + b.quarantined + b.deduplicated)) AS wrong,
         toUInt32(sum(q.rows)) AS held, toUInt32(countIf(q.rows != b.quarantined)) AS held_otherwise
       FROM (SELECT * FROM meta.batch FINAL) AS b
       LEFT JOIN (SELECT batch_id, sum(rows) AS rows FROM meta.quarantine_count WHERE rule != '' GROUP BY batch_id) AS q ON q.batch_id = b.batch_id
       GROUP BY dataset ORDER BY dataset`,
    );
    expect(rows).toEqual(
      truth.map((account) => ({
        dataset: account.dataset,
        landed_rows: account.landed,
        loaded_rows: account.loaded,
        quarantined_rows: account.quarantined,
        deduplicated_rows: account.deduplicated,
        deleted_rows: account.deleted,
        wrong: 0,
        held: account.quarantined,
        held_otherwise: 0,
      })),
    );
  });

  test('the rows in quarantine themselves, personal values and all, stay closed to SQL', async () => {
    const closed = await anju(home.path, ['sql', 'SELECT * FROM meta.quarantine', '--json']);
    expect(closed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('meta.quarantine') });
  });
});

describe('anju run again', () => {
  test('a second run loads nothing, builds nothing and changes nothing', async () => {
    const second = runAnswer(await anju(home.path, ['run', '--json']));
    expect(second.ok).toBe(true);
    expect(second.datasets.filter(({ landed, loaded }) => landed > 0 || loaded > 0)).toEqual([]);
    expect(second.models.filter(({ status }) => status !== 'skipped')).toEqual([]);
    expect(hashesOf(second)).toEqual(hashesOf(first));
    expect(second.metrics).toEqual(first.metrics);
  });

  // What was withdrawn was known for a while, and the versions of its data set keep saying so (docs/decisions/0007-two-axes.md).
  const withoutHistory = (hashes: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(hashes).filter(([model]) => model !== 'base.std_operations__project'));

  test('wrong deliveries withdrawn again leave every mart as if they had never come', async () => {
    const platform = await openPlatform(testConfig(home.path), { log: testLog });
    try {
      const meters = await rowsOf(
        platform,
        `SELECT DISTINCT meter_no FROM base.meter_day WHERE meter_kind = 'water' ORDER BY meter_no LIMIT 51`,
      );
      const [last = '', ...others] = meters.map(({ meter_no }) => String(meter_no)).reverse();
      const readings = others.map((meter_no) => [meter_no, '2026-10-30', '99999', '77', '231.00']);
      const files = {
        'utilities.water_reading': waterCsv([...readings, [last, 'never', '99999', '77', '231.00']]),
        // The whole table with one project alone: all others are gone.
        'operations.project': csvOf('operations.project', [{ project_no: 'WRONG', project_name: '误发' }]),
      };
      const batches: number[] = [];
      for (const [dataset, content] of Object.entries(files)) {
        const path = await putInInbox(platform, dataset, 'wrong_20261031.csv', content);
        const landed = await landFile(platform, { path, dataset, massDeleteReason: 'a test' });
        await rm(path);
        if (landed.state === 'refused') throw landed.refusal;
        batches.push(landed.batchId);
      }
      // A row of the wrong readings is turned away and mended before anybody knows: it goes with them.
      const [readingsBatch = 0] = batches;
      const row = { dataset: 'utilities.water_reading', selection: { batchId: readingsBatch } };
      const repair = {
        ...row,
        corrections: { reading_date: '2026-10-30' },
        author: 'staff',
        reason: 'a test',
      };
      expect(await act(platform, { kind: 'mend', ...repair })).toMatchObject({ rows: 1 });
      const hashes = async (): Promise<Record<string, string>> => {
        const { models } = await runPipeline(platform, { land: landDeliveries });
        return Object.fromEntries(models.map(({ model, hash }) => [model, hash]));
      };
      const wrong = await hashes();
      const changed = Object.entries(hashesOf(first)).filter(([model, hash]) => wrong[model] !== hash);
      expect(changed.length).toBeGreaterThan(10);
      for (const batchId of batches)
        await withdrawBatch(platform, { batchId, reason: 'sent by mistake', by: 'staff' });
      expect(withoutHistory(await hashes())).toEqual(withoutHistory(hashesOf(first)));
    } finally {
      await platform.close();
    }
  }, 600_000);

  test('a full rebuild gives the same content: a build is a function of its input', async () => {
    const full = runAnswer(await anju(home.path, ['run', '--full', '--json']));
    expect(full.models.filter(({ status }) => status !== 'built')).toEqual([]);
    expect(withoutHistory(hashesOf(full))).toEqual(withoutHistory(hashesOf(first)));
    expect(full.metrics).toEqual(first.metrics);
  });
});
