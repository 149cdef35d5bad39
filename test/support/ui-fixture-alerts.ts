/** Answers of /api/alerts: one grave case, which goes on as it is acted upon. */
const found = {
  ...{ id: 'a'.repeat(32), rule: 'sublet', ruleZh: '疑似转租', family: 'dwelling', level: 'high' },
  ...{ objectKind: 'dwelling', objectKey: '9f'.repeat(16), place: '安澜区东街静安里' },
  objectName: '3栋2单元1102室',
  ...{
    evidenceZh: '观察期内 28 天有非登记人员开门，占开门次数 0.9852',
    since: '2026-10-02',
    owner: '',
    firstFound: '2026-10-31',
  },
  ...{
    lastFound: '2026-11-20',
    clearedOn: null,
    dueOn: '2026-11-15',
    escalatedOn: '2026-11-20',
    suspendedUntil: null,
    recurrences: 0,
  },
};
const event = { kind: 'found', note: '', author: 'run', at: '2026-10-31T02:00:00Z' };

const sublet = {
  ...{
    rule: 'sublet',
    zh: '疑似转租',
    family: 'dwelling',
    references: ['AL111'],
    level: 'high',
    due_days: 15,
  },
  ...{
    looked_at: 'instant',
    notify: ['supervisor'],
    credit_points: 20,
    subject: 'dwelling',
    evidence: '转租',
  },
  when: [{ measure: 'stranger_days_30', is: 'at_least', value: '20' }],
  ...{ except: [], raise: [] },
};
/** What staff have made of it once they have drafted a version. */
const version = {
  ...{
    ruleId: 7,
    version: 1,
    rule: 'sublet',
    state: 'tried',
    author: 'staff',
    reason: '放宽',
    shipped: sublet,
  },
  definition: { rule: { ...sublet, when: [{ ...sublet.when[0], value: '25' }] } },
  createdAt: '2026-11-20T02:00:00Z',
  trial: {
    ...{ asOf: '2026-11-20', found: 41, levels: { high: 41, medium: 0, low: 0 } },
    ...{ streets: [], samples: [], overlaps: [] },
    changes: [{ rule: 'sublet', zh: '疑似转租', opens: 0, closes: 9, relevels: 0 }],
    past: [{ asOf: '2026-10-31', found: 38, high: 38, medium: 0, low: 0 }],
  },
};

/** @param calls what was asked before, this one included: the case goes on as it is acted upon, a drafted rule is there */
export function answerAlerts(
  method: string,
  path: string,
  calls: readonly { method: string; path: string }[],
): unknown {
  const acts = calls.filter((call) => call.path.endsWith('/act')).length;
  const isDrafted = calls.some((call) => call.method === 'POST' && call.path === '/api/alerts/rules');
  const state = acts > 0 ? 'received' : 'new';
  const now = { ...found, state, version: 1 + acts };
  if (path === '/api/alerts')
    return {
      total: 1,
      rows: [{ ...now, unread: acts === 0 }],
      escalated: { open: 1, unread: acts === 0 ? 1 : 0 },
    };
  if (method === 'POST' && path.startsWith('/api/alerts/rules')) return version;
  if (path === '/api/alerts/rules')
    return {
      rules: [
        {
          ...{ origin: 'shipped', definition: sublet },
          ...{ rule: 'sublet', ruleZh: '疑似转租', familyZh: '房源告警', level: 'high', dueDays: 15 },
          ...{
            references: ['AL111'],
            open: 1,
            unread: 1,
            late: 1,
            confirmed: 9,
            falseAlarms: 1,
            precision: 0.9,
          },
        },
      ],
    };
  if (path === '/api/alerts/rules/versions') return { rules: isDrafted ? [version] : [] };
  if (path === '/api/alerts/subjects')
    return {
      subjects: [
        {
          ...{ subject: 'dwelling', zh: '房源' },
          measures: [{ name: 'stranger_days_30', zh: '非登记人员开门天数', is: 'number', unit: '天' }],
        },
      ],
      families: [{ family: 'dwelling', zh: '房源告警' }],
    };
  if (path === `/api/alerts/${found.id}`)
    return {
      case: now,
      events:
        acts > 0 ? [event, { ...event, kind: 'receive', author: 'staff', note: '已联系街道' }] : [event],
      actions: acts > 0 ? ['assign', 'handle', 'close'] : ['receive', 'assign', 'handle'],
      decisions: [],
    };
  return path.endsWith('/act') ? now : undefined;
}
