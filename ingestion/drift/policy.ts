/** What a contract says is done when its source changes without a word: for tables, columns and values, and for a column by name. */
import { z } from 'zod';
import { headerName } from '../readers/header-name.ts';

const ofTable = z.enum(['evolve', 'freeze', 'quarantine']);
const ofColumn = z.enum(['note', 'evolve', 'freeze', 'quarantine']);
const ofType = z.enum(['evolve', 'freeze', 'quarantine']);
const share = z.number().min(0).max(1);

export type TablePolicy = z.output<typeof ofTable>;
export type ColumnPolicy = z.output<typeof ofColumn>;
export type TypePolicy = z.output<typeof ofType>;

/** What holds for one column, in place of what the contract says of all. */
const namedSchema = z
  .strictObject({
    /**
     * The column comes though the contract does not have it: as for all. A column of the contract is missing: `note` and `evolve`
     * take the delivery without it, `freeze` refuses it, `quarantine` sets all its rows aside; without a word it is refused.
     */
    column: ofColumn.optional(),
    /** Its values fail more often than `typeThreshold`. */
    type: ofType.optional(),
    typeThreshold: share.optional(),
  })
  .refine((named) => Object.keys(named).length > 0, 'says nothing');

/** Whatever the policy, a change is written down, told to the owner, and a change of the contract proposed. */
export const driftSchema = z.object({
  /**
   * A table of the source nobody has a contract for. `evolve`: a draft is made and it lands; `freeze`: it waits in the inbox;
   * `quarantine`: it is received, and all its rows wait in quarantine until somebody accepts the table.
   */
  table: ofTable.default('freeze'),
  /** A column the contract does not have. `note`: left out; `evolve`: kept in raw as one more column of text; `freeze`: the delivery is refused; `quarantine`: rows with a value in it are set aside. */
  column: ofColumn.default('note'),
  /** A column whose values fail more often than `typeThreshold`. `evolve`: as its field says, marked; `freeze`: the delivery is refused; `quarantine`: the failing rows are set aside. */
  type: ofType.default('evolve'),
  /** Share of a column's values that may fail before it counts as drift. */
  typeThreshold: share.default(0.2),
  /** By the source's name of a column, one of the contract or one that may come. */
  columns: z.record(z.string().min(1), namedSchema).optional(),
});
export type DriftPolicies = z.output<typeof driftSchema>;
export type NamedPolicy = z.output<typeof namedSchema>;

/** A policy, and whether the contract names the column for it. */
export interface Ruling<P> {
  policy: P;
  isNamed: boolean;
}

/** Names that differ in width, blanks or case are one, as where new columns become columns of raw. */
const compared = (name: string): string => headerName(name).toLowerCase();
export const isSameColumn = (one: string, other: string): boolean => compared(one) === compared(other);

export const namedPolicy = ({ columns = {} }: DriftPolicies, column: string): NamedPolicy | undefined =>
  Object.entries(columns).find(([name]) => isSameColumn(name, column))?.[1];

/** A column came that the contract does not have. */
export function newColumnPolicy(drift: DriftPolicies, column: string): Ruling<ColumnPolicy> {
  const named = namedPolicy(drift, column)?.column;
  return { policy: named ?? drift.column, isNamed: named !== undefined };
}

/** A column of the contract is missing, and may not be (`optionalColumn`). Without a word of it by name the delivery is refused. */
export function missingColumnPolicy(drift: DriftPolicies, column: string): Ruling<ColumnPolicy> {
  const named = namedPolicy(drift, column)?.column;
  return { policy: named ?? 'freeze', isNamed: named !== undefined };
}

/** Values of a column fail. */
export function typePolicy(drift: DriftPolicies, column: string): Ruling<TypePolicy> & { threshold: number } {
  const named = namedPolicy(drift, column);
  return {
    policy: named?.type ?? drift.type,
    isNamed: named?.type !== undefined,
    threshold: named?.typeThreshold ?? drift.typeThreshold,
  };
}

/**
 * What contradicts itself in the policies of named columns; undefined when nothing does.
 * @param sources the contract's columns
 * @param indispensable those no row means anything without: its key, cursor, operation
 */
export function namedPolicyFault(
  { columns = {} }: DriftPolicies,
  sources: readonly string[],
  indispensable: readonly string[],
): string | undefined {
  const names = Object.keys(columns);
  const isOneOf = (list: readonly string[], name: string): boolean =>
    list.some((each) => isSameColumn(each, name));
  for (const [i, name] of names.entries()) {
    const { column, type, typeThreshold } = columns[name] ?? {};
    if (isOneOf(names.slice(0, i), name)) return `drift names the column ${name} twice`;
    if (!isOneOf(sources, name) && (type !== undefined || typeThreshold !== undefined))
      return `drift has a policy for the values of ${name}, no column of it`;
    if (isOneOf(indispensable, name) && (column === 'note' || column === 'evolve'))
      return `drift lets ${name} be missing, without which its rows mean nothing`;
  }
  return undefined;
}
