/** What a column of a mart and a code in it are called in Chinese. */
import { datasets } from '../../ingestion/contracts/index.ts';
import { dimensionNamed, groupLabel } from './dimensions.ts';

/** Columns the marts make themselves; the others are named by the contracts. */
const MADE: Record<string, string> = {
  project_id: '项目编号',
  dwelling_count: '房源套数',
  household_id: '家庭编号',
  household_key: '保障户编号',
  persons: '家庭人口',
  renting_since: '起租日期',
  form: '保障形式',
  standing: '合同状况',
  overdue_months: '拖欠月数',
  overdue_amount: '拖欠金额',
  oldest_overdue_on: '最早拖欠日',
  oldest_due_on: '最早应收日',
  days_overdue: '逾期天数',
  days_late: '迟缴天数',
  last_paid_on: '最近缴款日',
  vacancy_days: '空置天数',
  vacant_days: '空置天数',
  vacancy_class: '空置分级',
  let_days: '出租天数',
  door_days: '开门天数',
  door_events: '开门次数',
  days: '统计天数',
  month: '月份',
  water_usage: '用水量',
  electricity_usage: '用电量',
  gas_usage: '用气量',
  violation_id: '告警编号',
  rule_zh: '规则',
  since: '起始日期',
  evidence_zh: '依据',
  right_kind: '权利类别',
  acquired_relation: '取得时点',
  property_district: '房产所在区',
  property_floor_area: '房产面积',
  reported_on: '报修日期',
  complained_on: '投诉日期',
  district_name: '区县',
  street_name: '街道',
  community_name: '社区',
  home_address: '住址',
  enterprise_name: '运营企业',
  dwellings: '房源套数',
  projects: '项目数',
  lowest_rent: '最低月租金',
  highest_rent: '最高月租金',
  investment_open: '未完成投资',
  term_months: '合同月数',
  rent_due_total: '应交租金合计',
  rent_paid_total: '已交租金合计',
  days_waiting: '轮候天数',
  hours_to_answer: '答复小时',
  hours_to_finish: '维修小时',
  amount_open: '未付金额',
  amount_refunded: '退回金额',
  amount_collected: '已交金额',
  meter_no: '表号',
  usage: '用量',
  usage_change: '较上月增减',
  fund_dwelling_no: '分户编号',
  area_name: '物业区域',
  fund_stage: '管理阶段',
  use_name: '使用项目名称',
  part_kind: '部位设施类别',
  bank_name: '专户管理银行',
  earned_on: '到期日期',
  facility_no: '设备编号',
  facility_name: '设备名称',
  maintenance_cost: '近一年维保费用',
  last_inspected_on: '最近巡检日',
  last_maintained_on: '最近维保日',
  minutes_to_accept: '到场分钟',
  minutes_to_finish: '处置分钟',
};

const fields = new Map(datasets.flatMap((dataset) => dataset.fields).map((field) => [field.name, field]));

export function columnZh(column: string): string {
  return MADE[column] ?? fields.get(column)?.source ?? column;
}

/** A code in words, so that a record reads 空置 and not `available`; any other value as it is. */
export function columnWord(column: string, value: string): string {
  const dimension = dimensionNamed(column.replace(/_code$/, ''));
  return dimension === undefined || dimension.isPlace || value === ''
    ? value
    : groupLabel(dimension, value, undefined);
}
