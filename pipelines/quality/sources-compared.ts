/**
 * Sources held against each other: what each data set says of a person against the authority for that attribute (accuracy) and
 * against the other systems (consistency). Snapshot measures of the as-of day, over `base.person_source`.
 */
import { z } from 'zod';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { MeasureRow } from './measure.ts';

export interface Attribute {
  /** Column of `base.person_source`, and the measure's field. */
  name: string;
  zh: string;
  /** The register whose word stands for the real person; empty where none is. */
  authorities: readonly string[];
  clause: string;
}

export const ATTRIBUTES: readonly Attribute[] = [
  {
    ...{ name: 'person_name', zh: '姓名', authorities: ['police.household_register'] },
    clause: '户籍登记机关：姓名以公安登记为准',
  },
  {
    ...{ name: 'sex_code', zh: '性别', authorities: ['police.household_register'] },
    clause: '户籍登记机关：性别以公安登记为准',
  },
  {
    ...{ name: 'birth_date', zh: '出生日期', authorities: ['police.household_register'] },
    clause: '户籍登记机关：出生日期以公安登记为准',
  },
  {
    ...{ name: 'marital_status', zh: '婚姻状况', authorities: ['civil_affairs.marriage'] },
    clause: '婚姻登记机关：婚姻状况以民政登记为准',
  },
  {
    ...{ name: 'employer', zh: '工作单位' },
    authorities: ['social_insurance.enterprise_basic', 'social_insurance.civil_basic'],
    clause: '参保单位申报、人社部门核验：工作单位以社保为准',
  },
  { ...{ name: 'phone', zh: '联系电话', authorities: [] }, clause: '无权威来源，只比系统间一致' },
];

const textOf = ({ name }: Attribute): string =>
  name === 'birth_date' ? "ifNull(toString(birth_date), '')" : name;
export const authorityList = ({ authorities }: Attribute): string =>
  authorities.map(literal).join(', ') || "''";

/** What each data set says of a person, one row an attribute: with what the authority says, and how many systems say what. */
export const comparedSql = (attribute: Attribute): string => {
  const value = textOf(attribute);
  const isAuthority = `source_dataset IN (${authorityList(attribute)})`;
  return `SELECT person_id, source_dataset, ${value} AS value,
      argMaxIf(value, last_seen_on, ${isAuthority}) OVER (PARTITION BY person_id) AS authority_value,
      count() OVER (PARTITION BY person_id) AS systems, count() OVER (PARTITION BY person_id, value) AS agreeing,
      ${isAuthority} AS is_authority
    FROM base.person_source WHERE ${value} != ''`;
};
/** Rows that can be judged, and those that are good; over `comparedSql`. */
export const AUTHORITY_JUDGED = "(NOT is_authority AND authority_value != '')";
export const AUTHORITY_GOOD = `(${AUTHORITY_JUDGED} AND value = authority_value)`;
export const SYSTEMS_JUDGED = '(systems > 1)';
/** More than half say so: of two who disagree neither is right by itself. */
export const SYSTEMS_GOOD = '(systems > 1 AND agreeing * 2 > systems)';

const row = z.object({
  ...{ dataset: z.string(), field: z.string() },
  ...{ judged: z.number(), good: z.number(), shared: z.number(), agreeing: z.number() },
});

export async function sourcesCompared(
  warehouse: Warehouse,
  contracts: Contracts,
  asOf: string,
): Promise<MeasureRow[]> {
  const selects = ATTRIBUTES.map(
    (attribute) => `SELECT source_dataset AS dataset, ${literal(attribute.name)} AS field,
        toUInt32(countIf(${AUTHORITY_JUDGED})) AS judged, toUInt32(countIf(${AUTHORITY_GOOD})) AS good,
        toUInt32(countIf(${SYSTEMS_JUDGED})) AS shared, toUInt32(countIf(${SYSTEMS_GOOD})) AS agreeing
      FROM (${comparedSql(attribute)}) GROUP BY dataset`,
  );
  const rows = await warehouse.rows(selects.join('\nUNION ALL\n'), row, {
    ...{ lane: 'batch', tag: 'quality.sources' },
  });
  return rows.flatMap(({ dataset, field, judged, good, shared, agreeing }) => {
    const owner = contracts.find(dataset)?.owner;
    if (owner === undefined) return [];
    const about = { batchId: 0, day: asOf, dataset, owner, field };
    return [
      ...(judged > 0 ? [{ ...about, measure: 'agrees_with_authority' as const, good, total: judged }] : []),
      ...(shared > 0
        ? [{ ...about, measure: 'agrees_across_sources' as const, good: agreeing, total: shared }]
        : []),
    ];
  });
}
