import { z } from 'zod';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { PackageColumn } from './manifest.ts';

export interface Content {
  rows: number;
  /** The same for the same rows in any order, as models are compared (docs/architecture.md §5). */
  contentHash: string;
  /** Rows whose key another row has too. */
  repeatedKeys: number;
}

const contentRow = z.object({ rows: z.number(), contentHash: z.string(), repeatedKeys: z.number() });

/** Counts and hashes the rows of a SELECT or of a table, in the engine. */
export async function contentOf(
  warehouse: Warehouse,
  from: string,
  { columns, key }: { columns: readonly PackageColumn[]; key: readonly string[] },
  params: Record<string, unknown> = {},
): Promise<Content> {
  const tuple = (names: readonly string[]) => `tuple(${names.map(identifier).join(', ')})`;
  const [content] = await warehouse.rows(
    `SELECT toFloat64(count()) AS rows,
            concat(hex(sumWithOverflow(reinterpretAsUInt128(sipHash128(${tuple(columns.map(({ name }) => name))})))), '-', toString(count())) AS contentHash,
            toFloat64(count() - uniqExact(${tuple(key)})) AS repeatedKeys
     FROM ${from}`,
    contentRow,
    { lane: 'batch', params, tag: 'exchange-content' },
  );
  return content ?? { rows: 0, contentHash: '', repeatedKeys: 0 };
}
