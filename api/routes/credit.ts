import { z } from 'zod';
import { creditOf } from '../../pipelines/credit/read.ts';
import { reason } from '../cleaning-shapes.ts';
import {
  entryId,
  listBody,
  listedSchema,
  party,
  partyId,
  partySchema,
  rankingQuery,
  rankingSchema,
} from '../credit-shapes.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { creditWork } from '../operations/credit.ts';
import { inScope } from '../scope.ts';

const tag = 'credit';

/** 信用: scores, rankings, violations and black lists (B3, M57-M59, M88, M99, M130; 002:1589-1657, 002:2111-2235). */
export const creditEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/credit',
    summary:
      'Ranking of tenants or enterprises by credit: best first, or worst first among those with decided violations; and how many have each grade',
    tag,
    right: 'credit:read',
    query: rankingQuery,
    answer: rankingSchema,
    handler: ({ platform, identity, query }) => creditWork.ranking(platform, query, inScope(identity)),
  }),
  endpoint({
    method: 'get',
    path: '/api/credit/blacklist',
    summary: 'Who stands on a black list, and how it came',
    tag,
    right: 'credit:read',
    answer: z.object({ entries: z.array(listedSchema) }),
    handler: ({ platform, identity }) => creditWork.blacklist(platform, inScope(identity)),
  }),
  endpoint({
    method: 'get',
    path: '/api/credit/:party/:id',
    summary: 'The credit of a party, with the entries its score is the sum of',
    tag,
    right: 'credit:read',
    params: z.object({ party, id: partyId }),
    answer: partySchema,
    handler: ({ platform, identity, params }) =>
      creditOf(platform.warehouse, params.party, params.id, inScope(identity)),
  }),
  endpoint({
    method: 'post',
    path: '/api/credit/blacklist',
    summary: 'Put a party on the black list, because of cases of it that people decided',
    tag,
    right: 'credit:manage',
    body: listBody.extend({ reason }),
    answer: listedSchema,
    handler: ({ platform, identity, body: { reason: why, ...body }, request }) =>
      creditWork.list(
        platform,
        body,
        { user: identity.user, reason: why, address: request.ip },
        inScope(identity),
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/credit/blacklist/:id/remove',
    summary: 'Ask for an entry to come off the black list, or agree to what somebody else asked',
    tag,
    right: 'credit:manage',
    params: z.object({ id: entryId }),
    body: z.object({ reason }),
    answer: listedSchema,
    handler: ({ platform, identity, params, body, request }) =>
      creditWork.remove(
        platform,
        params.id,
        { user: identity.user, reason: body.reason, address: request.ip },
        inScope(identity),
      ),
  }),
];
