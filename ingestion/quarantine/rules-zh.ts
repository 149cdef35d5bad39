/** Rules in the words an agency's clerk reads (问题清单); contracts' own rules have Chinese messages already. */
export const RULES_ZH: Readonly<Record<string, string>> = {
  required: '必填项为空',
  format: '格式不符合要求',
  checksum: '校验码不正确',
  birth_date: '证件号码中的出生日期不成立',
  division: '区划代码不存在',
  impossible: '日期不成立',
  length: '长度不符合要求',
  range: '超出允许范围',
  too_large: '数值过大',
  too_short: '内容过短',
  negative: '数值为负',
  not_positive: '数值应大于零',
  unmapped: '代码表中没有该值',
  floated: '数字被表格软件改写为科学计数法',
  duplicate_key: '同一文件中主键重复而内容不同',
  column_count: '列数与表头不一致',
  bad_json: '该行不是有效的 JSON',
  nested_value: '字段中含有下级元素',
  duplicate_field: '同一字段出现两次',
  cell_too_long: '单元格过长',
  bad_quotes: '引号不成对',
  unknown_operation: '变更类型不是 I、U、D',
};

export const ruleZh = (rule: string): string => RULES_ZH[rule] ?? rule;
