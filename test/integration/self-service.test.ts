/** A file nobody has seen, in a fresh home: profiled, landed, built, shown — by commands alone. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type OperationName, performOperation } from '../../api/operations/index.ts';
import { certificateOf } from '../../ingestion/certificate/issue.ts';
import { datasetSchema } from '../../ingestion/contract.ts';
import { registry } from '../support/unseen.ts';
import { workbook } from '../support/workbook.ts';
import { rowsOf } from '../support/deliveries.ts';
import { fixtureProject } from '../support/dbt-fixture.ts';
import { landDeliveries } from '../../pipelines/land.ts';
import { runPipeline } from '../../pipelines/runner.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
let file: string;
beforeAll(async () => {
  platform = await testPlatform();
  file = join(platform.config.home, 'parking_20261031.txt');
  await writeFile(file, registry(300));
});
afterAll(() => platform.close());

async function newestCertificate(dataset: string) {
  const { delivery_id } = await platform.store.db
    .selectFrom('delivery')
    .select('delivery_id')
    .where('dataset', '=', dataset)
    .orderBy('received_at', 'desc')
    .executeTakeFirstOrThrow();
  return certificateOf(platform, delivery_id);
}

const perform = (name: OperationName, params: unknown): Promise<unknown> =>
  performOperation(platform, name, params, {
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });

describe('a file nobody has seen', () => {
  test('is profiled, and a draft contract written only when asked', async () => {
    const looked = await perform('profile', { path: file, source: 'parking', dataset: 'space' });
    expect(looked).toMatchObject({ rows: 300, unreadable: 1, written: null });
    await expect(perform('land', { path: file, dataset: 'parking.space' })).rejects.toThrow('no contract');
    const written = await perform('profile', {
      path: file,
      write: true,
      source: 'parking',
      dataset: 'space',
    });
    expect(written).toMatchObject({ written: 'parking.space' });
    const { draft } = written as { draft: { contract: unknown; openPoints: string[] } };
    expect(datasetSchema.parse(draft.contract)).toMatchObject({ state: 'draft' });
    expect(draft.openPoints).toContain('legalBasis');
  });

  test('lands without code, its broken row in quarantine', async () => {
    expect(await perform('land', { path: file, dataset: 'parking.space' })).toMatchObject({
      deliveries: [{ state: 'loaded', landed: 300, loaded: 299, quarantined: 1 }],
    });
    expect(await perform('status', {})).toMatchObject({
      datasets: expect.arrayContaining([
        expect.objectContaining({ dataset: 'parking.space', loaded: 299, latestBusinessDate: '2026-10-31' }),
      ]),
    });
  });

  test('is in the base layer after the next run, typed, with units, and masked for analysts', async () => {
    const result = await runPipeline(platform, {
      land: landDeliveries,
      projectDir: fixtureProject,
      select: ['std_parking__space'],
    });
    expect(result.models).toMatchObject([{ model: 'base.std_parking__space', status: 'built', rows: 299 }]);
    const { contract } = (
      (await perform('profile', { path: file, source: 'a', dataset: 'b' })) as {
        draft: { contract: { fields: { name: string; source: string }[] } };
      }
    ).draft;
    const named = (source: string) => contract.fields.find((each) => each.source === source)?.name ?? source;
    const select = (database: string) =>
      `SELECT toString(${named('售价(万元)')}) AS price, toString(${named('起租日期')}) AS start, ${named('车主电话')} AS phone, ${named('车主')} AS owner
       FROM ${database}.std_parking__space ORDER BY phone LIMIT 1`;
    expect(await rowsOf(platform, select('base'))).toEqual([
      { price: '125000', start: '2024-01-15', phone: '13810000000', owner: '王伟' },
    ]);
    expect(await rowsOf(platform, select('open_base'))).toEqual([
      { price: '125000', start: '2024-01-15', phone: '138****0000', owner: '王*' },
    ]);
  });

  test('lands from a spreadsheet with titles, a merged header and lines under it', async () => {
    const people = Array.from({ length: 40 }, (_, i) => [
      `T${i + 1}`,
      `${30 + i}.5`,
      `${600 + i}.00`,
      '500.00',
    ]);
    const path = join(platform.config.home, 'ledger_20261031.xlsx');
    const sheets = {
      说明: [['填表说明']],
      台账: [
        ['2026年公租房租金台账'],
        ['编号', '面积', '租金', ''],
        ['', '', '应收', '实收'],
        ...people,
        ['合计', '', '24780.00', '20000.00'],
        ['制表人：李四'],
      ],
    };
    await writeFile(path, await workbook(sheets));
    await perform('profile', { path, write: true, source: 'rent', dataset: 'ledger' });
    expect(await perform('land', { path, dataset: 'rent.ledger' })).toMatchObject({
      deliveries: [
        {
          ...{ state: 'loaded', landed: 42, loaded: 40, quarantined: 2 },
          notes: ['The workbook’s sheet “说明” was left out.'],
        },
      ],
    });
    expect(
      await rowsOf(
        platform,
        'SELECT sum(toFloat64(`租金.应收`)) AS due, max(_row_no) AS last FROM raw.rent__ledger',
      ),
    ).toEqual([{ due: 24_780, last: '40' }]);
    const { certificate } = await newestCertificate('rent.ledger');
    expect(certificate.notes).toEqual(['The workbook’s sheet “说明” was left out.']);
    expect(certificate.findings).toMatchObject({ rejects: [{ rule: 'footer_line', rows: 2 }] });
  });

  test('lands whole without a key, rows alike included, and again only what was mended', async () => {
    const path = join(platform.config.home, 'payments.csv');
    const rows = Array.from(
      { length: 100 },
      (_, i) => `${i % 2 === 0 ? '公租房' : '保租房'},${500 + (i % 2)}`,
    );
    await writeFile(path, ['类型,金额', ...rows, '缺列', '缺列'].join('\n'));
    await perform('profile', { path, write: true, source: 'rent', dataset: 'payment' });
    const land = () => perform('land', { path, dataset: 'rent.payment' });
    expect(await land()).toMatchObject({
      deliveries: [{ landed: 102, loaded: 100, quarantined: 2, deduplicated: 0, notes: [] }],
    });
    expect(await land()).toMatchObject({ deliveries: [{ state: 'repeat', loaded: 0, deduplicated: 102 }] });
    await writeFile(path, ['类型,金额', ...rows.slice(0, 10)].join('\n'));
    expect(await land()).toMatchObject({ deliveries: [{ state: 'loaded', loaded: 10, deduplicated: 0 }] });
    const result = await runPipeline(platform, {
      ...{ land: landDeliveries, projectDir: fixtureProject, select: ['std_rent__payment'] },
    });
    expect(result.models).toMatchObject([{ model: 'base.std_rent__payment', status: 'built', rows: 110 }]);
  });

  test('a draft may be written anew, an agreed contract not', async () => {
    await expect(
      perform('profile', { path: file, write: true, source: 'utilities', dataset: 'water_reading' }),
    ).rejects.toThrow('agreed already');
    await expect(perform('profile', { path: file, write: true, source: '..', dataset: 'x' })).rejects.toThrow(
      'snake_case',
    );
  });
});
