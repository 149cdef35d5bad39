/** What rules can look at: one subject a kind of object, with the measures its model has. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Comparison } from './condition.ts';

const measureSchema = z.strictObject({
  zh: z.string().min(1),
  is: z.enum(['number', 'yes_no', 'word', 'date']),
  unit: z.string().optional(),
});
const subjectSchema = z.strictObject({
  zh: z.string().min(1),
  /** The dbt model with one row an object. */
  model: z.string().regex(/^mart_[a-z]+__[a-z_]+$/),
  /** Of a model with several kinds of objects the value of `object_kind`. */
  object_kind: z.string().optional(),
  measures: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), measureSchema),
  /** Days of before whose outcome is known by now: what foresight is measured on. */
  past: z
    .strictObject({
      /** The dbt model with one row an object and day. */
      model: z.string().regex(/^mart_[a-z]+__[a-z_]+$/),
      /** The day looked back from. */
      day: z.string().regex(/^[a-z][a-z0-9_]*$/),
      /** Measures of the subject it has, as they were known on that day. */
      measures: z.array(z.string()),
      /** What came of it; NULL where that is not known. */
      outcomes: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), measureSchema),
    })
    .optional(),
});
export type Subject = z.output<typeof subjectSchema> & { name: string };
export type Subjects = ReadonlyMap<string, Subject>;

const ABLE: Record<z.output<typeof measureSchema>['is'], readonly Comparison['is'][]> = {
  number: ['at_least', 'above', 'at_most', 'below', 'empty', 'present'],
  yes_no: ['yes', 'no', 'empty', 'present'],
  word: ['one_of', 'none_of', 'empty', 'present'],
  date: ['empty', 'present'],
};

/** @param file YAML, subjects by name */
export async function readSubjects(file: string): Promise<Subjects> {
  const found = z.record(z.string(), subjectSchema).parse(parse(await readFile(file, 'utf8')));
  return new Map(Object.entries(found).map(([name, subject]) => [name, { name, ...subject }]));
}

/** @throws AppError `bad_request` that names rule and measure */
export function subjectNamed(subjects: Subjects, name: string, rule: string): Subject {
  const subject = subjects.get(name);
  if (subject) return subject;
  throw refusal(rule, `there is no subject ${name}`, `Subjects are ${[...subjects.keys()].join(', ')}.`);
}

/** @throws AppError `bad_request` when the measure is not there or cannot be compared so */
export function checkComparison(subject: Subject, { measure, is }: Comparison, rule: string): void {
  const known = subject.measures[measure];
  if (!known)
    throw refusal(
      rule,
      `${subject.name} has no measure ${measure}`,
      `It has ${Object.keys(subject.measures).join(', ')}.`,
    );
  if (!ABLE[known.is].includes(is))
    throw refusal(
      rule,
      `${measure} is a ${known.is} and cannot be compared by "${is}"`,
      `Use ${ABLE[known.is].join(', ')}.`,
    );
}

export const refusal = (rule: string, what: string, fix: string): AppError =>
  new AppError('bad_request', `Rule ${rule}: ${what}.`, { where: { rule }, fix });
