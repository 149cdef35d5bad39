/** Permitted hours of a task, in Asia/Shanghai, over the calendar of Chinese working days. */
import { addDays, CHINA_OFFSET_MINUTES, chinaDayOf } from '../../domain/calendar.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Window } from './task.ts';

export interface CalendarDay {
  /** YYYY-MM-DD */
  date: string;
  kind: 'holiday' | 'make_up_workday';
  name: string;
}

export type Calendar = ReadonlyMap<string, CalendarDay>;

const MINUTE_MS = 60_000;
const MINUTES_A_DAY = 1_440;

export async function loadCalendar(db: OperationalStore['db']): Promise<Calendar> {
  const rows = await db.selectFrom('holiday_calendar').selectAll().execute();
  return new Map(rows.map((row) => [row.date, row]));
}

/** A day people work on: Monday to Friday without holidays, and weekend days worked instead (调休). */
export function isWorkingDay(day: string, calendar: Calendar): boolean {
  const kind = calendar.get(day)?.kind;
  return kind === undefined ? weekday(day) <= 5 : kind === 'make_up_workday';
}

/** May a task run now? Always, when it has no windows. */
export function isOpen(windows: readonly Window[], now: Date, calendar: Calendar): boolean {
  if (windows.length === 0) return true;
  const today = chinaDayOf(now);
  const minute = Math.floor((now.getTime() / MINUTE_MS + CHINA_OFFSET_MINUTES) % MINUTES_A_DAY);
  return windows.some((window) => {
    const [from, to] = [minuteOf(window.from), minuteOf(window.to)];
    if (from < to) return minute >= from && minute < to && holds(window, today, calendar);
    // Past midnight: the window belongs to the day it opens on.
    return (
      (minute >= from && holds(window, today, calendar)) ||
      (minute < to && holds(window, addDays(today, -1), calendar))
    );
  });
}

function holds({ days }: Window, day: string, calendar: Calendar): boolean {
  if (days === 'all') return true;
  if (days === 'working') return isWorkingDay(day, calendar);
  if (days === 'weekend') return !isWorkingDay(day, calendar);
  return days.includes(weekday(day));
}

/** 1 is Monday. */
export const weekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
