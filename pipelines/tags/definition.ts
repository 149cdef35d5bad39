/**
 * What a tag is (数据标签, 002:631-655): data, never SQL. Four levels (002:635): kind of object, theme, topic, and the tag itself.
 * By how it comes to be (002:639-645) it is a fact, follows from a rule (model), or is foreseen by points (predictive); by time
 * (002:647-651) it is static, given by people, or dynamic, told anew by every run.
 */
import { z } from 'zod';
import {
  type Comparison,
  comparisonsIn,
  comparisonSchema,
  conditionSchema as condition,
  shortText as text,
  snakeName as name,
} from '../conditions/condition.ts';

export const TAG_SUBJECTS = ['person', 'household', 'dwelling', 'enterprise'] as const;
export type TagSubject = (typeof TAG_SUBJECTS)[number];
export const TAG_KINDS = { fact: '事实标签', model: '模型标签', predictive: '预测标签' } as const;
export type TagKind = keyof typeof TAG_KINDS;

const common = {
  tag: name,
  zh: text(40),
  subject: z.enum(TAG_SUBJECTS),
  /** The second and third level: models/tags/classification.yml. */
  theme: name,
  topic: name,
  /** What it is for: personal data is kept for a purpose (个人信息保护法 第六条). */
  purpose: text(200),
  references: z.array(text(40)).max(20).default([]),
};
const told = {
  /** A measure that is a date: since when it holds. Unknown when absent. */
  since: name.optional(),
  /** `{measure}` is its value. */
  evidence: text(300).optional(),
};

/** What one measure says. */
const fact = z.strictObject({
  ...common,
  ...told,
  kind: z.literal('fact'),
  when: z.tuple([comparisonSchema]),
  except: z.array(condition).max(0).default([]),
});

/** What follows from several. */
const model = z.strictObject({
  ...common,
  ...told,
  kind: z.literal('model'),
  /** All must hold. */
  when: z.array(condition).min(1).max(20),
  /** None may hold. */
  except: z.array(condition).max(10).default([]),
});

/** What is foreseen: points of what holds are added up, and as many as `at_least` make the tag. Anybody can do the sum again. */
const predictive = z.strictObject({
  ...common,
  ...told,
  kind: z.literal('predictive'),
  /** What is foreseen, and until when. */
  outcome: text(100),
  /** Who is looked at. */
  among: z.array(condition).min(1).max(10),
  points: z
    .array(
      z.strictObject({
        zh: text(40),
        when: z.array(condition).min(1).max(5),
        points: z.number().int().min(-1000).max(1000),
      }),
    )
    .min(1)
    .max(30),
  at_least: z.number().int().min(-10_000).max(10_000),
  /** When it came true, over what is known of the past; without it nobody can measure the tag. */
  comes_true: z.array(comparisonSchema).min(1).max(5).optional(),
});

/** What people say of an object, with a reason and for a time. */
const given = z.strictObject({
  ...common,
  kind: z.literal('fact'),
  by_hand: z.literal(true),
  /** Days after which it lapses where nobody says until when; 0: it stays. */
  valid_days: z.number().int().min(0).max(3660).default(0),
});

export const tagSchema = z.union([given, fact, model, predictive]);
export type Tag = z.output<typeof tagSchema>;
export type GivenTag = z.output<typeof given>;
export type PredictiveTag = z.output<typeof predictive>;
export type RuledTag = Exclude<Tag, GivenTag>;
/** As compiled: its version stands in its rows. */
export type Versioned = Tag & { version: number };

export const isGiven = <T extends Tag>(tag: T): tag is Extract<T, GivenTag> => 'by_hand' in tag;
export const isRuled = <T extends Tag>(tag: T): tag is Exclude<T, GivenTag> => !isGiven(tag);
export const timingOf = (tag: Tag): 'static' | 'dynamic' => (isGiven(tag) ? 'static' : 'dynamic');

/** Every comparison a tag makes. */
export function comparisonsOf(tag: Tag): Comparison[] {
  if (isGiven(tag)) return [];
  if (tag.kind === 'predictive')
    return comparisonsIn([...tag.among, ...tag.points.flatMap(({ when }) => when)]);
  return comparisonsIn([...tag.when, ...tag.except]);
}
