/** Entities whose values are chosen among sources, and the attributes chosen (002:121): what the seed `source_priority` speaks of. */

export interface PriorityEntity {
  zh: string;
  /** Model of `base`, and its key. */
  model: string;
  key: string;
  /** Attributes by name, with the columns that hold them. */
  attributes: Readonly<Record<string, readonly string[]>>;
}

const PLACE = ['district_code', 'street_code', 'community_code'];
const named = (...names: string[]): Record<string, readonly string[]> =>
  Object.fromEntries(names.map((name) => [name, [name]]));

export const ENTITIES = {
  person: {
    ...{ zh: '人员', model: 'person', key: 'person_id' },
    attributes: named(
      ...['person_name', 'sex_code', 'birth_date', 'ethnicity_code', 'phone', 'marital_status', 'employer'],
    ),
  },
  dwelling: {
    ...{ zh: '房源', model: 'dwelling', key: 'dwelling_id' },
    attributes: {
      ...named('real_estate_unit_code', 'address', 'building_no', 'unit_no', 'room_no', 'layout_code'),
      ...named('structure_code', 'floor_area', 'inner_area', 'shared_area'),
      division: PLACE,
    },
  },
  enterprise: {
    ...{ zh: '企业', model: 'enterprise', key: 'enterprise_id' },
    attributes: named('enterprise_name', 'unit_nature', 'address'),
  },
  household: {
    ...{ zh: '家庭', model: 'household', key: 'household_id' },
    attributes: {
      ...named('applicant_name', 'applicant_group', 'declared_members', 'annual_income'),
      ...named('floor_area_per_person'),
      division: PLACE,
    },
  },
} as const satisfies Record<string, PriorityEntity>;

export type EntityName = keyof typeof ENTITIES;
export const ENTITY_NAMES = Object.keys(ENTITIES) as EntityName[];
export const attributesOf = (entity: EntityName): string[] => Object.keys(ENTITIES[entity].attributes);
