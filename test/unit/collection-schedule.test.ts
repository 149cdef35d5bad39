import { describe, expect, test } from '@jest/globals';
import { isBeyondReach, nextDue } from '../../pipelines/collection/schedule.ts';
import { frequencySchema, taskSchema, windowSchema } from '../../pipelines/collection/task.ts';
import { type Calendar, isOpen, isWorkingDay } from '../../pipelines/collection/window.ts';
import type { Window } from '../../pipelines/collection/task.ts';

/** A time in China. */
const at = (text: string): Date => new Date(`${text.replace(' ', 'T')}:00+08:00`);
const calendar: Calendar = new Map(
  (
    [
      ['2026-10-01', 'holiday', '国庆节'],
      ['2026-10-10', 'make_up_workday', '国庆节'],
    ] as const
  ).map(([date, kind, name]) => [date, { date, kind, name }]),
);

describe('permitted hours', () => {
  const open = (windows: Window[], time: string): boolean => isOpen(windows, at(time), calendar);
  const office: Window[] = [{ days: 'working', from: '08:30', to: '17:30' }];

  test.each([
    ['a Monday', '2026-09-28', true],
    ['a Saturday', '2026-09-26', false],
    ['National Day, a Thursday', '2026-10-01', false],
    ['a Saturday worked instead', '2026-10-10', true],
  ])('%s', (_what, day, isWorked) => {
    expect(isWorkingDay(day, calendar)).toBe(isWorked);
    expect(open(office, `${day} 09:00`)).toBe(isWorked);
    expect(open([{ ...office[0], days: 'weekend' } as Window], `${day} 09:00`)).toBe(!isWorked);
  });

  test('begin with their first minute and end before their last, in Chinese time', () => {
    expect(['08:29', '08:30', '17:29', '17:30'].map((time) => open(office, `2026-09-28 ${time}`))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(open([{ days: 'all', from: '00:00', to: '24:00' }], '2026-10-01 23:59')).toBe(true);
    expect(open([], '2026-10-01 03:00')).toBe(true);
  });

  test('past midnight belong to the day they open on', () => {
    const night: Window[] = [{ days: 'working', from: '22:00', to: '06:00' }];
    // Wednesday's night reaches into the holiday; the holiday's own night does not open.
    expect(open(night, '2026-09-30 23:00')).toBe(true);
    expect(open(night, '2026-10-01 05:59')).toBe(true);
    expect(open(night, '2026-10-01 06:00')).toBe(false);
    expect(open(night, '2026-10-01 22:30')).toBe(false);
    expect(open(night, '2026-10-02 05:00')).toBe(false);
  });

  test('on days of the week hold whatever the calendar says', () => {
    expect(open([{ days: [4, 7], from: '08:00', to: '09:00' }], '2026-10-01 08:30')).toBe(true);
    expect(open([{ days: [1], from: '08:00', to: '09:00' }], '2026-10-01 08:30')).toBe(false);
  });

  test.each([
    [{ days: 'all', from: '9:00', to: '10:00' }],
    [{ days: 'all', from: '10:00', to: '10:00' }],
    [{ days: [0], from: '10:00', to: '11:00' }],
    [{ days: 'sundays', from: '10:00', to: '11:00' }],
    [{ days: 'all', from: '24:00', to: '01:00' }],
  ])('%j is no window', (window) => expect(windowSchema.safeParse(window).success).toBe(false));
});

describe('a frequency', () => {
  const nightly = { cron: '0 2 * * *' };
  const half = { every: 30, unit: 'minutes' as const };

  test('by cron is in Chinese time', () => {
    expect(nextDue(nightly, at('2026-01-01 01:59'))).toEqual(at('2026-01-01 02:00'));
    expect(nextDue(nightly, at('2026-01-01 02:00'))).toEqual(at('2026-01-02 02:00'));
  });

  test('by distance keeps its beat, and what was missed is one time', () => {
    const due = at('2026-01-01 00:10');
    expect(nextDue(half, at('2026-01-01 00:10'), due)).toEqual(at('2026-01-01 00:40'));
    expect(nextDue(half, at('2026-01-05 00:20'), due)).toEqual(at('2026-01-05 00:40'));
    expect(nextDue(nightly, at('2026-01-05 00:20'), due)).toEqual(at('2026-01-05 02:00'));
  });

  test('notices a clock set back by more than a correction', () => {
    const now = at('2026-01-01 01:59');
    expect(isBeyondReach(nightly, at('2026-01-02 02:00'), now)).toBe(false);
    expect(isBeyondReach(nightly, at('2026-01-03 02:00'), now)).toBe(true);
    expect(isBeyondReach(half, at('2026-01-01 02:29'), now)).toBe(false);
    expect(isBeyondReach(half, at('2027-01-01 02:29'), now)).toBe(true);
  });

  test.each([
    [{ cron: '* * * * * *' }],
    [{ cron: '0 0 31 2 *' }],
    [{ cron: 'daily' }],
    [{ cron: '0 0 31 2 *; rm' }],
    [{ every: 0, unit: 'minutes' }],
    [{ every: 1, unit: 'seconds' }],
    [{}],
  ])('%j is none', (frequency) => expect(frequencySchema.safeParse(frequency).success).toBe(false));

  test('may be left out: then a task runs when told to', () => {
    const task = taskSchema.parse({
      name: '婚姻登记',
      connector: 'rest',
      datasets: ['civil_affairs.marriage'],
    });
    expect(task).toMatchObject({ frequency: null, windows: [], retry: { attempts: 3 }, concurrency: 1 });
  });
});
