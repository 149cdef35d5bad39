/** What a linkage leaves for the next: the rules and model its candidates were weighed by, in the candidate table's comment. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { LinkTables } from './blocks.ts';
import { type Model, modelSchema, type Specification } from './specification.ts';

const stateSchema = z.object({
  rules: z.string(),
  model: modelSchema,
  /** Records when everything was linked last. */
  records: z.number(),
  nextId: z.number(),
  dead: z.number(),
});
export type LinkState = z.output<typeof stateSchema>;

/** Changes when the tables a linkage leaves have another shape. */
const LAYOUT = 3;
export const rulesOf = (specification: Specification): string =>
  createHash('sha256')
    .update(JSON.stringify([LAYOUT, specification]))
    .digest('hex');

/** After a whole linkage. */
export const rememberState = (
  warehouse: Warehouse,
  tables: LinkTables,
  { specification, model, records }: { specification: Specification; model: Model; records: number },
): Promise<void> =>
  writeState(warehouse, tables, {
    ...{ rules: rulesOf(specification), records, nextId: records, dead: 0 },
    model: { prior: model.prior, matching: model.matching, other: model.other },
  });

export const writeState = (warehouse: Warehouse, tables: LinkTables, state: LinkState): Promise<void> =>
  comment(warehouse, tables, JSON.stringify(state));

/** While the tables are being changed nothing is said of them: who finds them so begins anew. */
export const forgetState = (warehouse: Warehouse, tables: LinkTables): Promise<void> =>
  comment(warehouse, tables, '');

async function comment(warehouse: Warehouse, tables: LinkTables, text: string): Promise<void> {
  await warehouse.run(`ALTER TABLE ${tables.candidate} MODIFY COMMENT ${literal(text)}`, {
    lane: 'batch',
    tag: 'link state',
  });
}

/** undefined where nothing was linked yet, by other rules, or by a linkage that did not end. */
export async function standingState(
  warehouse: Warehouse,
  tables: LinkTables,
  specification: Specification,
): Promise<LinkState | undefined> {
  const text = await warehouse.value(
    `SELECT any(comment) FROM system.tables WHERE concat('\`', database, '\`.\`', name, '\`') = {table:String}`,
    z.string(),
    { lane: 'batch', tag: 'link state', params: { table: tables.candidate } },
  );
  if (text === '') return undefined;
  const state = stateSchema.parse(JSON.parse(text));
  return state.rules === rulesOf(specification) ? state : undefined;
}
