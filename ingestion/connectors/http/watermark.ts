/** Asking only for what is new since the last time, by a value the source gives every record. */
import { z } from 'zod';
import { AppError } from '../../../domain/errors.ts';
import { at, type Tree } from './answer.ts';

const FORMATS = ['iso', 'local', 'date', 'compact', 's', 'ms'] as const;

export const incrementalSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('timestamp'),
    /** Path of the value in a record. */
    field: z.string().min(1),
    /** Parameter that asks for records from this value on … */
    parameter: z.string().min(1),
    /** … and, where the service takes one, up to the moment the walk began. */
    untilParameter: z.string().min(1).optional(),
    /** How the service wants it: `2026-01-31T04:05:06Z`, `2026-01-31 12:05:06` and its `date` and `compact` (20260131120506) in Beijing's time, seconds, milliseconds. */
    format: z.enum(FORMATS).default('local'),
    /** Records may become visible late: so many seconds before the largest value are asked for again; landing knows what it has. */
    overlapSeconds: z
      .number()
      .int()
      .min(0)
      .max(90 * 86_400)
      .default(300),
    /** The first time; the parameter is left out when there is none. */
    from: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('number'),
    field: z.string().min(1),
    parameter: z.string().min(1),
    /** Numbers may be given out of order: so many below the largest are asked for again. */
    overlap: z.number().int().min(0).default(0),
    from: z
      .string()
      .regex(/^\d{1,30}$/)
      .optional(),
  }),
]);
export type Incremental = z.output<typeof incrementalSchema>;

/** The largest value of some records and the one known before. Values nobody can read count as no value. */
export function largest(rule: Incremental, before: string | null, records: readonly Tree[]): string | null {
  let best = before;
  for (const record of records) {
    const value = at(record, rule.field);
    if (typeof value !== 'string') continue;
    const order = orderOf(rule, value);
    if (order !== null && (best === null || order > (orderOf(rule, best) ?? order))) best = value.trim();
  }
  return best;
}

/** The parameters that ask for what is new; none the first time. */
export function sinceParameters(
  rule: Incremental,
  since: string | null,
  until: Date,
): Record<string, string> {
  const from = since ?? rule.from ?? null;
  const order = from === null ? null : orderOf(rule, from);
  if (from !== null && order === null)
    throw new AppError('bad_configuration', `The value to start from is no ${rule.kind}.`, {
      where: { parameter: rule.parameter },
    });
  if (rule.kind === 'number') {
    if (order === null) return {};
    const start = order - BigInt(since === null ? 0 : rule.overlap);
    return { [rule.parameter]: String(start < 0n ? 0n : start) };
  }
  const parameters: Record<string, string> = {};
  if (rule.untilParameter !== undefined) parameters[rule.untilParameter] = formatted(rule.format, until);
  if (order !== null) {
    // A record from the future (a wrong clock at the source) must not hide those of the time until then.
    const start =
      Math.min(Number(order), until.getTime()) - (since === null ? 0 : rule.overlapSeconds * 1000);
    parameters[rule.parameter] = formatted(rule.format, new Date(start));
  }
  return parameters;
}

/** A value as a number that orders: itself, or milliseconds since 1970. */
function orderOf(rule: Incremental, text: string): bigint | null {
  const value = text.trim();
  if (rule.kind === 'number') return /^-?\d{1,30}$/.test(value) ? BigInt(value) : null;
  if (/^\d{10}$/.test(value)) return BigInt(value) * 1000n;
  if (/^\d{13}$/.test(value)) return BigInt(value);
  const compact = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?$/.exec(value);
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = compact ?? [];
  const plain = compact
    ? `${year}-${month}-${day}T${hour}:${minute}:${second}`
    : value.replace(/[/]/g, '-').replace(' ', 'T');
  const dated = /^\d{4}-\d\d-\d\d$/.test(plain) ? `${plain}T00:00:00` : plain;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(dated) ? dated : `${dated}+08:00`;
  const parsed = Date.parse(zoned);
  return Number.isNaN(parsed) ? null : BigInt(parsed);
}

function formatted(format: (typeof FORMATS)[number], instant: Date): string {
  if (format === 'iso') return instant.toISOString().replace(/\.\d{3}Z$/, 'Z');
  if (format === 'ms') return String(instant.getTime());
  if (format === 's') return String(Math.floor(instant.getTime() / 1000));
  const local = new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  if (format === 'date') return local.slice(0, 10);
  return format === 'compact' ? local.replace(/\D/g, '') : local;
}
