/** Who holds a dwelling or a subsidy on a day (在保对象), and the people of households, as relations: whom a poll asks about. */
import { z } from 'zod';
import { compileModel } from '../dbt/compile.ts';
import { loadProject } from '../dbt/project.ts';
import type { Project } from '../dbt/resolve.ts';
import { MODELS_DIRECTORY } from '../models-directory.ts';
import { heldOn, KNOWN, stdTable, versionsSql } from './facts-sql.ts';

export const scopeSchema = z.strictObject({
  district: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
  street: z
    .string()
    .regex(/^\d{9}$/)
    .optional(),
  /** 保障方式 as supervision names it: prh, arh, subsidy. */
  programme: z
    .string()
    .regex(/^[a-z_]{1,40}$/)
    .optional(),
});
export type Scope = z.output<typeof scopeSchema>;

const COLUMNS = { district: 'district_code', street: 'street_code', programme: 'programme' } as const;

/** Files of the product do not change while it runs. */
let project: Promise<Project> | undefined;

/**
 * Households with a dwelling or a subsidy on `day`, by what is known today: the model supervision watches them by, of another day. The scope's values
 * and `{day}` are parameters of their names.
 */
export async function beneficiariesSql(scope: Scope, day: string): Promise<string> {
  const { nodes, ...rest } = await (project ??= loadProject(MODELS_DIRECTORY));
  const node = nodes.get('household_holding');
  if (!node) throw new Error('there is no model household_holding');
  const vars = { ...rest.vars, as_of: z.iso.date().parse(day) };
  const where = (Object.keys(COLUMNS) as (keyof Scope)[]).flatMap((name) =>
    scope[name] === undefined ? [] : [`holding.${COLUMNS[name]} = {${name}:String}`],
  );
  return `SELECT holding.household_id AS household_id, holding.programme AS programme, holding.form AS form, holding.house_code AS house_code,
        holding.district_code AS district_code, holding.street_code AS street_code, holding.community_code AS community_code,
        toDate32({day:String}) AS day
    FROM (${compileModel({ nodes, ...rest }, node, { vars, incremental: false })}) AS holding
    WHERE ${['1', ...where].join(' AND ')}`;
}

/** Who applied, by what was known: our own store's word before the business system's (case.ts does the same of one application). */
function applicantsSql(households: string, held: ReadonlySet<string>): string {
  const about = `application_no IN (SELECT household_id FROM ${households})`;
  const ours = held.has('anju.application')
    ? `(SELECT application_no FROM ${stdTable('anju.application')} WHERE ${about} AND known_from <= ${KNOWN})`
    : undefined;
  const told = (dataset: string, which: string): string[] =>
    held.has(dataset)
      ? [
          `SELECT so.application_no AS household_id, so.applicant_id_number AS id_number FROM ${versionsSql(dataset, about)} AS so
           INNER JOIN ${households} AS scope ON scope.household_id = so.application_no WHERE ${heldOn('scope.day')} AND ${which}`,
        ]
      : [];
  return [
    ...told('anju.application', '1'),
    ...told('operations.application', ours === undefined ? '1' : `so.application_no NOT IN ${ours}`),
    `SELECT '' AS household_id, '' AS id_number WHERE 0`,
  ].join('\nUNION ALL\n');
}

/**
 * The people of the households of a table on each household's day, by what was known at `{known}`, with the columns facts are asked of
 * (MEMBER_COLUMNS). The applicant belongs to the household whether or not the list names them.
 */
export function membersSql(households: string, held: ReadonlySet<string>): string {
  const about = `application_no IN (SELECT household_id FROM ${households})`;
  const listed = held.has('operations.household_member')
    ? `SELECT so.application_no AS household_id, so.member_no AS member_no, so.id_number AS id_number, so.kinship_code AS kinship_code,
         so.marital_status AS marital_status, CAST(so.annual_income, 'Nullable(Decimal(18, 2))') AS annual_income
       FROM ${versionsSql('operations.household_member', about)} AS so
       INNER JOIN ${households} AS scope ON scope.household_id = so.application_no WHERE ${heldOn('scope.day')}`
    : `SELECT '' AS household_id, '' AS member_no, '' AS id_number, '' AS kinship_code, '' AS marital_status,
         CAST(NULL, 'Nullable(Decimal(18, 2))') AS annual_income WHERE 0`;
  return `WITH applicants AS (${applicantsSql(households, held)}),
    listed AS (
      SELECT told.*, toUInt8(told.kinship_code = '01' OR told.id_number != '' AND told.id_number = applicants.id_number) AS is_applicant
      FROM (${listed}) AS told
      LEFT ANY JOIN applicants ON applicants.household_id = told.household_id
    ),
    people AS (
      SELECT household_id, member_no, id_number, is_applicant, marital_status, annual_income FROM listed
      UNION ALL
      SELECT household_id, concat(household_id, '-01'), id_number, toUInt8(1), '', NULL FROM applicants
      WHERE household_id NOT IN (SELECT household_id FROM listed WHERE is_applicant = 1)
    )
    SELECT scope.household_id AS of_application, people.member_no AS of_member, people.id_number AS of_number, people.is_applicant AS of_applicant,
      scope.form AS of_form, scope.programme AS of_programme, people.marital_status AS of_declared_marriage,
      people.annual_income AS of_declared_income, scope.day AS day
    FROM people
    INNER JOIN ${households} AS scope ON scope.household_id = people.household_id`;
}
