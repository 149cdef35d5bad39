/** Whom an agency is asked about: applicants and family members of applications awaiting review (002:5809), those not asked lately. */
import { z } from 'zod';
import { ageOn, chinaDayOf } from '../../../domain/calendar.ts';
import type { LookupState } from '../../../warehouse/operational/tables/collection.ts';
import type { Platform } from '../../../warehouse/platform.ts';

export interface Need {
  personId: string;
  idNumber: string;
  name: string;
  applicationNo: string;
}

export interface NeedRule {
  /** States of `base.application` that await review. */
  states: readonly string[];
  /** An answer this young is good enough. */
  cacheDays: number;
  members: 'all' | 'applicant';
}

/**
 * Age from which an agency can have anything on a person: insurance and fund from the age of work (《劳动法》第十五条: 16),
 * marriage from the lower age of marriage (《民法典》第一千零四十七条: 20).
 */
const YOUNGEST: readonly (readonly [source: RegExp, age: number])[] = [
  [/^(social_insurance|housing_fund)\./, 16],
  [/^civil_affairs\.marriage/, 20],
];

/** Can the agency have anything on somebody of this number? */
export const isOfAge = (dataset: string, idNumber: string, today: string): boolean =>
  ageOf(idNumber, today) >= (YOUNGEST.find(([source]) => source.test(dataset))?.[1] ?? 0);

const member = z.object({
  personId: z.string(),
  idNumber: z.string(),
  name: z.string(),
  applicationNo: z.string(),
});

/** In order of application. Nobody before the first run of the pipeline. */
export async function peopleToAsk(
  platform: Platform,
  dataset: string,
  rule: NeedRule,
  now: Date,
): Promise<Need[]> {
  const [people, asked] = [
    await waitingPeople(platform, rule),
    await askedSince(platform, dataset, rule, now),
  ];
  const today = chinaDayOf(now);
  return people.filter(({ personId, idNumber }) => !asked.has(personId) && isOfAge(dataset, idNumber, today));
}

async function waitingPeople({ warehouse }: Platform, { states, members }: NeedRule): Promise<Need[]> {
  const tables = await warehouse.value(
    "SELECT toUInt8(count()) FROM system.tables WHERE database = 'base' AND name IN ('application', 'household_member')",
    z.number(),
  );
  if (tables < 2) return [];
  return warehouse.rows(
    `SELECT person_id AS personId, any(id_number) AS idNumber, any(person_name) AS name, min(household_id) AS applicationNo
     FROM base.household_member
     WHERE person_id != '' AND match(id_number, '^[0-9]{17}[0-9X]$') ${members === 'applicant' ? 'AND is_applicant = 1' : ''}
       AND household_id IN (SELECT application_no FROM base.application WHERE has({states:Array(String)}, application_state))
     GROUP BY person_id ORDER BY applicationNo, personId`,
    member,
    { lane: 'batch', params: { states }, tag: 'people to ask agencies about' },
  );
}

/** A question that failed is asked again; one answered with nothing is answered. */
async function askedSince(
  { store }: Platform,
  dataset: string,
  { cacheDays }: NeedRule,
  now: Date,
): Promise<Set<string>> {
  const rows = await store.db
    .selectFrom('lookup_answer')
    .select('person_id')
    .where('dataset', '=', dataset)
    .where('state', '!=', 'failed')
    .where('asked_at', '>', new Date(now.getTime() - cacheDays * 86_400_000))
    .execute();
  return new Set(rows.map(({ person_id }) => person_id));
}

/** Of a number of 18 digits (GB 11643-1999: the birth date is digits 7 to 14); old enough for anything when it has no such date. */
function ageOf(idNumber: string, today: string): number {
  const birth = `${idNumber.slice(6, 10)}-${idNumber.slice(10, 12)}-${idNumber.slice(12, 14)}`;
  try {
    return ageOn(birth, today);
  } catch (error) {
    if (error instanceof RangeError) return Infinity;
    throw error;
  }
}

export interface Answered extends Need {
  state: LookupState;
  records: number;
}

/** Keeps who was asked and what came, for the case, and so that nobody is asked twice. */
export async function rememberAnswers(
  { store }: Platform,
  { dataset, taskId, at }: { dataset: string; taskId: string; at: Date },
  answers: readonly Answered[],
): Promise<void> {
  if (answers.length === 0) return;
  await store.db
    .insertInto('lookup_answer')
    .values(
      answers.map(({ personId, applicationNo, state, records }) => ({
        person_id: personId,
        dataset,
        application_no: applicationNo,
        task_id: taskId,
        state,
        records,
        asked_at: at,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['person_id', 'dataset']).doUpdateSet((row) => ({
        application_no: row.ref('excluded.application_no'),
        task_id: row.ref('excluded.task_id'),
        state: row.ref('excluded.state'),
        records: row.ref('excluded.records'),
        asked_at: row.ref('excluded.asked_at'),
      })),
    )
    .execute();
}
