/** Questions to the catalog: entries that hold every word, names first. */
import { z } from 'zod';
import { searchTerms } from '../../domain/search.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { CATALOG_KINDS, type CatalogKind } from './entry.ts';

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
  /** Data sets it is made of. */
  datasets: z.array(z.string()),
  /** Data element of a column, and its name with the standard. */
  element: z.string(),
  term: z.string(),
  /** Fields of the standard tables a column holds. */
  standardFields: z.array(z.string()),
  /** Days the latest of its data sets is beyond its update limit; 0 in time. */
  daysLate: z.number(),
});
export type CatalogRow = z.output<typeof catalogEntrySchema>;

/** Of `meta.catalog_entry`, as `catalogEntrySchema` reads them. */
export const ENTRY_COLUMNS = `kind, name, parent, zh, comment, type, owner, grain, level, mask, legal_basis AS legalBasis, update_days AS updateDays, sharing_type AS sharingType, resources, explanation,
  datasets, element, term, standard_fields AS standardFields, toUInt32(arrayMax(arrayPushFront(arrayMap(one -> toInt64(late[one]), datasets), 0))) AS daysLate`;
/** Days late by data set; `ENTRY_COLUMNS` asks it. */
export const LATE =
  "WITH (SELECT CAST((groupArray(toString(dataset)), groupArray(days_late)), 'Map(String, UInt32)') FROM meta.catalog_lateness) AS late";
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
    `${LATE} SELECT ${ENTRY_COLUMNS} FROM meta.catalog_entry WHERE ${where.join(' AND ')}
     ORDER BY ${rank}indexOf([${CATALOG_KINDS.filter((one) => one !== 'column')
       .map((one) => `'${one}'`)
       .join(', ')}, 'column'], toString(kind)), name LIMIT ${limit}`,
    catalogEntrySchema,
    { ...OPTIONS, params },
  );
}
