/** Indicators of credit (信用评价指标): what one is, and those that come with the product (`models/credit/indicators.yml`). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { shortText, snakeName } from '../conditions/condition.ts';

export const PARTIES = ['tenant', 'enterprise', 'supplier'] as const;
export type Party = (typeof PARTIES)[number];
/** Rows of the data an indicator may count, beside decided cases, and whose they are (models/marts/shared/credit_event.sql). */
export const EVENTS = {
  late_bill: 'tenant',
  late_project: 'enterprise',
  late_repair: 'enterprise',
  bad_rating: 'enterprise',
  good_rating: 'enterprise',
  late_answer: 'enterprise',
  missing_report: 'enterprise',
  late_delivery: 'supplier',
  broken_cooperation: 'supplier',
  bad_cooperation_rating: 'supplier',
  good_cooperation_rating: 'supplier',
  removed_product: 'supplier',
} as const satisfies Record<string, Party>;
export type EventName = keyof typeof EVENTS;
export const EVENT_NAMES = Object.keys(EVENTS) as [EventName, ...EventName[]];
/** Decided cases of all rules with points that no indicator names. */
export const OTHER_CASES = 'case:*';

const twoDecimals = z
  .number()
  .min(-100)
  .max(100)
  .refine((one) => one !== 0, 'must not be 0')
  .refine((one) => Math.abs(one * 100 - Math.round(one * 100)) < 1e-9, 'must have at most two decimals');
export const indicatorSchema = z.strictObject({
  indicator: snakeName,
  zh: shortText(40),
  party: z.enum(PARTIES),
  of: z
    .array(z.union([z.enum(EVENT_NAMES), z.literal(OTHER_CASES), z.string().regex(/^case:[a-z][a-z0-9_]*$/)]))
    .min(1)
    .max(50),
  /** A time it happens; `rule`: what the rule of alert says a confirmed case costs. */
  points: z.union([twoDecimals, z.literal('rule')]),
  /** Of one indicator at most. */
  most: z.number().positive().max(100),
  /** It counts for so long, from the day it happened. */
  days: z.number().int().min(1).max(3660),
  references: z.array(shortText(40)).max(20).default([]),
});
export type Indicator = z.output<typeof indicatorSchema>;
export const gradesSchema = z.array(
  z.strictObject({
    grade: z.string().regex(/^[A-Z]$/),
    zh: shortText(10),
    from: z.number().min(0).max(100),
  }),
);
const creditSchema = z.strictObject({
  start: z.number().int().min(1).max(100),
  grades: gradesSchema.min(1),
  indicators: z.array(indicatorSchema),
});
export type Credit = z.output<typeof creditSchema>;

/** @throws AppError `bad_configuration` */
export async function loadCredit(models: string): Promise<Credit> {
  const parsed = creditSchema.safeParse(
    parse(await readFile(join(models, 'credit', 'indicators.yml'), 'utf8')),
  );
  if (!parsed.success) throw broken(z.prettifyError(parsed.error));
  const { grades, indicators } = parsed.data;
  if (!grades.some(({ from }) => from === 0)) throw broken('no grade begins at 0');
  const names = new Set(indicators.map(({ indicator }) => indicator));
  if (names.size < indicators.length) throw broken('two indicators have one name');
  return parsed.data;
}

export const broken = (what: string): AppError =>
  new AppError('bad_configuration', `models/credit/indicators.yml: ${what}`, {
    where: { file: 'indicators.yml' },
    fix: 'Mend the file.',
  });
