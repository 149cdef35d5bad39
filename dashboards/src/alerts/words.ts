import type { Both } from '../pages/titles.ts';

/** Levels, states, what is done with a case and what became of it. */
export const words: Record<string, Both> = {
  high: ['重大', 'grave'],
  medium: ['一般', 'medium'],
  low: ['提示', 'low'],
  new: ['新发', 'new'],
  received: ['已签收', 'received'],
  handling: ['处置中', 'in hand'],
  closed: ['已办结', 'closed'],
  reviewed: ['已复核', 'reviewed'],
  false_alarm: ['误报', 'false alarm'],
  suspended: ['挂起', 'put off'],
  receive: ['签收', 'Receive'],
  assign: ['派单', 'Assign'],
  handle: ['处置', 'Take in hand'],
  close: ['办结', 'Close'],
  review: ['复核', 'Review'],
  suspend: ['挂起', 'Put off'],
  annul: ['撤销认定', 'Take back'],
  confirmed: ['属实', 'right'],
  stands: ['有效', 'stands'],
  taken_back: ['已撤销', 'taken back'],
  found: ['发现', 'found'],
  found_again: ['再次发现', 'found again'],
  found_still: ['仍然成立', 'holds again'],
  cleared: ['不再成立', 'no longer holds'],
  escalated: ['超期升级', 'overdue'],
  resumed: ['挂起到期', 'open again'],
  supervised: ['督办改派', 'given to another'],
  letter: ['发出督办单', 'letter sent'],
  level_high: ['升为重大', 'now grave'],
  level_medium: ['改为一般', 'now medium'],
  level_low: ['降为提示', 'now low'],
};

/** Where a rule comes from, what became of a version of staff's, and what may be done with it. */
export const ruleWords: Record<string, Both> = {
  shipped: ['出厂', 'as shipped'],
  changed: ['已调整', 'changed'],
  off: ['已停用', 'switched off'],
  own: ['自建', 'own'],
  draft: ['草稿', 'draft'],
  tried: ['已试运行', 'tried'],
  active: ['生效', 'active'],
  paused: ['暂停', 'paused'],
  retired: ['退役', 'retired'],
  activate: ['启用', 'Activate'],
  pause: ['暂停', 'Pause'],
  resume: ['恢复', 'Resume'],
  retire: ['退役', 'Retire'],
  try: ['试运行', 'Try'],
  edit: ['编辑', 'Edit'],
  off_draft: ['停用该规则（草稿）', 'Draft switching it off'],
  new_rule: ['新建规则', 'New rule'],
  instant: ['即时', 'with every run'],
  weekly: ['每周', 'weekly'],
  monthly: ['每月', 'monthly'],
  at_least: ['≥', '≥'],
  above: ['>', '>'],
  at_most: ['≤', '≤'],
  below: ['<', '<'],
  one_of: ['属于', 'one of'],
  none_of: ['不属于', 'none of'],
  yes: ['是', 'is so'],
  no: ['否', 'is not so'],
  empty: ['未知', 'not known'],
  present: ['已知', 'known'],
};

export const letterWords: Record<string, Both> = {
  draft: ['草稿', 'draft'],
  sent: ['已发出', 'sent'],
  received: ['已签收', 'received'],
  answered: ['已回复', 'answered'],
  closed: ['已办结', 'closed'],
  reminded: ['临期提醒', 'reminded'],
  escalated: ['超期升级', 'escalated'],
  enterprise: ['企业', 'enterprise'],
  project: ['项目', 'project'],
  street: ['街道', 'street'],
};

export const letterTitles = {
  unreadText: ['未读', 'New'],
  letterNo: ['文号', 'Number'],
  addressee: ['承办单位', 'To'],
  facts: ['事项', 'Cases'],
  stateText: ['状态', 'State'],
  dueText: ['期限', 'Due'],
  createdBy: ['拟稿', 'By'],
} as const;

export const absenceReasons: Record<string, Both> = {
  hospital: ['住院', 'hospital'],
  work: ['外出务工', 'work elsewhere'],
  study: ['就学', 'study'],
  family: ['探亲照护', 'family'],
  travel: ['旅行', 'travel'],
  repair: ['房屋维修', 'repair of the dwelling'],
  other: ['其他', 'other'],
};

export const absenceTitles = {
  contractNo: ['合同编号', 'Contract'],
  from: ['自', 'From'],
  until: ['至', 'Until'],
  reasonText: ['事由', 'Reason'],
  evidenceNo: ['佐证编号', 'Evidence'],
  author: ['登记', 'Recorded by'],
  withdrawnBy: ['撤回', 'Withdrawn by'],
} as const;

export const versionTitles = {
  number: ['编号', 'Number'],
  name: ['规则', 'Rule'],
  whatText: ['内容', 'What'],
  stateText: ['状态', 'State'],
  found: ['试运行命中', 'Found when tried'],
  author: ['编制', 'Author'],
  reason: ['理由', 'Reason'],
} as const;

export const caseTitles = {
  unreadText: ['未读', 'New'],
  levelText: ['级别', 'Level'],
  ruleZh: ['规则', 'Rule'],
  place: ['位置', 'Place'],
  objectName: ['对象', 'Object'],
  evidenceZh: ['依据', 'Evidence'],
  since: ['起始', 'Since'],
  dueText: ['期限', 'Due'],
  stateText: ['状态', 'State'],
  owner: ['承办', 'With'],
} as const;

export const decisionTitles = {
  at: ['认定时间', 'Decided'],
  verdictText: ['认定', 'As'],
  since: ['所认定事实起始', 'Held since'],
  by: ['人员', 'Who'],
  note: ['说明', 'Note'],
  standsText: ['效力', 'Stands'],
} as const;

export const ruleTitles = {
  originText: ['来源', 'Origin'],
  familyZh: ['类别', 'Family'],
  ruleZh: ['规则', 'Rule'],
  levelText: ['级别', 'Level'],
  open: ['未办结', 'Open'],
  unread: ['未读', 'Unread'],
  late: ['超期', 'Late'],
  confirmed: ['属实', 'Right'],
  falseAlarms: ['误报', 'False'],
  precisionText: ['准确率', 'Precision'],
  dueDays: ['时限(天)', 'Days'],
  source: ['依据条款', 'Clause'],
} as const;
