import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { datasets } from '../../ingestion/contracts/index.ts';
import { type Dataset, tableName } from '../../ingestion/contract.ts';
import { contractFiles, ensureRawTables } from '../../ingestion/generate/index.ts';
import { stdName, stdType } from '../../ingestion/generate/std-columns.ts';
import { compileModel } from '../../pipelines/dbt/compile.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { nodeOf, type Project } from '../../pipelines/dbt/resolve.ts';
import { MODELS_DIRECTORY } from '../../pipelines/runner.ts';
import { landInbox } from '../../ingestion/landing/index.ts';
import { putInInbox, rowsOf } from '../support/deliveries.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
let project: Project;
beforeAll(async () => {
  project = await loadProject(MODELS_DIRECTORY);
  platform = await testPlatform();
  await ensureRawTables(platform.warehouse);
  await platform.warehouse.run('CREATE DATABASE IF NOT EXISTS base');
});
afterAll(async () => {
  await platform.close();
});

/** The model in one statement, as dbt would run it first. */
const rendered = (dataset: Dataset): string =>
  compileModel(project, nodeOf(project, stdName(dataset), 'the test'), {
    vars: project.vars,
    incremental: false,
  });

test('every standardising model builds, with the types the catalog names', async () => {
  for (const dataset of datasets) {
    await platform.warehouse.run(`CREATE OR REPLACE VIEW base.${stdName(dataset)} AS ${rendered(dataset)}`);
    const columns = await rowsOf(
      platform,
      `SELECT name, type FROM system.columns WHERE database = 'base' AND table = '${stdName(dataset)}'`,
    );
    const types = new Map(columns.map(({ name, type }) => [name, type]));
    for (const field of dataset.fields) {
      expect(`${stdName(dataset)}.${field.name} ${String(types.get(field.name))}`).toBe(
        `${stdName(dataset)}.${field.name} ${stdType(dataset, field)}`,
      );
    }
  }
});

test('generated files have one path each and are the same every time', () => {
  const paths = contractFiles().map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
  expect(contractFiles()).toEqual(contractFiles());
});

describe('history of a full data set', () => {
  const dataset = datasets.find((candidate) => tableName(candidate) === 'operations__project');
  const csv = (rows: string[]): string => {
    const header = dataset?.fields.map(({ source }) => source) ?? [];
    const width = header.length;
    return (
      [header.join(','), ...rows.map((row) => row + ','.repeat(width - row.split(',').length))].join('\n') +
      '\n'
    );
  };

  test('versions open and close with business dates; a defect is NULL in the typed column and stays in raw', async () => {
    if (!dataset) throw new Error('no contract');
    await putInInbox(
      platform,
      'operations.project',
      'project_20260101.csv',
      csv(['P1,Old name,公租房', 'P2,Stays,公租房', 'P3,Goes,别墅']),
    );
    await putInInbox(
      platform,
      'operations.project',
      'project_20260201.csv',
      csv(['P1,New name,公租房', 'P2,Stays,公租房']),
    );
    const [account] = await landInbox(platform);
    expect(account).toMatchObject({ landed: 5, loaded: 4, deduplicated: 1, quarantined: 0, deleted: 1 });
    const rows = await rowsOf(
      platform,
      `SELECT project_no, project_name, project_kind, toString(valid_from) AS valid_from, toString(valid_to) AS valid_to, is_current, _defects
       FROM (${rendered(dataset)}) WHERE valid_from < valid_to ORDER BY project_no, valid_from`,
    );
    expect(rows).toEqual([
      {
        project_no: 'P1',
        project_name: 'Old name',
        project_kind: 'prh',
        valid_from: '2026-01-01',
        valid_to: '2026-02-01',
        is_current: 0,
        _defects: [],
      },
      {
        project_no: 'P1',
        project_name: 'New name',
        project_kind: 'prh',
        valid_from: '2026-02-01',
        valid_to: '2299-12-31',
        is_current: 1,
        _defects: [],
      },
      {
        project_no: 'P2',
        project_name: 'Stays',
        project_kind: 'prh',
        valid_from: '2026-01-01',
        valid_to: '2299-12-31',
        is_current: 1,
        _defects: [],
      },
      {
        project_no: 'P3',
        project_name: 'Goes',
        project_kind: '',
        valid_from: '2026-01-01',
        valid_to: '2026-02-01',
        is_current: 0,
        _defects: ['project_kind:unmapped'],
      },
    ]);
  });
});
