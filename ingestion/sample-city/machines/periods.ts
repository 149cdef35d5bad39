/** Which days a machine's file covers: whole months at first, the last days one by one, as deliveries go over to daily. */
import { firstDayOf, lastDayOf, monthOf } from '../calendar.ts';

export interface Period {
  from: number;
  /** Included; the file's date. */
  to: number;
}

const DAILY_FILES = 3;

export function periodsOf(firstDay: number, lastDay: number): Period[] {
  const periods: Period[] = [];
  const daily = Math.max(firstDay, lastDay - DAILY_FILES + 1);
  for (let month = monthOf(firstDay); firstDayOf(month) < daily; month++) {
    periods.push({ from: Math.max(firstDay, firstDayOf(month)), to: Math.min(daily - 1, lastDayOf(month)) });
  }
  for (let day = daily; day <= lastDay; day++) periods.push({ from: day, to: day });
  return periods;
}
