import { z } from 'zod';
import { type Endpoint, endpoint } from '../endpoint.ts';

const entry = z.object({
  auditId: z.number().int(),
  at: z.iso.datetime(),
  user: z.string(),
  action: z.string(),
  object: z.string(),
  reason: z.string(),
  outcome: z.string(),
  address: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

/** The audit log, for auditors; newest first, paged by number. */
export const auditEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/audit',
    summary: 'Who did what, newest first',
    tag: 'audit',
    right: 'audit:read',
    query: z.object({
      user: z.string().max(64).optional(),
      action: z.string().max(64).optional(),
      before: z.coerce.number().int().positive().optional().describe('auditId of the last entry seen'),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: z.object({ entries: z.array(entry) }),
    handler: async ({ platform, query }) => {
      let rows = platform.store.db
        .selectFrom('audit_log')
        .selectAll()
        .orderBy('audit_id', 'desc')
        .limit(query.limit);
      if (query.user !== undefined) rows = rows.where('user_name', '=', query.user);
      if (query.action !== undefined) rows = rows.where('action', '=', query.action);
      if (query.before !== undefined) rows = rows.where('audit_id', '<', query.before);
      return {
        entries: (await rows.execute()).map(({ audit_id, user_name, at, ...row }) => ({
          ...row,
          auditId: audit_id,
          user: user_name,
          at: at.toISOString(),
        })),
      };
    },
  }),
];
