/** An application and the people in it as they were known at an instant: our own store's word before the business system's. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { tablesHeld } from './answered.ts';
import { heldOn, KNOWN, type People, stdTable, versionsSql } from './facts-sql.ts';
import { keptPersonIdSql } from '../linkage/resolved-id.ts';

export interface Member {
  memberNo: string;
  /** '' where no valid number is known. */
  idNumber: string;
  personId: string;
  name: string;
  isApplicant: boolean;
  declaredMarriage: string;
  declaredIncome: string | null;
}

export interface Case {
  applicationNo: string;
  form: string;
  streetCode: string;
  communityCode: string;
  members: Member[];
}

const applicationRow = z.object({
  number: z.string(),
  name: z.string(),
  form: z.string(),
  street: z.string(),
  community: z.string(),
});
const memberRow = z.object({
  memberNo: z.string(),
  idNumber: z.string(),
  personId: z.string(),
  name: z.string(),
  isApplicant: z.number(),
  declaredMarriage: z.string(),
  declaredIncome: z.string().nullable(),
});
/** @throws AppError `not_found` when the number was not known then */
export async function readCase(
  warehouse: Warehouse,
  applicationNo: string,
  { day, knownAt }: { day: string; knownAt: Date },
): Promise<Case> {
  const held = await tablesHeld({ warehouse });
  const params = { application: applicationNo, day, known: knownAt.toISOString() };
  const options = { params, tag: 'application of a pre-review' };
  const about = 'application_no = {application:String}';
  const on = `${about} AND ${heldOn('toDate32({day:String})')}`;
  const applicationIn = async (dataset: string): Promise<z.output<typeof applicationRow> | undefined> => {
    if (!held.has(dataset)) return undefined;
    const [row] = await warehouse.rows(
      `SELECT applicant_id_number AS number, applicant_name AS name, guarantee_form AS form, street_code AS street, community_code AS community
       FROM ${versionsSql(dataset, about)} WHERE ${on} LIMIT 1`,
      applicationRow,
      options,
    );
    return row;
  };
  const isOurs =
    held.has('anju.application') &&
    (await warehouse.value(
      `SELECT toUInt32(count()) FROM ${stdTable('anju.application')} WHERE ${about} AND known_from <= ${KNOWN}`,
      z.number(),
      options,
    )) > 0;
  const application = await applicationIn(isOurs ? 'anju.application' : 'operations.application');
  if (!application)
    throw new AppError('not_found', `There was no application ${applicationNo} then.`, {
      where: { application: applicationNo },
      fix: 'Check the number; what staff entered is known after the next run.',
    });
  const listed = held.has('operations.household_member')
    ? await warehouse.rows(
        `SELECT member_no AS memberNo, id_number AS idNumber, ${keptPersonIdSql('id_number')} AS personId, person_name AS name,
           toUInt8(kinship_code = '01' OR id_number != '' AND id_number = {number:String}) AS isApplicant,
           marital_status AS declaredMarriage, toString(annual_income) AS declaredIncome
         FROM ${versionsSql('operations.household_member', about)} WHERE ${on} ORDER BY member_no LIMIT 100`,
        memberRow,
        { ...options, params: { ...params, number: application.number } },
      )
    : [];
  const members = listed.map((row) => ({ ...row, isApplicant: row.isApplicant === 1 }));
  // The applicant belongs to the household whether or not the list names them.
  if (!members.some(({ isApplicant }) => isApplicant))
    members.push({
      memberNo: `${applicationNo}-01`,
      idNumber: application.number,
      personId: await warehouse.value(`SELECT ${keptPersonIdSql('{number:String}')}`, z.string(), {
        params: { number: application.number },
        tag: 'applicant of a pre-review',
      }),
      ...{ name: application.name, isApplicant: true, declaredMarriage: '', declaredIncome: null },
    });
  const { form, street, community } = application;
  return { applicationNo, form, streetCode: street, communityCode: community, members };
}

/** The members as people facts are asked of, and the parameters of it. @param programme 保障项目 they are judged for; '' not known */
export function membersOf(
  { applicationNo, form, members }: Case,
  day: string,
  programme: string,
): { people: People; params: Record<string, unknown> } {
  return {
    people: {
      members: `SELECT {application:String} AS of_application, member.1 AS of_member, member.2 AS of_number, toUInt8(member.3 = '1') AS of_applicant,
        {form:String} AS of_form, {programme:String} AS of_programme, member.4 AS of_declared_marriage, toDecimal64OrNull(member.5, 2) AS of_declared_income, toDate32({day:String}) AS day
      FROM (SELECT arrayJoin(arrayZip({member_nos:Array(String)}, {numbers:Array(String)}, {applicants:Array(String)},
        {marriages:Array(String)}, {incomes:Array(String)})) AS member)`,
      numbers: '(SELECT arrayJoin({numbers_known:Array(String)}))',
    },
    params: {
      ...{ application: applicationNo, form, programme, day },
      member_nos: members.map(({ memberNo }) => memberNo),
      numbers: members.map(({ idNumber }) => idNumber),
      numbers_known: members.flatMap(({ idNumber }) => (idNumber === '' ? [] : [idNumber])),
      applicants: members.map(({ isApplicant }) => (isApplicant ? '1' : '0')),
      marriages: members.map(({ declaredMarriage }) => declaredMarriage),
      incomes: members.map(({ declaredIncome }) => declaredIncome ?? ''),
    },
  };
}
