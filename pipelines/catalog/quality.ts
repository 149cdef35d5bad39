/** How good an entry of the catalog is: measured where data arrives, so a model has the quality of the data sets it is made of. */
import { z } from 'zod';
import { datasetId, tableName } from '../../ingestion/contract.ts';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type ColumnEdge, columnLineage } from '../lineage/column-walk.ts';
import {
  type DatasetScore,
  datasetScores,
  type DayScore,
  type QualityFilter,
  trend,
} from '../quality/read.ts';
import { meanScore, type Score } from '../quality/score.ts';
import type { CatalogRow } from './ask.ts';

export interface FieldOf {
  dataset: string;
  /** Standard name. */
  field: string;
}
export interface CatalogQuality {
  /** `own`: measured on the data set itself; `datasets`: the mean of those it is made of; `fields`: of the fields a column is made of. */
  basis: 'own' | 'datasets' | 'fields' | 'none';
  score: Score;
  /** Worst first. */
  datasets: DatasetScore[];
  fields: FieldOf[];
  /** By business day, oldest first. */
  days: DayScore[];
}

export async function catalogQuality(
  warehouse: Warehouse,
  contracts: Contracts,
  entry: CatalogRow,
): Promise<CatalogQuality> {
  const fields = entry.kind === 'column' ? await fieldsOf(warehouse, contracts, entry) : [];
  const filter: QualityFilter = entry.kind === 'column' ? { fields } : { datasets: entry.datasets };
  const isEmpty = (filter.fields ?? filter.datasets ?? []).length === 0;
  const [datasets, days] = isEmpty
    ? [[], []]
    : [await datasetScores(warehouse, contracts, filter), await trend(warehouse, filter)];
  const basis = entry.kind === 'column' ? 'fields' : entry.kind === 'dataset' ? 'own' : 'datasets';
  return { basis: isEmpty ? 'none' : basis, score: meanScore(datasets), datasets, fields, days };
}

/** Fields of data sets a column is made of, by the engine's own parse; none where the column is made of none. */
async function fieldsOf(
  warehouse: Warehouse,
  contracts: Contracts,
  { name, parent }: CatalogRow,
): Promise<FieldOf[]> {
  const column = name.slice(parent.length + 1);
  const isKnown = await warehouse.value(
    'SELECT count() > 0 FROM meta.column_lineage WHERE (model = {model:String} AND column = {column:String}) OR (input = {model:String} AND input_column = {column:String})',
    z.union([z.boolean(), z.number()]).transform(Boolean),
    { tag: 'catalog', params: { model: parent, column } },
  );
  if (!isKnown) return [];
  const edges = await columnLineage(warehouse, { model: parent, column }, 'up');
  return deliveredFields(contracts, edges);
}

/** Of edges up to raw those that end in a field of a data set, each once. */
export function deliveredFields(contracts: Contracts, edges: readonly ColumnEdge[]): FieldOf[] {
  const byTable = new Map(contracts.all.map((dataset) => [`raw.${tableName(dataset)}`, dataset]));
  const found = edges.flatMap(({ input, inputColumn }): FieldOf[] => {
    const dataset = byTable.get(input);
    const field = dataset?.fields.find(({ source }) => source === inputColumn);
    return dataset && field ? [{ dataset: datasetId(dataset), field: field.name }] : [];
  });
  return [...new Map(found.map((one) => [`${one.dataset} ${one.field}`, one])).values()];
}
