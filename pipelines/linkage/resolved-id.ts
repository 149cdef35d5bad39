import { literal } from '../../warehouse/engine/sql.ts';
import type { IdentityEntity } from '../../warehouse/operational/tables/who-is-who.ts';

/** The id of what a number or code names by itself, as the macro `resolved_id` has it but for an empty number. `number` is SQL. */
export const resolvedIdSql = (entity: IdentityEntity, number: string): string =>
  `lower(hex(sipHash128(${literal(entity)}, ${number})))`;
