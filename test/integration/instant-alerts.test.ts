/**
 * Instant rules (issue 5): what the data says is a case after the run that lands them, before that run goes on with what nobody
 * waits for, and not only after some later, periodic one. Shown by the order of events; seconds are in docs/proofs.md.
 */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { findDataset } from '../../ingestion/contracts/index.ts';
import { rulesOf } from '../../pipelines/alerts/shipped.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import type { ProgressEvent } from '../../pipelines/progress.ts';
import { type Scheduler, startScheduler } from '../../pipelines/scheduler.ts';
import { type TestApi, testApi } from '../support/api.ts';
import { fixtureProject } from '../support/dbt-fixture.ts';
import { putInInbox } from '../support/deliveries.ts';

jest.setTimeout(300_000);

const RULE = 'complaint_overdue';
/** Findings of both sources' complaints, as the shipped model has them; of each the last row that came. */
const VIOLATION = `{{ config(schema='mart_supervision', alias='violation') }}
select lower(hex(MD5(no))) as violation_id, '${RULE}' as rule, '投诉超期未答复' as rule_zh, 'service' as family, 'medium' as level,
  'complaint' as object_kind, no as object_key, '' as project_id, '' as project_name, '' as enterprise_id,
  '439901' as district_code, '' as district_name, '439901001' as street_code, '' as street_name, '439901001001' as community_code,
  '尚未答复' as evidence_zh, toDate32('2026-10-01') as since
from {{ ref('std_complaint') }} where due < '2026-10-31' and answered = ''`;
const STD = `select no, argMax(due_at, at) as due, argMax(answered_at, at) as answered from (
  ${['anju', 'operations'].map((source) => `select \`投诉事件编号\` as no, \`要求答复时间\` as due_at, \`答复时间\` as answered_at, (_batch_id, _row_no) as at from {{ source('raw', '${source}__complaint') }}`).join(' union all ')}
) group by no`;
/** In any order of names they come before the findings. */
const REPORTS = ['a_report', 'b_report', 'c_report'];

let api: TestApi;
let scheduler: Scheduler;
const events: ProgressEvent[] = [];
/** Keys of the cases the API lists at the moment the models are done. */
let listedThen: Promise<string[]> = Promise.resolve([]);

const cases = z.object({ rows: z.array(z.object({ id: z.string(), objectKey: z.string() })) });
const listed = async (): Promise<string[]> => {
  const { body } = await api.as('staff').get(`/api/alerts?rule=${RULE}`).expect(200);
  return cases.parse(body).rows.map(({ objectKey }) => objectKey);
};
const complain = (no: string, more: Record<string, string> = {}): Promise<unknown> =>
  api
    .as('staff')
    .post('/api/complaints')
    .send({
      record: {
        ...{ complaint_no: no, complained_at: '2026-10-01 09:00:00', due_at: '2026-10-08 09:00:00' },
        ...{ complaint_state: 'received', content: '漏水', ...more },
      },
      reason: '来电',
    })
    .expect(201);
const fields = findDataset('operations.complaint')?.fields ?? [];
function deliver(day: string, complaint_no: string, answered_at = ''): Promise<string> {
  const said: Record<string, string> = {
    ...{ complaint_no, complained_at: '2026-10-01 09:00:00', due_at: '2026-10-08 09:00:00', answered_at },
    complaint_state: '已受理',
  };
  const row = Object.fromEntries(fields.map(({ name, source }) => [source, said[name] ?? '']));
  return putInInbox(
    api.platform,
    'operations.complaint',
    `complaint_${day}.jsonl`,
    `${JSON.stringify(row)}\n`,
  );
}
/** What a look at the city does, and in which order. */
async function look(): Promise<{ ran: boolean; started: string[] }> {
  events.length = 0;
  const ran = await scheduler.check();
  const started = events.flatMap((event) =>
    event.kind === 'item' && event.stage === 'models' && event.state === undefined ? [event.item] : [],
  );
  return { ran, started };
}
const runs = (): Promise<{ run_id: string; kind: string; state: string }[]> =>
  api.platform.store.db.selectFrom('run').select(['run_id', 'kind', 'state']).orderBy('started_at').execute();

beforeAll(async () => {
  api = await testApi();
  const project = join(api.platform.config.home, 'work', 'project');
  for (const part of ['dbt_project.yml', 'macros'])
    await cp(join(fixtureProject, part), join(project, part), { recursive: true });
  await cp(join(MODELS_DIRECTORY, 'alerts'), join(project, 'alerts'), { recursive: true });
  for (const folder of ['metrics', 'models/base', 'models/marts'])
    await mkdir(join(project, folder), { recursive: true });
  const files = {
    'models/base/sources.yml':
      'version: 2\nsources:\n  - name: raw\n    tables: [{ name: anju__complaint }, { name: operations__complaint }]\n',
    'models/base/std_complaint.sql': STD,
    'models/marts/z_violation.sql': VIOLATION,
    ...Object.fromEntries(
      REPORTS.map((name) => [
        `models/marts/${name}.sql`,
        `select '${name}' as report, count() as rows from {{ ref('std_complaint') }}`,
      ]),
    ),
  };
  for (const [path, content] of Object.entries(files)) await writeFile(join(project, path), content);
  scheduler = startScheduler(api.platform, {
    projectDir: project,
    every: '0 0 0 1 1 *',
    onProgress: (event) => {
      events.push(event);
      if (event.kind === 'stage' && event.stage === 'models' && event.state === 'finished')
        listedThen = listed();
    },
  });
  // Both sources are known, and nothing is late.
  await complain('TS-0', { answered_at: '2026-10-02 09:00:00', complaint_state: 'resolved' });
  await deliver('20261030', 'TS-1', '2026-10-02 09:00:00');
  expect((await look()).ran).toBe(true);
  expect(await listed()).toEqual([]);
});
afterAll(async () => {
  await scheduler.stop();
  await api.close();
});

test('the rules of this are instant ones', async () => {
  const rule = (await rulesOf(MODELS_DIRECTORY)).find((one) => one.rule === RULE);
  expect(rule?.looked_at).toBe('instant');
});

test.each([
  ['a change of staff', 'TS-2', () => complain('TS-2')],
  ['a file', 'TS-3', () => deliver('20261031', 'TS-3')],
] as const)(
  '%s is a case by the very run that lands it, before what nobody waits for',
  async (_, key, commit) => {
    const before = await runs();
    await commit();
    const { ran, started } = await look();
    expect(ran).toBe(true);
    const made = (await runs()).slice(before.length);
    expect(made).toMatchObject([{ kind: 'schedule', state: 'succeeded' }]);
    const found = await api.platform.store.db
      .selectFrom('alert_case')
      .select('found_run')
      .where('object_key', '=', key)
      .executeTakeFirstOrThrow();
    expect(found.found_run).toBe(made[0]?.run_id);
    // Two models at a time: of those nobody waits for at most one is begun beside the findings.
    expect(started.indexOf('mart_supervision.violation')).toBe(1);
    expect(started.toSorted()).toEqual(
      [
        'mart_supervision.violation',
        ...REPORTS.map((name) => `mart_t.${name}`),
        't_base.std_complaint',
      ].toSorted(),
    );
    // Metrics, quality, catalog and search come later.
    expect(await listedThen).toContain(key);
    const steps = await api.platform.store.db
      .selectFrom('run_step')
      .select(['step', 'started_at', 'finished_at'])
      .where('run_id', '=', found.found_run)
      .orderBy('started_at')
      .execute();
    const at = (step: string): number => steps.findIndex((one) => one.step === step);
    expect(at('land')).toBe(0);
    expect(at('cases')).toBeGreaterThan(at('model:mart_supervision.violation'));
  },
);

test('a look without news makes no run, after files too', async () => {
  expect((await look()).ran).toBe(false);
  expect((await look()).ran).toBe(false);
});
