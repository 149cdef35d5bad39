/** The rules of alert that come with the product: `models/alerts/*.yml`, and the numbers of the requirement none can serve yet. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Subjects } from '../conditions/subjects.ts';
import { checkRule } from './compile.ts';
import { type AlertRule, ruleSchema } from './rule.ts';
import { loadSubjects } from './subjects.ts';

const NOT_RULES = new Set(['subjects.yml', 'unserved.yml']);

/** Why a number of catalog section C has no rule. */
const unservedSchema = z.record(
  z.string().regex(/^AL\d{2,3}$/),
  z.strictObject({
    zh: z.string().min(1),
    is: z.enum(['nothing', 'later', 'elsewhere']),
    why: z.string().min(1),
  }),
);
export type Unserved = z.output<typeof unservedSchema>;

/** @throws AppError `bad_configuration` that names file and rule */
export async function shippedRules(models: string, subjects: Subjects): Promise<AlertRule[]> {
  const folder = join(models, 'alerts');
  const rules: AlertRule[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    if (!name.endsWith('.yml') || NOT_RULES.has(name)) continue;
    const parsed = z.array(ruleSchema).safeParse(parse(await readFile(join(folder, name), 'utf8')));
    if (!parsed.success)
      throw new AppError('bad_configuration', `models/alerts/${name}: ${z.prettifyError(parsed.error)}`, {
        where: { file: name },
        fix: 'Mend the file.',
      });
    rules.push(...parsed.data);
  }
  const twice = rules.find(({ rule }, k) => rules.findIndex((other) => other.rule === rule) !== k);
  if (twice)
    throw new AppError('bad_configuration', `models/alerts: there are two rules ${twice.rule}.`, {
      where: { rule: twice.rule },
    });
  for (const rule of rules) checkRule(rule, subjects);
  return rules;
}

/** With the subjects they are about. */
export const rulesOf = async (models: string): Promise<AlertRule[]> =>
  shippedRules(models, await loadSubjects(models));

export const unserved = async (models: string): Promise<Unserved> =>
  unservedSchema.parse(parse(await readFile(join(models, 'alerts', 'unserved.yml'), 'utf8')));
