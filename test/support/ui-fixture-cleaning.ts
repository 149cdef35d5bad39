/** UI TEST FIXTURE: cleaning rules. */
const trial = {
  rows: 61_204,
  changed: 1_318,
  findings: [],
  defects: { before: 1_402, after: 84 },
  quarantine: [{ dataset: 'operations.household_member', waiting: 61, mended: 57 }],
  samples: [
    { field: 'marital_status', before: '离婚状态', after: '40', rows: 1_200 },
    { field: 'marital_status', before: '已离', after: '40', rows: 118 },
  ],
  tables: [
    {
      table: 'base.std_operations__household_member',
      rows: 61_204,
      gone: 1_318,
      come: 1_318,
      published: true,
    },
    { table: 'base.person_source', rows: 40_117, gone: 902, come: 902, published: true },
  ],
};
const rule = {
  ruleId: 3,
  version: 1,
  dataset: 'operations.household_member',
  definition: {
    dataset: 'operations.household_member',
    action: { kind: 'map', field: 'marital_status', words: { 离婚状态: '40', 已离: '40' } },
    when: [],
    order: 100,
  },
  state: 'tried',
  author: 'staff',
  reason: '民政口径',
  createdAt: '2026-11-21T02:00:00Z',
  trial,
};

export function answerCleaning(path: string): unknown {
  if (path === '/api/cleaning/rules') return { ...rule, rules: [rule] };
  if (path === '/api/cleaning/rules/3/events')
    return {
      events: [
        { version: 1, state: 'draft', author: 'staff', reason: '民政口径', at: '2026-11-21T02:00:00Z' },
        { version: 1, state: 'tried', author: 'staff', reason: 'try-out', at: '2026-11-21T02:01:00Z' },
      ],
    };
  if (path === '/api/cleaning/datasets')
    return {
      datasets: [
        {
          dataset: 'operations.household_member',
          zh: '家庭成员',
          fields: [{ name: 'marital_status', zh: '婚姻状况', element: 'code' }],
        },
      ],
    };
  if (path === '/api/cleaning/unmapped')
    return {
      words: [
        {
          dataset: 'operations.household_member',
          field: 'marital_status',
          word: '离婚状态',
          rows: 1_200,
          list: 'marital_status',
          lastSeen: '2026-11-20',
          proposal: { code: '40', zh: '离婚', similarity: 0.8 },
        },
      ],
    };
  if (path === '/api/cleaning/rules/3/activate') return { ...rule, state: 'active' };
  if (path === '/api/cleaning/rules/3/try') return trial;
  return undefined;
}
