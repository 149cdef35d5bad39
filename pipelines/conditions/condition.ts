/**
 * Comparisons of an object's measures with values: data, never SQL. What a person writes here becomes a literal, a known name or
 * a number of the statement compiled from it.
 */
import { z } from 'zod';

export const shortText = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((value) => !value.includes('\0'), 'must not hold a NUL character');
export const snakeName = z.string().regex(/^[a-z][a-z0-9_]{1,62}$/, 'must be snake_case');
/** Written as text, so that 0.1 stays 0.1; a number in YAML or JSON is taken too. */
export const plainNumber = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((value) => /^-?\d{1,12}(\.\d{1,4})?$/.test(value), 'must be a number of at most four decimals');

/** A measure that is not known meets no condition but `empty`. */
export const comparisonSchema = z.discriminatedUnion('is', [
  z.strictObject({
    measure: snakeName,
    is: z.enum(['at_least', 'above', 'at_most', 'below']),
    value: plainNumber,
  }),
  z.strictObject({
    measure: snakeName,
    is: z.enum(['one_of', 'none_of']),
    values: z.array(shortText(100)).min(1).max(200),
  }),
  z.strictObject({ measure: snakeName, is: z.enum(['yes', 'no', 'empty', 'present']) }),
]);
export type Comparison = z.output<typeof comparisonSchema>;

export const conditionSchema = z.union([
  comparisonSchema,
  z.strictObject({ any: z.array(comparisonSchema).min(2).max(10) }),
]);
export type Condition = z.output<typeof conditionSchema>;

/** Every comparison of some conditions. */
export const comparisonsIn = (conditions: readonly Condition[]): Comparison[] =>
  conditions.flatMap((one) => ('any' in one ? one.any : [one]));
