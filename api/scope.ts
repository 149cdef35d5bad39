import type { Identity } from './auth/sessions.ts';

/** Which column of a mart holds a division code of that length. */
type DivisionColumn = 'district_code' | 'street_code' | 'community_code';
const columnOfLength: Readonly<Record<number, DivisionColumn | undefined>> = {
  6: 'district_code',
  9: 'street_code',
  12: 'community_code',
};

/** The rows of a mart a person may see, as a condition over its division columns. Empty scope: the whole city. */
export function inScope({ scopeDivision }: Identity): { sql: string; params: Record<string, string> } {
  if (scopeDivision === '') return { sql: '1', params: {} };
  const column = columnOfLength[scopeDivision.length];
  // An unknown form of scope shows nothing rather than everything.
  return column === undefined
    ? { sql: '0', params: {} }
    : { sql: `${column} = {scope_division:String}`, params: { scope_division: scopeDivision } };
}

/** The same as a column and the value it must have; undefined for the whole city. */
export function scopeColumn({
  scopeDivision,
}: Identity): { column: DivisionColumn; value: string } | undefined {
  if (scopeDivision === '') return undefined;
  const column = columnOfLength[scopeDivision.length];
  // No row has that code.
  return column === undefined ? { column: 'district_code', value: '-' } : { column, value: scopeDivision };
}

/** The same as a metric filter. */
export function scopeFilters({ scopeDivision }: Identity): Record<string, string> {
  if (scopeDivision === '') return {};
  const dimension = columnOfLength[scopeDivision.length]?.replace('_code', '') ?? 'district';
  return { [dimension]: scopeDivision };
}
