import { z } from 'zod';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { version } from '../version.ts';

/** Both stores answer: a load balancer or systemd may send people here. */
export const healthEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/healthz',
    summary: 'Both stores answer',
    tag: 'operation',
    right: 'public',
    answer: z.object({ ok: z.literal(true), version: z.string() }),
    handler: async ({ platform }) => {
      await platform.warehouse.value('SELECT 1', z.unknown(), { lane: 'interactive', maxSeconds: 5 });
      await platform.store.db.selectFrom('app_user').select('user_name').limit(1).execute();
      return { ok: true as const, version };
    },
  }),
];
