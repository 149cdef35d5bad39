/** When a task is due. Pure arithmetic on instants that are given: nothing here looks at a clock. */
import { Cron } from 'croner';
import { type Frequency, TIME_ZONE } from './task.ts';

const MILLISECONDS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };
/** A clock set back by more than this is noticed; smaller corrections are every machine's daily business. */
const CLOCK_TOLERANCE_MS = 3_600_000;

/**
 * The first time after `now`. However many times were missed, the next is one.
 * @param due the time that is due now, to keep the beat of a distance; null at the start, when a distance counts from `now`
 */
export function nextDue(frequency: Frequency, now: Date, due: Date | null = null): Date {
  if ('cron' in frequency) {
    const next = new Cron(frequency.cron, { timezone: TIME_ZONE, paused: true }).nextRun(now);
    // The schema lets only expressions through that have a next time; one that has none left is never due again.
    return next ?? new Date(8_640_000_000_000_000);
  }
  const distance = frequency.every * MILLISECONDS[frequency.unit];
  const from = due === null || due > now ? now : due;
  return new Date(from.getTime() + (Math.floor((now.getTime() - from.getTime()) / distance) + 1) * distance);
}

/** Is the time written down further away than it can be? Then the clock was ahead when it was written. */
export const isBeyondReach = (frequency: Frequency, due: Date, now: Date): boolean =>
  due > nextDue(frequency, new Date(now.getTime() + CLOCK_TOLERANCE_MS));
