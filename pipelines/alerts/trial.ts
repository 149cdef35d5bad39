/** Trying a rule of alert on the measures there are, and on those of past month ends, before it is let in. Nothing published changes. */
import { z } from 'zod';
import { addMonths, lastDayOf, monthOf } from '../../domain/calendar.ts';
import { AppError } from '../../domain/errors.ts';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type { Project } from '../dbt/resolve.ts';
import { homeProject } from '../home-project.ts';
import { latestBusinessDate } from '../plan.ts';
import { inScratch } from '../scratch.ts';
import { setVersion } from '../staff-rules/store.ts';
import { presenceFiles } from './absences.ts';
import { alertFiles, VIOLATION_MODEL } from './generate.ts';
import { type AlertRule, isSummed } from './rule.ts';
import { inForce, nameOf, type ShippedAlerts, type StaffDefinition, type StoredAlertRule } from './staff.ts';
import { subjectNamed } from '../conditions/subjects.ts';
import { isBuilt } from '../is-built.ts';
import type { AlertTrial } from './trial-result.ts';

const PUBLISHED = 'mart_supervision.violation';
const OPTIONS = { lane: 'batch' as const, tag: 'alert rule try-out', maxSeconds: 120 };
const count = z.coerce.number();

/**
 * @param active the versions in force; the one that is tried takes the place of that of its name
 * @param months past month ends to try it on; none for rules over findings and for a rule switched off
 * @throws AppError `conflict` while another try-out runs, or when no run has built the findings yet
 */
export async function tryAlertRule(
  platform: Platform,
  shipped: ShippedAlerts,
  active: readonly StoredAlertRule[],
  candidate: StoredAlertRule,
  months: number,
): Promise<AlertTrial> {
  const asOf = await publishedDay(platform);
  const { definition } = candidate;
  const name = nameOf(definition);
  const others = active.filter(({ topic }) => topic !== name);
  const staff: StaffDefinition[] = [...others.map((one) => one.definition), definition];
  const project = await projectWith(platform, shipped, inForce(shipped, staff));
  const present = await inScratch(
    platform,
    project,
    [VIOLATION_MODEL],
    'none',
    (scratch) => presentOf(platform, scratch.place(VIOLATION_MODEL), name),
    asOf,
  );
  const past: AlertTrial['past'] = [];
  if ('rule' in definition && !isSummed(definition.rule) && months > 0) {
    const { model } = subjectNamed(shipped.subjects, definition.rule.subject, name);
    const alone = await projectWith(platform, shipped, [definition.rule]);
    for (const day of monthEndsBefore(asOf, months)) {
      const counts = await inScratch(
        platform,
        alone,
        [model, VIOLATION_MODEL],
        'none',
        (scratch) => countsOf(platform, scratch.place(VIOLATION_MODEL), name),
        day,
      );
      past.push({ asOf: day, ...counts });
    }
  }
  return { against: setVersion(others), asOf, ...present, past };
}

/** The month ends before a day, the latest first. */
export const monthEndsBefore = (day: string, months: number): string[] =>
  Array.from({ length: months }, (_, k) => lastDayOf(addMonths(monthOf(day), -1 - k)));

/** The day of the findings that are published. @throws AppError `conflict` when no run has built them, or nothing was delivered */
async function publishedDay({ warehouse, store }: Platform): Promise<string> {
  const built = await isBuilt(warehouse, PUBLISHED, OPTIONS);
  const found = !built
    ? null
    : await warehouse.value(
        `SELECT if(count() = 0, '', toString(max(as_of))) FROM ${PUBLISHED}`,
        z.string(),
        OPTIONS,
      );
  const day = found === '' ? await latestBusinessDate(store) : found;
  if (day === null)
    throw new AppError('conflict', 'No run has built the findings yet.', {
      fix: 'Run the models: anju run.',
    });
  return day;
}

async function projectWith(
  platform: Platform,
  { subjects }: ShippedAlerts,
  rules: readonly AlertRule[],
): Promise<Project> {
  const files = [...alertFiles(rules, subjects), ...(await presenceFiles(platform.store))];
  return homeProject(await contractsOf(platform.config), files);
}

async function countsOf(
  { warehouse }: Platform,
  place: string,
  rule: string,
): Promise<{ found: number; high: number; medium: number; low: number }> {
  const [counts] = await warehouse.rows(
    `SELECT count() AS found, countIf(level = 'high') AS high, countIf(level = 'medium') AS medium, countIf(level = 'low') AS low
     FROM ${place} WHERE rule = {rule:String}`,
    z.object({ found: count, high: count, medium: count, low: count }),
    { ...OPTIONS, params: { rule } },
  );
  return counts ?? { found: 0, high: 0, medium: 0, low: 0 };
}

async function presentOf(
  platform: Platform,
  place: string,
  rule: string,
): Promise<Omit<AlertTrial, 'against' | 'asOf' | 'past'>> {
  const { warehouse } = platform;
  const options = { ...OPTIONS, params: { rule } };
  const { found, ...levels } = await countsOf(platform, place, rule);
  const streets = await warehouse.rows(
    `SELECT street_code AS streetCode, any(street_name) AS street, count() AS found FROM ${place} WHERE rule = {rule:String}
     GROUP BY street_code ORDER BY found DESC, street_code LIMIT 20`,
    z.object({ streetCode: z.string(), street: z.string(), found: count }),
    options,
  );
  const samples = await warehouse.rows(
    `SELECT summary_zh AS place, evidence_zh AS evidence, level, toString(since) AS since FROM ${place} WHERE rule = {rule:String}
     ORDER BY violation_id LIMIT 10`,
    z.object({ place: z.string(), evidence: z.string(), level: z.string(), since: z.string() }),
    options,
  );
  // A dwelling's, its contract's and its household's findings meet on the dwelling; others on the object itself.
  const met = "if(dwelling_id != '', dwelling_id, object_key)";
  const overlaps = await warehouse.rows(
    `SELECT rule, any(rule_zh) AS zh, uniqExact(${met}) AS objects FROM ${place}
     WHERE rule != {rule:String} AND ${met} IN (SELECT ${met} FROM ${place} WHERE rule = {rule:String})
     GROUP BY rule ORDER BY objects DESC, rule LIMIT 20`,
    z.object({ rule: z.string(), zh: z.string(), objects: count }),
    options,
  );
  const changes = await warehouse.rows(
    `SELECT each.rule AS rule, any(each.zh) AS zh, countIf(each.was = '' AND each.now != '') AS opens,
       countIf(each.was != '' AND each.now = '') AS closes,
       countIf(each.was != '' AND each.now != '' AND each.was != each.now) AS relevels
     FROM (
       SELECT violation_id, any(found.rule) AS rule, any(found.rule_zh) AS zh, max(found.was) AS was, max(found.now) AS now FROM (
         SELECT violation_id, rule, rule_zh, level AS was, '' AS now FROM ${PUBLISHED}
         UNION ALL SELECT violation_id, rule, rule_zh, '' AS was, level AS now FROM ${place}
       ) AS found GROUP BY violation_id
     ) AS each GROUP BY rule HAVING opens + closes + relevels > 0 ORDER BY opens + closes + relevels DESC, rule`,
    z.object({ rule: z.string(), zh: z.string(), opens: count, closes: count, relevels: count }),
    OPTIONS,
  );
  return { found, levels, streets, samples, overlaps, changes };
}
