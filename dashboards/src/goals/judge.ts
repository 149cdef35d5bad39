import { say } from '../format.ts';
import type { Lang } from '../texts.ts';
import type { MetricInfo } from './api.ts';

export type Verdict = 'alarm' | 'warn' | 'met' | 'short' | '';

/** How a value stands to the thresholds of its metric, and within them to its target; '' where there is neither. */
export function judge(value: number | null | undefined, metric: MetricInfo | undefined): Verdict {
  if (value === null || value === undefined || !metric || metric.better === 'neutral') return '';
  const beyond = (limit: number) => (metric.better === 'lower' ? value > limit : value < limit);
  if (metric.thresholds && beyond(metric.thresholds.alarm)) return 'alarm';
  if (metric.thresholds && beyond(metric.thresholds.warn)) return 'warn';
  if (metric.target === undefined) return '';
  return beyond(metric.target) ? 'short' : 'met';
}

/** A goal is the whole city's: a part's share or average can be held against it, a part's count or sum cannot. */
export const goalFor = (metric: MetricInfo | undefined, isWholeCity: boolean): MetricInfo | undefined =>
  isWholeCity || metric?.kind === 'ratio' || metric?.kind === 'average' ? metric : undefined;

/** 目标 98.0%，预警 95.0%，告警 90.0%: what is set of it; '' where nothing is. */
export function goalText({ unit, target, thresholds }: MetricInfo, lang: Lang): string {
  const parts: [string, string, number | undefined][] = [
    ['目标', 'target', target],
    ['预警', 'warning', thresholds?.warn],
    ['告警', 'alarm', thresholds?.alarm],
  ];
  return parts
    .filter(([, , value]) => value !== undefined)
    .map(([zh, en, value]) => `${lang === 'zh' ? zh : en} ${say(value, unit, lang)}`)
    .join(lang === 'zh' ? '，' : ', ');
}
