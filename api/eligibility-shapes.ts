/** What the eligibility routes and the command line both speak. */
import { z } from 'zod';
import { changeSchema } from '../pipelines/eligibility/changes.ts';
import { analysisSchema } from '../pipelines/eligibility/definitions.ts';
import { outcomeSchema } from '../pipelines/eligibility/judge.ts';
import { OUTCOMES } from '../pipelines/eligibility/judge-sql.ts';
import { scopeSchema } from '../pipelines/eligibility/beneficiaries.ts';
import type { Review } from '../pipelines/eligibility/review.ts';
import { programmeSchema, ruleSchema } from '../pipelines/eligibility/rule.ts';
import type { StaffRule } from '../pipelines/eligibility/staff.ts';
import { whatIfSchema } from '../pipelines/eligibility/what-if.ts';
import { RULE_STATES } from '../warehouse/operational/tables/staff-rules.ts';

const day = z.iso.date();
/** Pages of lists, and numbers in addresses. */
export const limit = z.coerce.number().int().min(1).max(200).default(50);
export const offset = z.coerce.number().int().min(0).max(1_000_000).default(0);
export const number = z.object({ id: z.coerce.number().int().positive() });

export const verdictSchema = z.enum(OUTCOMES);
export const applicationNo = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/);

export const reviewRequest = z.object({
  applicationNo,
  day: day.optional(),
  /** What was known at that instant; now unless given. */
  knownAt: z.iso.datetime().optional(),
  analyses: z.array(analysisSchema).min(1).optional(),
  /** 保障项目 it is judged for: without it, a rule meant for some programmes alone can say a doubt at most. */
  programme: programmeSchema.optional(),
});
export const reviewSchema = z.object({
  reviewId: z.number().int(),
  applicationNo: z.string(),
  day,
  knownAt: z.iso.datetime(),
  analyses: z.array(analysisSchema),
  form: z.string(),
  programme: z.string(),
  verdict: verdictSchema,
  silent: z.array(z.string()),
  outcomes: z.array(outcomeSchema),
  askedBy: z.string(),
  askedAt: z.iso.datetime(),
});
export const shownReview = ({ knownAt, askedAt, ...review }: Review): z.output<typeof reviewSchema> => ({
  ...review,
  knownAt: knownAt.toISOString(),
  askedAt: askedAt.toISOString(),
});
/** Whole: no list of who is near a number. */
const idNumber = z.string().trim().min(6).max(40);
export const reviewsAsked = z
  .object({
    applicationNo: applicationNo.optional(),
    verdict: verdictSchema.optional(),
    /** Of the applicant. */
    idNumber: idNumber.optional(),
    street: z
      .string()
      .regex(/^\d{9}$/)
      .optional(),
    analysis: analysisSchema.optional(),
    /** One of the analysis' own (`GET /api/eligibility/measures`). */
    state: z
      .string()
      .regex(/^[a-z_]{1,40}$/)
      .optional(),
    ...{ limit, offset },
  })
  .refine(
    ({ analysis, state }) => state === undefined || analysis !== undefined,
    'a state is of an analysis',
  );
export const reviewsFound = z.object({
  total: z.number().int(),
  /** `name`: number of the application and applicant, masked. */
  reviews: z.array(reviewSchema.omit({ outcomes: true }).extend({ name: z.string() })),
});
export const householdsAsked = z.object({
  only: z.enum(['lost', 'changed', 'all']).default('all'),
  verdict: verdictSchema.optional(),
  /** Part of the name of somebody in the household. */
  name: z.string().trim().min(2).max(60).optional(),
  /** Of somebody in the household. */
  idNumber: idNumber.optional(),
  /** 业务宗号. */
  applicationNo: applicationNo.optional(),
  /** 保障房号 of what it held on the day of the poll. */
  houseCode: z.string().trim().min(1).max(60).optional(),
  ...{ limit, offset },
});
export const householdsFound = z.object({ total: z.number().int(), households: z.array(changeSchema) });
export const memberSchema = z.object({
  memberNo: z.string(),
  isApplicant: z.boolean(),
  name: z.string(),
  idNumber: z.string(),
});
/** A file the evidence came in; `rowNos` are the rows of the evidence in it. */
export const sourceSchema = z.object({
  dataset: z.string(),
  batchId: z.number().int(),
  deliveryId: z.string(),
  fileName: z.string(),
  businessDate: day.nullable(),
  certificate: z.string().nullable(),
  rowNos: z.array(z.number().int()),
});
export const pendingSchema = z.object({
  applicationNo: z.string(),
  /** Number of the application, applicant masked. */
  name: z.string(),
  appliedOn: day.nullable(),
  form: z.string(),
  state: z.string(),
  stage: z.string(),
  street: z.string(),
  isSuspended: z.boolean(),
  last: z.object({ reviewId: z.number().int(), verdict: verdictSchema, day, handler: z.string() }).nullable(),
});
export const againSchema = z.object({
  isSame: z.boolean(),
  verdict: verdictSchema,
  outcomes: z.array(outcomeSchema),
});

export const staffRuleSchema = z.object({
  ruleId: z.number().int(),
  version: z.number().int(),
  state: z.enum(RULE_STATES),
  definition: ruleSchema,
  author: z.string(),
  reason: z.string(),
  createdAt: z.iso.datetime(),
  trial: whatIfSchema.nullable(),
});
export const shownStaffRule = ({
  createdAt,
  topic: _,
  ...rule
}: StaffRule): z.output<typeof staffRuleSchema> => ({ ...rule, createdAt: createdAt.toISOString() });

export const pollRequest = z.object({
  day: day.optional(),
  analyses: z.array(analysisSchema).min(1).optional(),
  scope: scopeSchema.default({}),
});
export const pollResult = z.object({
  pollId: z.number().int(),
  day,
  households: z.number().int(),
  passed: z.number().int(),
  doubted: z.number().int(),
  refused: z.number().int(),
  /** Not refused when the same analyses were last polled, refused now; and the other way. */
  lost: z.number().int(),
  regained: z.number().int(),
});
