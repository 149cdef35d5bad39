import { z } from 'zod';
import { collectionStatistics } from '../../pipelines/collection/statistics.ts';
import { audited } from '../audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { checkStatisticsPeriod } from '../statistics-period.ts';

const tag = 'collection';
const figures = z.object({
  requested: z.number(),
  returned: z.number(),
  deliveries: z.number(),
  refused: z.number(),
  repeats: z.number(),
  bytes: z.number(),
  landed: z.number(),
  loaded: z.number(),
  quarantined: z.number(),
  deduplicated: z.number(),
  runs: z.number(),
  failedRuns: z.number(),
});
const day = z.object({
  date: z.iso.date(),
  kind: z.enum(['holiday', 'make_up_workday']),
  name: z.string().trim().min(1).max(50),
});

/** Figures over collection (V-3), and the calendar the permitted hours go by. */
export const collectionStatisticsEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/collection-statistics',
    summary: 'Collection by day, agency or data set in a period, with the period before to compare (V-3)',
    tag,
    right: 'collection:read',
    query: z.object({
      from: z.iso.date(),
      to: z.iso.date(),
      by: z.enum(['day', 'agency', 'dataset']).default('day'),
    }),
    answer: z.object({
      rows: z.array(figures.extend({ key: z.string() })),
      total: figures,
      previous: figures,
    }),
    handler: async ({ platform, query: { from, to, by } }) => {
      checkStatisticsPeriod({ from, to });
      return collectionStatistics(platform, { from, to }, by);
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/holiday-calendar',
    summary: 'Holidays and make-up working days of a year; none means that it is not entered yet',
    tag,
    right: 'collection:read',
    query: z.object({ year: z.coerce.number().int().min(2000).max(2199) }),
    answer: z.object({ days: z.array(day) }),
    handler: async ({ platform, query: { year } }) => ({
      days: await platform.store.db
        .selectFrom('holiday_calendar')
        .selectAll()
        .where('date', '>=', `${year}-01-01`)
        .where('date', '<=', `${year}-12-31`)
        .orderBy('date')
        .execute(),
    }),
  }),
  endpoint({
    method: 'put',
    path: '/api/holiday-calendar/:date',
    summary: 'Enter a holiday or make-up working day',
    tag,
    right: 'collection:manage',
    params: day.pick({ date: true }),
    body: day.omit({ date: true }),
    answer: day,
    handler: async ({ platform, identity, params: { date }, body, request }) => {
      const entry = {
        user: identity.user,
        action: 'holiday-set',
        object: date,
        address: request.ip,
        detail: { kind: body.kind },
      };
      await audited(platform.store, entry, () =>
        platform.store.db
          .insertInto('holiday_calendar')
          .values({ date, ...body })
          .onConflict((conflict) => conflict.column('date').doUpdateSet(body))
          .execute(),
      );
      return { date, ...body };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/holiday-calendar/:date',
    summary: 'Take a day out of the calendar',
    tag,
    right: 'collection:manage',
    params: day.pick({ date: true }),
    handler: async ({ platform, identity, params: { date }, request }) => {
      const entry = { user: identity.user, action: 'holiday-remove', object: date, address: request.ip };
      await audited(platform.store, entry, () =>
        platform.store.db.deleteFrom('holiday_calendar').where('date', '=', date).execute(),
      );
      return undefined;
    },
  }),
];
