/** What can be searched, in the order people read it. */
import { AppError } from '../../domain/errors.ts';
import { documentKind } from './document-kind.ts';
import { roomSql } from '../object-names.ts';
import { column, coded, dated, DIVISIONS, place, type SearchKind, type SearchPart } from './kind.ts';

/** The beginning of a free text, as a title. */
const beginning = (name: string, zh: string): SearchPart => ({
  zh,
  sql: `substringUTF8(one.${name}, 1, 40)`,
  mask: 'none',
});

/** A person belongs where registered, and wherever they applied, live or lived. */
const PLACES_OF_PERSONS = `SELECT person_id AS place_key, arrayFilter(code -> code != '', groupUniqArrayArray([district_code, street_code, community_code])) AS codes, max(day) AS latest
FROM (
  SELECT applicant_person_id AS person_id, district_code, street_code, community_code, applied_on AS day FROM base.application
  UNION ALL
  SELECT person_id, district_code, street_code, community_code, moved_in_on AS day FROM base.contract_occupant
  UNION ALL
  SELECT tenant_person_id AS person_id, district_code, street_code, community_code, starts_on AS day FROM base.contract
  UNION ALL
  SELECT members.person_id, district_code, street_code, community_code, applied_on AS day
  FROM base.household_member AS members INNER JOIN base.application AS cases ON members.household_id = cases.application_no
)
WHERE person_id != '' GROUP BY person_id`;

export const searchKinds = [
  {
    entity: 'person',
    zh: '人员',
    table: 'base.person',
    alsoReads: ['base.application', 'base.contract_occupant', 'base.contract', 'base.household_member'],
    key: 'one.person_id',
    title: column('person_name', '姓名'),
    parts: [
      column('id_number', '证件号码'),
      column('phone', '联系电话'),
      column('employer', '工作单位'),
      column('register_address', '户籍所在地'),
      place,
    ],
    numbers: [],
    personalNumbers: ['one.id_number', 'one.phone'],
    divisions: DIVISIONS,
    places: PLACES_OF_PERSONS,
    day: 'CAST(NULL AS Nullable(Date32))',
  },
  {
    entity: 'dwelling',
    zh: '房源',
    table: 'base.dwelling',
    alsoReads: [],
    key: 'one.house_code',
    title: { zh: '房源', sql: `concat(one.project_name, ${roomSql('one')})`, mask: 'none' },
    parts: [
      column('house_code', '房屋编码'),
      column('dwelling_no', '房源编号'),
      coded('dwelling_state', 'dwelling_state', '房源状态'),
      coded('project_kind', 'project_kind', '项目类型'),
      coded('layout_code', 'layout', '户型'),
      column('address', '地址'),
      place,
    ],
    numbers: ['one.house_code', 'one.dwelling_no', 'one.real_estate_unit_code'],
    personalNumbers: [],
    divisions: DIVISIONS,
    day: 'one.delivered_on',
  },
  {
    entity: 'contract',
    zh: '合同',
    table: 'base.contract',
    alsoReads: [],
    key: 'one.contract_no',
    title: column('tenant_name', '承租人'),
    parts: [
      column('contract_no', '合同编号'),
      coded('contract_state', 'contract_state', '合同状态'),
      dated('starts_on', '租赁开始日期'),
      dated('ends_on', '租赁结束日期'),
      column('house_code', '房屋编码'),
      column('tenant_id_number', '证件号码'),
      column('phone', '联系电话'),
      column('breach_clause', '违约条款'),
      place,
    ],
    numbers: ['one.contract_no', 'one.application_no', 'one.house_code'],
    personalNumbers: ['one.tenant_id_number', 'one.phone'],
    divisions: DIVISIONS,
    day: 'one.starts_on',
  },
  {
    entity: 'application',
    zh: '申请',
    table: 'base.application',
    alsoReads: [],
    key: 'one.application_no',
    title: column('applicant_name', '申请人'),
    parts: [
      column('application_no', '申请编号'),
      coded('application_state', 'application_state', '申请状态'),
      coded('guarantee_form', 'guarantee_form', '保障方式'),
      dated('applied_on', '申请日期'),
      column('applicant_id_number', '证件号码'),
      column('phone', '联系电话'),
      place,
    ],
    numbers: ['one.application_no'],
    personalNumbers: ['one.applicant_id_number', 'one.phone'],
    divisions: DIVISIONS,
    day: 'one.applied_on',
  },
  {
    entity: 'project',
    zh: '项目',
    table: 'base.project',
    alsoReads: [],
    key: 'one.project_id',
    title: column('project_name', '项目名称'),
    parts: [
      column('project_id', '项目编号'),
      coded('project_kind', 'project_kind', '项目类型'),
      coded('project_state', 'project_state', '项目状态'),
      column('approval_no', '批准文号'),
      // Where a project stands is no secret, unlike where a person lives.
      { zh: '地址', sql: 'one.address', mask: 'none' },
      place,
    ],
    numbers: ['one.project_id', 'one.approval_no'],
    personalNumbers: [],
    divisions: DIVISIONS,
    day: 'one.completed_on',
  },
  {
    entity: 'enterprise',
    zh: '企业',
    table: 'base.enterprise',
    alsoReads: ['base.project'],
    key: 'one.enterprise_id',
    title: column('enterprise_name', '企业名称'),
    parts: [
      column('credit_code', '统一社会信用代码'),
      coded('enterprise_kind', 'enterprise_kind', '企业类型'),
      coded('enterprise_state', 'enterprise_state', '经营状态'),
      column('legal_representative', '法定代表人'),
      column('business_scope', '经营范围'),
      column('licences', '行政许可'),
      column('address', '住所'),
    ],
    numbers: ['one.credit_code'],
    personalNumbers: ['one.phone'],
    divisions: [],
    places: `SELECT place_key, groupUniqArrayArray(codes) AS codes, CAST(NULL AS Nullable(Date32)) AS latest
FROM (SELECT arrayJoin([enterprise_id, builder_enterprise_id]) AS place_key, [district_code, street_code, community_code] AS codes FROM base.project)
WHERE place_key != '' GROUP BY place_key`,
    day: 'one.founded_on',
  },
  {
    entity: 'complaint',
    zh: '投诉',
    table: 'base.complaint',
    alsoReads: [],
    key: 'one.complaint_no',
    title: beginning('content', '投诉内容'),
    parts: [
      column('complaint_no', '投诉编号'),
      coded('complaint_state', 'complaint_state', '处理状态'),
      coded('complaint_kind', 'complaint_kind', '投诉类型'),
      column('content', '投诉内容'),
      column('answer', '处理意见'),
      column('complainant_name', '投诉人'),
      dated('complained_on', '投诉日期'),
      place,
    ],
    numbers: ['one.complaint_no'],
    personalNumbers: ['one.phone'],
    divisions: DIVISIONS,
    day: 'one.complained_on',
  },
  {
    entity: 'breach_report',
    zh: '违约上报',
    table: 'base.breach_report',
    alsoReads: [],
    key: 'one.breach_no',
    title: column('tenant_name', '承租人'),
    parts: [
      column('breach_no', '违约事件编号'),
      coded('breach_kind', 'breach_kind', '违约类型'),
      coded('breach_state', 'breach_state', '处理状态'),
      column('description', '违约情况'),
      column('evidence', '证明文件'),
      column('measures_taken', '处理措施'),
      column('contract_no', '合同编号'),
      column('reporter_name', '上报人'),
      dated('reported_on', '上报日期'),
      place,
    ],
    numbers: ['one.breach_no', 'one.contract_no'],
    personalNumbers: ['one.reporter_phone'],
    divisions: DIVISIONS,
    day: 'one.reported_on',
  },
  {
    entity: 'repair',
    zh: '报修',
    table: 'base.repair',
    alsoReads: [],
    key: 'one.repair_no',
    title: beginning('description', '报修内容'),
    parts: [
      column('repair_no', '工单编号'),
      coded('repair_state', 'repair_state', '工单状态'),
      coded('repair_kind', 'repair_kind', '报修类型'),
      column('description', '报修内容'),
      column('contract_no', '合同编号'),
      dated('reported_on', '报修日期'),
      place,
    ],
    numbers: ['one.repair_no', 'one.contract_no'],
    personalNumbers: [],
    divisions: DIVISIONS,
    day: 'one.reported_on',
  },
  documentKind('supervision_letter', '督办单', 'alerts:read'),
  documentKind('quality_letter', '数据质量问题函', 'runs:read'),
  documentKind('eligibility_review', '资格预审', 'eligibility:read'),
  documentKind('report', '报表', 'runs:read'),
  documentKind('export_package', '数据包', 'runs:read'),
  documentKind('delivery', '交付文件', 'runs:read'),
] as const satisfies readonly SearchKind[];

export type SearchEntity = (typeof searchKinds)[number]['entity'];
export const searchEntities = searchKinds.map(({ entity }) => entity) as [SearchEntity, ...SearchEntity[]];

/** @throws AppError `not_found` */
export function searchKind(entity: string): SearchKind {
  const found = searchKinds.find((kind) => kind.entity === entity);
  if (found) return found;
  throw new AppError('not_found', `Nothing of the kind ${entity} can be searched.`, {
    fix: `Ask for some of: ${searchEntities.join(', ')}.`,
  });
}
