/**
 * What a rule of alert is (告警规则; C0, C1, 002:2273-2389): data, never SQL. A subject's measures are compared with values;
 * what a person writes here becomes a literal, a known name or a number of the statement compiled from it.
 */
import { z } from 'zod';
import {
  type Comparison,
  comparisonsIn,
  conditionSchema as condition,
  shortText as text,
  snakeName as name,
} from '../conditions/condition.ts';

/** The eight families of 002:2273-2389, and what the other subsystems warn of (C3). */
export const FAMILIES = {
  project: '项目告警',
  dwelling: '房源告警',
  rent: '租金告警',
  contract: '合同告警',
  subsidy: '补贴资金告警',
  fund: '维修资金告警',
  tenant: '租户信用告警',
  enterprise: '企业信用告警',
  supplier: '供应商告警',
  qualification: '资格异动告警',
  service: '服务告警',
} as const;
export type Family = keyof typeof FAMILIES;
const family = z.enum(Object.keys(FAMILIES) as [Family, ...Family[]]);

export const LEVELS = ['low', 'medium', 'high'] as const;
const level = z.enum(LEVELS);
export type Level = z.output<typeof level>;

const common = {
  rule: name,
  zh: text(40),
  family,
  /** Catalog numbers and clauses: AL72, 002:2109. */
  references: z.array(text(40)).max(20).default([]),
  level,
  /** Days in which it is to be settled; the due day counts from the first finding. */
  due_days: z.number().int().min(1).max(365),
  /** `instant`: with every run, so within a minute of the data's commit; else at the first run of the week or month. */
  looked_at: z.enum(['instant', 'weekly', 'monthly']).default('instant'),
  /** Who is told (N1 to N5 of C2). */
  notify: z
    .array(z.enum(['supervisor', 'project', 'enterprise', 'tenant', 'centre']))
    .max(5)
    .default(['supervisor']),
  /** Points of credit a confirmed case costs its enterprise or tenant; 0: none. */
  credit_points: z.number().int().min(0).max(100).default(0),
};

/** A rule over measures of one subject. */
const measured = z.strictObject({
  ...common,
  subject: name,
  /** All must hold. */
  when: z.array(condition).min(1).max(20),
  /** None may hold: holidays, hospital stays, permitted absence. */
  except: z.array(condition).max(10).default([]),
  /** The level where more holds as well; the first that does. */
  raise: z
    .array(z.strictObject({ level, when: z.array(condition).min(1).max(10) }))
    .max(3)
    .default([]),
  /** A measure that is a date; the as-of day when absent or unknown. */
  since: name.optional(),
  /** `{measure}` is its value. */
  evidence: text(300),
});

/** A rule over findings of others: a project with a dwelling that has one (AL50, AL51, AL65, AL68). */
const summed = z.strictObject({
  ...common,
  /** The subject it is about, and those whose findings count. */
  subject: z.enum(['project', 'enterprise']),
  of: z.strictObject({
    subjects: z.array(name).min(1).max(5),
    levels: z.array(level).min(1),
    at_least: z.number().int().min(1).max(100_000).default(1),
  }),
});

export const ruleSchema = z.union([measured, summed]);
export type AlertRule = z.output<typeof ruleSchema>;
export type MeasuredRule = z.output<typeof measured>;
export type SummedRule = z.output<typeof summed>;

export const isSummed = (rule: AlertRule): rule is SummedRule => 'of' in rule;

/** Every comparison a rule makes. */
export const comparisonsOf = ({ when, except, raise }: MeasuredRule): Comparison[] =>
  comparisonsIn([...when, ...except, ...raise.flatMap((one) => one.when)]);
