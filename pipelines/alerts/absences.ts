/**
 * Absences households gave notice of, and the calendar of holidays: days on which nobody at home means nothing (002:2109, 003:240).
 * They reach the models as seeds of a run; the reason for an absence does not.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { daysBetween } from '../../domain/calendar.ts';
import { AppError } from '../../domain/errors.ts';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { ABSENCE_REASONS, type HouseholdAbsenceTable } from '../../warehouse/operational/tables/alerts.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { csvText } from '../dbt/seed.ts';
import { MODELS_DIRECTORY } from '../models-directory.ts';
import type { By } from '../staff-rules/store.ts';
import type { Within } from './cases.ts';

/** Half a year away is no absence any more but a dwelling not used (公共租赁住房管理办法 第二十七条: 连续6个月以上闲置). */
const LONGEST_DAYS = 183;

export const absenceSchema = z.strictObject({
  contractNo: z.string().trim().min(1).max(64),
  from: z.iso.date(),
  /** The last day away. */
  until: z.iso.date(),
  reason: z.enum(ABSENCE_REASONS),
  /** Number of the document shown. */
  evidenceNo: z.string().trim().min(2).max(64),
});
export type Absence = z.output<typeof absenceSchema>;
export type StoredAbsence = Selectable<HouseholdAbsenceTable>;

/** @throws AppError `bad_request` for days that cannot be; `not_found` when no contract of that number is in the person's division */
export async function recordAbsence(
  { store, warehouse }: Pick<Platform, 'store' | 'warehouse'>,
  within: Within,
  { contractNo, from, until, reason, evidenceNo }: Absence,
  by: By,
): Promise<StoredAbsence> {
  const days = daysBetween(from, until) + 1;
  if (days < 1 || days > LONGEST_DAYS)
    throw new AppError('bad_request', `An absence lasts 1 to ${LONGEST_DAYS} days, not ${days}.`, {
      where: { field: 'until' },
    });
  const [contract] = await warehouse.rows(
    `SELECT district_code, street_code, community_code FROM base.contract WHERE contract_no = {contract:String} LIMIT 1`,
    z.object({ district_code: z.string(), street_code: z.string(), community_code: z.string() }),
    { tag: 'absence of a household', params: { contract: contractNo } },
  );
  if (!contract || (within && contract[within.column] !== within.value))
    throw new AppError('not_found', `There is no contract ${contractNo}.`, {
      where: { field: 'contractNo' },
    });
  return store.db
    .insertInto('household_absence')
    .values({
      ...{ contract_no: contractNo, absent_from: from, absent_until: until, reason, evidence_no: evidenceNo },
      ...contract,
      author: by.user,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The newest first; with those withdrawn. */
export const listAbsences = (
  { db }: OperationalStore,
  within: Within,
  contractNo?: string,
): Promise<StoredAbsence[]> =>
  db
    .selectFrom('household_absence')
    .selectAll()
    .$if(within !== undefined, (query) =>
      query.where(within?.column ?? 'district_code', '=', within?.value ?? ''),
    )
    .$if(contractNo !== undefined, (query) => query.where('contract_no', '=', contractNo ?? ''))
    .orderBy('absence_id', 'desc')
    .limit(500)
    .execute();

/** @throws AppError `not_found` when it is not there, is another division's or is withdrawn already */
export async function withdrawAbsence(
  { db }: OperationalStore,
  within: Within,
  id: number,
  by: By,
): Promise<StoredAbsence> {
  const row = await db
    .updateTable('household_absence')
    .set({ withdrawn_by: by.user, withdrawn_why: by.reason, withdrawn_at: new Date() })
    .where('absence_id', '=', id)
    .where('withdrawn_at', 'is', null)
    .$if(within !== undefined, (query) =>
      query.where(within?.column ?? 'district_code', '=', within?.value ?? ''),
    )
    .returningAll()
    .executeTakeFirst();
  if (!row)
    throw new AppError('not_found', 'There is no such absence, or it was withdrawn.', {
      where: { absence: id },
    });
  return row;
}

export interface Holiday {
  date: string;
  name: string;
}

export const listHolidays = ({ db }: OperationalStore): Promise<Holiday[]> =>
  db
    .selectFrom('holiday_calendar')
    .select(['date', 'name'])
    .where('kind', '=', 'holiday')
    .orderBy('date')
    .execute();

/** Adds days to the calendar or names them anew; collection and quality read the same one. */
export async function addHolidays({ db }: OperationalStore, days: readonly Holiday[]): Promise<void> {
  await db
    .insertInto('holiday_calendar')
    .values(days.map((day) => ({ ...day, kind: 'holiday' as const })))
    .onConflict((conflict) =>
      conflict
        .column('date')
        .doUpdateSet((eb) => ({ kind: eb.ref('excluded.kind'), name: eb.ref('excluded.name') })),
    )
    .execute();
}

/** @throws AppError `not_found` when the day is no holiday */
export async function removeHoliday({ db }: OperationalStore, date: string): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('holiday_calendar')
    .where('date', '=', date)
    .where('kind', '=', 'holiday')
    .executeTakeFirst();
  if (numDeletedRows === 0n)
    throw new AppError('not_found', `${date} is no holiday in the calendar.`, { where: { date } });
}

const HOLIDAYS = 'seeds/public_holiday.csv';

/** Seeds that stand in place of those of the project; none where nobody changed the calendar or gave notice. */
export async function presenceFiles(store: OperationalStore): Promise<GeneratedFile[]> {
  const holidays = await listHolidays(store);
  const absences = await store.db
    .selectFrom('household_absence')
    .select(['contract_no', 'absent_from', 'absent_until'])
    .where('withdrawn_at', 'is', null)
    .distinct()
    .orderBy('contract_no')
    .orderBy('absent_from')
    .orderBy('absent_until')
    .execute();
  const calendar = csvText(
    ['day'],
    holidays.map(({ date }) => [date]),
  );
  const isShipped = (await readFile(join(MODELS_DIRECTORY, HOLIDAYS), 'utf8')) === calendar;
  return [
    ...(isShipped ? [] : [{ path: HOLIDAYS, content: calendar }]),
    ...(absences.length === 0
      ? []
      : [
          {
            path: 'seeds/told_absence.csv',
            content: csvText(
              ['contract_no', 'absent_from', 'absent_until'],
              absences.map((one) => [one.contract_no, one.absent_from, one.absent_until]),
            ),
          },
        ]),
  ];
}
