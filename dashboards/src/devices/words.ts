import { type Both, said } from '../pages/titles.ts';
import type { Lang } from '../texts.ts';

const words: Record<string, Both> = {
  enabled: ['启用', 'enabled'],
  disabled: ['停用', 'disabled'],
  retired: ['退役', 'retired'],
  online: ['在线', 'online'],
  offline: ['离线', 'offline'],
  gateway: ['经网关', 'by gateway'],
  info: ['提示', 'info'],
  warning: ['预警', 'warning'],
  alarm: ['告警', 'alarm'],
};
export const word = (name: string, lang: Lang): string => said(words[name] ?? [name, name], lang);

export const eventTitles = {
  at: ['时间', 'At'],
  deviceId: ['设备', 'Device'],
  levelText: ['级别', 'Level'],
  event: ['事件', 'Event'],
  property: ['属性', 'Property'],
  value: ['值', 'Value'],
  threshold: ['阈值', 'Threshold'],
} as const;
export const refusalTitles = {
  day: ['日期', 'Day'],
  deviceId: ['设备', 'Device'],
  rule: ['规则', 'Rule'],
  field: ['字段', 'Field'],
  messages: ['条数', 'Messages'],
} as const;
export const figures: ReadonlySet<string> = new Set(['value', 'threshold', 'messages']);
