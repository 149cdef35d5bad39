/** Keeps `meta.catalog_entry` and `meta.catalog_lateness` after a run. */
import { sql } from 'kysely';
import { z } from 'zod';
import { searchForm } from '../../domain/search.ts';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type { Project } from '../dbt/resolve.ts';
import { packageDefinitions } from '../exports/definition.ts';
import type { Metric } from '../metrics/definition.ts';
import { MODELS_DIRECTORY } from '../models-directory.ts';
import { loadStandards } from '../standards/mapping.ts';
import { replaceTable } from '../replace-table.ts';
import { catalogEntries, catalogueDays } from './entries.ts';
import type { CatalogEntry } from './entry.ts';
import { loadReports } from './reports.ts';
import { loadResources } from './resources.ts';

const COLUMNS = {
  ...{ kind: 'String', name: 'String', parent: 'String', zh: 'String', comment: 'String', type: 'String' },
  ...{ owner: 'String', grain: 'String', level: 'UInt8', mask: 'String', legal_basis: 'String' },
  ...{ update_days: 'UInt16', sharing_type: 'String', resources: 'Array(String)', explanation: 'String' },
  ...{
    datasets: 'Array(String)',
    element: 'String',
    term: 'String',
    standard_fields: 'Array(String)',
    title: 'String',
    text: 'String',
  },
};
const BATCH = { lane: 'batch' as const, tag: 'catalog' };

/** @returns entries, whether they were written anew or were there already */
export async function refreshCatalog(
  platform: Platform,
  project: Project,
  { metrics, asOf }: { metrics: readonly Metric[]; asOf: string },
): Promise<number> {
  const [contracts, packages, reports, catalogue, standards] = await Promise.all([
    contractsOf(platform.config),
    packageDefinitions(),
    loadReports(MODELS_DIRECTORY),
    loadResources(MODELS_DIRECTORY),
    loadStandards(MODELS_DIRECTORY),
  ]);
  const built = await builtColumns(platform.warehouse);
  const entries = catalogEntries({
    ...{ datasets: contracts.all, project, metrics, packages, reports, catalogue, standards, built },
  });
  await replaceTable(platform, 'meta.catalog_entry', COLUMNS, entries.map(searchable));
  const limits = entries
    .filter(({ kind }) => kind === 'dataset')
    .map((entry) => ({ ...entry, catalogueDays: catalogueDays(catalogue, entry.resources) }));
  await writeLateness(platform, limits, asOf);
  return entries.length;
}

/** Columns by table, in the order of the table. */
async function builtColumns(warehouse: Warehouse): Promise<Map<string, { name: string; type: string }[]>> {
  const rows = await warehouse.rows(
    `SELECT concat(database, '.', table) AS relation, groupArray((name, type)) AS columns
     FROM (SELECT database, table, name, type FROM system.columns WHERE database = 'base' OR startsWith(database, 'mart_') ORDER BY database, table, position)
     GROUP BY relation`,
    z.object({ relation: z.string(), columns: z.array(z.tuple([z.string(), z.string()])) }),
    BATCH,
  );
  return new Map(
    rows.map(({ relation, columns }) => [relation, columns.map(([name, type]) => ({ name, type }))]),
  );
}

/** With the normal forms it is searched by. */
export const searchable = (entry: CatalogEntry) => ({
  ...entry,
  title: [entry.name, entry.name.split('.').at(-1) ?? '', entry.zh].map(searchForm).join(' '),
  text: [
    ...[entry.name, entry.zh, entry.comment, entry.type, entry.owner, entry.grain, entry.element, entry.term],
    ...[entry.legal_basis, entry.sharing_type, entry.explanation, ...entry.resources],
    ...entry.standard_fields,
  ]
    .map(searchForm)
    .join(' '),
});

async function writeLateness(
  { warehouse, store }: Platform,
  limits: readonly (CatalogEntry & { catalogueDays: number })[],
  asOf: string,
): Promise<void> {
  const rows = await store.db
    .selectFrom('delivery')
    .select(['dataset', sql<string | null>`max(business_date)::text`.as('last')])
    .where('state', 'in', ['loaded', 'repeat'])
    .groupBy('dataset')
    .execute();
  const last = new Map(rows.map((row) => [row.dataset, row.last]));
  const values = limits.map(({ name, owner, update_days, catalogueDays: days }) => {
    const day = last.get(name) ?? null;
    const since = day === null ? 'NULL' : `toDate(${literal(day)})`;
    const listed = Number.isFinite(days) ? days : 0;
    return `(${literal(name)}, ${literal(owner)}, ${since}, ${update_days}, ${listed})`;
  });
  if (values.length === 0) return;
  // A handful of rows in one insert: readers see the old ones or the new ones.
  await warehouse.run('CREATE OR REPLACE TABLE meta.catalog_lateness__new AS meta.catalog_lateness', BATCH);
  await warehouse.run(
    `INSERT INTO meta.catalog_lateness__new
     SELECT one.1, one.2, toDate(${literal(asOf)}) AS as_of, one.3, one.4,
       if(one.4 = 0 OR isNull(one.3), 0, greatest(0, dateDiff('day', one.3, as_of) - one.4)),
       one.5, one.5 > 0 AND (one.4 = 0 OR one.4 > one.5),
       -- What comes when something changes is late by no calendar.
       if(one.4 = 0 OR one.5 = 0 OR isNull(one.3), 0, greatest(0, dateDiff('day', one.3, as_of) - one.5))
     FROM (SELECT arrayJoin(CAST([${values.join(', ')}] AS Array(Tuple(String, String, Nullable(Date), UInt16, UInt16)))) AS one)`,
    BATCH,
  );
  await warehouse.run('EXCHANGE TABLES meta.catalog_lateness__new AND meta.catalog_lateness', BATCH);
  await warehouse.run('DROP TABLE meta.catalog_lateness__new', BATCH);
}
