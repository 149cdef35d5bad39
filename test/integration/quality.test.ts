/** Quality of data from what landed to the letter: scores worked out by hand, gates, rows behind a figure, an agency written to. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { landFile } from '../../ingestion/landing/index.ts';
import { judgeLateness } from '../../pipelines/quality/lateness.ts';
import { judge } from '../../pipelines/quality/anomalies.ts';
import { heldBack, underGates } from '../../pipelines/quality/gates.ts';
import { countLanded } from '../../pipelines/quality/landed.ts';
import { letterHtml } from '../../pipelines/quality/letter-html.ts';
import { reconcile, reconciliationRows, reconciliationSchema } from '../../pipelines/quality/reconcile.ts';
import { csvOf, rowsOf, waterCsv } from '../support/deliveries.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';
import { temporaryDirectory } from '../support/platform.ts';

const WATER = 'utilities.water_reading';
const OWNER = '供水公司';
let api: TestApi;
let files: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  api = await testApi();
  files = await temporaryDirectory();
});
afterAll(async () => {
  await api.close();
  await files.dispose();
});

async function land(dataset: string, fileName: string, content: string): Promise<number> {
  const path = join(files.path, fileName);
  await mkdir(files.path, { recursive: true });
  await writeFile(path, content);
  const result = await landFile(api.platform, { path, dataset });
  if (result.state === 'refused') throw result.refusal;
  return result.batchId;
}
const contracts = () => contractsOf(api.platform.config);
const measures = (dataset: string) =>
  rowsOf(
    api.platform,
    `SELECT toString(field) AS field, toString(measure) AS measure, toUInt32(sum(good)) AS good, toUInt32(sum(total)) AS total
     FROM meta.quality_score WHERE dataset = '${dataset}' GROUP BY field, measure`,
  );

describe('what landed', () => {
  let batchId: number;
  beforeAll(async () => {
    batchId = await land(
      WATER,
      'water_20260102.csv',
      waterCsv([
        ['W0000001', '2026-01-01', '10.0', '1.0', '3.00'],
        ['W0000001', '2026-01-01', '10.0', '1.0', '3.00'],
        ['W0000002', '2026-01-01', '20.0', '无', '3.00'],
        ['W0000003', '2026-01-01', '30.0', '1.0', '-3.00'],
        ['W0000004', '2026-02-30', '40.0', '1.0', '3.00'],
        ['', '2026-01-01', '50.0', '1.0', '3.00'],
        ['W0000005', '2026-01-01'],
      ]),
    );
    expect(await countLanded(api.platform, await contracts())).toHaveLength(1);
  });

  test('is counted by field and measure', async () => {
    expect(await measures(WATER)).toEqual(
      expect.arrayContaining([
        { field: '', measure: 'readable', good: 6, total: 7 },
        { field: '', measure: 'key_once', good: 5, total: 6 },
        { field: 'meter_no', measure: 'filled', good: 4, total: 5 },
        { field: 'reading_date', measure: 'conforms', good: 3, total: 4 },
        { field: 'usage', measure: 'filled_optional', good: 2, total: 3 },
        { field: 'fee', measure: 'conforms', good: 2, total: 3 },
      ]),
    );
  });

  test('is counted once', async () => {
    expect(await countLanded(api.platform, await contracts())).toEqual([]);
  });

  test('has scores by agency, data set, field and day, and the rows behind them', async () => {
    const { body: scores } = await api.as('leader').get('/api/quality/scores').expect(200);
    expect(scores).toMatchObject({
      owners: [{ owner: OWNER, datasets: 1, dimensions: { uniqueness: { good: 5, total: 6 } } }],
      datasets: [{ dataset: WATER, dimensions: { timeliness: { score: null } } }],
    });
    const { body: fields } = await api.as('leader').get(`/api/quality/fields/${WATER}`).expect(200);
    expect(fields).toMatchObject({
      rules: expect.arrayContaining([
        { dataset: WATER, owner: OWNER, field: 'fee', rule: 'negative', marked: 1, quarantined: 0 },
      ]),
    });
    const { body: days } = await api
      .as('leader')
      .get(`/api/quality/trend?owner=${encodeURIComponent(OWNER)}`)
      .expect(200);
    expect(days).toMatchObject({ days: [{ day: '2026-01-02' }] });
    const { body: rows } = await api
      .as('staff')
      .get(`/api/quality/rows?dataset=${WATER}&field=fee`)
      .expect(200);
    expect(rows).toEqual({
      rows: [
        {
          ...{ 数据集: '水表读数', 文件: 'water_20260102.csv', 批次: batchId, 数据行号: 4 },
          ...{ 字段: '水费金额', 规则: '数值为负', 值: "'-3", 处理: '保留并标记' },
        },
      ],
    });
    await api.as('leader').get(`/api/quality/rows?dataset=${WATER}`).expect(403);
  });

  test('is held back by a gate that blocks, and let through when it is lowered', async () => {
    const gate = { minimum: 0.999, action: 'block', reason: '抄表数据先核对' };
    const put = (body: object) => api.as('staff').put(`/api/quality/gates/${WATER}`).send(body);
    await put({ ...gate, version: 0 }).expect(204);
    const under = await underGates(api.platform, await contracts());
    expect(under).toMatchObject([{ dataset: WATER, action: 'block', day: '2026-01-02' }]);
    expect(heldBack(under, await contracts())).toEqual(['std_utilities__water_reading+']);
    expect(problemOf(await put({ ...gate, minimum: 0.5, version: 0 }))['status']).toBe(409);
    await put({ ...gate, minimum: 0.5, version: 1 }).expect(204);
    expect(await underGates(api.platform, await contracts())).toEqual([]);
    await api
      .as('leader')
      .put(`/api/quality/gates/${WATER}`)
      .send({ ...gate, version: 2 })
      .expect(403);
  });
});

describe('a letter', () => {
  const period = { owner: OWNER, from: '2026-01-01', to: '2026-01-31' };
  let id: number;

  test('says what is wrong, with masked samples, and is printed', async () => {
    const { body } = await api.as('staff').post('/api/quality/letters').send(period).expect(200);
    const letter = body as { letterId: number; letterNo: string; content: Parameters<typeof letterHtml>[0] };
    id = letter.letterId;
    expect(letter.letterNo).toMatch(/^安居质函〔\d{4}〕1号$/);
    expect(letter.content).toMatchObject({ landed: 7, bad: 4, before: { landed: 0, bad: 0 } });
    expect(letter.content.datasets[0]?.rules).toContainEqual({
      ...{ column: '水费金额', rule: 'negative', ruleZh: '数值为负', marked: 1, quarantined: 0 },
      ...{ share: 1 / 7, before: 0 },
    });
    const page = await api.as('staff').get(`/api/quality/letters/${id}/page`).expect(200);
    expect(page.type).toBe('text/html');
    expect(page.text).toContain('数据质量问题函');
    expect(page.text).not.toContain('-3.00');
    // The store keeps keys in an order of its own.
    expect(page.text).toContain('<th>数据集</th><th>文件</th><th>批次</th><th>数据行号</th><th>字段</th>');
  });

  test('escapes what an agency may have written', () => {
    const content = {
      ...period,
      owner: '<img src=x>',
      score: null,
      landed: 0,
      bad: 0,
      before: { landed: 0, bad: 0 },
    };
    const head = { letterNo: '1', deadline: '2026-02-15', writtenOn: '2026-01-31' };
    const page = letterHtml(
      {
        ...content,
        datasets: [],
        late: [],
        drift: [],
        intervals: [],
        disagreements: [],
        samples: [{ 值: '"><script>' }],
      },
      head,
    );
    expect(page).not.toMatch(/<img|<script/);
  });

  test('has its rows as CSV and XLSX; unmasked only with a reason', async () => {
    const rows = (body: object) => api.as('staff').post(`/api/quality/letters/${id}/rows`).send(body);
    const csv = await rows({ format: 'csv' }).expect(200);
    expect(csv.text.trim().split('\n')).toHaveLength(5);
    expect(csv.text).not.toContain('-3.00');
    const xlsx = await rows({ format: 'xlsx' }).buffer(true).expect(200);
    expect(xlsx.headers['content-type']).toContain('spreadsheetml');
    await rows({ reveal: true }).expect(400);
    expect((await rows({ reveal: true, reason: '核对原值' }).expect(200)).text).toContain('-3.00');
    const { body } = await api.as('auditor').get('/api/audit?action=reveal').expect(200);
    expect(body).toMatchObject({ entries: [{ object: `letter ${id}`, reason: '核对原值' }] });
  });

  test('is followed from sent to closed, by one at a time', async () => {
    const step = (body: object) => api.as('staff').post(`/api/quality/letters/${id}/steps`).send(body);
    expect(problemOf(await step({ state: 'answered', version: 1 }))['status']).toBe(409);
    await step({ state: 'sent', note: '公文系统发出', version: 1 }).expect(200);
    expect(problemOf(await step({ state: 'answered', version: 1 }))['status']).toBe(409);
    const { body } = await step({ state: 'answered', note: '已复函', version: 2 }).expect(200);
    expect(body).toMatchObject({
      state: 'answered',
      steps: [{ state: 'draft' }, { state: 'sent' }, { state: 'answered' }],
    });
    expect(
      problemOf(
        await api
          .as('staff')
          .post('/api/quality/letters')
          .send({ ...period, owner: '无此单位' }),
      )['status'],
    ).toBe(404);
  });
});

test('an entry of the catalog has the quality of the data sets it is made of', async () => {
  await api.platform.warehouse.run(
    `INSERT INTO meta.catalog_entry (kind, name, parent, datasets) VALUES ('dataset', '${WATER}', '', ['${WATER}']),
       ('model', 'base.meter_day', '', ['${WATER}', 'utilities.gas_reading']), ('column', 'base.meter_day.fee', 'base.meter_day', ['${WATER}']),
       ('model', 'base.code', '', [])`,
  );
  await api.platform.warehouse.run(
    `INSERT INTO meta.column_lineage (model, column, input, input_column, how, sql_hash) VALUES
       ('base.meter_day', 'fee', 'base.std_utilities__water_reading', 'fee', 'identity', ''),
       ('base.std_utilities__water_reading', 'fee', 'raw.utilities__water_reading', '水费金额', 'transformation', '')`,
  );
  const ask = async (path: string) => {
    const { body } = await api.as('leader').get(`/api/catalog/${path}`).expect(200);
    return body as Record<string, unknown>;
  };
  expect(await ask(`dataset/${WATER}/quality`)).toMatchObject({
    basis: 'own',
    score: { dimensions: { uniqueness: { good: 5, total: 6 } } },
    days: [{ day: '2026-01-02' }],
  });
  expect(await ask('model/base.meter_day/quality')).toMatchObject({
    basis: 'datasets',
    datasets: [{ dataset: WATER, dimensions: { uniqueness: { good: 5, total: 6 } } }],
  });
  expect(await ask('column/base.meter_day.fee/quality')).toMatchObject({
    basis: 'fields',
    fields: [{ dataset: WATER, field: 'fee' }],
    score: { dimensions: { validity: { good: 2, total: 3 }, uniqueness: { score: null } } },
  });
  expect(await ask('model/base.code/quality')).toMatchObject({ basis: 'none', score: { overall: null } });
  expect(await ask(`dataset/${WATER}`)).toMatchObject({
    readBy: [{ kind: '', name: 'base.std_utilities__water_reading' }],
  });
  expect(await ask('model/base.meter_day')).toMatchObject({
    columns: [{ name: 'base.meter_day.fee' }],
    reads: [{ name: 'base.std_utilities__water_reading' }],
  });
  await api.as('leader').get('/api/catalog/model/nothing/quality').expect(404);
});

test('a predictive tag says how right it was on days whose outcome is known', async () => {
  const { warehouse } = api.platform;
  const check = () => api.as('leader').get('/api/tags/check/arrears_foreseen');
  expect(problemOf(await check())['status']).toBe(409);
  await warehouse.run('CREATE DATABASE IF NOT EXISTS mart_tag');
  // Points: 20 a bill open, 30 for the second, 20 for a month overdue, -25 for the last one paid, -10 for fewer than two late; 40 make the tag.
  await warehouse.run(
    `CREATE TABLE mart_tag.rent_watch ENGINE = Memory AS SELECT * FROM VALUES(
       'contract_no String, seen_on Date32, is_tenant UInt8, bills_12 Int32, late_bills_12 Int32, open_bills Int32, oldest_open_days Int32, last_bill_open UInt8, open_bills_after Nullable(Int32)',
       ('told, came', '2026-03-31', 1, 12, 4, 2, 40, 1, 4), ('told, did not', '2026-03-31', 1, 12, 1, 2, 10, 1, 2),
       ('not told, came', '2026-04-30', 1, 12, 0, 1, 10, 1, 3), ('neither', '2026-04-30', 1, 12, 0, 0, 0, 0, 0),
       ('owes three already', '2026-04-30', 1, 12, 6, 3, 80, 1, 5), ('not known yet', '2026-09-30', 1, 12, 4, 2, 40, 1, NULL))`,
  );
  const { body } = await check().expect(200);
  expect(body).toMatchObject({
    ...{ objects: 4, told: 2, came: 2, hits: 1, precision: 0.5, recall: 0.5, baseRate: 0.5 },
    months: [
      { day: '2026-03-31', objects: 2, told: 2, came: 1, hits: 1 },
      { day: '2026-04-30', objects: 2, told: 0, came: 1, hits: 0 },
    ],
  });
  expect(problemOf(await api.as('leader').get('/api/tags/check/elderly'))['status']).toBe(400);
});

test('whole tables are judged as they stand: a fault counts once, however often it is sent', async () => {
  const dataset = 'operations.dwelling';
  const row = { dwelling_no: 'FY000001', house_code: 'H-0001', project_no: 'XM000001', standard_rent: '-5' };
  for (const [day, more] of [
    ['20260103', []],
    ['20260110', [{ ...row, dwelling_no: 'FY000002', house_code: 'H-0002', standard_rent: '900' }]],
  ] as const)
    await land(dataset, `dwelling_${day}.csv`, csvOf(dataset, [row, ...more]));
  await countLanded(api.platform, await contracts());
  const { body } = await api.as('leader').get(`/api/quality/fields/${dataset}`).expect(200);
  const { rules } = body as { rules: { field: string; rule: string; marked: number }[] };
  expect(rules.find(({ field, rule }) => field === 'standard_rent' && rule === 'negative')?.marked).toBe(1);
});

test('control totals that differ lead to the rows behind', async () => {
  const { warehouse } = api.platform;
  await warehouse.run(
    'CREATE TABLE base.test_due (no String, month String, amount Decimal(18, 2)) ENGINE = Memory',
  );
  await warehouse.run(
    "INSERT INTO base.test_due VALUES ('1', '2026-01', 100), ('2', '2026-01', 50), ('3', '2026-02', 70)",
  );
  const total = (where: string) =>
    `SELECT month AS period, sum(amount) AS value FROM base.test_due WHERE ${where} GROUP BY month`;
  const rule = reconciliationSchema.parse({
    ...{ name: 'due_paid', zh: '应收与实收', reference: 'test', unit: 'yuan', explanation: '查漏送' },
    left: { zh: '应收', owner: '甲', tables: ['base.test_due'], sql: total('1') },
    right: { zh: '实收', owner: '乙', tables: ['base.test_due'], sql: total("no != '2'") },
    tolerance: { absolute: 1 },
    drill: "SELECT no FROM base.test_due WHERE no = '2' AND month = {period:String}",
  });
  const absent = { ...rule, name: 'absent', left: { ...rule.left, tables: ['base.not_there'] } };
  await reconcile(warehouse, [rule, absent], '2026-02-28');
  const results = await rowsOf(
    api.platform,
    'SELECT period, toFloat64(difference) AS difference, toString(state) AS state FROM meta.reconciliation_result FINAL ORDER BY period',
  );
  expect(results).toEqual([
    { period: '2026-01', difference: 50, state: 'differs' },
    { period: '2026-02', difference: 0, state: 'agrees' },
  ]);
  expect(await reconciliationRows(warehouse, [rule], 'due_paid', '2026-01')).toEqual([{ no: '2' }]);
});

test('a withdrawn batch counts no more; a data set that stays away is said to be late', async () => {
  const all = await contracts();
  await judge(api.platform, all, { asOf: '2026-05-31', news: new Set(all.all) });
  const { body } = await api.as('leader').get('/api/quality/anomalies').expect(200);
  const found = (body as { anomalies: { kind: string; dataset: string; explanation: string }[] }).anomalies;
  expect(
    found.filter(({ kind, dataset }) => kind === 'freshness' && dataset === WATER).length,
  ).toBeGreaterThan(20);
  expect(found[0]?.explanation).toMatch(/未收到 2026-/);
  await api.platform.warehouse.run(
    `INSERT INTO meta.catalog_lateness (dataset, owner, as_of, last_date, update_days, days_late)
     VALUES ('${WATER}', '${OWNER}', '2026-05-31', '2026-01-02', 3, 146), ('police.migration', '公安局', '2026-05-31', '2026-05-30', 41, 0)`,
  );
  await judgeLateness(api.platform, all);
  const late = await rowsOf(
    api.platform,
    "SELECT dataset, owner, toString(day) AS day FROM meta.quality_anomaly FINAL WHERE kind = 'lateness'",
  );
  expect(late).toEqual([{ dataset: WATER, owner: OWNER, day: '2026-01-06' }]);
  const within = await rowsOf(
    api.platform,
    "SELECT dataset, toUInt32(good) AS good FROM meta.quality_score WHERE measure = 'within_limit' ORDER BY dataset",
  );
  expect(within).toEqual([
    { dataset: 'police.migration', good: 1 },
    { dataset: WATER, good: 0 },
  ]);
  const period = { owner: OWNER, from: '2026-04-01', to: '2026-04-30' };
  const { body: letter } = await api.as('staff').post('/api/quality/letters').send(period).expect(200);
  const { content } = letter as { content: { late: { dataset: string; since: string }[] } };
  expect(content.late[0]).toMatchObject({ dataset: WATER, zh: '水表读数', since: '2026-01-06' });
  // Of the days of April that never came only the last few are listed.
  expect(content.late.slice(1).map(({ since }) => since.slice(0, 7))).toEqual(Array(5).fill('2026-04'));
  await api.platform.warehouse.run('TRUNCATE TABLE meta.catalog_lateness');
  await judgeLateness(api.platform, all);
  expect(
    await rowsOf(api.platform, "SELECT day FROM meta.quality_anomaly FINAL WHERE kind = 'lateness'"),
  ).toEqual([]);
  await api.platform.warehouse.run(
    `ALTER TABLE meta.batch DELETE WHERE dataset = '${WATER}' SETTINGS mutations_sync = 1`,
  );
  expect((await measures(WATER)).filter(({ measure }) => measure === 'readable')).toEqual([]);
});
