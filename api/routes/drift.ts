import { z } from 'zod';
import { acceptDrift, rejectDrift } from '../../ingestion/drift/decide.ts';
import { landLacking } from '../../ingestion/drift/lacking.ts';
import { audited } from '../audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import {
  driftAccepted,
  driftLandedAgain,
  driftQuery,
  driftReason,
  driftReport,
  shownReports,
} from '../operations/drift.ts';

const params = z.object({ id: z.uuid() });
const body = z.object({ reason: driftReason });

/** What sources changed without a word, and the answers to it. */
export const driftEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/drift',
    summary:
      'Changes of sources against their contracts, open ones first, each with a proposed change of the contract',
    tag: 'contracts',
    right: 'runs:read',
    query: driftQuery,
    answer: z.object({ reports: z.array(driftReport) }),
    handler: async ({ platform, query }) => ({ reports: await shownReports(platform, query) }),
  }),
  endpoint({
    method: 'post',
    path: '/api/drift/:id/accept',
    summary:
      'Accept a change: a contract of the home gets its next version, for one in the code the answer says what to commit',
    tag: 'contracts',
    right: 'contracts:manage',
    params,
    body,
    answer: driftAccepted,
    handler: ({ platform, identity, params: { id }, body: { reason }, request }) =>
      audited(
        platform.store,
        { user: identity.user, action: 'drift.accept', object: id, reason, address: request.ip },
        () => acceptDrift(platform, { driftId: id, by: identity.user, reason }),
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/drift/:id/land-again',
    summary:
      'Land the batches again that came with an accepted column and do not have it: its values are recovered from the files kept',
    tag: 'contracts',
    right: 'contracts:manage',
    params,
    body,
    answer: driftLandedAgain,
    handler: ({ platform, identity, params: { id }, body: { reason }, request }) =>
      audited(
        platform.store,
        { user: identity.user, action: 'drift.land-again', object: id, reason, address: request.ip },
        () => landLacking(platform, { driftId: id, by: identity.user, reason }),
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/drift/:id/reject',
    summary: 'Reject a change: the source is wrong, the contract stays',
    tag: 'contracts',
    right: 'contracts:manage',
    params,
    body,
    handler: async ({ platform, identity, params: { id }, body: { reason }, request }) => {
      await audited(
        platform.store,
        { user: identity.user, action: 'drift.reject', object: id, reason, address: request.ip },
        () => rejectDrift(platform, { driftId: id, by: identity.user, reason }),
      );
      return undefined;
    },
  }),
];
