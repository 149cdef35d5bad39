import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import {
  act,
  countQuarantine,
  issueList,
  listQuarantine,
  quarantineItem,
} from '../../ingestion/quarantine/index.ts';
import { audit, audited } from '../audit.ts';
import { hasRight } from '../auth/rights.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import {
  actionAnswer,
  actionSchema,
  correctionsSchema,
  countSchema,
  detailSchema,
  filterSchema,
  itemSchema,
  maskOfField,
  reasonSchema,
  selectionSchema,
} from '../quarantine-shapes.ts';

const tag = 'quarantine';
const number = z.coerce.number().int().nonnegative();
const actionBody = z.object({ dataset: z.string().max(128), selection: selectionSchema });

/** Rows that were turned away: who sent them, what is wrong, and what is done about it. */
export const quarantineEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/quarantine/counts',
    summary:
      'Rows in quarantine by agency, data set, rule and field; how long they wait, what became of the others',
    tag,
    right: 'runs:read',
    query: filterSchema,
    answer: z.object({ counts: z.array(countSchema) }),
    handler: async ({ platform, query }) => ({ counts: await countQuarantine(platform, query, new Date()) }),
  }),
  endpoint({
    method: 'get',
    path: '/api/quarantine',
    summary: 'Rows in quarantine, newest batch first, values masked',
    tag,
    right: 'quarantine:repair',
    query: filterSchema.extend({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      offset: number.default(0),
    }),
    answer: z.object({ total: z.number(), items: z.array(itemSchema) }),
    handler: ({ platform, query: { limit, offset, ...filter } }) =>
      listQuarantine(platform, filter, { limit, offset }, maskOfField),
  }),
  endpoint({
    method: 'get',
    path: '/api/quarantine/returns/:id',
    summary: 'The issue list of a return, for the sender: CSV, UTF-8 with a byte order mark, values masked',
    tag,
    right: 'quarantine:repair',
    params: z.object({ id: z.coerce.number().int().positive() }),
    handler: async ({ platform, identity, params, request, response }) => {
      const entry = {
        user: identity.user,
        action: 'quarantine-list',
        object: String(params.id),
        address: request.ip,
      };
      const list = await audited(platform.store, entry, () => issueList(platform, params.id, maskOfField));
      response.type('text/csv; charset=utf-8').attachment(list.fileName);
      await pipeline(Readable.from(list.bytes), response).catch((error: unknown) => {
        if (!response.destroyed) throw error;
      });
      return undefined;
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/quarantine/:batch/:row',
    summary: 'One row with all its fields, masked, and what was done about it',
    tag,
    right: 'quarantine:repair',
    params: z.object({ batch: number, row: number }),
    answer: detailSchema,
    handler: ({ platform, params }) =>
      quarantineItem(platform, { batchId: params.batch, rowNo: params.row }, false, maskOfField),
  }),
  endpoint({
    method: 'post',
    path: '/api/quarantine/:batch/:row/reveal',
    summary: 'The same row unmasked; the reason goes into the audit log',
    tag,
    right: 'personal:reveal',
    params: z.object({ batch: number, row: number }),
    body: z.object({ reason: reasonSchema }),
    answer: detailSchema,
    handler: async ({ platform, identity, params, body, request }) => {
      if (!hasRight(identity.role, 'quarantine:repair'))
        throw new AppError('forbidden', `The role ${identity.role} may not see rows in quarantine.`);
      await audit(platform.store, {
        user: identity.user,
        action: 'reveal',
        object: `quarantine ${params.batch}/${params.row}`,
        reason: body.reason,
        address: request.ip,
      });
      return quarantineItem(platform, { batchId: params.batch, rowNo: params.row }, true, maskOfField);
    },
  }),
  ...(['claim', 'release', 'mend', 'accept', 'return'] as const).map((kind) =>
    endpoint({
      method: 'post',
      path: `/api/quarantine/${kind}`,
      summary: summaryOf(kind),
      tag,
      right: 'quarantine:repair',
      body: actionBody.extend({
        reason: kind === 'claim' || kind === 'release' ? reasonSchema.optional() : reasonSchema,
        corrections: kind === 'mend' ? correctionsSchema : z.undefined().optional(),
      }),
      answer: actionSchema,
      handler: async ({ platform, identity, body, request }) => {
        const { dataset, selection, reason, corrections } = body;
        const entry = {
          user: identity.user,
          action: `quarantine-${kind}`,
          object: dataset,
          reason: reason ?? '',
          address: request.ip,
          detail: { ...selection, fields: Object.keys(corrections ?? {}) },
        };
        return audited(platform.store, entry, async () =>
          actionAnswer(
            await act(platform, { kind, dataset, selection, reason, corrections, author: identity.user }),
          ),
        );
      },
    }),
  ),
];

function summaryOf(kind: string): string {
  const words: Record<string, string> = {
    claim: 'Take rows to work on: nobody else can then',
    release: 'Give back rows one has claimed',
    mend: 'Correct rows of a batch: they are checked again and land as a delivery of their own',
    accept: 'Take rows of a batch as they are, their defects marked; not rows nobody can read',
    return: 'Give rows back to their sender; GET /api/quarantine/returns/{actionId} is the issue list',
  };
  return words[kind] ?? kind;
}
