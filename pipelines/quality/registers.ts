/**
 * Which records are held against which register, as SQL over `base` (accuracy, 002:8835): dwellings and households against the source
 * whose word counts first (`base.source_priority`), enterprises against the business registry, contracts against the application they
 * were given on, who lives there and what is due against the contract, meters against 楼盘表. Of persons: `sources-compared.ts`.
 */
import { literal } from '../../warehouse/engine/sql.ts';

export interface RegisterComparison {
  /** What is compared, for people. */
  zh: string;
  /**
   * Data sets whose word stands for the thing: all alike, or where `ranked` the first that speaks, in the order in force, with what
   * staff put before all of them.
   */
  registers: readonly string[];
  /** Entity and attribute of `base.source_priority`. */
  ranked?: { entity: string; attribute: string };
  /** The law that gives the register its word; '' where it is what was agreed on. */
  clause: string;
  /** The record's key is an account of somebody: letters do not name it. */
  isPersonal?: boolean;
  /** Tables of `base` it reads; not compared before all are built. */
  tables: readonly string[];
  /** SELECT of `dataset`, `field` (its standard name), `key` (of the record), `same` (1 or 0): a row for each value both speak of. */
  sql(at: { asOf: string; order: readonly string[] }): string;
}

const OWNERSHIP = 'property.ownership';
const REGISTRY = 'property.house_registry';
const SURVEY = 'property.house_survey';
const FUND = 'maintenance_fund.dwelling';
const HOUSES = [OWNERSHIP, REGISTRY, SURVEY, 'operations.dwelling', FUND];
const APPLICATIONS = ['anju.application', 'operations.application'];
const list = (names: readonly string[]): string => names.map(literal).join(', ');

/**
 * What data sets say of one thing against the first of `order` that says anything of it, which itself is not judged. Of several records
 * of that one the last counts.
 * @param said SELECT of `subject`, `dataset`, `key`, `value` (text, '' where nothing is said), `said_on` (days since 1970)
 * @param same condition over `value` and `register_value`
 */
const againstFirst = (
  field: string,
  said: string,
  order: readonly string[],
  same = 'value = register_value',
): string => `SELECT dataset, ${literal(field)} AS field, key, toUInt8(${same}) AS same
  FROM (
    SELECT dataset, key, value,
      argMinIf((value, dataset), (indexOf([${list(order)}], dataset), -said_on, key), dataset IN (${list(order)}))
        OVER (PARTITION BY subject) AS register, register.1 AS register_value
    FROM (${said}) WHERE value != '' AND subject != ''
  ) WHERE register.2 NOT IN ('', dataset)`;

/** Texts of the records of houses, with the dwelling each means. */
const recordsSql = (value: string, sources: readonly string[]): string =>
  `SELECT links.dwelling_id AS subject, records.source_dataset AS dataset, records.record_key AS key, ${value} AS value, 0 AS said_on
   FROM base.dwelling_record AS records INNER JOIN base.dwelling_link AS links USING (source_dataset, record_key)
   WHERE records.source_dataset IN (${list(sources)})`;
const STD = 'std_property__';
interface Areas {
  dataset: string;
  table: string;
  key: string;
  /** Day of the record. */
  day?: string;
  where?: string;
}
const AREAS: readonly Areas[] = [
  {
    ...{ dataset: OWNERSHIP, table: `${STD}ownership`, key: 'certificate_no', day: 'acquired_on' },
    // One certificate may hold several dwellings; where it names the unit its area is that unit's.
    where: "links.how = 'unit_code' AND told.cancelled_on IS NULL",
  },
  { dataset: REGISTRY, table: `${STD}house_registry`, key: 'house_code' },
  { dataset: SURVEY, table: `${STD}house_survey`, key: 'survey_no', day: 'surveyed_on' },
  { dataset: 'operations.dwelling', table: 'std_operations__dwelling', key: 'dwelling_no' },
  { dataset: FUND, table: 'std_maintenance_fund__dwelling', key: 'dwelling_no' },
];
const areaSql = ({ dataset, table, key, day, where = '1' }: Areas): string =>
  `SELECT any(links.dwelling_id) AS subject, ${literal(dataset)} AS dataset, told.${key} AS key, max(ifNull(toString(told.floor_area), '')) AS value,
     ${day === undefined ? '0' : `max(ifNull(toInt32(told.${day}), 0))`} AS said_on
   FROM base.${table} AS told INNER JOIN base.dwelling_link AS links ON links.source_dataset = ${literal(dataset)} AND links.record_key = told.${key}
   WHERE told.is_current = 1 AND ${where} GROUP BY key`;

/** Parts both say must be the same; what one leaves out contradicts nothing. */
const PARTS = ['road', 'road_number', 'building', 'unit', 'room'];
const SAME_PARTS =
  "arrayAll((one, other) -> one = '' OR other = '' OR one = other, splitByChar('|', value), splitByChar('|', register_value))";
const SPELT_PARTS = `if(records.room = '', '', concat(${PARTS.map((part) => `records.${part}`).join(", '|', ")}))`;

const MARKET = 'market_regulation.business_registry';
const LINKS = ['source_priority', 'dwelling_record', 'dwelling_link'];
const MARKET_LAW = '《市场主体登记管理条例》第八条';
const ofDwelling = (attribute: string) => ({
  ...{ registers: [REGISTRY, SURVEY, OWNERSHIP], ranked: { entity: 'dwelling', attribute } },
  clause: '',
});

/** An application as both systems keep it. */
const applicationsSql = (column: string): string =>
  APPLICATIONS.map(
    (
      dataset,
    ) => `SELECT application_no AS subject, ${literal(dataset)} AS dataset, application_no AS key, ifNull(toString(${column}), '') AS value, 0 AS said_on
      FROM base.std_${dataset.replace('.', '__')} WHERE is_current = 1`,
  ).join('\nUNION ALL\n');
/** What members earn together, where all state it. */
const INCOMES = `SELECT household_id, 'operations.household_member', household_id,
    if(countIf(annual_income IS NULL) = 0, toString(sum(annual_income)), ''), 0
  FROM base.household_member GROUP BY household_id`;
const ofHousehold = (
  field: string,
  attribute: string,
  zh: string,
  { same, more }: { same?: string; more?: { sql: string; table: string } } = {},
): RegisterComparison => ({
  ...{ zh, registers: APPLICATIONS, ranked: { entity: 'household', attribute }, clause: '' },
  tables: [
    ...['source_priority', 'std_anju__application', 'std_operations__application'],
    ...(more === undefined ? [] : [more.table]),
  ],
  sql: ({ order }) =>
    againstFirst(
      field,
      `${applicationsSql(field)}${more === undefined ? '' : `\nUNION ALL\n${more.sql}`}`,
      order,
      same,
    ),
});
const SAME_SUM = 'toDecimal64(value, 2) = toDecimal64(register_value, 2)';
/** A household has income no member earns (benefits, rents), but none less than its members earn. */
const NOT_LESS = `if(dataset = 'operations.household_member', toDecimal64(value, 2) <= toDecimal64(register_value, 2), ${SAME_SUM})`;

export const REGISTER_COMPARISONS: readonly RegisterComparison[] = [
  {
    ...{ zh: '房屋坐落', tables: LINKS, ...ofDwelling('address') },
    // What the business system has of its own is the room; the rest is its project's.
    sql: ({ order }) =>
      againstFirst(
        'address',
        recordsSql(
          SPELT_PARTS,
          HOUSES.filter((one) => one !== 'operations.dwelling'),
        ),
        order,
        SAME_PARTS,
      ),
  },
  {
    ...{ zh: '不动产单元代码', tables: LINKS, ...ofDwelling('real_estate_unit_code') },
    sql: ({ order }) => againstFirst('real_estate_unit_code', recordsSql('records.unit_code', HOUSES), order),
  },
  {
    ...{ zh: '建筑面积', ...ofDwelling('floor_area') },
    tables: ['source_priority', 'dwelling_link', ...AREAS.map(({ table }) => table)],
    sql: ({ order }) =>
      againstFirst(
        'floor_area',
        AREAS.map(areaSql).join('\nUNION ALL\n'),
        order,
        // Square metres to two places (GB/T 17986.1): the last one may be rounded.
        'abs(toDecimal64(value, 2) - toDecimal64(register_value, 2)) <= toDecimal64(0.01, 2)',
      ),
  },
  {
    ...{ zh: '房屋权利人', registers: [OWNERSHIP], clause: '《不动产登记暂行条例》第八条', isPersonal: true },
    tables: ['property_right', 'maintenance_fund_owner', 'dwelling_link'],
    sql: () => `SELECT 'maintenance_fund.owner' AS dataset, 'id_number' AS field, owners.owner_no AS key,
        toUInt8(has(rights.people, owners.person_id)) AS same
      FROM base.maintenance_fund_owner AS owners
      INNER JOIN base.dwelling_link AS links ON links.source_dataset = '${FUND}' AND links.record_key = owners.dwelling_no
      INNER JOIN (
        SELECT dwelling_id, groupUniqArray(person_id) AS people FROM base.property_right
        WHERE is_active = 1 AND person_id != '' AND dwelling_id != '' GROUP BY dwelling_id
      ) AS rights ON rights.dwelling_id = links.dwelling_id
      WHERE owners.person_id != ''`,
  },
  {
    ...{
      zh: '房屋编码',
      registers: [REGISTRY],
      clause: '',
      tables: ['dwelling_link', `${STD}house_registry`],
    },
    // A dwelling of ours must stand in 楼盘表; what speaks of one must name a house that it or we know. What people decided is settled.
    sql: () => `SELECT source_dataset AS dataset, 'house_code' AS field, record_key AS key,
        toUInt8(house_code = said_code AND (source_dataset != 'operations.dwelling'
          OR said_code IN (SELECT house_code FROM base.${STD}house_registry WHERE is_current = 1))) AS same
      FROM base.dwelling_link
      WHERE said_code != '' AND how != 'decided' AND (SELECT count() FROM base.${STD}house_registry) > 0
        AND source_dataset IN (${list([
          ...[SURVEY, 'operations.dwelling', 'operations.contract', 'anju.contract', 'operations.repair'],
          ...['operations.complaint', 'anju.complaint', 'operations.breach_report', 'anju.breach_report'],
          'access_control.door_event',
          'property_management.incident',
        ])})`,
  },
  {
    ...{
      zh: '单位名称',
      registers: [MARKET],
      clause: MARKET_LAW,
      isPersonal: true,
      tables: ['enterprise_link'],
    },
    sql: () => `SELECT links.source_dataset AS dataset, 'unit_name' AS field, links.record_key AS key, toUInt8(has(registered.names, links.name_core)) AS same
      FROM base.enterprise_link AS links
      INNER JOIN (
        SELECT credit_code, groupUniqArray(name_core) AS names FROM base.enterprise_link
        WHERE source_dataset = '${MARKET}' AND credit_code != '' AND name_core != '' GROUP BY credit_code
      ) AS registered ON registered.credit_code = links.credit_code
      WHERE links.source_dataset != '${MARKET}' AND links.how = 'credit_code' AND links.name_core != ''`,
  },
  {
    ...{ zh: '统一社会信用代码', registers: [MARKET], clause: MARKET_LAW, isPersonal: true },
    tables: ['enterprise_link'],
    // A code the register does not know is judged where it knows the name: that one has another code.
    sql: () => {
      const known = (column: string): string =>
        `${column} IN (SELECT ${column} FROM base.enterprise_link WHERE source_dataset = '${MARKET}' AND ${column} != '')`;
      return `SELECT source_dataset AS dataset, 'unit_credit_code' AS field, record_key AS key, toUInt8(${known('credit_code')}) AS same
        FROM base.enterprise_link
        WHERE source_dataset != '${MARKET}' AND how = 'credit_code' AND (same OR ${known('name_core')})`;
    },
  },
  ofHousehold('applicant_name', 'applicant_name', '申请人姓名'),
  ofHousehold('member_count', 'declared_members', '家庭人口数'),
  ofHousehold('annual_income', 'annual_income', '家庭年收入', {
    same: NOT_LESS,
    more: { sql: INCOMES, table: 'household_member' },
  }),
  ofHousehold('floor_area_per_person', 'floor_area_per_person', '人均建筑面积', { same: SAME_SUM }),
  {
    ...{ zh: '承租人', registers: APPLICATIONS, clause: '', tables: ['contract', 'application'] },
    sql: () => `SELECT concat(contract.record_source, '.contract') AS dataset, 'tenant_id_number' AS field, contract.contract_no AS key,
        toUInt8(contract.tenant_person_id = application.applicant_person_id) AS same
      FROM base.contract AS contract INNER JOIN base.application AS application USING (application_no)
      WHERE contract.tenant_person_id != '' AND application.applicant_person_id != ''`,
  },
  {
    ...{ zh: '同住与应收所在房屋', registers: ['operations.contract'], clause: '' },
    tables: ['contract', 'dwelling_link', 'dwelling_record', 'std_operations__rent_due'],
    sql: () => `SELECT 'operations.occupant' AS dataset, 'house_code' AS field, links.record_key AS key,
        toUInt8(links.dwelling_id = contract.dwelling_id) AS same
      FROM base.dwelling_link AS links
      INNER JOIN base.dwelling_record AS records USING (source_dataset, record_key)
      INNER JOIN base.contract AS contract ON contract.contract_no = records.contract_no
      WHERE links.source_dataset = 'operations.occupant' AND links.said_code != '' AND contract.dwelling_id != ''
      UNION ALL
      SELECT 'operations.rent_due', 'house_code', concat(due.contract_no, ' ', due.house_code), toUInt8(due.house_code = contract.house_code)
      FROM (SELECT DISTINCT contract_no, house_code FROM base.std_operations__rent_due WHERE house_code != '') AS due
      INNER JOIN base.contract AS contract USING (contract_no)
      WHERE contract.house_code != ''`,
  },
  {
    ...{ zh: '表号', registers: [REGISTRY], clause: '', tables: ['meter_day', `${STD}house_registry`] },
    // A month of readings says which meters there are.
    sql: ({
      asOf,
    }) => `SELECT concat('utilities.', meter_kind, '_reading') AS dataset, 'meter_no' AS field, meter_no AS key,
        toUInt8((meter_kind, meter_no) IN (
          SELECT arrayJoin([('water', water_meter_no), ('electricity', electricity_meter_no), ('gas', gas_meter_no)])
          FROM base.${STD}house_registry WHERE is_current = 1)) AS same
      FROM (SELECT DISTINCT meter_kind, meter_no FROM base.meter_day WHERE reading_date > toDate(${literal(asOf)}) - 31 AND meter_no != '')
      WHERE (SELECT count() FROM base.${STD}house_registry) > 0`,
  },
];
