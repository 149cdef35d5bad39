import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { inScope } from '../scope.ts';

const member = z.object({ personId: z.string(), isApplicant: z.number() });

/** What agencies were asked about the people of an application (catalog A.1: the record for pre-review and later audit). */
export const lookupEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/applications/:key/lookups',
    summary:
      'Which agencies were asked about the people of an application, when, and whether anything is on record',
    tag: 'collection',
    right: 'resources:read',
    params: z.object({ key: z.string().min(1).max(64) }),
    answer: z.object({
      lookups: z.array(
        z.object({
          personId: z.string(),
          isApplicant: z.boolean(),
          dataset: z.string(),
          state: z.enum(['found', 'none', 'failed']),
          records: z.number().int(),
          askedAt: z.iso.datetime(),
        }),
      ),
    }),
    handler: async ({ platform, identity, params: { key } }) => {
      const scope = inScope(identity);
      const members = await platform.warehouse.rows(
        `SELECT person_id AS personId, toUInt8(max(is_applicant)) AS isApplicant FROM base.household_member
         WHERE person_id != '' AND household_id IN (SELECT application_no FROM base.application WHERE application_no = {key:String} AND ${scope.sql})
         GROUP BY person_id`,
        member,
        { params: { key, ...scope.params } },
      );
      if (members.length === 0) throw new AppError('not_found', `There is no application ${key}.`);
      const isApplicant = new Map(members.map((one) => [one.personId, one.isApplicant === 1]));
      const rows = await platform.store.db
        .selectFrom('lookup_answer')
        .selectAll()
        .where('person_id', 'in', [...isApplicant.keys()])
        .orderBy('dataset')
        .orderBy('person_id')
        .execute();
      return {
        lookups: rows.map((row) => ({
          personId: row.person_id,
          isApplicant: isApplicant.get(row.person_id) ?? false,
          dataset: row.dataset,
          state: row.state,
          records: row.records,
          askedAt: row.asked_at.toISOString(),
        })),
      };
    },
  }),
];
