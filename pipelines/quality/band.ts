/**
 * What is usual: median ± 4 robust deviations (1.4826 × the median absolute deviation) of the same kind of day before. Days are told
 * apart as people in China work: weekdays, weekends, holidays (法定节假日), weekend days worked instead (调休), and the first working
 * days after a holiday, on which what waited comes at once. A holiday may be silent: nothing is ever too little on one.
 */
import { addDays } from '../../domain/calendar.ts';
import { type Calendar, isWorkingDay, weekday } from '../collection/window.ts';

export interface Observation {
  /** YYYY-MM-DD */
  day: string;
  value: number;
  /** Rows a share is of; a share of few rows says little. */
  rows?: number;
}
export interface Band {
  low: number;
  high: number;
  median: number;
  /** How many observations it rests on, and what they have in common. */
  history: number;
  dayKind: string;
}
export type Rhythm = 'day' | 'delivery';

const DEVIATIONS = 4;
/** Of a normal distribution the standard deviation by its median absolute deviation. */
const MAD_TO_SIGMA = 1.4826;
const WINDOW = 12;
const FEWEST = 6;
/** From as many days without work on, what waited comes at once. */
const LONG_REST = 3;
const WEEKDAYS = ['星期一', '星期二', '星期三', '星期四', '星期五', '星期六', '星期日'];

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [upper = 0, lower = 0] = [sorted[middle], sorted[middle - 1]];
  return sorted.length % 2 === 1 ? upper : (lower + upper) / 2;
}

interface DayKind {
  name: string;
  isRest: boolean;
  isHoliday: boolean;
  /** Days without work right before. */
  restBefore: number;
}

export function dayKindOf(day: string, calendar: Calendar): DayKind {
  const special = calendar.get(day);
  const isRest = !isWorkingDay(day, calendar);
  let restBefore = 0;
  while (!isRest && restBefore < 15 && !isWorkingDay(addDays(day, -1 - restBefore), calendar))
    restBefore += 1;
  const usual = `${isRest ? '休息日' : '工作日'}${WEEKDAYS[weekday(day) - 1] ?? ''}`;
  const name =
    special?.kind === 'holiday'
      ? `${special.name}假日`
      : special?.kind === 'make_up_workday'
        ? `${special.name}调休工作日`
        : usual;
  return { name, isRest, isHoliday: special?.kind === 'holiday', restBefore };
}

/** Days like this one: the same weekday where there are enough, else all working days, or all weekends; with a holiday every day of rest. */
function alike(day: string, before: readonly Observation[], calendar: Calendar): Observation[] {
  const isRest = !isWorkingDay(day, calendar);
  const isHoliday = (one: string): boolean => calendar.get(one)?.kind === 'holiday';
  const kind = before.filter(
    (one) => isWorkingDay(one.day, calendar) !== isRest && (isHoliday(day) || !isHoliday(one.day)),
  );
  const sameDay = kind.filter((one) => weekday(one.day) === weekday(day) && !calendar.has(one.day));
  return (!calendar.has(day) && sameDay.length >= FEWEST ? sameDay : kind).slice(-WINDOW);
}

/**
 * The band of counts for a day, from those before it; null where too little is known to judge.
 * @param rhythm `day`: one count a calendar day; `delivery`: one a weekly or monthly delivery, whatever its weekday
 */
export function volumeBand(
  day: string,
  before: readonly Observation[],
  calendar: Calendar,
  rhythm: Rhythm,
): Band | null {
  const kind = dayKindOf(day, calendar);
  const history = rhythm === 'day' ? alike(day, before, calendar) : before.slice(-WINDOW);
  if (history.length < FEWEST) return null;
  const values = history.map(({ value }) => value);
  const middle = median(values);
  const spread = deviation(values, middle, Math.max(1, Math.sqrt(Math.max(middle, 0)), 0.02 * middle));
  const [low, high] = [Math.max(0, middle - DEVIATIONS * spread), middle + DEVIATIONS * spread];
  const about = { median: middle, history: history.length };
  if (rhythm === 'delivery') {
    // A week with a long holiday has less to tell, the next one more.
    const isAround = [...Array(14).keys()].some(
      (back) => calendar.get(addDays(day, -back))?.kind === 'holiday',
    );
    return { ...about, dayKind: '历次交付', low: isAround ? 0 : low, high: isAround ? 2 * high : high };
  }
  if (kind.isHoliday) {
    const working = before.slice(-WINDOW).map(({ value }) => value);
    return { ...about, dayKind: kind.name, low: 0, high: Math.max(high, ...working) };
  }
  const piled = kind.restBefore >= LONG_REST ? kind.restBefore + 1 : 1;
  return { ...about, dayKind: kind.name, low, high: high * piled };
}

/** The band of a share or a median of values; less depends on the day, so all observations before are alike. */
export function spreadBand(now: Observation, before: readonly Observation[], isShare: boolean): Band | null {
  const history = before.slice(-WINDOW);
  if (history.length < FEWEST || (now.rows ?? Infinity) < 30) return null;
  const values = history.map(({ value }) => value);
  const middle = median(values);
  const sampling = Math.sqrt((Math.max(middle, 0.01) * Math.max(1 - middle, 0.01)) / (now.rows ?? 1));
  const spread = deviation(values, middle, isShare ? Math.max(0.005, sampling) : Math.abs(middle) * 0.05);
  const [low, high] = [middle - DEVIATIONS * spread, middle + DEVIATIONS * spread];
  return {
    ...{ low: isShare ? Math.max(0, low) : low, high: isShare ? Math.min(1, high) : high },
    ...{ median: middle, history: history.length, dayKind: '历次交付' },
  };
}

const deviation = (values: readonly number[], middle: number, least: number): number =>
  Math.max(least, MAD_TO_SIGMA * median(values.map((value) => Math.abs(value - middle))));
