import { columnLineage } from '../../pipelines/lineage/column-walk.ts';
import { traceRow } from '../../pipelines/lineage/service.ts';
import { projectOf } from '../../pipelines/runner.ts';
import { audited } from '../audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { columnAnswer, columnQuestion, rowAnswer, rowQuestion, shownTrace } from '../operations/lineage.ts';
import { rowsInScope } from '../row-scope.ts';

/** Where numbers come from. Keys travel in bodies, for they may name people. */
export const lineageEndpoints: Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/api/lineage/columns',
    summary: 'What a column is made of, back to raw (`up`), or everything made of it (`down`)',
    tag: 'lineage',
    right: 'runs:read',
    body: columnQuestion,
    answer: columnAnswer,
    handler: async ({ platform, body: { direction, rows, ...from } }) => ({
      edges: await columnLineage(platform.warehouse, from, direction, rows),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/lineage/rows',
    summary:
      'The raw rows, batches, files and certificates a row of base or a mart was made from; no values. Who is confined to a division asks about rows in it',
    tag: 'lineage',
    right: 'drill:read',
    body: rowQuestion,
    answer: rowAnswer,
    handler: ({ platform, identity, body, request }) =>
      audited(
        platform.store,
        {
          user: identity.user,
          action: 'lineage.rows',
          object: body.model,
          detail: { columns: Object.keys(body.key) },
          address: request.ip,
        },
        async () =>
          shownTrace(
            await traceRow(platform, await projectOf(platform), {
              ...body,
              within: await rowsInScope(platform.warehouse, identity, body.model),
            }),
          ),
      ),
  }),
];
