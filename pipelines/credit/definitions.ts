/** Indicators of credit (信用评价指标): `models/credit/indicators.yml`, as the seeds a build reads. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { AlertRule } from '../alerts/rule.ts';
import { rulesOf } from '../alerts/shipped.ts';
import { shortText, snakeName } from '../conditions/condition.ts';
import { csvText } from '../dbt/seed.ts';

export const PARTIES = ['tenant', 'enterprise'] as const;
export type Party = (typeof PARTIES)[number];
/** Rows of the data an indicator may count, beside decided cases (models/marts/shared/credit_event.sql). */
export const EVENTS = [
  'late_bill',
  'late_project',
  'late_repair',
  'bad_rating',
  'good_rating',
  'late_answer',
  'missing_report',
] as const;

const twoDecimals = z
  .number()
  .min(-100)
  .max(100)
  .refine((one) => Math.abs(one * 100 - Math.round(one * 100)) < 1e-9);
const indicatorSchema = z.strictObject({
  indicator: snakeName,
  zh: shortText(40),
  party: z.enum(PARTIES),
  of: z.array(z.union([z.enum(EVENTS), z.string().regex(/^case:[a-z][a-z0-9_]*$/)])).min(1),
  /** A time it happens; `rule`: what the rule of alert says a confirmed case costs. */
  points: z.union([twoDecimals, z.literal('rule')]),
  /** Of one indicator at most. */
  most: z.number().positive().max(100),
  /** It counts for so long, from the day it happened. */
  days: z.number().int().min(1).max(3660),
  references: z.array(shortText(40)).default([]),
});
export type Indicator = z.output<typeof indicatorSchema>;
const creditSchema = z.strictObject({
  start: z.number().int().min(1).max(100),
  grades: z
    .array(
      z.strictObject({
        grade: z.string().regex(/^[A-Z]$/),
        zh: shortText(10),
        from: z.number().min(0).max(100),
      }),
    )
    .min(1),
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

const broken = (what: string): AppError =>
  new AppError('bad_configuration', `models/credit/indicators.yml: ${what}.`, {
    where: { file: 'indicators.yml' },
    fix: 'Mend the file.',
  });

/** Seeds `credit_indicator` (a row an indicator and event) and `credit_grade`. @throws AppError when a case is of a rule without points */
export function creditSeeds(
  { start, grades, indicators }: Credit,
  rules: readonly AlertRule[],
): GeneratedFile[] {
  const pointsOf = ({ indicator, points }: Indicator, event: string): number => {
    if (!event.startsWith('case:')) {
      if (points === 'rule') throw broken(`${indicator} counts ${event}, which is no case: give its points`);
      return points;
    }
    const rule = rules.find((one) => `case:${one.rule}` === event);
    if (!rule) throw broken(`${indicator} counts cases of ${event.slice('case:'.length)}, which is no rule`);
    if (points !== 'rule') return points;
    if (rule.credit_points === 0) throw broken(`${indicator}: rule ${rule.rule} costs no points`);
    return -rule.credit_points;
  };
  const rows = indicators.flatMap((one) =>
    one.of.map((event) => [
      ...[event, one.indicator, one.zh, one.party],
      ...[pointsOf(one, event).toFixed(2), one.most.toFixed(2), String(one.days)],
    ]),
  );
  return [
    {
      path: 'seeds/credit_indicator.csv',
      content: csvText(
        ['event', 'indicator', 'indicator_zh', 'party_kind', 'points', 'most', 'days'],
        [['start', 'start', '起始分', '', start.toFixed(2), start.toFixed(2), '1'], ...rows],
      ),
    },
    {
      path: 'seeds/credit_grade.csv',
      content: csvText(
        ['grade', 'grade_zh', 'from_score'],
        grades.map(({ grade, zh, from }) => [grade, zh, from.toFixed(2)]),
      ),
    },
  ];
}

/** Those that come with the product, by path relative to the repository. */
export async function shippedCreditFiles(models: string): Promise<GeneratedFile[]> {
  const seeds = creditSeeds(await loadCredit(models), await rulesOf(models));
  return seeds.map(({ path, content }) => ({ path: `models/${path}`, content }));
}
