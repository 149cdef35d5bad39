import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { problemOf, type TestApi, testApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(async () => api.close());

interface Answer {
  key: string;
  version: number;
  record: Record<string, string>;
}
const complaint = {
  complained_at: '2026-11-20 08:30',
  complaint_state: '待受理',
  complainant_name: '张三',
  phone: '13800001111',
  content: '漏水',
};
const contract = {
  contract_no: '',
  house_code: 'H-0001',
  tenant_name: '李四',
  tenant_id_number: '11010519491231002X',
  starts_on: '2026年1月1日',
  ends_on: '2028-12-31',
  monthly_rent: '1,200.50元',
  contract_state: 'pending',
};
const add = async (path: string, record: object, reason = '') =>
  api.as('staff').post(`/api/${path}`).send({ record, reason });
const put = (path: string, body: object) => api.as('staff').put(`/api/${path}`).send(body);
const made = async (path: string, record: object): Promise<Answer> => {
  const response = await add(path, record);
  expect([response.status, response.text]).toEqual([201, expect.any(String)]);
  return response.body as Answer;
};

describe('an entity staff add', () => {
  test('gets a number and canonical values: codes, dates, instants, amounts', async () => {
    const { key, version, record } = await made('contracts', contract);
    expect(key).toMatch(/^HT/);
    expect(version).toBe(1);
    expect(record).toMatchObject({
      contract_no: key,
      starts_on: '2026-01-01',
      monthly_rent: '1200.50',
      contract_state: 'pending',
      breach_clause: '',
    });
    const other = await made('complaints', complaint);
    expect(other.record).toMatchObject({
      complaint_state: 'received',
      complained_at: '2026-11-20 08:30:00.000+08:00',
    });
    expect((await api.as('staff').get(`/api/complaints/${other.key}`)).body).toMatchObject({
      record: other.record,
    });
  });

  test('is refused with the field and the rule that failed', async () => {
    const cases: [string, object, string, RegExp][] = [
      [
        'contracts',
        { ...contract, tenant_id_number: '110105194912310021' },
        'record.tenant_id_number',
        /checksum/,
      ],
      ['contracts', { ...contract, house_code: '' }, 'record.house_code', /required/],
      ['contracts', { ...contract, ends_on: '2027-02-30' }, 'record.ends_on', /impossible/],
      ['contracts', { ...contract, monthly_rent: '-1' }, 'record.monthly_rent', /negative/],
      ['contracts', { ...contract, contract_state: 'something' }, 'record.contract_state', /unmapped/],
      ['complaints', { ...complaint, phone: '123' }, 'record.phone', /format/],
      ['complaints', { ...complaint, content: 'x'.repeat(4001) }, 'record.content', /4000/],
      ['complaints', { ...complaint, surprise: 'x' }, 'record', /surprise/],
    ];
    for (const [path, record, field, message] of cases) {
      const problem = problemOf(await add(path, record));
      expect(problem).toMatchObject({
        status: 400,
        code: 'bad_request',
        where: { field },
        detail: expect.stringMatching(message),
      });
    }
    expect(problemOf(await add('complaints', { ...complaint, phone: 13800001111 }))).toMatchObject({
      where: { field: 'record.phone' },
    });
  });

  test('obeys the rules between fields that deliveries obey', async () => {
    const problem = problemOf(await add('contracts', { ...contract, ends_on: '2025-12-31' }));
    expect(problem).toMatchObject({
      status: 400,
      detail: '租赁结束日期早于开始日期',
      where: { rule: 'ends_before_start' },
    });
    const application = {
      applicant_id_number: '11010519491231002X',
      applied_on: '2026-03-01',
      decided_on: '2026-02-01',
    };
    expect(problemOf(await add('applications', application))).toMatchObject({
      where: { rule: 'decided_before_applied' },
    });
  });

  test('may bring its number, once', async () => {
    await made('complaints', { ...complaint, complaint_no: 'TS-OWN-1' });
    expect(problemOf(await add('complaints', { ...complaint, complaint_no: 'ts-own-1' }))).toMatchObject({
      status: 409,
      code: 'conflict',
    });
  });
});

describe('an entity staff change', () => {
  test('has a version: who comes second is told who was first', async () => {
    const { key, record } = await made('complaints', complaint);
    const changed = { ...record, content: '漏水严重' };
    const bodies = [1, 2, 3, 4].map(() =>
      put(`complaints/${key}`, { record: changed, version: 1, reason: '来电' }),
    );
    const statuses = (await Promise.all(bodies)).map((response) => response.status).toSorted();
    expect(statuses).toEqual([200, 409, 409, 409]);
    const late = problemOf(await put(`complaints/${key}`, { record: changed, version: 1 }));
    expect(late).toMatchObject({
      status: 409,
      where: { version: 2 },
      detail: expect.stringContaining(api.users.staff.user),
    });
    const missing = await put('complaints/TS-NONE', { record: changed, version: 1 });
    expect(problemOf(missing)).toMatchObject({ status: 404 });
  });

  test('keeps its number whatever the record says', async () => {
    const { key, record } = await made('complaints', complaint);
    const response = await put(`complaints/${key}`, {
      record: { ...record, complaint_no: 'TS-STOLEN' },
      version: 1,
    });
    expect((response.body as Answer).record).toMatchObject({ complaint_no: key });
    expect((await api.as('staff').get('/api/complaints/TS-STOLEN')).status).toBe(404);
  });

  test('goes from state to state only as it may', async () => {
    const { key, record } = await made('contracts', contract);
    const to = (state: string, version: number) =>
      put(`contracts/${key}`, { record: { ...record, contract_state: state }, version });
    expect(problemOf(await to('expired', 1))).toMatchObject({
      status: 409,
      where: { field: 'contract_state' },
      fix: 'It may become active or terminated.',
    });
    expect((await to('active', 1)).status).toBe(200);
    expect((await to('active', 2)).status).toBe(200);
    expect((await to('terminated', 3)).status).toBe(200);
    expect(problemOf(await to('active', 4))).toMatchObject({
      status: 409,
      fix: 'It may become nothing else.',
    });
    expect(problemOf(await to('', 4))).toMatchObject({ status: 409 });
  });

  test('has a history, also after it was deleted, and stands in the audit log without its values', async () => {
    const { key, record } = await made('complaints', complaint);
    await put(`complaints/${key}`, {
      record: { ...record, complaint_state: 'handling' },
      version: 1,
      reason: '开始处理',
    }).expect(200);
    const remove = (version: number, body: object) =>
      api.as('staff').delete(`/api/complaints/${key}?version=${version}`).send(body);
    expect((await remove(1, { reason: '重复登记' })).status).toBe(409);
    expect((await remove(2, {})).status).toBe(400);
    expect((await remove(2, { reason: '重复登记' })).status).toBe(204);
    expect((await api.as('staff').get(`/api/complaints/${key}`)).status).toBe(404);
    expect((await remove(3, { reason: '重复登记' })).status).toBe(404);
    const { body } = await api.as('staff').get(`/api/complaints/${key}/history`);
    expect((body as { versions: object[] }).versions).toMatchObject([
      { version: 1, operation: 'I', changedBy: api.users.staff.user },
      { version: 2, operation: 'U', reason: '开始处理', record: { complaint_state: 'handling' } },
      { version: 3, operation: 'D', reason: '重复登记' },
    ]);
    const audit = await api.as('auditor').get('/api/audit?limit=500');
    expect(audit.text).toContain(key);
    expect(audit.text).not.toMatch(/张三|13800001111|11010519491231002X/);
  });
});

describe('the list', () => {
  test('pages by number, searches by number and name, and takes no wildcard from outside', async () => {
    for (const number of [1, 2, 3, 4, 5])
      await made('applications', {
        application_no: `SQ-P-00${number}`,
        applicant_name: '王五',
        applicant_id_number: '11010519491231002X',
        applied_on: '2026-03-01',
        application_state: number === 1 ? 'approved' : 'pending',
      });
    const list = async (query: string) =>
      (await api.as('staff').get(`/api/applications?${query}`)).body as {
        rows: Answer[];
        next: string | null;
      };
    const keys = async (query: string) => (await list(query)).rows.map(({ key }) => key);
    const page = await list('search=SQ-P&limit=2');
    expect(page).toMatchObject({ rows: [{ key: 'SQ-P-001' }, { key: 'SQ-P-002' }], next: 'SQ-P-002' });
    expect(await keys(`search=SQ-P&limit=4&after=${page.next}`)).toEqual([
      'SQ-P-003',
      'SQ-P-004',
      'SQ-P-005',
    ]);
    expect(await keys('state=approved')).toEqual(['SQ-P-001']);
    expect(await keys(`search=${encodeURIComponent('王')}`)).toHaveLength(5);
    for (const pattern of ['%', '_', '\\', "' or true --"])
      expect(await keys(`search=${encodeURIComponent(pattern)}`)).toEqual([]);
  });

  test('shows a clerk of a division only its cases', async () => {
    const cases = { '439901001001': 'SQ-D-1', '439901001': 'SQ-D-2', '439902001001': 'SQ-D-3' };
    for (const [community_code, application_no] of Object.entries(cases))
      await made('applications', {
        application_no,
        community_code,
        applicant_id_number: '11010519491231002X',
        applied_on: '2026-03-01',
      });
    const { user } = api.users.staff;
    const scope = (division: string) =>
      api.platform.store.db
        .updateTable('app_user')
        .set({ scope_division: division })
        .where('user_name', '=', user)
        .execute();
    await scope('439901001');
    try {
      const { body } = await api.as('staff').get('/api/applications?limit=200');
      expect((body as { rows: Answer[] }).rows.map(({ key }) => key)).toEqual(['SQ-D-1', 'SQ-D-2']);
      // What a list does not show must not be had by its number either.
      for (const path of ['applications/SQ-D-3', 'applications/SQ-D-3/history'])
        expect((await api.as('staff').get(`/api/${path}`)).status).toBe(404);
      const record = {
        application_no: 'SQ-D-3',
        applicant_id_number: '11010519491231002X',
        applied_on: '2026-03-01',
      };
      expect((await put('applications/SQ-D-3', { record, version: 1 })).status).toBe(404);
      expect(
        (await api.as('staff').delete('/api/applications/SQ-D-3?version=1').send({ reason: '测试' })).status,
      ).toBe(404);
    } finally {
      await scope('');
    }
  });

  test('says its fields, codes and changes of state, for forms', async () => {
    const { body } = await api.as('staff').get('/api/contracts/schema');
    expect(body).toMatchObject({
      key: 'contract_no',
      stateField: 'contract_state',
      transitions: { expired: [] },
    });
    const { fields } = body as { fields: { name: string; isPersonal: boolean }[] };
    expect(fields.filter(({ isPersonal }) => isPersonal).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['tenant_name', 'tenant_id_number', 'phone']),
    );
  });
});
