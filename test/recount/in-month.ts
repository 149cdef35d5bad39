import type { RecountOptions } from './recount.ts';

/** A condition: a flow counts in the month looked at, or in any where none is. */
export const inMonth =
  ({ month }: RecountOptions) =>
  (column: string): string =>
    month === undefined ? 'true' : `strftime(${column}, '%Y-%m') = '${month}'`;
