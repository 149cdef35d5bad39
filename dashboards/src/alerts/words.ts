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
  found: ['发现', 'found'],
  found_again: ['再次发现', 'found again'],
  found_still: ['仍然成立', 'holds again'],
  cleared: ['不再成立', 'no longer holds'],
  escalated: ['超期升级', 'overdue'],
  level_high: ['升为重大', 'now grave'],
  level_medium: ['改为一般', 'now medium'],
  level_low: ['降为提示', 'now low'],
};

export const caseTitles = {
  unreadText: ['未读', 'New'],
  levelText: ['级别', 'Level'],
  ruleZh: ['规则', 'Rule'],
  place: ['位置', 'Place'],
  objectKey: ['对象', 'Object'],
  evidenceZh: ['依据', 'Evidence'],
  since: ['起始', 'Since'],
  dueText: ['期限', 'Due'],
  stateText: ['状态', 'State'],
  owner: ['承办', 'With'],
} as const;

export const ruleTitles = {
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
