/** What may be asked of metrics; the same schema checks HTTP bodies. */
import { z } from 'zod';
import { GRAINS } from './period.ts';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/)
  .max(64);
const period = z.string().max(10);
/** A NUL cannot be in a value of the warehouse. */
const code = z
  .string()
  .max(128)
  .refine((text) => !text.includes('\0'), 'must not hold a NUL');
export const filtersSchema = z.record(name, z.union([code, z.array(code).min(1).max(500)])).default({});

export const requestSchema = z.strictObject({
  id: z.string().max(128),
  metric: name,
  dimensions: z.array(name).max(4).default([]),
  grain: z.enum(GRAINS).optional(),
  /** `2026`, `2026-Q3`, `2026-10`, `2026-W44` or a date; the whole of it is included. */
  from: period.optional(),
  to: period.optional(),
  filters: filtersSchema,
  compare: z
    .array(z.enum(['yoy', 'pop']))
    .max(2)
    .default([]),
  /** `period`: rising, and a limit keeps the latest; `value`: falling. */
  orderBy: z.enum(['value', 'period']).optional(),
  limit: z.number().int().min(1).max(1000).optional(),
});
export type MetricRequest = z.output<typeof requestSchema>;
export type MetricRequestInput = z.input<typeof requestSchema>;
export type Filters = z.output<typeof filtersSchema>;

export const drillSchema = z.strictObject({
  metric: name,
  filters: filtersSchema,
  /** `2026-10` and the like; for a flow. `grain` may repeat what the period's form says. */
  period: period.optional(),
  grain: z.enum(GRAINS).optional(),
  limit: z.number().int().min(1).max(200).default(50),
  offset: z.number().int().min(0).max(1_000_000).default(0),
});
export type DrillRequest = z.output<typeof drillSchema>;
export type DrillRequestInput = z.input<typeof drillSchema>;

export interface Comparison {
  value: number | null;
  /** (now − then) / |then|; null when then is 0 or not known. */
  change: number | null;
}
export interface MetricRow {
  keys: Record<string, string>;
  labels: Record<string, string>;
  period?: string;
  /** Null where a ratio has no denominator or an average no row. */
  value: number | null;
  numerator?: number;
  denominator?: number;
  yoy?: Comparison;
  pop?: Comparison;
}
export interface MetricResult {
  id: string;
  metric: string;
  zh: string;
  unit: string;
  rows: MetricRow[];
  error?: { code: string; detail: string };
}

/** Who asks and for which day. `filters` are always applied on top: a street office sees its street. */
export interface QueryScope {
  /** Business date of the marts, YYYY-MM-DD. */
  asOf: string;
  filters?: Filters;
}
