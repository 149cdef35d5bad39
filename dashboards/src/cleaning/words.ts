import type { Lang } from '../texts.ts';

/** Titles of columns. */
export const words = {
  rule: ['规则', 'Rule'],
  dataset: ['数据集', 'Data set'],
  kind: ['种类', 'Kind'],
  field: ['字段', 'Field'],
  state: ['状态', 'State'],
  changed: ['改变值数', 'Values changed'],
  author: ['编制', 'Author'],
  createdAt: ['编制时间', 'Made'],
  before: ['清洗前（已脱敏）', 'Before (masked)'],
  after: ['清洗后（已脱敏）', 'After (masked)'],
  rows: ['行数', 'Rows'],
  table: ['受影响的表', 'Table'],
  gone: ['消失行', 'Rows gone'],
  come: ['新增行', 'Rows come'],
  finding: ['发现', 'Finding'],
  outcome: ['处理', 'Outcome'],
  samples: ['改变示例', 'Samples'],
  tables: ['受影响的表', 'Tables'],
  word: ['未对照的词', 'Word'],
  list: ['代码表', 'Code list'],
  lastSeen: ['最近出现', 'Last seen'],
  proposal: ['建议', 'May mean'],
} as const;

const states: Record<string, readonly [string, string]> = {
  draft: ['草稿', 'draft'],
  tried: ['已试运行', 'tried'],
  active: ['生效', 'active'],
  retired: ['停用', 'retired'],
  mismatch: ['与权威不一致', 'mismatch'],
  unmatched: ['权威中无此记录', 'no match there'],
  duplicate: ['重复', 'duplicate'],
  incomplete: ['残缺', 'incomplete'],
  kept: ['保留原值', 'kept'],
  replaced: ['已替换', 'replaced'],
  closed: ['已终止', 'closed'],
  to_handle: ['待人工', 'to handle'],
};
export const stateText = (state: string, lang: Lang): string =>
  states[state]?.[lang === 'zh' ? 0 : 1] ?? state;
