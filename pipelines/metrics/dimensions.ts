/** The ways a number can be split: the column that tells groups apart, and what people call a group. */
import { codeName, isCodeListName } from '../../domain/codes/index.ts';
import type { CodeListName } from '../../domain/codes/index.ts';

export interface Dimension {
  name: string;
  /** Column of the mart. */
  key: string;
  /** Column with the group's name, where the mart has one. */
  label?: string;
  /** Code list that names the group otherwise. */
  codes?: CodeListName;
  /** Names of groups the marts themselves make. */
  words?: Record<string, string>;
  /** More groups than this are not expected; decides what needs a limit. */
  groups: number;
  /** A place: its groups are answered even when nothing in them counts. */
  isPlace: boolean;
  /** Numbers its groups only within one group of this dimension: building 3 is another one in each project. */
  within?: string;
}

const place = (name: string, key: string, label: string, groups: number): Dimension => ({
  name,
  key,
  label,
  groups,
  isPlace: true,
});
const kind = (name: string, more: Partial<Dimension> = {}): Dimension => ({
  name,
  key: name,
  ...(isCodeListName(name) ? { codes: name } : {}),
  groups: 40,
  isPlace: false,
  ...more,
});

const dimensions: Dimension[] = [
  place('district', 'district_code', 'district_name', 40),
  place('street', 'street_code', 'street_name', 400),
  place('community', 'community_code', 'community_name', 4_000),
  place('project', 'project_id', 'project_name', 2_000),
  kind('building', { key: 'building_no', groups: 200, within: 'project' }),
  place('dwelling', 'dwelling_id', 'house_code', 1_000_000),
  kind('project_kind'),
  kind('allocation_kind'),
  kind('project_state'),
  kind('sourcing_kind'),
  kind('plan_year'),
  kind('layout', { key: 'layout_code' }),
  kind('dwelling_state'),
  kind('use_class', {
    words: { normal: '正常在用', arrears: '欠租在用', overdue: '逾期在用', idle: '闲置', none: '不在册' },
  }),
  kind('vacancy_class', { words: { none: '未空置', short: '短期空置', long: '长期空置' } }),
  kind('contract_kind'),
  kind('contract_state'),
  kind('pay_method'),
  kind('term_class', { words: { short: '1 年以内', medium: '1 至 3 年', long: '3 年以上' } }),
  kind('standing', {
    words: {
      pending: '待审批',
      upcoming: '未起租',
      running: '在租',
      expired: '已到期',
      terminated: '已解除',
    },
  }),
  kind('bill_state', { words: { paid: '已缴清', overdue: '逾期', due: '未到期' } }),
  // Ages of people, and of debts in days.
  kind('age_class', {
    words: {
      under_25: '25 岁以下',
      '25_34': '25 至 34 岁',
      '35_44': '35 至 44 岁',
      '45_59': '45 至 59 岁',
      '60_over': '60 岁及以上',
      unknown: '不详',
      '30': '30 天以内',
      '90': '31 至 90 天',
      '180': '91 至 180 天',
      over: '180 天以上',
    },
  }),
  kind('sex', { key: 'sex_code' }),
  kind('form', { words: { in_kind: '实物配租', subsidy: '租赁补贴', both: '两者兼有' } }),
  kind('applicant_group'),
  kind('guarantee_form'),
  kind('application_state'),
  kind('application_stage'),
  kind('complaint_kind'),
  kind('complaint_state'),
  kind('repair_kind'),
  kind('repair_state'),
  kind('rule', { label: 'rule_zh' }),
  kind('level', { words: { high: '高', medium: '中', low: '低' } }),
  kind('object_kind', {
    words: {
      dwelling: '房源',
      contract: '合同',
      household: '保障户',
      project: '项目',
      enterprise: '企业',
      complaint: '投诉',
      breach_report: '违约上报',
      repair: '报修',
      application: '申请',
      subsidy: '补贴资金',
      supplier: '供应商',
      product: '产品',
    },
  }),
  kind('enterprise', { key: 'enterprise_id', label: 'enterprise_name', groups: 2_000 }),
  kind('enterprise_kind'),
  kind('enterprise_state'),
  kind('party_kind', { words: { tenant: '租户', enterprise: '企业', supplier: '供应商' } }),
  kind('credit_grade', { key: 'grade', label: 'grade_zh' }),
  // The ecology platform (002:5163-5343).
  kind('supplier', { key: 'supplier_no', label: 'supplier_name', groups: 2_000 }),
  kind('supplier_category'),
  kind('supplier_state'),
  kind('product_category'),
  kind('product_state'),
  kind('demand_state'),
  kind('cooperation_kind'),
  kind('cooperation_state'),
  kind('meter_kind'),
  kind('energy_item'),
  kind('facility_kind'),
  kind('facility_state'),
  kind('inspection_kind'),
  kind('incident_kind'),
  kind('incident_state'),
  // Maintenance funds (CJJ/T 258): the property area, and who manages the fund.
  kind('area', { key: 'area_no', label: 'area_name', groups: 2_000 }),
  kind('fund_stage', { codes: 'maintenance_fund_stage' }),
  kind('deposit_kind', { codes: 'maintenance_fund_deposit' }),
  kind('account_state', { codes: 'maintenance_fund_account_state' }),
  kind('use_kind', { codes: 'maintenance_fund_use' }),
  kind('use_state', { codes: 'maintenance_fund_use_state' }),
  kind('part_kind', { codes: 'maintenance_fund_part' }),
  kind('size_class', {
    words: { small: '1 万元以下', middle: '1 至 10 万元', large: '10 万元以上', unknown: '不详' },
  }),
  kind('principal_class', {
    words: { small: '100 万元以下', middle: '100 至 1000 万元', large: '1000 万元以上', unknown: '不详' },
  }),
  kind('yield_kind', { codes: 'maintenance_fund_yield' }),
  kind('bank', { key: 'bank_no', label: 'bank_name', groups: 40 }),
  kind('right_kind', { words: { right: '不动产登记', signing: '网签合同' } }),
  kind('acquired_relation', { words: { before: '入住前', after: '入住后', unknown: '不详' } }),
];
const byName = new Map(dimensions.map((dimension) => [dimension.name, dimension]));

export const dimensionNamed = (name: string): Dimension | undefined => byName.get(name);

/** Name of a group: the mart's own, else the code list's, else the code itself. */
export function groupLabel(dimension: Dimension, key: string, fromMart: string | undefined): string {
  if (fromMart !== undefined && fromMart !== '') return fromMart;
  if (key === '') return '不详';
  if (dimension.codes !== undefined) return codeName(dimension.codes, key) || key;
  return dimension.words?.[key] ?? key;
}

/** Division levels from the city down, and the dimension that splits at each. */
export const DIVISION_LEVELS = ['city', 'district', 'street', 'community'] as const;
export type DivisionLevel = (typeof DIVISION_LEVELS)[number];
