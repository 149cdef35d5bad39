import type { Both } from '../pages/titles.ts';

export const words: Record<string, Both> = {
  all: ['全部', 'All'],
  dataset: ['数据集', 'Data set'],
  model: ['模型', 'Model'],
  column: ['字段', 'Column'],
  metric: ['指标', 'Metric'],
  export: ['数据包', 'Export'],
  report: ['报表', 'Report'],
  own: ['按本数据集计', 'Measured on this data set'],
  datasets: ['模型不单独计分：为其来源数据集得分的平均', 'A mean of the data sets it is made of'],
  fields: ['为其来源字段的得分', 'Of the fields it is made of'],
  none: ['没有可计分的来源', 'Nothing it is made of is measured'],
  contract: ['契约', 'contract'],
  catalogue: ['目录', 'catalogue'],
  identity: ['原值', 'as it is'],
  transformation: ['换算', 'computed'],
  aggregation: ['汇总', 'aggregated'],
  window: ['窗口', 'window'],
};

export const listTitles = {
  kindText: ['类别', 'Kind'],
  name: ['名称', 'Name'],
  zh: ['中文名', 'Chinese name'],
  owner: ['责任单位', 'Owner'],
  level: ['级别', 'Level'],
  sharingType: ['共享类型', 'Sharing'],
  resourceText: ['目录资源', 'Resource'],
  lateText: ['更新', 'Update'],
} as const satisfies Record<string, Both>;

export const columnTitles = {
  column: ['字段', 'Column'],
  comment: ['说明', 'Comment'],
  type: ['类型', 'Type'],
  term: ['数据元', 'Data element'],
  fieldText: ['标准字段', 'Field of standards'],
  level: ['级别', 'Level'],
  mask: ['脱敏', 'Mask'],
  resourceText: ['目录项', 'Catalogue item'],
} as const satisfies Record<string, Both>;

export const standingTitles = {
  dataset: ['数据集', 'Data set'],
  owner: ['责任单位', 'Agency'],
  lastDate: ['最近一期', 'Last period'],
  limitText: ['更新时限(天)', 'Limit (days)'],
  stateText: ['状态', 'Standing'],
} as const satisfies Record<string, Both>;

export const edgeTitles = {
  to: ['字段', 'Column'],
  from: ['来自', 'Made of'],
  howText: ['方式', 'How'],
} as const satisfies Record<string, Both>;

export const relationTitles = {
  relation: ['表', 'Table'],
  rows: ['行数', 'Rows'],
  noteText: ['说明', 'Note'],
} as const satisfies Record<string, Both>;

export const deliveryTitles = {
  dataset: ['数据集', 'Data set'],
  fileName: ['文件', 'File'],
  batchId: ['批次', 'Batch'],
  rowText: ['数据行号', 'Rows of the file'],
  businessDate: ['业务日期', 'Business date'],
  certificateText: ['到达凭证', 'Certificate'],
} as const satisfies Record<string, Both>;

export const factTitles = {
  owner: ['责任单位', 'Owner'],
  grain: ['粒度', 'Grain'],
  levelText: ['数据级别', 'Classification'],
  mask: ['脱敏', 'Mask'],
  term: ['数据元', 'Data element'],
  fieldText: ['标准字段', 'Field of standards'],
  legalBasis: ['法律依据', 'Legal basis'],
  sharingType: ['共享类型', 'Sharing'],
  resourceText: ['信息资源目录', 'Resource catalogue'],
  explanation: ['目录说明', 'Why not listed'],
  limitText: ['更新时限', 'Update limit'],
  lateText: ['更新情况', 'Last update'],
} as const satisfies Record<string, Both>;

/** 002:10148-10159. */
export const levels: Record<number, Both> = {
  1: ['1 级 公开', '1 public'],
  2: ['2 级 内部', '2 internal'],
  3: ['3 级 个人信息', '3 personal'],
  4: ['4 级 敏感个人信息', '4 sensitive personal'],
};
