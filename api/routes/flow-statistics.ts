import { z } from 'zod';
import { flowStatistics } from '../../pipelines/exports/statistics.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { checkStatisticsPeriod } from '../statistics-period.ts';

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
      checkStatisticsPeriod({ from, to });
      return flowStatistics(platform, { from, to }, by);
    },
  }),
];
