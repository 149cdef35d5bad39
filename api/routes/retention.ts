import { z } from 'zod';
import { GRAINS, RETENTION_DATASETS } from '../../ingestion/retention/datasets.ts';
import {
  decideRule,
  placeHold,
  proposeRule,
  releaseHold,
  retireRule,
} from '../../ingestion/retention/rules.ts';
import { audited } from '../audit.ts';
import { type Call, type Endpoint, endpoint } from '../endpoint.ts';
import {
  holdSchema,
  retentionSchema,
  ruleSchema,
  shownHold,
  shownRetention,
  shownRule,
} from '../operations/retention.ts';
import { reasonSchema } from '../operations/withdraw.ts';

const tag = 'retention';
const right = 'retention:manage';
const one = z.object({ id: z.coerce.number().int().positive() });
const because = z.object({ reason: reasonSchema });
const dataset = z.enum(RETENTION_DATASETS);
const day = z.iso.date().nullable().default(null);

/** Audited under the name of who is signed in. */
const done = <P, Q, T>(
  { platform, identity, body, request }: Call<P, Q, { reason: string }>,
  action: string,
  object: string,
  work: () => Promise<T>,
): Promise<T> =>
  audited(
    platform.store,
    { user: identity.user, action, object, reason: body.reason, address: request.ip },
    work,
  );
const by = <P, Q>({ identity, body }: Call<P, Q, { reason: string }>) => ({
  by: identity.user,
  reason: body.reason,
});

const decision = (path: string, state: 'approved' | 'rejected', summary: string): Endpoint =>
  endpoint({
    method: 'post',
    path: `/api/retention/rules/:id/${path}`,
    ...{ summary, tag, right, params: one, body: because, answer: ruleSchema },
    handler: (call) =>
      done(call, `retention-${path}`, String(call.params.id), async () =>
        shownRule(await decideRule(call.platform.store, call.params.id, state, by(call))),
      ),
  });

/** 保存期限: proposed by one person, let in by another; a hold keeps what it names. */
export const retentionEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/retention',
    summary: 'Rules of retention, holds, and what went by which rule',
    ...{ tag, right: 'runs:read', answer: retentionSchema },
    handler: ({ platform }) => shownRetention(platform.store),
  }),
  endpoint({
    method: 'post',
    path: '/api/retention/rules',
    summary: 'Propose that a data set is kept for so many days; somebody else must let it in',
    ...{ tag, right, answer: ruleSchema },
    body: z.strictObject({
      dataset,
      keepDays: z.number().int().positive().max(36_500),
      grain: z.enum(GRAINS),
      reason: reasonSchema,
    }),
    handler: (call) =>
      done(call, 'retention-propose', call.body.dataset, async () => {
        const { platform, identity, body } = call;
        const { lateDays } = platform.config.devices;
        return shownRule(await proposeRule(platform.store, body, { by: identity.user, lateDays }));
      }),
  }),
  decision(
    'approve',
    'approved',
    'Let in what somebody else proposed; it takes the place of the rule in force',
  ),
  decision('reject', 'rejected', 'Reject a proposal'),
  endpoint({
    method: 'post',
    path: '/api/retention/rules/:id/retire',
    summary: 'Take the rule in force back: nothing goes by it any more',
    ...{ tag, right, params: one, body: because, answer: ruleSchema },
    handler: (call) =>
      done(call, 'retention-retire', String(call.params.id), async () =>
        shownRule(await retireRule(call.platform.store, call.params.id)),
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/retention/holds',
    summary: 'Keep these days whatever a rule says, until the hold is released',
    ...{ tag, right, answer: holdSchema },
    body: z.strictObject({ dataset, firstDay: day, lastDay: day, reason: reasonSchema }),
    handler: (call) =>
      done(call, 'retention-hold', call.body.dataset, async () =>
        shownHold(await placeHold(call.platform.store, call.body.dataset, call.body, by(call))),
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/retention/holds/:id/release',
    summary: 'Release a hold',
    ...{ tag, right, params: one, body: because, answer: holdSchema },
    handler: (call) =>
      done(call, 'retention-release', String(call.params.id), async () =>
        shownHold(await releaseHold(call.platform.store, call.params.id, by(call))),
      ),
  }),
];
