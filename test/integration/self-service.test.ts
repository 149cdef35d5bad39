/** A file nobody has seen, in a fresh home: profiled, landed, built, shown — by commands alone. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type OperationName, performOperation } from '../../api/operations/index.ts';
import { datasetSchema } from '../../ingestion/contract.ts';
import { registry } from '../support/unseen.ts';
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

  test('a draft may be written anew, an agreed contract not', async () => {
    await expect(
      perform('profile', { path: file, write: true, source: 'utilities', dataset: 'water_reading' }),
    ).rejects.toThrow('agreed already');
    await expect(perform('profile', { path: file, write: true, source: '..', dataset: 'x' })).rejects.toThrow(
      'snake_case',
    );
  });
});
