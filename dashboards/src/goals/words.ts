import type { Both } from '../pages/titles.ts';

export const words: Readonly<Record<string, Both>> = {
  target: ['目标', 'Target'],
  warn: ['预警值', 'Warning'],
  alarm: ['告警值', 'Alarm'],
  save: ['设定（立即生效）', 'Set (holds at once)'],
  restore: ['恢复出厂值', 'As shipped'],
  restored: ['恢复出厂值', 'as shipped'],
  history: ['设定记录', 'What was set'],
  higher: ['越高越好', 'more'],
  lower: ['越低越好', 'less'],
  neutral: ['—', '—'],
  set: ['人工设定', 'set'],
  shipped: ['出厂', 'shipped'],
  with_goal: ['有目标的', 'With a goal'],
  all: ['全部指标', 'All metrics'],
};

export const metricTitles: Readonly<Record<string, Both>> = {
  zh: ['指标', 'Metric'],
  name: ['名称', 'Name'],
  goal: ['目标与阈值', 'Goal'],
  betterText: ['方向', 'Better'],
  originText: ['来源', 'From'],
  owner: ['负责部门', 'Owner'],
};

export const historyTitles: Readonly<Record<string, Both>> = {
  at: ['时间', 'When'],
  by: ['设定人', 'Who'],
  target: ['目标', 'Target'],
  warn: ['预警值', 'Warning'],
  alarm: ['告警值', 'Alarm'],
  what: ['说明', 'What'],
  reason: ['理由', 'Why'],
};
