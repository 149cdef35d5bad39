/** UI TEST FIXTURE: answers for the plain pages (records behind a number, runs, SQL, resources). */
interface Reply {
  status: number;
  body: unknown;
}

const drillRows = Array.from({ length: 437 }, (_, i) => ({
  house_code: `4399010010${String(i).padStart(4, '0')}`,
  project_name: '枫林苑',
  tenant_name: '张*',
  id_number: '4301**********1234',
  vacant_since: '2026-03-01',
  amount: i * 1.5,
}));

const applications = Array.from({ length: 64 }, (_, i) => ({
  applicationNo: `A2026${String(i).padStart(6, '0')}`,
  applicantName: `申请人${i}`,
  applicationState: '1',
  appliedOn: '2026-09-01',
  version: 1,
}));

/** As the API's contract names the fields of a resource. */
export const openapi = {
  openapi: '3.1.0',
  paths: {
    '/api/applications': {
      post: {
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Application' } } },
        },
      },
    },
    '/api/applications/{no}': {
      put: {
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Application' } } },
        },
      },
    },
  },
  components: {
    schemas: {
      Application: {
        type: 'object',
        required: ['applicantName'],
        properties: {
          applicationNo: { type: 'string', title: '申请编号', readOnly: true },
          applicantName: { type: 'string', title: '申请人' },
          applicationState: { type: 'string', title: '申请状态', enum: ['1', '2', '3'] },
          appliedOn: { anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }], title: '申请日期' },
          version: { type: 'integer' },
        },
      },
    },
  },
};

export function answerOther(method: string, url: URL, body: unknown): Reply | null {
  const ok = (answer: unknown): Reply => ({ status: 200, body: answer });
  const path = url.pathname;
  if (path === '/api/me') return ok({ user: 'leader', name: '张主任', role: 'leader' });
  if (path === '/api/metrics/drill') {
    const { metric, limit, offset } = body as { metric: string; limit: number; offset: number };
    const columns = [
      { name: 'house_code', zh: '房屋编码' },
      { name: 'project_name', zh: '项目' },
      { name: 'tenant_name', zh: '承租人' },
      { name: 'id_number', zh: '证件号码' },
      { name: 'vacant_since', zh: '空置起始' },
      { name: 'amount', zh: '金额' },
    ];
    return ok({
      metric,
      value: /rate$/.test(metric) ? 0.1136 : 437,
      total: 437,
      columns,
      rows: drillRows.slice(offset, offset + limit),
    });
  }
  if (path === '/api/metrics') {
    const about = {
      name: 'vacancy_rate',
      zh: '空置率',
      unit: 'ratio',
      kind: 'ratio',
      formulaZh: '空置套数 / 总套数',
      reference: 'M106',
    };
    return ok({ metrics: [{ ...about, dimensions: [], grains: [], better: 'lower' }] });
  }
  if (path === '/api/runs') {
    return ok({
      runs: [{ runId: 'r1', state: 'succeeded', startedAt: '2026-10-31T18:00:00Z', asOf: '2026-10-31' }],
    });
  }
  if (path === '/api/runs/r1')
    return ok({
      runId: 'r1',
      state: 'succeeded',
      steps: [{ step: 'base.person', state: 'built', rows: 10 }],
    });
  if (path === '/api/quality')
    return ok({ results: [{ model: 'base.person', test: 'unique', state: 'passed', failures: 0 }] });
  if (path === '/api/deliveries')
    return ok({
      deliveries: [
        { dataset: 'water', fileName: 'w.csv', landed: 9, loaded: 8, quarantined: 1, deduplicated: 0 },
      ],
    });
  if (path === '/api/sql') {
    const { sql } = body as { sql: string };
    if (/drop/i.test(sql)) {
      return {
        status: 400,
        body: {
          title: 'sql_refused',
          status: 400,
          detail: '只允许查询语句。',
          code: 'sql_refused',
          fix: '请使用 SELECT。',
        },
      };
    }
    return ok({
      columns: [
        { name: 'district', type: 'String' },
        { name: 'n', type: 'UInt64' },
      ],
      rows: [
        { district: '安澜区', n: 12 },
        { district: '=清和区', n: 7 },
      ],
    });
  }
  const resource = /^\/api\/(applications|contracts|complaints)(?:\/([^/]+))?(\/history)?$/.exec(path);
  if (!resource) return null;
  const [, , no, history] = resource;
  if (history)
    return ok({
      history: [{ version: 1, changedAt: '2026-09-01T01:00:00Z', changedBy: 'staff', action: 'create' }],
    });
  if (!no && method === 'GET') {
    const q = url.searchParams.get('q') ?? '';
    const found = applications.filter(
      (row) => row.applicationNo.includes(q) || row.applicantName.includes(q),
    );
    const offset = Number(url.searchParams.get('offset') ?? 0);
    return ok({ total: found.length, rows: found.slice(offset, offset + 50) });
  }
  if (!no) return { status: 201, body: { ...(body as object), version: 1 } };
  const row = applications.find((one) => one.applicationNo === no) ?? applications[0]!;
  if (method === 'PUT') return ok({ ...row, ...(body as object), version: row.version + 1 });
  if (method === 'DELETE') return { status: 200, body: {} };
  return ok(row);
}
