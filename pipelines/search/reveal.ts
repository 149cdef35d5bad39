/** Entries as they are, read from base: the index itself holds no number in clear. Who may, and why, is checked and audited by the caller. */
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { searchKind } from './kinds.ts';
import type { Found } from './search.ts';

export async function revealed(warehouse: Warehouse, found: readonly Found[]): Promise<Found[]> {
  const clear = new Map<string, { title: string; parts: string[] }>();
  for (const entity of new Set(found.map((one) => one.entity))) {
    const kind = searchKind(entity);
    const rows = await warehouse.rows(
      `SELECT ${kind.key} AS key, ${kind.title.sql} AS title, [${kind.parts.map(({ sql }) => sql).join(', ')}] AS parts
       FROM ${kind.table} AS one WHERE ${kind.key} IN {keys:Array(String)}`,
      z.object({ key: z.string(), title: z.string(), parts: z.array(z.string()) }),
      {
        params: { keys: found.filter((one) => one.entity === entity).map(({ key }) => key) },
        tag: 'search',
      },
    );
    for (const { key, ...shown } of rows) clear.set(`${entity} ${key}`, shown);
  }
  return found.map((one) => {
    const shown = clear.get(`${one.entity} ${one.key}`);
    if (shown === undefined) return one;
    const parts = searchKind(one.entity).parts.flatMap(({ zh }, index) => {
      const value = shown.parts[index] ?? '';
      return value === '' ? [] : [{ zh, value }];
    });
    return { ...one, title: shown.title, parts };
  });
}
