/** UI TEST FIXTURE: answers of /api/eligibility and /api/credit: one application in doubt, one poll, one rule being changed, one party with a decided case. */
interface Call {
  method: string;
  path: string;
}

const day = '2026-10-31';
const knownAt = '2026-11-01T02:00:00.000Z';
const head = {
  ...{ reviewId: 5, applicationNo: 'A1', day, knownAt, form: 'in_kind', programme: 'prh', verdict: 'refuse' },
  ...{ silent: ['A1-16'], askedBy: 'staff', askedAt: knownAt },
};
const evidence = {
  ...{ memberNo: 'A1-02', fact: 'home', zh: '名下住房', dataset: 'property.ownership', batchId: '9' },
  ...{ rowNo: '31', date: '2020-01-01', number: '80.00', word: '' },
};
const outcome = {
  ...{ rule: 'no_home', zh: '名下无住房', version: 0, kind: 'quantitative', analysis: 'property' },
  ...{ decides: 'refuse', outcome: 'refuse', reason: '名下住房 1 处，80 平方米', values: { homes: '1' } },
  ...{ datasets: ['A1-16'], silent: [], evidence: [evidence] },
};
const member = (name: string, idNumber: string) => ({
  memberNo: 'A1-02',
  isApplicant: false,
  name,
  idNumber,
});
const detail = {
  review: { ...head, outcomes: [outcome] },
  calls: [{ analysis: 'property', zh: '房产', agency: '房产综合管理系统', calls: 2 }],
  members: [member('李*', '439***********0028')],
  sources: [
    {
      ...{ dataset: 'property.ownership', batchId: 9, deliveryId: 'd9', fileName: '房产.csv' },
      ...{ businessDate: day, certificate: null, rowNos: [31] },
    },
  ],
};
const poll = {
  ...{ pollId: 3, day, households: 120, passed: 100, doubted: 12, refused: 8, lost: 2, regained: 1 },
  ...{ state: 'done', analyses: ['property', 'police'], askedBy: 'staff', startedAt: knownAt },
};
const rule = {
  ...{ rule: 'income_line', zh: '人均年收入不超过准入线', kind: 'quantitative', analysis: 'fund' },
  ...{ references: ['H13', 'C-2'], for: ['application', 'holding'], measure: 'income_per_head' },
  programmes: ['prh', 'subsidy'],
  ...{ to: { is: 'at_most', value: 60_000 }, value: 'ours', reason: '人均 {income_per_head} 元' },
};
const trial = {
  ...{ asOf: day, silent: [] },
  history: [
    {
      ...{ occasion: 'application', households: 40, stricter: 6, milder: 0 },
      verdicts: [{ before: 'pass', after: 'refuse', households: 6 }],
      streets: [{ before: 'pass', after: 'refuse', street: '439901001', households: 6, samples: ['…0007'] }],
    },
  ],
};

/** The version staff drafted, as the calls so far have left it. */
function versionAfter(calls: readonly Call[]): object {
  const isDone = (end: string): boolean =>
    calls.some(({ path }) => path === `/api/eligibility/rules/8/${end}`);
  return {
    ...{ ruleId: 8, version: 1, author: 'staff', reason: '新口径', createdAt: knownAt },
    ...{ definition: { ...rule, to: { is: 'at_most', value: 50_000 } } },
    state: isDone('activate') ? 'active' : isDone('try') ? 'tried' : 'draft',
    trial: isDone('try') ? trial : null,
  };
}

function answerEligibility(method: string, path: string, calls: readonly Call[]): unknown {
  const posted = (end: string): boolean =>
    calls.some((call) => call.method === 'POST' && call.path === `/api/eligibility/${end}`);
  switch (path.slice('/api/eligibility/'.length)) {
    case 'applications':
      return {
        ...{ total: 1, suspended: 1 },
        rows: [
          {
            ...{ applicationNo: 'A1', name: 'A1 · 张*明 · 439***********0011', appliedOn: '2026-10-01' },
            ...{ form: 'in_kind', state: 'reviewing', stage: '', street: '', isSuspended: true },
            last: { reviewId: 5, verdict: 'refuse', day, handler: 'staff' },
          },
        ],
      };
    case 'reviews':
      return method === 'POST' ? detail.review : { reviews: [head] };
    case 'reviews/find':
      return { total: 1, reviews: [{ ...head, name: 'A1 · 张*明 · 439***********0011' }] };
    case 'reviews/5':
      return detail;
    case 'reviews/5/reveal':
      return { members: [member('李秀英', '439901198502020028')] };
    case 'reviews/5/reproduce':
      return { isSame: true, verdict: 'refuse', outcomes: [] };
    case 'polls':
      return method === 'POST' ? poll : { polls: [poll], plans: [] };
    case 'polls/3/reproduce':
      return { isSame: true, households: 120, different: 0, rows: [] };
    case 'polls/3/find':
      return {
        total: 1,
        households: [
          {
            ...{
              household: 'A1',
              name: 'A1 · 张*明',
              houseCode: 'H-1',
              programme: 'prh',
              street: '439901001',
            },
            ...{ before: 'pass', verdict: 'refuse', rules: ['no_home'], reasons: ['名下住房 1 处'] },
          },
        ],
      };
    case 'rules':
      return method === 'POST'
        ? versionAfter(calls)
        : {
            rules: [
              { version: 0, definition: rule },
              { version: 0, definition: { ...rule, rule: 'no_home', zh: '名下无住房', references: ['H16'] } },
            ],
            staff: posted('rules') ? [versionAfter(calls)] : [],
          };
    case 'rules/8/try':
      return trial;
    case 'rules/8/activate':
      return versionAfter(calls);
    case 'measures':
      return {
        measures: [{ measure: 'income_per_head', zh: '人均年收入', is: 'number', unit: '元' }],
        analyses: [
          {
            ...{ analysis: 'insurance', zh: '社保' },
            states: [
              { state: 'insured', zh: '在保' },
              { state: 'not_insured', zh: '未在保' },
            ],
          },
        ],
        datasets: [
          { number: 'A1-16', zh: '房产基本信息', analysis: 'property', dataset: 'property.ownership' },
        ],
      };
    default:
      return undefined;
  }
}

const score = {
  ...{ party: 'tenant', partyId: 'A1', name: 'A1 · 张*明', score: 79, grade: 'B', gradeZh: '良', place: 12 },
  ...{ entries: 2, cases: 1, district: '安澜区', street: '东街' },
};
const entry = (indicator: string, zh: string, event: string, points: number) => ({
  ...{ indicator, zh, event, key: event === 'start' ? '' : `${'c'.repeat(32)}-7`, what: zh, points },
  case: event.startsWith('case:') ? 'c'.repeat(32) : null,
  ...{ on: event === 'start' ? null : day, until: null },
});

const sublet = {
  ...{
    indicator: 'tenant_sublet',
    zh: '违规转租或他人居住',
    party: 'tenant',
    of: ['case:sublet'],
    points: 'rule',
  },
  ...{ most: 60, days: 1095, references: ['M58'] },
};
const creditTrial = {
  ...{ asOf: day, entries: 4, parties: 3, points: -90, higher: 0, lower: 3 },
  grades: [{ party: 'tenant', was: 'B', now: 'C', parties: 2 }],
};

function answerCredit(method: string, path: string, calls: readonly Call[]): unknown {
  const removals = calls.filter((call) => call.path === '/api/credit/blacklist/4/remove').length;
  const listed = {
    ...{ entryId: 4, party: 'tenant', partyId: 'A1', name: 'A1 · 张*明', cases: ['c'.repeat(32)] },
    ...{ reason: '转租属实', listedBy: 'colleague', listedAt: knownAt, removalReason: '已改正' },
    ...{ removalBy: 'colleague', removedBy: removals > 0 ? 'everything' : null },
    removedAt: removals > 0 ? knownAt : null,
  };
  if (path === '/api/credit/indicators' && method === 'GET')
    return {
      indicators: [{ origin: 'shipped', definition: sublet, costs: [{ event: 'case:sublet', points: -20 }] }],
    };
  if (path.startsWith('/api/credit/indicators')) {
    const posts = calls.filter(
      (call) => call.method === 'POST' && call.path.startsWith('/api/credit/indicators'),
    );
    const state = posts.some((call) => call.path.endsWith('/activate'))
      ? 'active'
      : posts.length > 1
        ? 'tried'
        : 'draft';
    const version = {
      ...{ ruleId: 9, version: 1, indicator: 'tenant_sublet', author: 'colleague', reason: '加重', state },
      definition: { indicator: { ...sublet, points: -30 } },
      trial: state === 'draft' ? null : creditTrial,
    };
    return path.endsWith('/versions') ? { versions: posts.length > 0 ? [version] : [] } : version;
  }
  if (path === '/api/credit') return { rows: [score], grades: [{ grade: 'B', gradeZh: '良', parties: 31 }] };
  if (path === '/api/credit/tenant/A1')
    return {
      score,
      entries: [
        entry('start', '起始分', 'start', 100),
        entry('tenant_sublet', '违规转租', 'case:sublet', -20),
        entry('tenant_late_rent', '迟付租金', 'late_bill', -1),
      ],
    };
  if (path === '/api/credit/blacklist') return method === 'POST' ? listed : { entries: [listed] };
  return path === '/api/credit/blacklist/4/remove' ? listed : undefined;
}

/** @param calls what was asked before, this one included */
export const answerEligibilityAndCredit = (method: string, path: string, calls: readonly Call[]): unknown =>
  path.startsWith('/api/eligibility/')
    ? answerEligibility(method, path, calls)
    : path.startsWith('/api/credit')
      ? answerCredit(method, path, calls)
      : undefined;
