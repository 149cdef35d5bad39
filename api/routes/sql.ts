import { once } from 'node:events';
import type { Response } from 'express';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { withoutLiterals } from '../../warehouse/policy/lexer.ts';
import { audit } from '../audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { admitAnalystSql } from '../sql-gate.ts';

const FILES = {
  csv: { format: 'CSVWithNames', type: 'text/csv; charset=utf-8' },
  tsv: { format: 'TabSeparatedWithNames', type: 'text/tab-separated-values; charset=utf-8' },
  json: { format: 'JSONEachRow', type: 'application/x-ndjson' },
  parquet: { format: 'Parquet', type: 'application/vnd.apache.parquet' },
  arrow: { format: 'ArrowStream', type: 'application/vnd.apache.arrow.stream' },
} as const;

const ROWS_ON_A_PAGE = 10_000;
const BYTES_ON_A_PAGE = 32 * 1024 * 1024;

const table = z.object({
  meta: z.array(z.object({ name: z.string(), type: z.string() })),
  data: z.array(z.array(z.unknown())),
});

/** SQL for analysts: checked, masked, limited, and kept in the audit log without its literals. */
export const sqlEndpoints: Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/api/sql',
    summary:
      'One SELECT over base, marts and meta. Without `format` an answer of at most 10,000 rows; with it a file of any size',
    tag: 'sql',
    right: 'sql:run',
    body: z.object({
      sql: z.string().min(1).max(100_000),
      format: z.enum(['csv', 'tsv', 'json', 'parquet', 'arrow']).optional(),
    }),
    answer: z.object({
      columns: z.array(z.object({ name: z.string(), type: z.string() })),
      rows: z.array(z.record(z.string(), z.unknown())),
      truncated: z.boolean(),
    }),
    handler: async ({ platform, identity, body, request, response }) => {
      const entry = {
        user: identity.user,
        action: 'sql',
        object: body.format ?? 'page',
        address: request.ip,
        detail: { sql: withoutLiterals(body.sql).slice(0, 4000) },
      };
      try {
        const admitted = await admitAnalystSql(platform.warehouse, body.sql);
        await audit(platform.store, entry);
        if (body.format === undefined) return await page(platform, admitted.sql);
        await sendFile(platform, admitted.sql, body.format, response);
        return undefined;
      } catch (error) {
        await audit(platform.store, { ...entry, outcome: 'refused' });
        throw error;
      }
    },
  }),
];

async function page(platform: Platform, sql: string) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of platform.warehouse.bytes(sql, 'JSONCompact', { lane: 'analyst', tag: 'sql' })) {
    size += chunk.length;
    if (size > BYTES_ON_A_PAGE)
      throw new AppError('resource_limit', 'The answer is larger than a page can hold (32 MiB).', {
        fix: 'Add a LIMIT, or ask for a file with `format`.',
      });
    chunks.push(chunk);
  }
  const { meta, data } = table.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  const rows = data
    .slice(0, ROWS_ON_A_PAGE)
    .map((cells) => Object.fromEntries(meta.map(({ name }, index) => [name, cells[index]])));
  return { columns: meta, rows, truncated: data.length > ROWS_ON_A_PAGE };
}

async function sendFile(
  platform: Platform,
  sql: string,
  kind: keyof typeof FILES,
  response: Response,
): Promise<void> {
  const { format, type } = FILES[kind];
  response.setHeader('content-type', type);
  response.setHeader('content-disposition', `attachment; filename="anju.${kind}"`);
  for await (const chunk of platform.warehouse.bytes(sql, format, { lane: 'analyst', tag: 'sql' })) {
    if (response.destroyed) return;
    if (!response.write(chunk)) await drained(response);
  }
  response.end();
}

/** Until the reader took what was written, or left. The event that did not come is no longer listened for: a file waits many times. */
async function drained(response: Response): Promise<void> {
  const abort = new AbortController();
  const options = { signal: abort.signal };
  await Promise.race([once(response, 'drain', options), once(response, 'close', options)]);
  abort.abort();
}
