import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { admitAnalystSql } from '../sql-gate.ts';
import { operation } from './operation.ts';

const MOST_BYTES = 64 * 1024 * 1024;

/** `anju sql`: what an analyst may ask, on the analyst's lane, in any of the engine's output formats. */
export const sql = operation({
  params: z.object({
    sql: z.string().min(1).max(100_000),
    format: z
      .string()
      .regex(/^[A-Za-z0-9]{1,64}$/, 'is not a ClickHouse format')
      .default('PrettyCompactMonoBlock'),
  }),
  result: z.object({ text: z.string() }),
  run: async ({ warehouse }, params, { signal }) => {
    const { sql: admitted } = await admitAnalystSql(warehouse, params.sql);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of warehouse.bytes(admitted, params.format, {
      lane: 'analyst',
      tag: 'anju sql',
    })) {
      signal.throwIfAborted();
      size += chunk.length;
      if (size > MOST_BYTES)
        throw new AppError('resource_limit', 'The answer is larger than 64 MiB.', {
          fix: 'Add a LIMIT, or take a file from POST /api/sql with a format.',
        });
      chunks.push(chunk);
    }
    return { text: Buffer.concat(chunks).toString('utf8') };
  },
});
