import { z } from 'zod';
import type { QueryOptions, Warehouse } from '../warehouse/engine/warehouse.ts';

/** Is the table or view there? Before the first run none is. @param relation `base.division` */
export async function isBuilt(
  warehouse: Warehouse,
  relation: string,
  options: QueryOptions,
): Promise<boolean> {
  const [database, name] = relation.split('.');
  const found = await warehouse.value(
    'SELECT count() FROM system.tables WHERE database = {database:String} AND name = {name:String}',
    z.coerce.number(),
    { ...options, params: { database, name } },
  );
  return found > 0;
}
