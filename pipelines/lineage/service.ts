/** Lineage as people ask for it: by table, column and key. */
import { AppError } from '../../domain/errors.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { columnsOf } from '../dbt/materialise.ts';
import type { Project } from '../dbt/resolve.ts';
import { relationOf } from '../dbt/types.ts';
import { latestBusinessDate } from '../plan.ts';
import { deliveriesOf } from './deliveries.ts';
import type { DeliveryOfRows } from './deliveries.ts';
import { nodeAt, rowLineage } from './rows.ts';
import type { RowsOfRelation } from './rows.ts';

export interface TracedRow {
  relations: RowsOfRelation[];
  deliveries: DeliveryOfRows[];
}

/**
 * From a row of base or a mart to the rows of files it was made from.
 * @param key values of columns that name the row, as text (`{ contract_no: 'HT-1' }`)
 * @param within a condition over the model's columns the row must meet (what the person may see)
 * @throws AppError `not_found` for a model, column or row that is not there
 */
export async function traceRow(
  platform: Platform,
  project: Project,
  { model, key, within }: { model: string; key: Readonly<Record<string, string>>; within?: string },
): Promise<TracedRow> {
  nodeAt(project, model);
  await checkColumns(platform, model, Object.keys(key));
  const named = Object.entries(key).map(
    ([column, value]) => `ifNull(toString(${identifier(column)}), '') = ${literal(value)}`,
  );
  const condition = [...named, ...(within === undefined ? [] : [`(${within})`])].join(' AND ');
  const asOf = (await latestBusinessDate(platform.store)) ?? String(project.vars['as_of']);
  const { relations, raw } = await rowLineage(platform.warehouse, project, { model, condition, asOf });
  return { relations, deliveries: await deliveriesOf(platform.store, raw) };
}

async function checkColumns(
  { warehouse }: Platform,
  model: string,
  wanted: readonly string[],
): Promise<void> {
  const columns = new Set((await columnsOf(warehouse, relationOf(model))).map(({ name }) => name));
  for (const column of wanted)
    if (!columns.has(column))
      throw new AppError('not_found', `${model} has no column ${column}.`, {
        where: { field: column },
        fix: `It has: ${[...columns].join(', ')}.`,
      });
}
