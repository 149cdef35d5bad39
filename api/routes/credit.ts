import { z } from 'zod';
import { blacklist, list, type Listed, remove } from '../../pipelines/credit/blacklist.ts';
import { PARTIES } from '../../pipelines/credit/definitions.ts';
import { creditOf, entrySchema, ranking, scoreSchema } from '../../pipelines/credit/read.ts';
import { AppError } from '../../domain/errors.ts';
import { audited } from '../audit.ts';
import { reason } from '../cleaning-shapes.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { inScope } from '../scope.ts';

const tag = 'credit';
const party = z.enum(PARTIES);
const partyId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const caseId = z.string().regex(/^[0-9a-f]{32}$/);
const listedSchema = z.object({
  entryId: z.number().int(),
  party,
  partyId: z.string(),
  cases: z.array(z.string()),
  reason: z.string(),
  listedBy: z.string(),
  listedAt: z.iso.datetime(),
  removalReason: z.string().nullable(),
  removalBy: z.string().nullable(),
  removedBy: z.string().nullable(),
  removedAt: z.iso.datetime().nullable(),
});
const shown = ({ listedAt, removedAt, ...entry }: Listed): z.output<typeof listedSchema> => ({
  ...entry,
  listedAt: listedAt.toISOString(),
  removedAt: removedAt?.toISOString() ?? null,
});

/** 信用: scores, rankings, violations and black lists (B3, M57-M59, M88, M99, M130; 002:1589-1657, 002:2111-2235). */
export const creditEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/credit',
    summary:
      'Ranking of tenants or enterprises by credit: best first, or worst first among those with decided violations',
    tag,
    right: 'credit:read',
    query: z.object({
      party,
      list: z.enum(['best', 'worst']).default('best'),
      grade: z
        .string()
        .regex(/^[A-Z]$/)
        .optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answer: z.object({ rows: z.array(scoreSchema) }),
    handler: async ({ platform, identity, query }) => ({
      rows: await ranking(platform.warehouse, query, inScope(identity)),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/credit/blacklist',
    summary: 'Who stands on a black list, and how it came',
    tag,
    right: 'credit:read',
    answer: z.object({ entries: z.array(listedSchema) }),
    handler: async ({ platform }) => ({ entries: (await blacklist(platform.store)).map(shown) }),
  }),
  endpoint({
    method: 'get',
    path: '/api/credit/:party/:id',
    summary: 'The credit of a party, with the entries its score is the sum of',
    tag,
    right: 'credit:read',
    params: z.object({ party, id: partyId }),
    answer: z.object({ score: scoreSchema, entries: z.array(entrySchema) }),
    handler: ({ platform, identity, params }) =>
      creditOf(platform.warehouse, params.party, params.id, inScope(identity)),
  }),
  endpoint({
    method: 'post',
    path: '/api/credit/blacklist',
    summary: 'Put a party on the black list, because of cases of it that people decided',
    tag,
    right: 'credit:manage',
    body: z.object({ party, partyId, cases: z.array(caseId).min(1).max(50), reason }),
    answer: listedSchema,
    handler: ({ platform, identity, body: { reason: why, ...body }, request }) =>
      audited(
        platform.store,
        {
          ...{ user: identity.user, reason: why, address: request.ip },
          ...{ action: 'credit.list', object: `${body.party}:${body.partyId}` },
        },
        async () => {
          const { entries } = await creditOf(platform.warehouse, body.party, body.partyId, inScope(identity));
          const own = new Set(entries.map(({ key }) => key));
          if (!body.cases.every((one) => own.has(one)))
            throw new AppError('conflict', 'Not all of these cases count in the credit of this party.', {
              where: { field: 'cases' },
              fix: 'Decided cases count from the next run on.',
            });
          return shown(await list(platform.store, body, { user: identity.user, reason: why }));
        },
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/credit/blacklist/:id/remove',
    summary: 'Ask for an entry to come off the black list, or agree to what somebody else asked',
    tag,
    right: 'credit:manage',
    params: z.object({ id: z.coerce.number().int().positive() }),
    body: z.object({ reason }),
    answer: listedSchema,
    handler: ({ platform, identity, params, body, request }) =>
      audited(
        platform.store,
        {
          ...{ user: identity.user, reason: body.reason, address: request.ip },
          ...{ action: 'credit.remove', object: String(params.id) },
        },
        async () =>
          shown(await remove(platform.store, params.id, { user: identity.user, reason: body.reason })),
      ),
  }),
];
