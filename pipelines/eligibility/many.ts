/** Many households at once: whom a poll or a try-out of rules is about, as relations facts are asked of. No household goes through JavaScript. */
import { randomUUID } from 'node:crypto';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { tablesHeld } from './answered.ts';
import { membersSql } from './beneficiaries.ts';
import type { Definitions } from './definitions.ts';
import { factsSql } from './facts-sql.ts';

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

/**
 * Does something with the facts of the households of a scope; they stand in tables of their own as long as it takes.
 * @param knownAt who the people of the households are is what was known then
 */
export async function withCrowd<T>(
  warehouse: Warehouse,
  known: Definitions,
  { scope, params, knownAt }: { scope: string; params: Record<string, unknown>; knownAt: Date },
  work: (crowd: Crowd) => Promise<T>,
): Promise<T> {
  const name = randomUUID().replaceAll('-', '');
  const [households, members] = [`eligibility.\`scope_${name}\``, `eligibility.\`members_${name}\``];
  const options = { lane: 'batch' as const, tag: 'households of a poll', maxSeconds: 1800 };
  const held = await tablesHeld({ warehouse });
  try {
    await warehouse.run(`CREATE TABLE ${households} ENGINE = Memory AS ${scope}`, { ...options, params });
    await warehouse.run(`CREATE TABLE ${members} ENGINE = Memory AS ${membersSql(households, held)}`, {
      ...options,
      params: { known: knownAt.toISOString() },
    });
    const people = {
      members: `SELECT * FROM ${members}`,
      numbers: `(SELECT of_number FROM ${members} WHERE of_number != '')`,
    };
    return await work({ relations: factsSql(known, people, held), scope: households });
  } finally {
    for (const table of [households, members]) await warehouse.run(`DROP TABLE IF EXISTS ${table}`, options);
  }
}
