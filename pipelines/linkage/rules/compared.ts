/** Dwellings and enterprises: what their records say, compared as the models that link them do (`base.dwelling_link`, `base.enterprise_link`). */
import type { Rule } from './judge.ts';

export interface Compared {
  /** Column of base.<entity>_link: the code meant. */
  code: string;
  /**
   * SELECT of the links that `where` chooses: `record`, `id`, `how`, `code` and the columns that are compared. The big table is asked by its key alone.
   */
  records: (where: string) => string;
  comparisons: readonly { name: string; level?: string }[];
  rules: readonly Rule[];
}

/** As the macro `compound_core` has it: 安居家园小区 and 安居家园 are one compound. */
const core = (compound: string): string =>
  `if(lengthUTF8(${compound}) > 4, replaceRegexpOne(${compound}, '(?:住宅)?小区$', ''), ${compound})`;
/** As `base.dwelling_link` reads them: the name that tells a building or a district apart before one that means them all. */
const ALIASES = `SELECT said_compound, groupArray((said_district, said_building, means_district, means_compound, means_building)) AS meanings
  FROM (SELECT * FROM base.address_alias ORDER BY said_compound, said_building DESC, said_district DESC) GROUP BY said_compound`;
/** The same compound, or one that people or records call the other. */
const COMPOUND = `multiIf(
  l.compound = '' AND r.compound = '', 'neither says', l.compound = '' OR r.compound = '', 'not known', l.compound != r.compound, 'different',
  l.named = r.named, 'equal', 'alias')`;

export const COMPARED: Readonly<Record<'dwelling' | 'enterprise', Compared>> = {
  dwelling: {
    code: 'house_code',
    records: (
      where,
    ) => `SELECT concat(links.source_dataset, ':', links.record_key) AS record, links.dwelling_id AS id, links.how AS how,
        links.house_code AS code, records.house_code AS house_code, records.unit_code AS unit_code, records.contract_no AS contract_no,
        arrayFirst(one -> one.1 IN ('', records.district) AND one.2 IN ('', records.building), aliases.meanings) AS means,
        if(means.3 != '', means.3, records.district) AS district, records.street AS street, records.road AS road,
        records.road_number AS road_number, ${core('records.compound')} AS named, if(means.4 != '', means.4, named) AS compound,
        if(means.5 != '', means.5, records.building) AS building, records.unit AS unit, records.room AS room
      FROM base.dwelling_record AS records
      INNER JOIN (SELECT * FROM base.dwelling_link WHERE ${where}) AS links
        ON records.source_dataset = links.source_dataset AND records.record_key = links.record_key
      LEFT JOIN (${ALIASES}) AS aliases ON ${core('records.compound')} = aliases.said_compound
      WHERE (records.source_dataset, records.record_key) IN (SELECT source_dataset, record_key FROM base.dwelling_link WHERE ${where})`,
    comparisons: [
      ...['house_code', 'unit_code', 'contract_no', 'district', 'street', 'road', 'road_number'].map(
        (name) => ({
          name,
        }),
      ),
      { name: 'compound', level: COMPOUND },
      ...['building', 'unit', 'room'].map((name) => ({ name })),
    ],
    rules: [
      { name: 'house_code', equal: ['house_code'] },
      { name: 'unit_code', equal: ['unit_code'] },
      {
        name: 'address',
        ...{ equal: ['room'], alike: ['building'], oneOf: [['road', 'road_number'], ['compound']] },
        agree: ['district', 'street', 'road', 'road_number', 'compound', 'unit'],
      },
      { name: 'contract', equal: ['contract_no'] },
    ],
  },
  enterprise: {
    code: 'credit_code',
    records: (
      where,
    ) => `SELECT concat(source_dataset, ':', record_key) AS record, enterprise_id AS id, how, credit_code AS code,
        said_code AS own_code, name_core, if(empty(other_codes), '', 'several') AS bearers
      FROM base.enterprise_link WHERE ${where}`,
    comparisons: [
      { name: 'own_code' },
      { name: 'name_core' },
      { name: 'bearers', level: `if(l.bearers = '' AND r.bearers = '', 'one', 'several')` },
    ],
    rules: [
      { name: 'credit_code', equal: ['own_code'] },
      { name: 'name', equal: ['name_core'], is: { bearers: 'one' } },
    ],
  },
};
