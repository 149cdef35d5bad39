/** UI TEST FIXTURE: answers for the plain pages (records behind a number, runs, SQL, resources). */
import { answerCatalog } from './ui-fixture-catalog.ts';
import { answerCleaning } from './ui-fixture-cleaning.ts';
import { answerIdentity } from './ui-fixture-identity.ts';
import { qualityAnswer } from './ui-fixture-quality.ts';
import { answerSearch } from './ui-fixture-search.ts';
import { answerTags } from './ui-fixture-tags.ts';

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

const rightsOf: Record<string, string[]> = {
  leader: ['metrics:read', 'drill:read', 'runs:read'],
  analyst: ['metrics:read', 'drill:read', 'runs:read', 'sql:run', 'cleaning:read'],
  staff: [
    'metrics:read',
    'metrics:manage',
    'drill:read',
    'runs:read',
    'resources:read',
    'resources:write',
    'quarantine:repair',
    'cleaning:read',
    'cleaning:manage',
    'identity:decide',
    'collection:read',
    'collection:manage',
    'devices:read',
    'devices:manage',
    'personal:reveal',
  ],
  auditor: ['runs:read', 'audit:read'],
  administrator: ['metrics:read', 'runs:read', 'users:manage'],
  // No role of Anju: whoever tries the screens apart from it sees every page.
  everything: [
    ...[
      'metrics:read',
      'metrics:manage',
      'drill:read',
      'runs:read',
      'sql:run',
      'resources:read',
      'resources:write',
    ],
    ...['audit:read', 'users:manage', 'quarantine:repair', 'collection:read', 'collection:manage'],
    ...['cleaning:read', 'cleaning:manage', 'identity:decide', 'personal:reveal'],
    ...['alerts:read', 'alerts:handle', 'alerts:manage', 'tags:manage'],
    ...['devices:read', 'devices:manage', 'contracts:manage'],
    ...['eligibility:read', 'eligibility:review', 'eligibility:manage', 'credit:read', 'credit:manage'],
  ],
};

export const person = (role: string) => ({
  user: role,
  name: '张主任',
  role: role === 'everything' ? 'leader' : role,
  rights: rightsOf[role] ?? [],
  scopeDivision: '',
});

const quarantined = {
  ...{
    batchId: 7,
    rowNo: 3,
    dataset: 'utilities.water_reading',
    zh: '用水抄表',
    owner: '市供水公司',
    fileName: 'w.csv',
  },
  ...{
    rule: 'format',
    ruleZh: '格式不符合要求',
    field: 'reading_date',
    column: '抄表日期',
    value: '2026-02-30',
  },
  ...{ message: '抄表日期 is not a date', loadedAt: '2026-11-01T02:00:00Z', state: 'open', author: '' },
};

function answerQuarantine(path: string, body: unknown): unknown {
  if (path === '/api/quarantine/counts') {
    const states = { open: 2, claimed: 0, mended: 1, accepted: 0, returned: 0 };
    return { counts: [{ ...quarantined, ...states, week: 1, month: 0, older: 1 }] };
  }
  if (path === '/api/quarantine') return { total: 1, items: [quarantined] };
  if (path === '/api/quarantine/7/3')
    return {
      ...{ ...quarantined, text: '', isReadable: true, actions: [] },
      row: [
        { name: 'meter_no', column: '表号', value: 'W0000002', isMasked: false },
        { name: 'reading_date', column: '抄表日期', value: '2026-02-30', isMasked: false },
      ],
    };
  if (path === '/api/quarantine/mend' || path === '/api/quarantine/return')
    return { actionId: 9, state: 'done', rows: body === undefined ? 0 : 1, left: {}, deliveryId: 'd1' };
  return undefined;
}

const drifted = {
  ...{
    driftId: '0b7c5c0e-0000-4000-8000-000000000001',
    dataset: 'utilities.water_reading',
    owner: '供水公司',
    entity: 'column',
  },
  ...{
    column: '抄表员',
    change: 'new_column',
    detail: '文件多出一列',
    share: 1,
    policy: 'note',
    isNamed: true,
    contractVersion: 2,
  },
  proposal: {
    patch: [
      { op: 'add', path: '/fields/-', value: { name: 'column_06', source: '抄表员', element: 'text' } },
    ],
    text: '增加可缺列 抄表员（text）',
  },
  ...{ deliveryId: 'd1', deliveries: 3, firstSeen: '2026-10-01T02:00:00Z', lastSeen: '2026-11-01T02:00:00Z' },
  ...{ state: 'open', decidedBy: null, decidedAt: null, reason: null },
  lacking: [{ batchId: 31, fileName: 'water_20261001.csv', businessDate: '2026-10-01', rows: 250 }],
};

function answerDrift(path: string): unknown {
  if (path === '/api/drift') return { reports: [drifted] };
  if (path.endsWith('/accept'))
    return { dataset: drifted.dataset, version: 3, text: '', lacking: drifted.lacking, landedAgain: null };
  return path.endsWith('/reject') ? null : undefined;
}

const device = {
  ...{ deviceId: 'W-0001', product: 'water-meter', name: '一单元水表', houseCode: 'H1', place: '管道井' },
  ...{ divisionCode: '439901', protocol: 'mqtt', gatewayId: null, meterNo: 'W0000001', maker: '', model: '' },
  ...{ installedOn: '2026-01-01', state: 'enabled', isOnline: true, lastSeenAt: '2026-11-01T02:00:00Z' },
  ...{ updatedAt: '2026-10-01T02:00:00Z', updatedBy: 'staff' },
};

function answerDevices(path: string): unknown {
  const happened = {
    events: [
      {
        ...{ deviceId: 'W-0001', event: 'over', property: 'flow', level: 'alarm' },
        ...{ value: '9.5', threshold: '8', at: '2026-11-01T01:00:00Z' },
      },
    ],
    refusals: [{ day: '2026-11-01', deviceId: 'W-0001', rule: 'unknown_property', field: 'x', messages: 4 }],
  };
  if (path === '/api/devices')
    return {
      devices: [device, { ...device, deviceId: 'W-0002', isOnline: false, lastSeenAt: null }],
    };
  if (path === '/api/device-overview') return { enabled: 2, online: 1, ...happened };
  if (path === '/api/devices/W-0001') return device;
  if (path === '/api/devices/W-0001/activity')
    return { ...happened, readings: [{ property: 'reading', value: '123.4', at: '2026-11-01T02:00:00Z' }] };
  if (path === '/api/devices/W-0001/token') return { deviceId: 'W-0001', token: 'new-token' };
  return undefined;
}

export function answerOther(url: URL, body: unknown): Reply | null {
  const ok = (answer: unknown): Reply => ({ status: 200, body: answer });
  const path = url.pathname;
  const known =
    answerSearch(path, body) ??
    answerCatalog(url, body) ??
    answerTags(path, body) ??
    answerQuarantine(path, body) ??
    answerCleaning(path) ??
    answerIdentity(path, url.searchParams, body) ??
    answerDrift(path) ??
    answerDevices(path);
  if (known !== undefined) return ok(known);
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
  if (path === '/api/runs') {
    return ok({
      runs: [
        {
          runId: 'r1',
          kind: 'run',
          state: 'succeeded',
          asOf: '2026-10-31',
          startedAt: '2026-10-31T18:00:00.000Z',
          finishedAt: '2026-10-31T18:01:30.500Z',
        },
      ],
    });
  }
  if (path === '/api/runs/r1')
    return ok({
      runId: 'r1',
      state: 'succeeded',
      steps: [{ step: 'base.person', state: 'built', rows: 10 }],
    });
  const quality = qualityAnswer(path);
  if (quality) return ok(quality);
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
  if (path === '/api/audit')
    return ok({
      entries: [
        {
          auditId: 7,
          at: '2026-11-01T02:00:00.000Z',
          user: 'staff',
          action: 'complaint-change',
          object: 'TS000000001',
          reason: '',
          outcome: 'ok',
          address: '127.0.0.1',
          detail: {},
        },
      ],
    });
  if (path === '/api/users')
    return ok({
      users: [{ user: 'staff', name: '李经办', role: 'staff', scopeDivision: '', isActive: true }],
    });
  return null;
}
