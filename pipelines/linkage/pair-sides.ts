/** The two sides of a pair: which fields are shown of each kind of entity, how each is masked, and where its values are. */
import type { MaskName } from '../../domain/element.ts';
import type { IdentityEntity } from '../../warehouse/operational/tables/who-is-who.ts';
import { pathOf } from './nodes.ts';
import { personIdSql } from './persons/records.ts';

export interface FieldSpec {
  name: string;
  zh: string;
  mask: MaskName;
  comparison?: string;
}
export const FIELDS: Readonly<Record<IdentityEntity, readonly FieldSpec[]>> = {
  person: [
    { name: 'person_name', zh: '姓名', mask: 'name', comparison: 'name' },
    { name: 'number', zh: '证件号码（原文）', mask: 'id_number', comparison: 'number' },
    { name: 'birth', zh: '出生日期', mask: 'none', comparison: 'birth' },
    { name: 'sex', zh: '性别', mask: 'none', comparison: 'sex' },
    { name: 'phone', zh: '联系电话', mask: 'phone', comparison: 'phone' },
    { name: 'employer', zh: '工作单位', mask: 'none', comparison: 'employer' },
    { name: 'address', zh: '地址', mask: 'address', comparison: 'address' },
    { name: 'application_no', zh: '申请编号', mask: 'none', comparison: 'application' },
    { name: 'register_no', zh: '户号', mask: 'none', comparison: 'register' },
  ],
  dwelling: [
    { name: 'house_code', zh: '房屋编码', mask: 'none' },
    { name: 'unit_code', zh: '不动产单元号', mask: 'none' },
    { name: 'district', zh: '区县', mask: 'none' },
    { name: 'street', zh: '街道', mask: 'none' },
    { name: 'road', zh: '路', mask: 'none' },
    { name: 'road_number', zh: '门牌', mask: 'none' },
    { name: 'compound', zh: '小区', mask: 'none' },
    { name: 'building', zh: '幢', mask: 'none' },
    { name: 'unit', zh: '单元', mask: 'none' },
    { name: 'room', zh: '室', mask: 'none' },
    { name: 'address', zh: '坐落（原文）', mask: 'address' },
  ],
  enterprise: [
    { name: 'credit_code', zh: '统一社会信用代码', mask: 'none' },
    { name: 'name_core', zh: '名称（规范）', mask: 'none' },
    { name: 'how', zh: '依据', mask: 'none' },
  ],
  household: [
    { name: 'application_no', zh: '申请编号', mask: 'none' },
    { name: 'register_no', zh: '户号', mask: 'none' },
    { name: 'applied_on', zh: '申请日期', mask: 'none' },
    { name: 'applicant_name', zh: '申请人', mask: 'name' },
    { name: 'marital_status', zh: '申请人婚姻状况', mask: 'none' },
    { name: 'members', zh: '成员', mask: 'name' },
    { name: 'phone', zh: '联系电话', mask: 'phone' },
    { name: 'community', zh: '社区', mask: 'none' },
    { name: 'address', zh: '户籍地址', mask: 'address' },
    { name: 'how', zh: '依据', mask: 'none' },
  ],
};
/** Between the names of several people. */
export const AND = '、';
const REGISTER = 'police.household_register';

/** SELECT of a side's fields and `records`, by its parameters. */
export function sideSql(
  entity: IdentityEntity,
  node: string,
): { sql: string; params: Record<string, string> } {
  const { dataset, key, isAnchor } = pathOf(node);
  if (entity === 'person') {
    const where = isAnchor
      ? `id_number != '' AND ${personIdSql('id_number')} = {node:String}`
      : 'record_key = {node:String}';
    const said = (column: string): string => `anyIf(toString(${column}), toString(${column}) != '')`;
    return {
      sql: `SELECT toUInt32(count()) AS records, ${said('person_name')} AS person_name,
          if(any(id_number) != '', any(id_number), any(written.written)) AS number,
          ${said("ifNull(toString(birth_date), '')")} AS birth, ${said("transform(sex_code, ['1', '2'], ['男', '女'], '')")} AS sex,
          ${said('phone')} AS phone, ${said('employer')} AS employer, ${said('address')} AS address,
          ${said('application_no')} AS application_no, ${said('register_no')} AS register_no
        FROM base.person_record AS records LEFT JOIN linkage.person_written AS written ON records.record_key = written.record_key
        WHERE ${where}`,
      params: { node: isAnchor ? key : node },
    };
  }
  if (entity === 'household') return householdSql(node);
  const table = entity === 'dwelling' ? 'base.dwelling_record' : 'base.enterprise_link';
  const names = FIELDS[entity].map(({ name }) => name);
  const where = isAnchor
    ? entity === 'dwelling'
      ? "source_dataset IN ('property.house_registry', 'operations.dwelling') AND house_code = {key:String}"
      : 'credit_code = {key:String}'
    : 'source_dataset = {dataset:String} AND record_key = {key:String}';
  // The register of houses, and of enterprises, before anybody else.
  const order =
    "source_dataset IN ('property.house_registry', 'market_regulation.business_registry') DESC, source_dataset, record_key";
  return {
    sql: `SELECT toUInt32(count() OVER ()) AS records, ${names.map((name) => `toString(${name}) AS ${name}`).join(', ')}
      FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT 1`,
    params: { key, dataset },
  };
}

/** A register (户号) with its people; else an application, of a household known by itself its earliest. */
function householdSql(node: string): { sql: string; params: Record<string, string> } {
  const { dataset, key, isAnchor } = pathOf(node);
  const named = (relation: string): string =>
    `SELECT arrayStringConcat(arraySort(groupUniqArray(person_name)), '${AND}') FROM ${relation} AND person_name != ''`;
  const link = (column: string): string =>
    `(SELECT any(${column}) FROM base.household_link WHERE source_kind = '${dataset === REGISTER ? 'register' : 'application'}' AND source_no = {key:String})`;
  if (dataset === REGISTER)
    return {
      sql: `SELECT toUInt32(count() > 0) AS records, '' AS application_no, any(people.register_no) AS register_no, '' AS applied_on, '' AS applicant_name,
          '' AS marital_status, (${named('base.register WHERE register_no = {key:String}')}) AS members, '' AS phone,
          any(community_name) AS community, any(register_address) AS address, ${link('how')} AS how
        FROM base.register AS people WHERE people.register_no = {key:String}`,
      params: { key },
    };
  const records = isAnchor
    ? 'SELECT toUInt32(count()) FROM base.household_link WHERE household_id = {key:String}'
    : '1';
  return {
    sql: `SELECT toUInt32((${records})) AS records, application_no, '' AS register_no, ifNull(toString(applied_on), '') AS applied_on, applicant_name,
        (SELECT any(codes.zh) FROM base.household_member AS members INNER JOIN base.code_marital_status AS codes ON members.marital_status = codes.code
          WHERE members.household_id = {key:String} AND members.is_applicant = 1) AS marital_status,
        (${named('base.household_member WHERE household_id = {key:String}')}) AS members, phone, community_name AS community, '' AS address,
        ${link('how')} AS how
      FROM base.application WHERE application_no = {key:String}`,
    params: { key },
  };
}
