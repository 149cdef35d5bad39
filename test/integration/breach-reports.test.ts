/** 承租人违约上报 (AL86, 002:2907): what staff report of a tenant over the API becomes a case for people, and costs credit once they decided it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { chinaDayOf } from '../../domain/calendar.ts';
import { landDeliveries } from '../../pipelines/land.ts';
import { runPipeline } from '../../pipelines/runner.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';

let api: TestApi;
const daysAgo = (days: number): string => chinaDayOf(new Date(Date.now() - days * 86_400_000));

const add = async (path: string, record: object): Promise<string> => {
  const answer = await api.as('staff').post(`/api/${path}`).send({ record, reason: '街道上报' });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return (answer.body as { key: string }).key;
};
const report = (record: object): Promise<string> =>
  add('breach-reports', {
    ...{
      reporter_kind: '街道',
      reporter_name: '王敏',
      reporter_phone: '13800001111',
      contract_no: 'HT-RUNNING',
    },
    ...{ tenant_name: '李四', breach_kind: '违规转租', occurred_on: daysAgo(4), reported_on: daysAgo(2) },
    ...{ description: '巡查发现由他人居住', breach_state: '已上报', ...record },
  });
const contract = (contract_no: string, house_code: string, terminated_on: string) =>
  add('contracts', {
    ...{ contract_no, application_no: 'SQ-1', house_code, tenant_name: '李四' },
    ...{ tenant_id_number: '11010519491231002X', starts_on: '2025-01-01', ends_on: '2030-12-31' },
    ...{ terminated_on, monthly_rent: '800', contract_state: terminated_on === '' ? 'active' : 'terminated' },
  });

/** A run that builds what this is about. */
async function run(asOf: string): Promise<void> {
  const { models } = await runPipeline(api.platform, {
    ...{
      land: landDeliveries,
      asOf,
      select: ['+mart_supervision__violation', '+maintenance_fund_part', '+mart_credit__entry'],
    },
  });
  expect(models.filter(({ status }) => status !== 'built' && status !== 'skipped')).toEqual([]);
}

interface Case {
  id: string;
  version: number;
  objectKey: string;
  objectKind: string;
  level: string;
  evidenceZh: string;
  since: string;
  clearedOn: string | null;
}
const cases = async (): Promise<Case[]> => {
  const { body } = await api.as('staff').get('/api/alerts?rule=tenant_breach').expect(200);
  return (body as { rows: Case[] }).rows;
};
const reports: Record<string, string> = {};

beforeAll(async () => {
  api = await testApi();
  await add('applications', {
    ...{ application_no: 'SQ-1', applicant_name: '李四', applicant_id_number: '11010519491231002X' },
    ...{ applied_on: '2024-10-01', application_state: 'approved', guarantee_form: '实物配租' },
  });
  await contract('HT-RUNNING', 'H-0001', '');
  await contract('HT-ENDED', 'H-0002', daysAgo(60));
  reports['sublet'] = await report({ evidence: '现场照片.jpg' });
  reports['idle'] = await report({ breach_kind: '闲置', breach_state: '处理中' });
  reports['withdrawn'] = await report({ breach_state: '已撤回' });
  reports['unfounded'] = await report({ breach_state: '不属实' });
  reports['after'] = await report({ contract_no: 'HT-ENDED' });
  reports['before'] = await report({ contract_no: 'HT-ENDED', occurred_on: daysAgo(61) });
  reports['overstay'] = await report({ contract_no: 'HT-ENDED', breach_kind: '拒不腾退' });
  reports['settled'] = await report({
    ...{
      breach_state: '已处理',
      occurred_on: daysAgo(400),
      reported_on: daysAgo(399),
      handled_on: daysAgo(390),
    },
  });
  reports['today'] = await report({
    breach_kind: '损坏设施',
    occurred_on: daysAgo(0),
    reported_on: daysAgo(0),
  });
  reports['dwelling'] = await report({ contract_no: '', house_code: 'H-0001', breach_kind: '违章搭建' });
  // The agencies' newest data are of the day before: what staff report is a case all the same.
  await run(daysAgo(1));
});
afterAll(() => api.close());

const caseOf = async (name: string): Promise<Case | undefined> =>
  (await cases()).find(({ objectKey }) => objectKey === reports[name]);

describe('a breach somebody reports', () => {
  test('is a case where it stands and somebody was the tenant then, and none where it was withdrawn, found wrong, settled long ago or came after', async () => {
    const found = new Set((await cases()).map(({ objectKey }) => objectKey));
    const names = Object.keys(reports).filter((name) => found.has(reports[name] ?? ''));
    expect(names).toEqual(['sublet', 'idle', 'before', 'overstay', 'today', 'dwelling']);
    expect(found.size).toBe(names.length);
  });

  test('says by whom, of what and by which article, and names nobody', async () => {
    expect(await caseOf('sublet')).toMatchObject({
      ...{ objectKind: 'breach_report', level: 'high', since: daysAgo(4) },
      evidenceZh: `街道社区于 ${daysAgo(2)} 上报：转借、转租或者擅自调换（公租房管理办法第二十七条第一项），发生于 ${daysAgo(4)}，附证明文件；该合同近一年另有 3 件有效上报`,
    });
    expect(await caseOf('idle')).toMatchObject({ level: 'medium' });
    const all = JSON.stringify(await cases());
    for (const personal of ['李四', '王敏', '13800001111']) expect(all).not.toContain(personal);
  });

  test('has to name a contract or a dwelling, and a kind of the list', async () => {
    const refused = (record: object) =>
      api
        .as('staff')
        .post('/api/breach-reports')
        .send({ record: { reported_on: '2026-11-20', breach_kind: '转租', ...record }, reason: '' });
    expect(problemOf(await refused({}))).toMatchObject({ where: { rule: 'names_no_tenancy' } });
    expect((await refused({ contract_no: 'HT-RUNNING', breach_kind: '心情不好' })).status).toBe(400);
    expect((await refused({ contract_no: 'HT-RUNNING', occurred_on: '2026-11-21' })).status).toBe(400);
  });

  test('is seen and reported by those who work on cases; analysts read the register masked', async () => {
    for (const role of ['analyst', 'auditor', 'administrator'] as const)
      expect((await api.as(role).get('/api/breach-reports')).status).toBe(403);
    const { body } = await api
      .as('analyst')
      .post('/api/sql')
      .send({
        sql: `SELECT reporter_name, reporter_phone, tenant_name FROM base.breach_report WHERE breach_no = '${reports['sublet'] ?? ''}'`,
      })
      .expect(200);
    expect(JSON.stringify(body)).not.toMatch(/李四|王敏|13800001111/);
  });

  test('costs the household points once people closed its case as right, and not before', async () => {
    const entries = () =>
      api.platform.warehouse.rows(
        "SELECT party_kind, party_id, toFloat64(points) AS points FROM mart_credit.entry WHERE indicator = 'tenant_reported_breach'",
        z.object({ party_kind: z.string(), party_id: z.string(), points: z.number() }),
      );
    expect(await entries()).toEqual([]);
    for (const action of ['receive', 'close']) {
      const { id, version } = (await caseOf('sublet')) ?? { id: '', version: 0 };
      await api
        .as('staff')
        .post(`/api/alerts/${id}/act`)
        .send({ action, note: '经核实属实', version })
        .expect(200);
    }
    // The next run has both: the points, and that a report was withdrawn, whose case is gone with it.
    const record = {
      contract_no: 'HT-RUNNING',
      reported_on: daysAgo(2),
      breach_kind: 'idle',
      breach_state: 'withdrawn',
    };
    await api
      .as('staff')
      .put(`/api/breach-reports/${reports['idle'] ?? ''}`)
      .send({ record, version: 1, reason: '误报' })
      .expect(200);
    await run(daysAgo(0));
    expect(await entries()).toEqual([{ party_kind: 'tenant', party_id: 'SQ-1', points: -10 }]);
    expect((await caseOf('idle'))?.clearedOn).toEqual(expect.any(String));
    expect((await caseOf('sublet'))?.clearedOn).toBeNull();
  });
});
