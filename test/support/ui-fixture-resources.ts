/** UI TEST FIXTURE: complaints in the shapes of api/routes/resources.ts, kept in memory; the fixture's checks are made up. */
interface Reply {
  status: number;
  body: unknown;
}
type Values = Record<string, string>;
interface Stored {
  version: number;
  record: Values;
  history: object[];
}

const field = (name: string, zh: string, element: string, more: object = {}) => ({
  ...{ name, zh, element, required: false, codes: null, isPersonal: false },
  ...more,
});

export const complaintSchema = {
  entity: 'complaint',
  zh: '投诉处理',
  key: 'complaint_no',
  stateField: 'complaint_state',
  transitions: { received: ['handling', 'rejected'], handling: ['resolved'], resolved: [], rejected: [] },
  fields: [
    field('complaint_no', '投诉事件编号', 'identifier', { required: true }),
    field('complainant_name', '投诉人', 'person_name', { isPersonal: true }),
    field('phone', '投诉人联系电话', 'phone', { isPersonal: true }),
    field('complained_at', '投诉时间', 'timestamp', { required: true }),
    field('complaint_state', '处理状态', 'code', { codes: 'complaint_state' }),
    field('answered_on', '答复日期', 'date'),
    field('answer', '处理意见', 'text'),
  ],
  codeLists: {
    complaint_state: [
      { code: 'received', zh: '已受理' },
      { code: 'handling', zh: '处理中' },
      { code: 'resolved', zh: '已办结' },
      { code: 'rejected', zh: '不予受理' },
    ],
  },
};

const problem = (status: number, code: string, detail: string, where: object): Reply => ({
  status,
  body: { type: `urn:anju:problem:${code}`, title: code, status, detail, code, where },
});

/** A set of complaints of its own for each fixture; `answer` is null for what it does not serve. */
export function fixtureResources() {
  const stored = new Map<string, Stored>();
  const write = (key: string, record: Values, operation: 'I' | 'U' | 'D', by: string, reason: string) => {
    const before = stored.get(key);
    const version = (before?.version ?? 0) + 1;
    const change = {
      version,
      operation,
      record,
      changedAt: '2026-11-01T02:00:00.000Z',
      changedBy: by,
      reason,
    };
    stored.set(key, { version, record, history: [...(before?.history ?? []), change] });
    return { key, version, record, updatedAt: change.changedAt, updatedBy: by };
  };
  for (let i = 0; i < 64; i++) {
    const key = `TS${String(i).padStart(9, '0')}`;
    const record = {
      complaint_no: key,
      complainant_name: `投诉人${i}`,
      phone: '13900000000',
      complained_at: '2026-09-01 08:00:00.123+08:00',
      complaint_state: i % 2 === 0 ? 'received' : 'handling',
      answered_on: '',
      answer: '',
    };
    write(key, record, 'I', 'import', '');
  }
  const shown = (key: string) => {
    const { version, record } = stored.get(key)!;
    return { key, version, record, updatedAt: '2026-11-01T02:00:00.000Z', updatedBy: 'import' };
  };

  function list(query: URLSearchParams): Reply {
    const search = query.get('search') ?? '';
    const limit = Number(query.get('limit') ?? 50);
    const keys = [...stored.keys()].filter((key) => {
      const { complainant_name: name, complaint_state: state } = stored.get(key)!.record;
      const isFound = key.startsWith(search) || name?.startsWith(search) === true;
      return isFound && key > (query.get('after') ?? '') && (query.get('state') ?? state) === state;
    });
    const page = keys.slice(0, limit);
    return {
      status: 200,
      body: { rows: page.map(shown), next: page.length === limit ? page.at(-1) : null },
    };
  }

  function answer(method: string, url: URL, body: unknown): Reply | null {
    const match = /^\/api\/(applications|contracts|complaints)(?:\/([^/]+))?(\/history)?$/.exec(url.pathname);
    if (!match) return null;
    const [, , key, history] = match;
    if (key === 'schema') return { status: 200, body: complaintSchema };
    if (key === undefined && method === 'GET') return list(url.searchParams);
    const {
      record = {},
      version = 0,
      reason = '',
    } = (body ?? {}) as {
      record?: Values;
      version?: number;
      reason?: string;
    };
    if (record['phone'] !== undefined && !/^1\d{10}$/.test(record['phone']))
      return problem(400, 'bad_request', 'record.phone: 投诉人联系电话 is not a phone number', {
        field: 'record.phone',
      });
    if (key === undefined) {
      const made = write(
        'TS20261101-7K2M4F',
        { ...record, complaint_no: 'TS20261101-7K2M4F' },
        'I',
        'staff',
        reason,
      );
      return { status: 201, body: made };
    }
    const one = stored.get(key);
    if (one === undefined) return problem(404, 'not_found', `There is no complaint ${key}.`, {});
    if (history) return { status: 200, body: { versions: one.history } };
    if (method === 'PUT') {
      if (version !== one.version)
        return problem(409, 'conflict', `${key} was changed meanwhile by wang.`, { version: one.version });
      return { status: 200, body: write(key, record, 'U', 'staff', reason) };
    }
    if (method === 'DELETE') {
      stored.delete(key);
      return { status: 204, body: null };
    }
    return { status: 200, body: shown(key) };
  }
  return { answer, write };
}
