import type { SourceCall } from '../connector.ts';
import type { TableSession } from './extract.ts';
import type { TableSettings } from './table-settings.ts';

/** Signs in, sees the table and its columns, and that the first row may be read. */
export async function testTable(
  call: SourceCall<TableSettings>,
  open: (call: SourceCall<TableSettings>) => Promise<TableSession>,
): Promise<{ roundTripMs: number; detail: string }> {
  const session = await open(call);
  try {
    await session.value(`SELECT count(*) FROM (SELECT 1 AS one FROM ${session.from} LIMIT 1) AS first`);
    const startedAt = performance.now();
    const now = await session.now();
    const roundTripMs = Math.round((performance.now() - startedAt) * 10) / 10;
    return {
      roundTripMs,
      detail: `${session.name}: ${session.columns.length} columns; the source's clock says ${now}`,
    };
  } finally {
    await session.close();
  }
}
