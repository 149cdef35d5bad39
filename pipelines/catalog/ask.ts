/** Questions to the catalog: entries that hold every word, names first; one entry with its columns and how it stands. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { searchTerms } from '../../domain/search.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { CATALOG_KINDS, type CatalogKind } from './entries.ts';

export const catalogEntrySchema = z.object({
  kind: z.enum(CATALOG_KINDS),
  name: z.string(),
  parent: z.string(),
  zh: z.string(),
  comment: z.string(),
  type: z.string(),
  owner: z.string(),
  grain: z.string(),
  level: z.number(),
  mask: z.string(),
  legalBasis: z.string(),
  updateDays: z.number(),
  sharingType: z.string(),
  resources: z.array(z.string()),
  explanation: z.string(),
});
export type CatalogRow = z.output<typeof catalogEntrySchema>;

export const catalogStandingSchema = z.object({
  asOf: z.string(),
  lastDate: z.string().nullable(),
  daysLate: z.number(),
  /** 0 where the agency's catalogue does not list it. */
  catalogueDays: z.number(),
  isSlowerThanCatalogue: z.boolean(),
});

const COLUMNS =
  'kind, name, parent, zh, comment, type, owner, grain, level, mask, legal_basis AS legalBasis, update_days AS updateDays, sharing_type AS sharingType, resources, explanation';
const OPTIONS = { tag: 'catalog' };

export interface CatalogQuestion {
  /** Words, all of which an entry must hold; '' for everything. */
  q: string;
  kind?: CatalogKind;
  limit: number;
}

/** The whole name first, then names that begin with a word, then names, then the rest; tables before their columns. */
export function searchCatalog(
  warehouse: Warehouse,
  { q, kind, limit }: CatalogQuestion,
): Promise<CatalogRow[]> {
  const terms = searchTerms(q);
  const params: Record<string, string> = { ...(kind === undefined ? {} : { kind }) };
  terms.forEach((term, index) => (params[`term_${index}`] = term));
  const each = (condition: (parameter: string) => string): string[] =>
    terms.map((_, index) => condition(`{term_${index}:String}`));
  const where = [
    '1',
    ...(kind === undefined ? [] : ['kind = {kind:String}']),
    ...each((term) => `position(text, ${term}) > 0`),
  ];
  const ranks = [
    each((term) => `has(splitByChar(' ', title), ${term})`),
    each((term) => `startsWith(title, ${term}) OR position(title, concat(' ', ${term})) > 0`),
    each((term) => `position(title, ${term}) > 0`),
  ].filter((conditions) => conditions.length > 0);
  const rank =
    ranks.length === 0
      ? ''
      : `multiIf(${ranks.map((some, at) => `${some.join(' OR ')}, ${at}`).join(', ')}, 3), `;
  return warehouse.rows(
    `SELECT ${COLUMNS} FROM meta.catalog_entry WHERE ${where.join(' AND ')}
     ORDER BY ${rank}indexOf([${CATALOG_KINDS.filter((one) => one !== 'column')
       .map((one) => `'${one}'`)
       .join(', ')}, 'column'], toString(kind)), name LIMIT ${limit}`,
    catalogEntrySchema,
    { ...OPTIONS, params },
  );
}

export interface CatalogDetail {
  entry: CatalogRow;
  columns: CatalogRow[];
  /** Of a data set. */
  standing: z.output<typeof catalogStandingSchema> | null;
}

/** @throws AppError `not_found` */
export async function catalogDetail(
  warehouse: Warehouse,
  { kind, name }: { kind: CatalogKind; name: string },
): Promise<CatalogDetail> {
  const options = { ...OPTIONS, params: { kind, name } };
  const [entry] = await warehouse.rows(
    `SELECT ${COLUMNS} FROM meta.catalog_entry WHERE kind = {kind:String} AND name = {name:String}`,
    catalogEntrySchema,
    options,
  );
  if (!entry)
    throw new AppError('not_found', `The catalog has no ${kind} ${name}.`, {
      fix: 'Search for part of its name; entries are there after the first run.',
    });
  const columns = await warehouse.rows(
    `SELECT ${COLUMNS} FROM meta.catalog_entry WHERE kind = 'column' AND parent = {name:String}`,
    catalogEntrySchema,
    options,
  );
  const [standing] = await warehouse.rows(
    `SELECT toString(as_of) AS asOf, toString(last_date) AS lastDate, toUInt32(days_late) AS daysLate, catalogue_days AS catalogueDays, is_slower_than_catalogue = 1 AS isSlowerThanCatalogue
     FROM meta.catalog_lateness WHERE dataset = {name:String} AND {kind:String} = 'dataset'`,
    catalogStandingSchema.extend({
      isSlowerThanCatalogue: z.union([z.boolean(), z.number()]).transform(Boolean),
    }),
    options,
  );
  return { entry, columns, standing: standing ?? null };
}
