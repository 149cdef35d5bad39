/** One entry of the catalog whole: its columns, what it reads and who reads it, and how its data sets stand against their limits. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { catalogEntrySchema, type CatalogRow, ENTRY_COLUMNS, LATE } from './ask.ts';
import type { CatalogKind } from './entry.ts';

const flag = z.union([z.boolean(), z.number()]).transform(Boolean);
export const catalogStandingSchema = z.object({
  dataset: z.string(),
  owner: z.string(),
  asOf: z.string(),
  lastDate: z.string().nullable(),
  /** Days of the contract; 0 where it comes when something changes. */
  limitDays: z.number(),
  daysLate: z.number(),
  /** 0 where the agency's catalogue does not list it. */
  catalogueDays: z.number(),
  /** Days beyond the limit of the agency's catalogue. */
  catalogueDaysLate: z.number(),
  isSlowerThanCatalogue: flag,
});
export type CatalogStanding = z.output<typeof catalogStandingSchema>;

/** An entry beside this one in the flow of data. `kind` is '' for a table the catalog has no entry of. */
export const catalogNeighbourSchema = z.object({ kind: z.string(), name: z.string(), zh: z.string() });
export type CatalogNeighbour = z.output<typeof catalogNeighbourSchema>;

export interface CatalogDetail {
  entry: CatalogRow;
  /** Of a model, and of a data set those of its standardising model. */
  columns: CatalogRow[];
  /** Of a data set. */
  standing: CatalogStanding | null;
  /** Of every data set it is made of, the latest first. */
  standings: CatalogStanding[];
  reads: CatalogNeighbour[];
  readBy: CatalogNeighbour[];
}

const OPTIONS = { tag: 'catalog' };
const byName = `${LATE} SELECT ${ENTRY_COLUMNS} FROM meta.catalog_entry`;

/** @throws AppError `not_found` */
export async function catalogEntry(
  warehouse: Warehouse,
  { kind, name }: { kind: CatalogKind; name: string },
): Promise<CatalogRow> {
  const [entry] = await warehouse.rows(
    `${byName} WHERE kind = {kind:String} AND name = {name:String}`,
    catalogEntrySchema,
    { ...OPTIONS, params: { kind, name } },
  );
  if (entry) return entry;
  throw new AppError('not_found', `The catalog has no ${kind} ${name}.`, {
    fix: 'Search for part of its name; entries are there after the first run.',
  });
}

/** @throws AppError `not_found` */
export async function catalogDetail(
  warehouse: Warehouse,
  asked: { kind: CatalogKind; name: string },
): Promise<CatalogDetail> {
  const entry = await catalogEntry(warehouse, asked);
  const columns = await warehouse.rows(
    `${byName} WHERE kind = 'column' AND parent = {table:String}`,
    catalogEntrySchema,
    { ...OPTIONS, params: { table: tableOf(entry) } },
  );
  const standings = await warehouse.rows(
    `SELECT dataset, owner, toString(as_of) AS asOf, toString(last_date) AS lastDate, update_days AS limitDays, toUInt32(days_late) AS daysLate,
       catalogue_days AS catalogueDays, toUInt32(catalogue_days_late) AS catalogueDaysLate, is_slower_than_catalogue AS isSlowerThanCatalogue
     FROM meta.catalog_lateness WHERE has({datasets:Array(String)}, dataset)
     ORDER BY days_late DESC, last_date, dataset`,
    catalogStandingSchema,
    { ...OPTIONS, params: { datasets: entry.datasets } },
  );
  const [standing = null] = entry.kind === 'dataset' ? standings : [];
  return { entry, columns, standing, standings, ...(await neighbours(warehouse, entry)) };
}

/** The table whose columns are an entry's. */
const tableOf = ({ kind, name }: CatalogRow): string =>
  kind === 'dataset' ? `base.std_${name.replace('.', '__')}` : name;

/** `raw.agency__list` → the data set `agency.list`, every other table → the model of that name. */
const NEIGHBOUR = `if(match(found, '^raw[.].+__'), ('dataset', replaceOne(substring(found, 5), '__', '.')), ('model', found))`;

async function neighbours(
  warehouse: Warehouse,
  entry: CatalogRow,
): Promise<Pick<CatalogDetail, 'reads' | 'readBy'>> {
  const { kind, name } = entry;
  const table = kind === 'dataset' ? `raw.${name.replace('.', '__')}` : name;
  const ask = (found: string): Promise<CatalogNeighbour[]> =>
    warehouse.rows(
      `SELECT toString(other.kind) AS kind, ifNull(nullIf(other.name, ''), near.2) AS name, other.zh AS zh
       FROM (SELECT DISTINCT arrayJoin(${found}) AS near) AS tables
       LEFT JOIN meta.catalog_entry AS other ON other.kind = near.1 AND other.name = near.2
       ORDER BY kind, name`,
      catalogNeighbourSchema,
      { ...OPTIONS, params: { table, tables: entry.grain.split(', '), parent: entry.parent } },
    );
  const inputs = `(SELECT groupUniqArray(${NEIGHBOUR}) FROM (SELECT input AS found FROM meta.column_lineage WHERE model = {table:String} AND input != ''))`;
  const readers = `arrayConcat(
    (SELECT groupUniqArray(('model', model)) FROM meta.column_lineage WHERE input = {table:String}),
    (SELECT groupUniqArray((toString(kind), name)) FROM meta.catalog_entry WHERE (kind IN ('metric', 'export') AND parent = {table:String}) OR (kind = 'report' AND has(splitByString(', ', grain), {table:String})))
  )`;
  if (kind === 'dataset' || kind === 'model') return { reads: await ask(inputs), readBy: await ask(readers) };
  const named = kind === 'report' ? '{tables:Array(String)}' : '[{parent:String}]';
  return {
    reads: await ask(`arrayMap(one -> ('model', one), arrayFilter(one -> one != '', ${named}))`),
    readBy: [],
  };
}
