/** What a letter of supervision (督办单) says: facts of its cases, masked, and what is demanded; and its page to print. */
import { readFile } from 'node:fs/promises';
import nunjucks from 'nunjucks';
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { LETTER_STYLE, zhDate } from '../quality/letter-html.ts';
import { type AlertCase, caseNames } from './cases.ts';

const factSchema = z.object({
  rule: z.string(),
  level: z.enum(['low', 'medium', 'high']),
  place: z.string(),
  /** What it is about as people call it, persons masked. */
  object: z.string(),
  evidence: z.string(),
  since: z.iso.date(),
});
export const letterContentSchema = z.object({ demand: z.string(), facts: z.array(factSchema) });
export type LetterContent = z.output<typeof letterContentSchema>;

export async function letterContent(
  warehouse: Warehouse,
  cases: readonly AlertCase[],
  demand: string,
): Promise<LetterContent> {
  const nameOf = await caseNames(warehouse, cases);
  return {
    demand,
    facts: cases.map((one) => ({
      rule: one.rule_zh,
      level: one.level,
      place: one.place_zh,
      object: nameOf(one),
      evidence: one.evidence_zh,
      since: one.since,
    })),
  };
}

/** Name of the unit a letter goes to; '' when nobody is called so. */
export async function addresseeName(
  warehouse: Warehouse,
  kind: 'enterprise' | 'project' | 'street',
  id: string,
): Promise<string> {
  const table = {
    enterprise: 'SELECT enterprise_name AS zh FROM base.enterprise WHERE enterprise_id = {id:String}',
    project: 'SELECT project_name AS zh FROM base.project WHERE project_id = {id:String}',
    street: 'SELECT division_name AS zh FROM base.division WHERE division_code = {id:String}',
  }[kind];
  const [row] = await warehouse.rows(`${table} LIMIT 1`, z.object({ zh: z.string() }), {
    tag: 'supervision letter',
    params: { id },
  });
  return row?.zh ?? '';
}

const TEMPLATE = new URL('./letter.html.njk', import.meta.url);
const LEVELS = { high: '重大', medium: '一般', low: '提示' };
// Every text is escaped: what people wrote is text on the page.
const environment = (): nunjucks.Environment => new nunjucks.Environment(null, { autoescape: true });

/** The letter as a page to print: no script, nothing fetched. */
export async function letterPage(
  { demand, facts }: LetterContent,
  head: { letterNo: string; addressee: string; dueOn: string; writtenOn: string },
): Promise<string> {
  return environment().renderString(await readFile(TEMPLATE, 'utf8'), {
    ...{ letterNo: head.letterNo, addressee: head.addressee, style: LETTER_STYLE, levels: LEVELS },
    ...{ dueOn: zhDate(head.dueOn), writtenOn: zhDate(head.writtenOn) },
    facts: facts.map((fact) => ({ ...fact, since: zhDate(fact.since) })),
    demand: demand.split(/\r?\n/).filter((line) => line.trim() !== ''),
  });
}
