/** The list of divisions of a home: what the product knows, and over it what the office loaded. */
import { z } from 'zod';
import {
  DivisionList,
  type DivisionPeriod,
  lastGiven,
  parseDivisionPeriods,
  PROVINCES,
} from '../../domain/division-periods.ts';
import { AppError } from '../../domain/errors.ts';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { csvText } from '../dbt/seed.ts';

export const DIVISION_SEED = 'seeds/national_division.csv';
const COLUMNS = [
  'code',
  'name',
  'valid_from',
  'valid_to',
  'successor',
  'current_code',
  'given_until',
  'is_complete',
];
/** GB/T 2260 has some 3,200 codes and as many abolished ones; the seed travels in statements. */
const MOST_PERIODS = 20_000;
/** A day no period that has an end reaches. */
const LATER = '9999-01-01';

const periodsSchema = z.array(
  z.object({
    ...{ code: z.string(), name: z.string(), validFrom: z.string(), validTo: z.string() },
    successor: z.string(),
    isComplete: z.boolean().optional(),
  }),
);

/** The seed: one row a code and period, with the code in force today of what has been abolished. */
export function divisionSeed(periods: readonly DivisionPeriod[]): GeneratedFile {
  const list = new DivisionList(periods);
  const rows = periods
    .toSorted((a, b) => (`${a.code} ${a.validFrom}` < `${b.code} ${b.validFrom}` ? -1 : 1))
    .map((one) => [
      ...[one.code, one.name, one.validFrom, one.validTo, one.successor],
      ...[list.current(one.code, LATER), lastGiven(one.validTo), one.isComplete === true ? '1' : '0'],
    ]);
  return { path: DIVISION_SEED, content: csvText(COLUMNS, rows) };
}

/** What replaces the seed of the project in a run of this home; nothing while no list was loaded. */
export async function divisionFiles({ db }: OperationalStore): Promise<GeneratedFile[]> {
  const row = await db
    .selectFrom('division_list')
    .select('periods')
    .orderBy('list_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return [];
  const loaded = periodsSchema.parse(row.periods);
  const codes = new Set(loaded.map(({ code }) => code));
  return [divisionSeed([...PROVINCES.filter(({ code }) => !codes.has(code)), ...loaded])];
}

export interface LoadedList {
  listId: number;
  codes: number;
  /** Codes no longer in force, and those of them the list leads to no code of today. */
  abolished: number;
  withoutSuccessor: number;
  /** Provinces the list says it is complete for. */
  complete: string[];
}

/**
 * Keeps a list; it holds from the next run on.
 * @param csv with the columns code, name, valid_from, valid_to, successor
 * @throws AppError `bad_request` that names the line
 */
export async function loadDivisionList(
  { db }: OperationalStore,
  { csv, author, reason }: { csv: string; author: string; reason: string },
): Promise<LoadedList> {
  const periods = parsed(csv);
  const { list_id } = await db
    .insertInto('division_list')
    .values({ periods: JSON.stringify(periods), author, reason })
    .returning('list_id')
    .executeTakeFirstOrThrow();
  const list = new DivisionList(periods);
  const codes = [...new Set(periods.map(({ code }) => code))];
  const abolished = codes.filter((code) => !list.isInForce(code, LATER));
  return {
    ...{ listId: list_id, codes: codes.length, abolished: abolished.length },
    withoutSuccessor: abolished.filter((code) => list.current(code, LATER) === '').length,
    complete: [...new Set(periods.filter(({ isComplete }) => isComplete).map(({ name }) => name))],
  };
}

function parsed(csv: string): DivisionPeriod[] {
  const refused = (why: string): AppError =>
    new AppError('bad_request', `The list of divisions cannot be read: ${why}.`, {
      fix: 'CSV in UTF-8 with the columns code, name, valid_from, valid_to, successor; days as YYYY-MM-DD, or YYYY, or empty; perhaps complete, 1 in the row of a province with every code it ever had.',
    });
  try {
    const periods = parseDivisionPeriods(csv);
    if (periods.length === 0 || periods.length > MOST_PERIODS)
      throw refused(`it has ${periods.length} lines; 1 to ${MOST_PERIODS} are taken`);
    return periods;
  } catch (error) {
    if (error instanceof RangeError) throw refused(error.message);
    throw error;
  }
}
