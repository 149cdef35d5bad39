import type { Both } from '../pages/titles.ts';
import type { RuleData } from './api.ts';

/** 保障项目 as rules and polls name them. */
export const PROGRAMMES = ['prh', 'arh', 'sale', 'subsidy'] as const;

/** Verdicts, states, and what may be done. */
export const words: Record<string, Both> = {
  pass: ['符合', 'pass'],
  doubt: ['存疑', 'in doubt'],
  refuse: ['不符合', 'refused'],
  not_applicable: ['不适用', 'does not apply'],
  open: ['待审申请', 'Under review'],
  suspended: ['挂起', 'Suspended'],
  pending: ['待审核', 'waiting'],
  reviewing: ['审核中', 'in review'],
  in_kind: ['实物配租', 'in kind'],
  subsidy: ['租赁补贴', 'subsidy'],
  prh: ['公租房', 'public rental'],
  arh: ['保租房', 'affordable rental'],
  sale: ['配售型', 'for sale'],
  insurance: ['社保', 'insurance'],
  fund: ['公积金', 'provident fund'],
  police: ['公安', 'police'],
  civil_affairs: ['民政', 'civil affairs'],
  property: ['房产', 'property'],
  security: ['住房保障', 'housing security'],
  managed: ['直管公房', 'managed housing'],
  lost: ['新出现不符合', 'Newly refused'],
  changed: ['结论变化', 'Changed'],
  all: ['全部', 'All'],
  running: ['进行中', 'running'],
  done: ['完成', 'done'],
  failed: ['失败', 'failed'],
  application: ['近一年的申请', 'applications of a year'],
  holding: ['在保家庭', 'present beneficiaries'],
  quantitative: ['定量', 'quantitative'],
  qualitative: ['定性', 'qualitative'],
  combined: ['组合', 'combined'],
  text: ['原文', 'the text'],
  ours: ['自定', 'ours'],
  draft: ['草稿', 'draft'],
  tried: ['已试算', 'tried'],
  active: ['生效', 'active'],
  paused: ['暂停', 'paused'],
  retired: ['退役', 'retired'],
  try: ['试算影响', 'Try on history'],
  activate: ['审核启用', 'Approve'],
  retire: ['退役', 'Retire'],
  edit: ['改动', 'Change'],
  at_least: ['≥', '≥'],
  above: ['>', '>'],
  at_most: ['≤', '≤'],
  below: ['<', '<'],
  yes: ['是', 'is so'],
  no: ['否', 'is not so'],
};

export const pendingTitles = {
  name: ['申请', 'Application'],
  appliedOn: ['申请日期', 'Applied'],
  formText: ['保障方式', 'Form'],
  stateText: ['状态', 'State'],
  verdictText: ['最近预审', 'Last pre-review'],
  handler: ['经办', 'By'],
} as const;

export const reviewTitles = {
  reviewId: ['编号', 'Number'],
  verdictText: ['结论', 'Verdict'],
  day: ['数据日期', 'As of'],
  knownAt: ['知晓时点', 'Known at'],
  askedBy: ['经办', 'By'],
} as const;

/** Of pre-reviews of many applications. */
export const foundTitles = { name: ['申请', 'Application'], ...reviewTitles } as const;

export const outcomeTitles = {
  outcomeText: ['结论', 'Outcome'],
  zh: ['规则', 'Rule'],
  reason: ['理由', 'Reason'],
  decidesText: ['不满足时', 'When not'],
  clause: ['依据条款', 'Clause'],
  versionText: ['版本', 'Version'],
} as const;

export const memberTitles = {
  memberNo: ['成员编号', 'Member'],
  name: ['姓名', 'Name'],
  idNumber: ['证件号码', 'Identity number'],
  isApplicant: ['申请人', 'Applicant'],
} as const;

export const evidenceTitles = {
  memberNo: ['成员编号', 'Member'],
  zh: ['事实', 'Fact'],
  date: ['日期', 'Date'],
  number: ['数值', 'Number'],
  word: ['内容', 'Value'],
  dataset: ['数据集', 'Data set'],
  file: ['来源文件', 'File'],
  rowNo: ['行', 'Row'],
} as const;

export const callTitles = {
  zh: ['分析', 'Analysis'],
  agency: ['单位', 'Agency'],
  calls: ['调用次数', 'Calls'],
} as const;

export const pollTitles = {
  pollId: ['编号', 'Number'],
  day: ['数据日期', 'As of'],
  stateText: ['状态', 'State'],
  analysesText: ['分析', 'Analyses'],
  households: ['家庭', 'Households'],
  passed: ['符合', 'Pass'],
  doubted: ['存疑', 'In doubt'],
  refused: ['不符合', 'Refused'],
  lost: ['新出现不符合', 'Newly refused'],
  regained: ['恢复', 'Regained'],
  askedBy: ['发起', 'By'],
} as const;

export const polledTitles = {
  name: ['家庭', 'Household'],
  houseCode: ['保障房号', 'Dwelling'],
  programmeText: ['保障方式', 'Programme'],
  beforeText: ['上次', 'Before'],
  verdictText: ['结论', 'Verdict'],
  why: ['理由', 'Reasons'],
} as const;

export const planTitles = {
  zh: ['计划', 'Plan'],
  everyDays: ['每隔(天)', 'Every (days)'],
  hours: ['时段', 'Hours'],
  lastDay: ['上次', 'Last'],
  isActive: ['启用', 'Active'],
  author: ['制定', 'By'],
} as const;

export const ruleTitles = {
  zh: ['规则', 'Rule'],
  kindText: ['种类', 'Kind'],
  conditionText: ['条件', 'Condition'],
  programmesText: ['保障项目', 'Programmes'],
  valueText: ['数值来源', 'Value from'],
  decidesText: ['不满足时', 'When not'],
  clause: ['依据条款', 'Clause'],
  versionText: ['版本', 'Version'],
} as const;

export const versionTitles = {
  number: ['编号', 'Number'],
  zh: ['规则', 'Rule'],
  conditionText: ['条件', 'Condition'],
  programmesText: ['保障项目', 'Programmes'],
  stateText: ['状态', 'State'],
  author: ['编制', 'Author'],
  reason: ['理由', 'Reason'],
} as const;

export const matrixTitles = {
  occasionText: ['对象', 'Of'],
  beforeText: ['现行规则', 'Now'],
  afterText: ['改动后', 'Changed'],
  households: ['户数', 'Households'],
} as const;

export const whoTitles = {
  occasionText: ['对象', 'Of'],
  street: ['街道', 'Street'],
  beforeText: ['现行规则', 'Now'],
  afterText: ['改动后', 'Changed'],
  households: ['户数', 'Households'],
  samplesText: ['示例(编号末四位)', 'Some of them (last four)'],
} as const;

/** What a rule compares, in signs. @param word a word in the reader's language, the name of a measure */
export function conditionText(rule: RuleData, word: (name: string) => string): string {
  if (rule.all) return rule.all.map(word).join(' ∧ ');
  if (rule.any) return rule.any.map(word).join(' ∨ ');
  const measure = word(rule.measure ?? '');
  if (rule.is) return `${measure} ${word(rule.is)}`;
  return [rule.from, rule.to]
    .flatMap((bound) => (bound ? [`${measure} ${word(bound.is)} ${bound.value}`] : []))
    .join(', ');
}

/** Whom a rule is meant for. @param word a word in the reader's language */
export const programmesText = ({ programmes }: RuleData, word: (name: string) => string): string =>
  programmes ? programmes.map(word).join('、') : word('all');
