import type { Both } from '../pages/titles.ts';

export const words: Record<string, Both> = {
  tenant: ['租户', 'Tenants'],
  enterprise: ['企业', 'Enterprises'],
  supplier: ['供应商', 'Suppliers'],
  best: ['信用榜', 'Best first'],
  worst: ['违规榜', 'Violations'],
  blacklist: ['黑名单', 'Black list'],
  listed: ['在列', 'listed'],
  asked: ['待同意移出', 'removal asked for'],
  removed: ['已移出', 'removed'],
  ask: ['申请移出', 'Ask for removal'],
  agree: ['同意移出', 'Agree to removal'],
  list: ['列入黑名单', 'Put on the black list'],
  indicators: ['评价指标', 'Indicators'],
  shipped: ['出厂', 'as shipped'],
  changed: ['已调整', 'changed'],
  off: ['已停用', 'switched off'],
  own: ['自建', 'own'],
  draft: ['草稿', 'draft'],
  tried: ['已试算', 'tried'],
  active: ['生效', 'active'],
  paused: ['暂停', 'paused'],
  retired: ['退役', 'retired'],
  draft_it: ['起草', 'Draft'],
  edit: ['编辑', 'Edit'],
  try: ['试算影响', 'Try'],
  activate: ['审核启用', 'Activate'],
  pause: ['暂停', 'Pause'],
  resume: ['恢复', 'Resume'],
  retire: ['退役', 'Retire'],
};

export const indicatorTitles = {
  originText: ['来源', 'Origin'],
  partyText: ['主体', 'Party'],
  indicator: ['指标', 'Indicator'],
  zh: ['名称', 'Name'],
  costsText: ['事件与分值', 'Events and points'],
  most: ['上限', 'At most'],
  days: ['有效天数', 'Days'],
  clause: ['依据条款', 'Clause'],
} as const;

export const versionTitles = {
  number: ['编号', 'Number'],
  indicator: ['指标', 'Indicator'],
  stateText: ['状态', 'State'],
  author: ['编制', 'Author'],
  reason: ['理由', 'Reason'],
} as const;

export const scoreTitles = {
  place: ['名次', 'Place'],
  name: ['主体', 'Party'],
  score: ['评分', 'Score'],
  gradeText: ['等级', 'Grade'],
  entries: ['信用记录', 'Entries'],
  cases: ['经核实违规', 'Decided violations'],
  where: ['所在', 'Where'],
} as const;

export const entryTitles = {
  on: ['日期', 'On'],
  zh: ['指标', 'Indicator'],
  what: ['事由', 'What'],
  until: ['有效至', 'Counts until'],
  points: ['分值', 'Points'],
} as const;

export const listedTitles = {
  entryId: ['编号', 'Number'],
  partyText: ['类别', 'Kind'],
  name: ['主体', 'Party'],
  reason: ['列入理由', 'Why listed'],
  caseCount: ['案件', 'Cases'],
  listedBy: ['列入', 'Listed by'],
  listedOn: ['日期', 'On'],
  stateText: ['状态', 'State'],
  removalText: ['移出', 'Removal'],
} as const;
