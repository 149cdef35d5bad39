import { z } from 'zod';
import { daysBetween } from '../../domain/calendar.ts';
import { AppError } from '../../domain/errors.ts';
import { flowStatistics } from '../../pipelines/exports/statistics.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';

const MOST_DAYS = 366;
const figures = z.object({
  pushed: z.number(),
  received: z.number(),
  outstanding: z.number(),
  pushedRows: z.number(),
  pushedBytes: z.number(),
  taken: z.number(),
  unfinished: z.number(),
  takenRows: z.number(),
});

/** Figures over what goes to others and comes from them; of collection see `/api/collection-statistics`. */
export const flowStatisticsEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/flow-statistics',
    summary:
      'Packages pushed and taken in a period, by day, week, month, receiver or package, with the period before to compare (V-2, M146, M149)',
    tag: 'exchange',
    right: 'runs:read',
    query: z.object({
      from: z.iso.date(),
      to: z.iso.date(),
      by: z.enum(['day', 'week', 'month', 'receiver', 'package']).default('day'),
    }),
    answer: z.object({
      rows: z.array(figures.extend({ key: z.string() })),
      total: figures,
      previous: figures,
    }),
    handler: async ({ platform, query: { from, to, by } }) => {
      const days = daysBetween(from, to) + 1;
      if (days < 1 || days > MOST_DAYS)
        throw new AppError('bad_request', `The period must have 1 to ${MOST_DAYS} days.`, {
          where: { field: 'to' },
        });
      return flowStatistics(platform, { from, to }, by);
    },
  }),
];
