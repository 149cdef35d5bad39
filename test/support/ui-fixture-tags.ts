/** UI TEST FIXTURE: a fact and a predictive tag on persons, one on dwellings; whoever has both; a draft of staff. */
const tag = {
  ...{
    subject: 'person',
    themeZh: '经济',
    topicZh: '预测',
    kind: 'fact',
    timing: 'dynamic',
    origin: 'shipped',
  },
  ...{ version: 0, byHand: 0, uses: 3, lastUsedAt: null },
};
const tags = [
  { ...tag, tag: 'elderly', zh: '年满60', holders: 41, definition: {} },
  {
    ...{ ...tag, tag: 'arrears_foreseen', zh: '预计下季欠租', kind: 'predictive', holders: 12 },
    definition: { comes_true: [{ measure: 'open_bills_after', is: 'at_least', value: '3' }] },
  },
  { ...tag, tag: 'empty_dwelling', zh: '长期空置', subject: 'dwelling', holders: 5, definition: {} },
];
const version = {
  ...{ ruleId: 3, version: 1, tag: 'mine', state: 'draft', author: 'staff', reason: '试行', trial: null },
};

export function answerTags(path: string, body: unknown): unknown {
  if (path === '/api/tags') return { tags };
  if (path === '/api/tags/versions') return body === null ? { versions: [version] } : version;
  if (path.startsWith('/api/tags/versions/')) return version;
  if (path === '/api/tags/holders')
    return {
      total: 1,
      rows: [
        {
          ...{ key: 'a'.repeat(32), name: '徐*', place: '安澜区枫林街道', houseCode: '', contractNo: '' },
          tags: (body as { all: string[] }).all,
        },
      ],
    };
  if (path === '/api/tags/check/arrears_foreseen')
    return {
      ...{ tag: 'arrears_foreseen', outcome: '三个月后未缴清账单满三期', objects: 900, told: 40, came: 30 },
      ...{ hits: 24, precision: 0.6, recall: 0.8, baseRate: 1 / 30 },
      months: [{ day: '2026-07-31', objects: 900, told: 40, came: 30, hits: 24 }],
    };
  return undefined;
}
