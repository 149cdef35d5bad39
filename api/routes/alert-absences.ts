import { z } from 'zod';
import {
  absenceSchema,
  addHolidays,
  listAbsences,
  listHolidays,
  recordAbsence,
  removeHoliday,
  type StoredAbsence,
  withdrawAbsence,
} from '../../pipelines/alerts/absences.ts';
import { audited } from '../audit.ts';
import { reason } from '../cleaning-shapes.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { scopeColumn } from '../scope.ts';

const tag = 'alerts';
const day = z.iso.date();
const holiday = z.object({ date: day, name: z.string().trim().min(1).max(40) });
const holidaysSchema = z.object({ holidays: z.array(holiday) });

const absenceRow = absenceSchema.extend({
  id: z.number().int(),
  author: z.string(),
  recordedAt: z.iso.datetime(),
  withdrawnBy: z.string().nullable(),
  withdrawnWhy: z.string().nullable(),
});
const shown = (one: StoredAbsence): z.input<typeof absenceRow> => ({
  id: one.absence_id,
  contractNo: one.contract_no,
  from: one.absent_from,
  until: one.absent_until,
  reason: one.reason,
  evidenceNo: one.evidence_no,
  author: one.author,
  recordedAt: one.recorded_at.toISOString(),
  withdrawnBy: one.withdrawn_by,
  withdrawnWhy: one.withdrawn_why,
});

/** Absences with notice and holidays: days rules that look at presence leave out. */
export const alertAbsenceEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/alerts/absences',
    summary: 'Absences households gave notice of, newest first',
    tag,
    right: 'alerts:handle',
    query: z.object({ contract: z.string().max(64).optional() }),
    answer: z.object({ absences: z.array(absenceRow) }),
    handler: async ({ platform, identity, query }) => ({
      absences: (await listAbsences(platform.store, scopeColumn(identity), query.contract)).map(shown),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/alerts/absences',
    summary: 'Record that the household of a contract is away; the next run leaves those days out',
    tag,
    right: 'alerts:handle',
    body: absenceSchema,
    answer: absenceRow,
    handler: ({ platform, identity, body, request }) =>
      audited(
        platform.store,
        { user: identity.user, action: 'alerts.absence', object: body.contractNo, address: request.ip },
        async () =>
          shown(
            await recordAbsence(platform, scopeColumn(identity), body, {
              user: identity.user,
              reason: body.reason,
            }),
          ),
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/alerts/absences/:id/withdraw',
    summary: 'Take back an absence that was wrong',
    tag,
    right: 'alerts:handle',
    params: z.object({ id: z.coerce.number().int().positive() }),
    body: z.object({ reason }),
    answer: absenceRow,
    handler: ({ platform, identity, params: { id }, body, request }) => {
      const by = { user: identity.user, reason: body.reason };
      return audited(
        platform.store,
        { ...by, action: 'alerts.absence.withdraw', object: String(id), address: request.ip },
        async () => shown(await withdrawAbsence(platform.store, scopeColumn(identity), id, by)),
      );
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/alerts/holidays',
    summary: 'The calendar of holidays',
    tag,
    right: 'alerts:read',
    answer: holidaysSchema,
    handler: async ({ platform }) => ({ holidays: await listHolidays(platform.store) }),
  }),
  endpoint({
    method: 'post',
    path: '/api/alerts/holidays',
    summary: 'Add days to the calendar of holidays',
    tag,
    right: 'alerts:manage',
    body: z.object({ holidays: z.array(holiday).min(1).max(100), reason }),
    answer: holidaysSchema,
    handler: ({ platform, identity, body, request }) =>
      audited(
        platform.store,
        {
          ...{ user: identity.user, action: 'alerts.holidays.add', reason: body.reason, address: request.ip },
          detail: { days: body.holidays.map(({ date }) => date) },
        },
        async () => {
          await addHolidays(platform.store, body.holidays);
          return { holidays: await listHolidays(platform.store) };
        },
      ),
  }),
  endpoint({
    method: 'delete',
    path: '/api/alerts/holidays/:day',
    summary: 'Take a day out of the calendar of holidays',
    tag,
    right: 'alerts:manage',
    params: z.object({ day }),
    answer: holidaysSchema,
    handler: ({ platform, identity, params, request }) =>
      audited(
        platform.store,
        { user: identity.user, action: 'alerts.holidays.remove', object: params.day, address: request.ip },
        async () => {
          await removeHoliday(platform.store, params.day);
          return { holidays: await listHolidays(platform.store) };
        },
      ),
  }),
];
