import type { Both } from '../pages/titles.ts';

export const words: Record<string, Both> = {
  tenant: ['租户', 'Tenants'],
  enterprise: ['企业', 'Enterprises'],
  best: ['信用榜', 'Best first'],
  worst: ['违规榜', 'Violations'],
  blacklist: ['黑名单', 'Black list'],
  listed: ['在列', 'listed'],
  asked: ['待同意移出', 'removal asked for'],
  removed: ['已移出', 'removed'],
  ask: ['申请移出', 'Ask for removal'],
  agree: ['同意移出', 'Agree to removal'],
  list: ['列入黑名单', 'Put on the black list'],
};

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
