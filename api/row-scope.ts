/** Which rows of base and the marts somebody confined to a division may ask about, when a row does not say itself where it is. */
import { AppError } from '../domain/errors.ts';
import { columnsOf } from '../pipelines/dbt/materialise.ts';
import { relationOf } from '../pipelines/dbt/types.ts';
import { isBuilt } from '../pipelines/is-built.ts';
import { identifier, literal } from '../warehouse/engine/sql.ts';
import type { Warehouse } from '../warehouse/engine/warehouse.ts';
import type { Identity } from './auth/sessions.ts';
import { scopeColumn } from './scope.ts';

const LANE = { tag: 'row scope' } as const;

interface Link {
  /** Column of the row asked about. */
  column: string;
  /** Model of base that knows where. */
  table: string;
  /** SELECT of the values that are within, over `place`: the condition on a table with the six division columns. */
  within: (place: string) => string;
}
const by = (table: string, column: string): Omit<Link, 'column'> => ({
  table,
  within: (place) => `SELECT ${column} FROM base.${table} WHERE ${place}`,
});
const dwellings = by('dwelling', 'dwelling_id');

/** What places a row, nearest first: the first that is not empty decides. A person is where the register of residents has them. */
const LINKS: readonly Link[] = [
  { column: 'dwelling_id', ...dwellings },
  { column: 'house_code', ...by('dwelling', 'house_code') },
  { column: 'contract_no', ...by('contract', 'contract_no') },
  { column: 'application_no', ...by('application', 'application_no') },
  { column: 'household_id', ...by('household', 'household_id') },
  {
    column: 'meter_no',
    table: 'meter',
    within: (place) => `SELECT meter_no FROM base.meter WHERE dwelling_id IN (${dwellings.within(place)})`,
  },
  { column: 'person_id', ...by('person', 'person_id') },
  ...['id_number', 'applicant_id_number', 'tenant_id_number', 'head_id_number', 'owner_id_number'].map(
    (column) => ({ column, ...by('person', 'id_number') }),
  ),
];

/**
 * A condition over a model's columns that only rows within the person's division meet; undefined for who sees the whole city.
 * @throws AppError `forbidden` for a model whose rows cannot be placed
 */
export async function rowsInScope(
  warehouse: Warehouse,
  identity: Identity,
  model: string,
): Promise<string | undefined> {
  const scope = scopeColumn(identity);
  if (!scope) return undefined;
  const place = `${identifier(scope.column)} = ${literal(scope.value)}`;
  const columns = new Set((await columnsOf(warehouse, relationOf(model))).map(({ name }) => name));
  if (columns.has(scope.column)) return place;
  const named = LINKS.filter(({ column }) => columns.has(column));
  const built = await Promise.all(named.map(({ table }) => isBuilt(warehouse, `base.${table}`, LANE)));
  const links = named.filter((_, i) => built[i]);
  if (links.length === 0)
    throw new AppError('forbidden', `Nothing says in which division a row of ${model} is.`, {
      fix: 'Ask for the row of a mart, or somebody who sees the whole city.',
    });
  const cases = links.map(({ column, within }) => {
    const value = `ifNull(toString(${identifier(column)}), '')`;
    return `${value} != '', ${value} IN (${within(place)})`;
  });
  return `multiIf(${cases.join(', ')}, 0)`;
}
