/** Rules in the words an agency's clerk reads (问题清单); contracts' own rules have Chinese messages already. */
const WORDS = {
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
  digits: '不应含有数字',
  characters: '含有不允许的字符',
  letters: '号码中没有数字',
  placeholder: '占位内容，不是真实值',
  series: '证件号码的字头从未签发',
  permit: '不是港澳台居民居住证号码',
  card_birth_date: '卡号中的出生日期不成立',
  passport: '护照号码不符合规则',
  hk_macao_permit: '港澳居民证件号码不符合规则',
  taiwan_permit: '台湾居民证件号码不符合规则',
  foreigner_card: '外国人永久居留身份证号码不符合规则',
  officer_card: '军官证号码不符合规则',
  other: '其他证件号码不符合规则',
  card_checksum: '卡号校验码不正确',
  negative: '数值为负',
  not_positive: '数值应大于零',
  unmapped: '代码表中没有该值',
  floated: '数字被表格软件改写为科学计数法',
  duplicate_key: '同一文件中主键重复而内容不同',
  column_count: '列数与表头不一致',
  footer_line: '表尾行（合计、制表人等），不是数据行',
  bad_json: '该行不是有效的 JSON',
  nested_value: '字段中含有下级元素',
  duplicate_field: '同一字段出现两次',
  cell_too_long: '单元格过长',
  bad_quoting: '引号不成对',
  nul_byte: '含有空字符（NUL）',
  row_length: '行的长度与约定不符',
  cut_character: '字段边界把汉字截断了',
  unknown_operation: '变更类型不是 I、U、D',
  new_column: '契约中没有的列有值',
  missing_column: '该次报送缺少契约约定的列',
  unknown_table: '尚无人接收该表，整表暂存',
};

/** A rule there are words for: what readers say of rows they cannot read is one of these. */
export type WordedRule = keyof typeof WORDS;

export const RULES_ZH: Readonly<Record<string, string>> = WORDS;

export const ruleZh = (rule: string): string => RULES_ZH[rule] ?? rule;
