/** What cleaning rules made of a row in quarantine, value by value. */
import { z } from 'zod';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';

const changeRow = z.object({
  edits: z.string(),
  field: z.string(),
  ruleId: z.number(),
  ruleVersion: z.number(),
  before: z.string(),
  after: z.string(),
});
export interface Change extends Omit<z.output<typeof changeRow>, 'edits'> {
  /** The column as the agency names it. */
  column: string;
}

/** In order, by the mark the action that mended the row names (`selection.edits`); texts unmasked. */
export async function changesOf(
  warehouse: Warehouse,
  dataset: string,
  { batchId, rowNo }: { batchId: number; rowNo: number },
): Promise<Map<string, Change[]>> {
  const rows = await warehouse.rows(
    `SELECT edits, field, toUInt32(rule_id) AS ruleId, rule_version AS ruleVersion, value_before AS before, value_after AS after
     FROM meta.quarantine_edit
     WHERE dataset = ${literal(dataset)} AND batch_id = ${Math.trunc(batchId)} AND row_no = ${Math.trunc(rowNo)}
     ORDER BY edits, step`,
    changeRow,
    { tag: 'quarantine.item' },
  );
  const byMark = new Map<string, Change[]>();
  for (const { edits, ...change } of rows)
    byMark.set(edits, [...(byMark.get(edits) ?? []), { ...change, column: change.field }]);
  return byMark;
}
