import { z } from 'zod';
import { withdrawBatch } from '../../ingestion/landing/index.ts';
import { audited } from '../audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { reasonSchema, withdrawnSchema } from '../operations/withdraw.ts';

const withdrawal = z.object({
  withdrawalId: z.number(),
  batchId: z.number().nullable(),
  dataset: z.string(),
  reason: z.string(),
  requestedBy: z.string(),
  requestedAt: z.iso.datetime(),
  state: z.string(),
});

/** 撤回批次: what an agency should not have sent is taken back, with who, when and why. */
export const withdrawalEndpoints: Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/api/batches/:id/withdraw',
    summary:
      'Withdraw a batch and what was mended or accepted of its quarantine; batches decided against it land again, and the next run rebuilds what lies above',
    tag: 'runs',
    right: 'deliveries:withdraw',
    params: z.object({ id: z.coerce.number().int().positive() }),
    body: z.object({ reason: reasonSchema }),
    answer: withdrawnSchema,
    handler: ({ platform, identity, params, body, request }) =>
      audited(
        platform.store,
        {
          user: identity.user,
          action: 'batch-withdraw',
          object: String(params.id),
          reason: body.reason,
          address: request.ip,
        },
        () => withdrawBatch(platform, { batchId: params.id, reason: body.reason, by: identity.user }),
      ),
  }),
  endpoint({
    method: 'get',
    path: '/api/withdrawals',
    summary: 'Withdrawals, newest first; without a batch: what made room for a late delivery',
    tag: 'runs',
    right: 'runs:read',
    query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
    answer: z.object({ withdrawals: z.array(withdrawal) }),
    handler: async ({ platform, query }) => {
      const rows = await platform.store.db
        .selectFrom('withdrawal')
        .select(['withdrawal_id', 'batch_id', 'dataset', 'reason', 'requested_by', 'requested_at', 'state'])
        .orderBy('withdrawal_id', 'desc')
        .limit(query.limit)
        .execute();
      return {
        withdrawals: rows.map((row) => ({
          withdrawalId: row.withdrawal_id,
          batchId: row.batch_id,
          dataset: row.dataset,
          reason: row.reason,
          requestedBy: row.requested_by,
          requestedAt: row.requested_at.toISOString(),
          state: row.state,
        })),
      };
    },
  }),
];
