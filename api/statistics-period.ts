import { daysBetween } from '../domain/calendar.ts';
import { AppError } from '../domain/errors.ts';

const MOST_DAYS = 366;

/** @throws AppError `bad_request` when statistics are asked for over no day or over more than a year */
export function checkStatisticsPeriod({ from, to }: { from: string; to: string }): void {
  const days = daysBetween(from, to) + 1;
  if (days >= 1 && days <= MOST_DAYS) return;
  throw new AppError('bad_request', `The period must have 1 to ${MOST_DAYS} days.`, {
    where: { field: 'to' },
  });
}
