import { z } from 'zod';
import type { MaskName } from '../domain/element.ts';
import { maskSql } from '../domain/masking.ts';
import { identifier, literal } from '../warehouse/engine/sql.ts';
import type { Warehouse } from '../warehouse/engine/warehouse.ts';
import { openDatabase } from '../warehouse/policy/lexer.ts';
import { maskOfColumn } from './personal-columns.ts';

const column = z.object({ database: z.string(), table: z.string(), name: z.string() });

/**
 * For every table of base and the marts a view of the same name in `open_<database>`, personal columns masked: what
 * analysts' SQL reads. Follows the published tables, so it is called after each build; returns the number of views.
 * @param masks of columns whose names do not tell, by `database.table.column`
 */
export async function refreshOpenViews(
  warehouse: Warehouse,
  masks: ReadonlyMap<string, MaskName> = new Map(),
): Promise<number> {
  const columns = await warehouse.rows(
    `SELECT database, table, name FROM system.columns
     WHERE (database = 'base' OR startsWith(database, 'mart_')) AND NOT endsWith(database, '__build') AND default_kind != 'MATERIALIZED' ORDER BY database, table, position`,
    column,
    { lane: 'batch', tag: 'open-views' },
  );
  const tables = new Map<string, z.infer<typeof column>[]>();
  for (const one of columns)
    tables.set(`${one.database}.${one.table}`, [...(tables.get(`${one.database}.${one.table}`) ?? []), one]);
  const wanted = new Map([...tables.values()].map((table) => [viewName(table), viewSql(table, masks)]));
  const known = await knownViews(warehouse);
  for (const database of new Set(
    [...tables.values()].map((table) => openDatabase(table[0]?.database ?? '')),
  )) {
    await warehouse.run(`CREATE DATABASE IF NOT EXISTS ${identifier(database)}`, {
      lane: 'batch',
      tag: 'open-views',
    });
  }
  for (const [name, sql] of wanted)
    if (known.get(name) !== sql)
      await warehouse.run(`CREATE OR REPLACE VIEW ${name} AS ${sql} COMMENT ${literal(sql)}`, {
        lane: 'batch',
        tag: 'open-views',
      });
  for (const name of known.keys())
    if (!wanted.has(name))
      await warehouse.run(`DROP VIEW IF EXISTS ${name}`, { lane: 'batch', tag: 'open-views' });
  return wanted.size;
}

/** A view's comment holds the SQL it was made from, word for word, so that an unchanged one is left alone. */
async function knownViews(warehouse: Warehouse): Promise<Map<string, string>> {
  const views = await warehouse.rows(
    `SELECT database, name, comment FROM system.tables WHERE startsWith(database, 'open_')`,
    z.object({ database: z.string(), name: z.string(), comment: z.string() }),
    { lane: 'batch', tag: 'open-views' },
  );
  return new Map(
    views.map(({ database, name, comment }) => [`${identifier(database)}.${identifier(name)}`, comment]),
  );
}

const viewName = ([first]: z.infer<typeof column>[]): string =>
  `${identifier(openDatabase(first?.database ?? ''))}.${identifier(first?.table ?? '')}`;

function viewSql(table: z.infer<typeof column>[], masks: ReadonlyMap<string, MaskName>): string {
  const { database, table: name } = table[0] as z.infer<typeof column>;
  const expressions = table.map(({ name: one }) => {
    const mask = masks.get(`${database}.${name}.${one}`) ?? maskOfColumn(one);
    return mask === 'none'
      ? identifier(one)
      : `${maskSql(mask, `ifNull(toString(source.${identifier(one)}), '')`)} AS ${identifier(one)}`;
  });
  return `SELECT ${expressions.join(', ')} FROM ${identifier(database)}.${identifier(name)} AS source`;
}
