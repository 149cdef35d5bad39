/** Column lineage over many models: from a column up to raw, or down to every mart that would feel its change. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';

export const columnEdgeSchema = z.object({
  model: z.string(),
  column: z.string(),
  input: z.string(),
  inputColumn: z.string(),
  how: z.string(),
});
export type ColumnEdge = z.output<typeof columnEdgeSchema>;
export type LineageDirection = 'up' | 'down';

/**
 * Every step between the column and the ends of its lineage, nearest first, each once.
 * Up follows what the value is made of; `withRows` also what decides which rows there are (joins, filters).
 * @throws AppError `not_found` for a column no model has or reads
 */
export async function columnLineage(
  warehouse: Warehouse,
  from: { model: string; column: string },
  direction: LineageDirection,
  withRows = false,
): Promise<ColumnEdge[]> {
  const edges = await warehouse.rows(
    `SELECT model, column, input, input_column AS inputColumn, how FROM meta.column_lineage
     WHERE input != '' ORDER BY model, column, input, input_column, how`,
    columnEdgeSchema,
    { tag: 'lineage' },
  );
  if (!edges.some((edge) => isAt(edge, from))) throw unknown(from);
  const walk = direction === 'up' ? upFrom : downFrom;
  const next = walk(edges.filter((edge) => withRows || edge.column !== '*'));
  const found = new Set<ColumnEdge>();
  const visited = new Set<string>();
  let places = [at(from.model, from.column)];
  while (places.length > 0) {
    const reached: string[] = [];
    for (const place of places.filter((one) => !visited.has(one))) {
      visited.add(place);
      for (const { edge, to } of next(place)) {
        found.add(edge);
        reached.push(...to);
      }
    }
    places = reached;
  }
  return [...found];
}

/** From a place to the edges that leave it, and the places those lead to. */
type Walk = (edges: readonly ColumnEdge[]) => (place: string) => { edge: ColumnEdge; to: string[] }[];

/** What decides a model's rows stands behind each of its columns. */
const upFrom: Walk = (edges) => {
  const byEnd = groupBy(edges, (edge) => at(edge.model, edge.column));
  const whole = groupBy(
    edges.filter((edge) => edge.column === '*'),
    (edge) => edge.model,
  );
  return (place) =>
    [...(byEnd.get(place) ?? []), ...(whole.get(modelAt(place)) ?? [])].map((edge) => ({
      edge,
      to: [at(edge.input, edge.inputColumn)],
    }));
};

/** A change of which rows a model has is felt in all of its columns. */
const downFrom: Walk = (edges) => {
  const byStart = groupBy(edges, (edge) => at(edge.input, edge.inputColumn));
  const columns = groupBy(edges, (edge) => edge.input);
  const allOf = (model: string): string[] =>
    (columns.get(model) ?? []).map((edge) => at(model, edge.inputColumn));
  return (place) =>
    (byStart.get(place) ?? []).map((edge) => ({
      edge,
      to: edge.column === '*' ? allOf(edge.model) : [at(edge.model, edge.column)],
    }));
};

const at = (model: string, column: string): string => `${model}\0${column}`;
const modelAt = (place: string): string => place.slice(0, place.indexOf('\0'));
const isAt = (edge: ColumnEdge, from: { model: string; column: string }): boolean =>
  (edge.model === from.model && edge.column === from.column) ||
  (edge.input === from.model && edge.inputColumn === from.column);

/** `Map.groupBy` of Node 21. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

const unknown = ({ model, column }: { model: string; column: string }): AppError =>
  new AppError('not_found', `No model has or reads the column ${column} of ${model}.`, {
    where: { field: `${model}.${column}` },
    fix: 'anju search finds columns; lineage is known after the first run.',
  });
