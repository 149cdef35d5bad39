/**
 * What quality means here, as data: seven dimensions (002:8831-8849) and the measures each is made of. Every measure is two counts,
 * `good` of `total`, so that a score leads back to rows. The indicators are those of GB/T 36344-2018, named with each measure.
 */
import type { Dataset } from '../../ingestion/contract.ts';

export interface Dimension {
  name: DimensionName;
  zh: string;
  en: string;
  /** Share of the overall score. */
  weight: number;
  /** The requirement's own question, with its line. */
  question: string;
  clause: string;
}

export type DimensionName =
  'accuracy' | 'completeness' | 'consistency' | 'validity' | 'uniqueness' | 'timeliness' | 'stability';

export const DIMENSIONS: readonly Dimension[] = [
  {
    ...{ name: 'accuracy', zh: '准确性', en: 'Accuracy', weight: 0.2, clause: '002:8835' },
    question: '数据是否与其对应的客观实体的特征相一致',
  },
  {
    ...{ name: 'completeness', zh: '完整性', en: 'Completeness', weight: 0.2, clause: '002:8837' },
    question: '数据是否存在缺失记录或缺失字段',
  },
  {
    ...{ name: 'consistency', zh: '一致性', en: 'Consistency', weight: 0.15, clause: '002:8839' },
    question: '同一实体的同一属性的值在不同的系统是否一致',
  },
  {
    ...{ name: 'validity', zh: '有效性', en: 'Validity', weight: 0.15, clause: '002:8841' },
    question: '数据是否满足用户定义的条件或在一定的域值范围内',
  },
  {
    ...{ name: 'uniqueness', zh: '唯一性', en: 'Uniqueness', weight: 0.1, clause: '002:8843' },
    question: '数据是否存在重复记录',
  },
  {
    ...{ name: 'timeliness', zh: '时效性', en: 'Timeliness', weight: 0.1, clause: '002:8845（及时性）' },
    question: '数据的产生和供应是否及时',
  },
  {
    ...{ name: 'stability', zh: '稳定性', en: 'Stability', weight: 0.1, clause: '002:8847' },
    question: '数据的波动是否是稳定的，是否在其有效范围内',
  },
];

export interface Measure {
  name: MeasureName;
  dimension: DimensionName;
  zh: string;
  /** What is good, of what. */
  formula: string;
  /** How much one count weighs within its dimension; 0: shown, not scored. */
  weight: number;
  clause: string;
}

export type MeasureName =
  | 'self_verifying'
  | 'agrees_with_authority'
  | 'filled'
  | 'filled_optional'
  | 'readable'
  | 'agrees_across_sources'
  | 'uncontradicted'
  | 'conforms'
  | 'key_once'
  | 'delivered_when_due'
  | 'punctual'
  | 'within_limit'
  | 'volume_in_band'
  | 'spread_in_band';

const indicator = (name: string): string => `GB/T 36344-2018 ${name}`;

export const MEASURES: readonly Measure[] = [
  {
    ...{ name: 'self_verifying', dimension: 'accuracy', zh: '自校验通过率', weight: 1 },
    formula: '通过校验码及自带日期等自证规则的值 ÷ 有值的行',
    clause: `${indicator('准确性（内容正确率）')}；GB 11643-1999，GB 32100-2015`,
  },
  {
    ...{ name: 'agrees_with_authority', dimension: 'accuracy', zh: '与权威来源一致率', weight: 1 },
    formula:
      '与登记机关或次序在先的来源（户籍、婚姻、楼盘表、测绘、不动产、市场主体、申请与合同）对同一人、家庭、房屋、单位、合同或表具所载相同的值 ÷ 双方均有值的记录',
    clause: `${indicator('准确性（内容正确率）')}；002:121`,
  },
  {
    ...{ name: 'filled', dimension: 'completeness', zh: '必填项填充率', weight: 1 },
    formula: '必填字段有值的行 ÷ 全部可读的行（含因缺失被隔离的）',
    clause: indicator('完整性（数据元素完整性）'),
  },
  {
    ...{ name: 'filled_optional', dimension: 'completeness', zh: '选填项填充率（不计分）', weight: 0 },
    formula: '选填字段有值的行 ÷ 装载的行',
    clause: indicator('完整性（数据元素完整性）'),
  },
  {
    ...{ name: 'readable', dimension: 'completeness', zh: '记录可读率', weight: 1 },
    formula: '可读的数据行 ÷ 文件中的数据行',
    clause: indicator('完整性（数据记录完整性）'),
  },
  {
    ...{ name: 'agrees_across_sources', dimension: 'consistency', zh: '跨系统一致率', weight: 1 },
    formula: '与半数以上系统相同的值 ÷ 两个以上系统有值的人',
    clause: indicator('一致性（相同数据一致性）'),
  },
  {
    ...{ name: 'uncontradicted', dimension: 'consistency', zh: '行内无矛盾率', weight: 1 },
    formula: '未违反字段间规则的行 ÷ 可读的行',
    clause: indicator('一致性（关联数据一致性）'),
  },
  {
    ...{ name: 'conforms', dimension: 'validity', zh: '格式与值域合规率', weight: 1 },
    formula: '符合数据元格式、代码表与值域的值 ÷ 有值的行',
    clause: indicator('规范性（数据标准、值域）'),
  },
  {
    ...{ name: 'key_once', dimension: 'uniqueness', zh: '主键唯一率', weight: 1 },
    formula: '（可读的行 − 文件内重复的行 − 主键冲突的行）÷ 可读的行',
    clause: indicator('准确性（数据重复率、数据唯一性）'),
  },
  {
    ...{ name: 'delivered_when_due', dimension: 'timeliness', zh: '应送期次到达率', weight: 1 },
    formula: '有交付的期次 ÷ 契约频率下已到期的期次',
    clause: `${indicator('时效性（基于时间段的正确性）')}；002:10293 更新时限`,
  },
  {
    ...{ name: 'punctual', dimension: 'timeliness', zh: '按时交付率', weight: 1 },
    formula: '在契约期限内收到的交付 ÷ 开始服务后收到的交付',
    clause: indicator('时效性（基于时间点及时性）'),
  },
  {
    ...{ name: 'within_limit', dimension: 'timeliness', zh: '更新时限符合率', weight: 1 },
    formula: '最近一期未超过契约更新时限的数据集 ÷ 有更新时限的数据集（每次运行判断一次）',
    clause: `${indicator('时效性（基于时间点及时性）')}；002:10293 更新时限`,
  },
  {
    ...{ name: 'volume_in_band', dimension: 'stability', zh: '数据量稳定率', weight: 1 },
    formula: '数据量在常态区间内的日次 ÷ 可判断的日次',
    clause: '002:8847；中位数±4×绝对中位差，按星期与节假日',
  },
  {
    ...{ name: 'spread_in_band', dimension: 'stability', zh: '分布稳定率', weight: 1 },
    formula: '填充率、不合格率、数值中位数与代码占比在常态区间内的次数 ÷ 可判断的次数',
    clause: '002:8847；中位数±4×绝对中位差',
  },
];

/** Rules that check a value against itself: what fails them cannot be the thing's real number. */
const SELF_VERIFYING = new Set(['checksum', 'birth_date', 'division']);
export const isSelfVerifying = (rule: string): boolean => SELF_VERIFYING.has(rule);

/**
 * Which measure a broken rule counts against. Landing names no field for what is wrong with a whole row: the contract's own rules
 * contradict it, every other such rule is a reader's that could not take the row apart.
 */
export function measureOfRule({ checks }: Pick<Dataset, 'checks'>, field: string, rule: string): MeasureName {
  if (rule === 'required') return 'filled';
  if (rule === 'duplicate_key') return 'key_once';
  if (checks.some((check) => check.rule === rule)) return 'uncontradicted';
  if (field === '') return 'readable';
  return SELF_VERIFYING.has(rule) ? 'self_verifying' : 'conforms';
}

const byName = new Map(MEASURES.map((measure) => [measure.name, measure]));
export const measureNamed = (name: MeasureName): Measure => byName.get(name) as Measure;
export const dimensionOf = (name: MeasureName): DimensionName => measureNamed(name).dimension;
