import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { asOf, codesOf, isPlacedIn } from '../../pipelines/history/as-of.ts';
import { historyNames } from '../../pipelines/history/entities.ts';
import { audited } from '../audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { asOfSchema, historyDay, historyInstant, historyKey } from '../operations/history.ts';
import { inScope } from '../scope.ts';

/** 双轴历史: what was so on a day, as far as it was known at an instant. */
export const historyEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/history/:entity/:key',
    summary:
      'What was known of an entity at an instant: `valid` the day it is about (every day without), `known` when (now without)',
    tag: 'history',
    right: 'drill:read',
    params: z.object({ entity: z.enum(historyNames), key: historyKey }),
    query: z.object({ valid: historyDay.optional(), known: historyInstant.optional() }),
    answer: asOfSchema,
    handler: ({ platform, identity, params: { entity, key }, query, request }) => {
      const { valid, known = new Date().toISOString() } = query;
      return audited(
        platform.store,
        {
          user: identity.user,
          action: 'history-read',
          object: `${entity}/${key}`,
          address: request.ip,
          detail: { valid, known },
        },
        async () => {
          if (!(await isPlacedIn(platform.warehouse, { entity, key }, inScope(identity))))
            throw new AppError('forbidden', 'It is not in the divisions this account may see.', {
              where: { entity },
            });
          const rows = await asOf(platform.warehouse, { entity, key, valid, known });
          const codes = await codesOf(platform.warehouse, { entity, key });
          return { entity, key, ...codes, valid: valid ?? null, known, rows };
        },
      );
    },
  }),
];
