import type { Both } from '../pages/titles.ts';
import type { Verb, Version } from './api.ts';

export const words: Record<string, Both> = {
  person: ['人员', 'Persons'],
  household: ['家庭', 'Households'],
  dwelling: ['房源', 'Dwellings'],
  enterprise: ['企业', 'Enterprises'],
  fact: ['事实', 'fact'],
  model: ['模型', 'model'],
  predictive: ['预测', 'predictive'],
  static: ['静态', 'static'],
  dynamic: ['动态', 'dynamic'],
  shipped: ['随产品', 'shipped'],
  changed: ['已改', 'changed'],
  own: ['自建', 'own'],
  off: ['停用', 'off'],
  draft: ['草稿', 'draft'],
  tried: ['已试算', 'tried'],
  active: ['启用', 'enabled'],
  paused: ['暂停', 'paused'],
  retired: ['已退役', 'retired'],
  try: ['试算', 'Try'],
  activate: ['审核启用', 'Approve'],
  pause: ['暂停', 'Pause'],
  resume: ['恢复', 'Resume'],
  retire: ['退役', 'Retire'],
};

/** What may be done with a version in each state. */
export const verbs: Record<Version['state'], readonly Verb[]> = {
  draft: ['try', 'retire'],
  tried: ['try', 'activate', 'retire'],
  active: ['pause', 'retire'],
  paused: ['resume', 'retire'],
  retired: [],
};

export const tagTitles = {
  themeZh: ['主题', 'Theme'],
  topicZh: ['类别', 'Topic'],
  zh: ['标签', 'Tag'],
  kindText: ['生成方式', 'Kind'],
  timingText: ['时效', 'Time'],
  originText: ['来源', 'Origin'],
  holders: ['对象数', 'Holders'],
  uses: ['使用次数', 'Uses'],
} as const;

export const checkTitles = {
  day: ['回看日', 'Looked back from'],
  objects: ['观察对象', 'Looked at'],
  told: ['打标', 'Told'],
  came: ['应验', 'Came true'],
  hits: ['打标且应验', 'Both'],
} as const satisfies Record<string, Both>;

export const holderTitles = {
  name: ['名称', 'Name'],
  place: ['位置', 'Place'],
  tagText: ['标签', 'Tags'],
} as const;

export const versionTitles = {
  tag: ['标签', 'Tag'],
  version: ['版本', 'Version'],
  stateText: ['状态', 'State'],
  trialText: ['试算：拥有 / 新增 / 减少 / 冲突', 'Trial: have / come / go / clash'],
  author: ['起草', 'Author'],
  reason: ['原因', 'Reason'],
} as const;
