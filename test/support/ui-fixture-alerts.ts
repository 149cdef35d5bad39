/** Answers of /api/alerts: one grave case, which goes on as it is acted upon. */
const found = {
  ...{ id: 'a'.repeat(32), rule: 'sublet', ruleZh: '疑似转租', family: 'dwelling', level: 'high' },
  ...{ objectKind: 'dwelling', objectKey: 'F1', place: '安澜区东街静安里' },
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
    recurrences: 0,
  },
};
const event = { kind: 'found', note: '', author: 'run', at: '2026-10-31T02:00:00Z' };

/** @param acts how often somebody has acted upon it before */
export function answerAlerts(path: string, acts: number): unknown {
  const state = acts > 0 ? 'received' : 'new';
  const now = { ...found, state, version: 1 + acts };
  if (path === '/api/alerts') return { total: 1, rows: [{ ...now, unread: acts === 0 }] };
  if (path === '/api/alerts/rules')
    return {
      rules: [
        {
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
  if (path === `/api/alerts/${found.id}`)
    return {
      case: now,
      events:
        acts > 0 ? [event, { ...event, kind: 'receive', author: 'staff', note: '已联系街道' }] : [event],
      actions: acts > 0 ? ['assign', 'handle', 'close'] : ['receive', 'assign', 'handle'],
    };
  return path.endsWith('/act') ? now : undefined;
}
