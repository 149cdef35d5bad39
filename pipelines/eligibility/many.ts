/** Many households at once: whom a poll or a try-out of rules is about, as relations facts are asked of. No household goes through JavaScript. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { tablesHeld } from './answered.ts';
import type { Definitions } from './definitions.ts';
import { factsSql } from './facts-sql.ts';

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

/** Present beneficiaries: households with a dwelling or a subsidy now, as of `{day}`; the scope's values are parameters of their names. */
export function beneficiariesSql(scope: Scope): string {
  const where = (Object.keys(COLUMNS) as (keyof Scope)[]).flatMap((name) =>
    scope[name] === undefined ? [] : [`watched.${COLUMNS[name]} = {${name}:String}`],
  );
  return `SELECT watched.object_key AS household_id, watched.programme AS programme, application.guarantee_form AS form,
        watched.district_code AS district_code, watched.street_code AS street_code, watched.community_code AS community_code,
        toDate32({day:String}) AS day
    FROM mart_supervision.watch_household AS watched
    LEFT JOIN base.application AS application ON application.application_no = watched.object_key
    WHERE ${['1', ...where].join(' AND ')}`;
}

/** Applications decided within the year that ends with `{day}`, each as of the day of its decision; the programme is that of what the household holds now, if anything. */
export const DECIDED_SQL = `SELECT application.application_no AS household_id, ifNull(watched.programme, '') AS programme, application.guarantee_form AS form,
        application.district_code AS district_code, application.street_code AS street_code, application.community_code AS community_code,
        assumeNotNull(decided_on) AS day
    FROM base.application AS application
    LEFT ANY JOIN mart_supervision.watch_household AS watched ON watched.object_key = application.application_no
    WHERE decided_on IS NOT NULL AND decided_on > subtractYears(toDate32({day:String}), 1) AND decided_on <= toDate32({day:String})`;

export interface Crowd {
  /** `WITH` the relations `members` and `facts`, to begin a query. */
  relations: string;
  /** One row a household: `household_id, programme, form, district_code, street_code, community_code, day`. */
  scope: string;
}

/** Does something with the facts of the households of a scope; they stand in tables of their own as long as it takes. */
export async function withCrowd<T>(
  warehouse: Warehouse,
  known: Definitions,
  { scope, params }: { scope: string; params: Record<string, unknown> },
  work: (crowd: Crowd) => Promise<T>,
): Promise<T> {
  const name = randomUUID().replaceAll('-', '');
  const [households, members] = [`eligibility.\`scope_${name}\``, `eligibility.\`members_${name}\``];
  const options = { lane: 'batch' as const, params, tag: 'households of a poll' };
  try {
    await warehouse.run(`CREATE TABLE ${households} ENGINE = Memory AS ${scope}`, options);
    await warehouse.run(
      `CREATE TABLE ${members} ENGINE = Memory AS
       SELECT scope.household_id AS of_application, member.member_no AS of_member, member.id_number AS of_number,
         toUInt8(member.is_applicant) AS of_applicant, scope.form AS of_form, scope.programme AS of_programme, member.marital_status AS of_declared_marriage,
         CAST(member.annual_income, 'Nullable(Decimal(18, 2))') AS of_declared_income, scope.day AS day
       FROM base.household_member AS member
       INNER JOIN ${households} AS scope ON scope.household_id = member.household_id`,
      { ...options, params: {} },
    );
    const people = {
      members: `SELECT * FROM ${members}`,
      numbers: `(SELECT of_number FROM ${members} WHERE of_number != '')`,
    };
    return await work({
      relations: factsSql(known, people, await tablesHeld({ warehouse })),
      scope: households,
    });
  } finally {
    for (const table of [households, members])
      await warehouse.run(`DROP TABLE IF EXISTS ${table}`, { ...options, params: {} });
  }
}
