/**
 * A rule of eligibility (保障对象申请条件, CJJ/T 196 A.1.3-A.1.6): quantitative (定量), qualitative (定性) or a combination (组合) of others.
 * Data, never SQL: what a person writes becomes a known name, a number or a literal.
 */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { namedIn } from '../conditions/compile.ts';
import { type Comparison, plainNumber, shortText, snakeName } from '../conditions/condition.ts';
import { analysisSchema, broken, type Definitions, datasetsOfMeasure, read } from './definitions.ts';

/** At an application (预审), or as long as a household holds what it was given (在保轮询). */
export const OCCASIONS = ['application', 'holding'] as const;
export type Occasion = (typeof OCCASIONS)[number];
export const FORMS = ['in_kind', 'subsidy'] as const;
/** 保障项目 (A.1.1): what a household is given, as supervision and rules of alert name it: the kind of its dwelling's project, or a rental subsidy. */
export const PROGRAMMES = ['prh', 'arh', 'sale', 'subsidy'] as const;
export const programmeSchema = z.enum(PROGRAMMES);
export type Programme = (typeof PROGRAMMES)[number];

const common = {
  rule: snakeName,
  zh: shortText(40),
  analysis: analysisSchema,
  /** Catalog numbers and clauses. */
  references: z.array(shortText(40)).max(20).default([]),
  for: z
    .array(z.enum(OCCASIONS))
    .min(1)
    .default([...OCCASIONS]),
  /** 保障方式 (A.1.2); all where absent. */
  forms: z
    .array(z.enum(FORMS))
    .min(1)
    .default([...FORMS]),
  /** 保障项目 (A.1.1) it is meant for; all where absent. Of a household whose programme is not known it can say a doubt at most. */
  programmes: z
    .array(programmeSchema)
    .min(1)
    .refine((some) => new Set(some).size === some.length, 'names a programme twice')
    .optional(),
  /** What follows when it does not hold; without it the rule is only part of others. */
  decides: z.enum(['refuse', 'doubt']).optional(),
  /** `{measure}` is its value. */
  reason: shortText(300),
  /** 启用时间: first day it holds, and the day it no longer does. */
  starts: z.iso.date().optional(),
  ends: z.iso.date().optional(),
};

const bound = <A extends string, B extends string>(one: A, other: B) =>
  z.strictObject({ is: z.enum([one, other]), value: plainNumber }).optional();

const quantitative = z
  .strictObject({
    ...common,
    kind: z.literal('quantitative'),
    measure: snakeName,
    /** 条件起始值, 与起始值逻辑关系; 条件终止值, 与终止值逻辑关系. */
    from: bound('at_least', 'above'),
    to: bound('at_most', 'below'),
    /** Does the requirement state the number, or is it ours to set? */
    value: z.enum(['text', 'ours']).default('ours'),
  })
  .refine(({ from, to }) => from !== undefined || to !== undefined, 'needs a start or an end value');
const qualitative = z.strictObject({
  ...common,
  kind: z.literal('qualitative'),
  measure: snakeName,
  is: z.enum(['yes', 'no']),
});
const parts = z.array(snakeName).min(1).max(20).optional();
const combined = z
  .strictObject({ ...common, kind: z.literal('combined'), all: parts, any: parts })
  .refine(({ all, any }) => (all === undefined) !== (any === undefined), 'is `all` or `any` of rules');

export const ruleSchema = z.discriminatedUnion('kind', [quantitative, qualitative, combined]);
export type EligibilityRule = z.output<typeof ruleSchema>;
export type RuleSet = ReadonlyMap<string, EligibilityRule>;

export const isCombined = (rule: EligibilityRule): rule is z.output<typeof combined> =>
  rule.kind === 'combined';
export const partsOf = (rule: z.output<typeof combined>): string[] => rule.all ?? rule.any ?? [];

/** What a rule over one measure compares. */
export function comparisonsOf(rule: Exclude<EligibilityRule, { kind: 'combined' }>): Comparison[] {
  const { measure } = rule;
  if (rule.kind === 'qualitative') return [{ measure, is: rule.is }];
  return [rule.from, rule.to].flatMap((one) => (one === undefined ? [] : [{ measure, ...one }]));
}

/** Measures a rule looks at, through its parts. */
export function measuresOf(rule: EligibilityRule, rules: RuleSet): string[] {
  if (!isCombined(rule)) return [rule.measure];
  const found = partsOf(rule).flatMap((name) => {
    const part = rules.get(name);
    return part ? measuresOf(part, rules) : [];
  });
  return [...new Set(found)];
}

/** Numbers of the data sets a rule needs, through its parts. */
export const datasetsOfRule = (rule: EligibilityRule, rules: RuleSet, known: Definitions): string[] => [
  ...new Set(
    measuresOf(rule, rules).flatMap((name) => {
      const measure = known.measures.get(name);
      return measure ? datasetsOfMeasure(known, measure) : [];
    }),
  ),
];

/** @throws AppError `bad_request` that names the rule and what of it cannot be */
export function checkRules(rules: RuleSet, known: Definitions): void {
  for (const rule of rules.values()) {
    if (isCombined(rule)) checkParts(rule, rules);
    else {
      const measure = known.measures.get(rule.measure);
      if (!measure) throw refusal(rule, `there is no measure ${rule.measure}`, measureList(known));
      if ((measure.is === 'number') !== (rule.kind === 'quantitative'))
        throw refusal(
          rule,
          `${rule.measure} is a ${measure.is}`,
          'Numbers are quantitative, yes or no is qualitative.',
        );
    }
    for (const name of namedIn(rule.reason))
      if (!known.measures.has(name))
        throw refusal(rule, `its reason names ${name}, which is no measure`, measureList(known));
    if (rule.starts !== undefined && rule.ends !== undefined && rule.ends <= rule.starts)
      throw refusal(rule, 'it ends before it starts', 'Give a later end.');
  }
}

function checkParts(rule: z.output<typeof combined>, rules: RuleSet): void {
  const visit = (name: string, above: readonly string[]): void => {
    const part = rules.get(name);
    if (!part) throw refusal(rule, `there is no rule ${name}`, 'Make the part first.');
    const { programmes } = part;
    // A combination says what its parts say: of a household a part is not meant for, that would mean nothing.
    if (programmes && !(rule.programmes ?? PROGRAMMES).every((one) => programmes.includes(one)))
      throw refusal(
        rule,
        `its part ${name} is meant for ${programmes.join(', ')} alone`,
        'Limit the combination to programmes of all its parts.',
      );
    if (above.includes(name)) throw refusal(rule, `${name} is part of itself`, 'Take it out.');
    if (isCombined(part)) for (const each of partsOf(part)) visit(each, [...above, name]);
  };
  visit(rule.rule, []);
}

const measureList = ({ measures }: Definitions): string => `Measures are ${[...measures.keys()].join(', ')}.`;
const refusal = ({ rule }: { rule: string }, what: string, fix: string): AppError =>
  new AppError('bad_request', `Rule ${rule}: ${what}.`, { where: { rule }, fix });

/** The rules that come with the product, in the order of the file. */
export async function shippedRules(models: string, known: Definitions): Promise<RuleSet> {
  const rules = await read(models, 'rules.yml', z.array(ruleSchema));
  const byName = new Map(rules.map((rule) => [rule.rule, rule]));
  if (byName.size < rules.length) throw broken('rules.yml', 'two rules have one name');
  checkRules(byName, known);
  return byName;
}
