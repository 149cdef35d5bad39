/** UI TEST FIXTURE: two entries for every question, the second only unmasked with a reason. */
const entities = [
  { entity: 'person', zh: '人员' },
  { entity: 'contract', zh: '合同' },
];

export function answerSearch(path: string, body: unknown): unknown {
  if (path === '/api/search/entities') return { entities };
  if (path !== '/api/search') return undefined;
  const asked = body as { entities?: string[]; reason?: string };
  const found = [
    {
      entity: 'person',
      key: 'ebd6d3c8f1215beb84f58948591d90fa',
      foundBy: 'title_start',
      title: asked.reason ? '徐妍丽' : '徐*丽',
      parts: [
        { zh: '证件号码', value: asked.reason ? '439905198010201582' : '439***********1582' },
        { zh: '工作单位', value: '湘安博同食品有限公司' },
      ],
    },
    {
      entity: 'contract',
      key: 'HT202600000268',
      foundBy: 'text',
      title: '徐*敏',
      parts: [{ zh: '合同编号', value: 'HT202600000268' }],
    },
  ].filter(({ entity }) => asked.entities?.includes(entity) ?? true);
  return { found, hasMore: true, isPartial: false };
}
