/** UI TEST FIXTURE: pairs of records that may be one person or dwelling. */
const later = '等产权处回复';
const field = (
  name: string,
  zh: string,
  a: string,
  b: string,
  level: string,
  weight: number | null,
  isMasked = false,
) => ({
  ...{ name, zh, a, b, level, weight, isMasked },
});

const pairs = [
  ['operations.household_member:id_number:01', '住房保障服务中心', 5.9, null],
  ['operations.occupant:id_number:02', '住房保障服务中心', 2.1, null],
  ['police.migration:id_number:03', '市公安局', 0.4, later],
].map(([a, agency, weight, put]) => ({ entity: 'person', a, b: 'person:9f', agency, weight, later: put }));
const dwelling = {
  ...{ entity: 'dwelling', a: 'property.house_survey:S1', b: 'house:H2', agency: '自然资源和规划局' },
  ...{ weight: null, later: null },
};

const side = (node: string, records: number) => ({
  node,
  dataset: /^(person|house):/.test(node) ? '' : node.split(':')[0],
  records,
});

function pairOf({ entity, a, b }: { entity: string; a: string; b: string }, reveal: boolean): unknown {
  const shown = (whole: string, masked: string): string => (reveal ? whole : masked);
  const person = [
    field('person_name', '姓名', shown('張偉明', '張*明'), shown('张伟明', '张*明'), 'equal', 8.8, !reveal),
    field(
      'number',
      '证件号码（原文）',
      '',
      shown('439901198001010011', '4399**********0011'),
      'not known',
      0,
      !reveal,
    ),
    field('birth', '出生日期', '1980-01-01', '1980-01-10', 'one digit', 3.3),
    field('sex', '性别', '男', '男', 'equal', 1),
    field(
      'phone',
      '联系电话',
      shown('15400000001', '154****0001'),
      shown('15400000002', '154****0002'),
      'different',
      -1.7,
      !reveal,
    ),
    field('application_no', '申请编号', 'SQ202300000007', 'SQ202300000007', 'equal', 7.4),
  ];
  const home = [
    field('district', '区县', '安澜区', '安澜区', 'equal', null),
    field('compound', '小区', '阀门厂宿舍', '安居家园', 'different', null),
    field('building', '幢', '3', '3', 'equal', null),
    field('room', '室', '501', '501', 'equal', null),
  ];
  const isPerson = entity === 'person';
  return {
    ...{ entity, a: side(a, 1), b: side(b, 4), fields: isPerson ? person : home, same: false },
    sum: isPerson ? { prior: -13.3, weight: 5.9, chance: 0.9835, match: 6.63, clerical: -1.22 } : null,
    because: isPerson
      ? 'Not linked: what agrees is too little for the number of people there are.'
      : 'Not linked: each names another (both by house_code), and no rule holds between the two.',
    rules: isPerson
      ? []
      : [{ rule: 'address', holds: false, failed: [{ comparison: 'compound', level: 'different' }] }],
    decisions: [],
    events: isPerson
      ? []
      : [{ eventId: 3, kind: 'split', fromId: '1a', toId: '2b', records: ['x'], author: 'dwellings 1' }],
  };
}

const decided = new Set<string>();

export function answerIdentity(path: string, query: URLSearchParams, body: unknown): unknown {
  const asked = body as { entity: string; a: string; b: string };
  if (path === '/api/identity/queue') {
    const entity = query.get('entity');
    const kind = entity === 'person' ? pairs : entity === 'dwelling' ? [dwelling] : [];
    const waiting = kind.filter(({ a }) => !decided.has(String(a)));
    const of = (agency: string) => waiting.filter((pair) => pair.agency === agency);
    const agencies = [...new Set(kind.map(({ agency }) => agency))].map((agency) => ({
      agency,
      waiting: of(String(agency)).filter((pair) => pair.later === null).length,
      later: of(String(agency)).filter((pair) => pair.later !== null).length,
      decided: 12,
    }));
    const agency = query.get('agency');
    const shown = agency === null ? waiting : of(agency);
    return { total: shown.length, pairs: shown, agencies };
  }
  if (path === '/api/identity/pair') return pairOf(asked, false);
  if (path === '/api/identity/pair/reveal') return pairOf(asked, true);
  if (path === '/api/identity/later') return { entity: asked.entity };
  if (path.endsWith('/undo')) {
    decided.clear();
    return { decisionId: 41 };
  }
  if (path === '/api/identity/decisions') {
    decided.add(asked.a);
    return { decisionId: 41 };
  }
  return undefined;
}
