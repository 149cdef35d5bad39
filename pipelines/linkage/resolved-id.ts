import { literal } from '../../warehouse/engine/sql.ts';
import type { IdentityEntity } from '../../warehouse/operational/tables/who-is-who.ts';

/** The id of what a number or code names by itself, as the macro `resolved_id` has it but for an empty number. `number` is SQL. */
export const resolvedIdSql = (entity: IdentityEntity, number: string): string =>
  // A household has the number of its earliest application for an id.
  entity === 'household' ? number : `lower(hex(sipHash128(${literal(entity)}, ${number})))`;

/** Whose number it is, as the macro `person_id` has it: of a number merged into somebody else's theirs. '' of an empty number. */
export const keptPersonIdSql = (number: string): string => {
  const pairs = 'arraySort(groupArray((left_id, kept_id)))';
  const merged = (part: 1 | 2): string => `(SELECT ${pairs}.${part} FROM linkage.person_merged)`;
  return `if(${number} = '', '', transform(${resolvedIdSql('person', number)}, ${merged(1)}, ${merged(2)}))`;
};
