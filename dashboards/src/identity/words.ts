import type { Both } from '../pages/titles.ts';
import type { Lang } from '../texts.ts';
import type { Entity } from './api.ts';

export const words = {
  person: ['疑似同一人', 'Persons'],
  dwelling: ['疑似同一房屋', 'Dwellings'],
  enterprise: ['疑似同一单位', 'Enterprises'],
  household: ['疑似同一家庭', 'Households'],
  agency: ['责任单位', 'Agency'],
  waiting: ['待判定', 'Waiting'],
  later: ['已暂缓', 'Put off'],
  decided: ['已判定', 'Decided'],
  progress: ['进度', 'Progress'],
  allAgencies: ['全部单位', 'All agencies'],
  none: ['没有待判定的对。', 'Nothing waits for a decision.'],
  field: ['项目', 'Field'],
  record: ['来源记录', 'Record'],
  known: ['已识别对象', 'Known as'],
  agreement: ['比对结果', 'Agreement'],
  evidence: ['证据', 'Evidence'],
  note: ['判定理由（必填，存档）', 'Why (required, kept)'],
  same: ['相同', 'Same'],
  different: ['不同', 'Different'],
  putOff: ['暂缓', 'Later'],
  reveal: ['查看明文', 'Reveal'],
  remember: ['记住这个小区名称', 'Remember this compound’s name'],
  undo: ['撤销上一判定', 'Undo the last'],
  keys: [
    '快捷键：S 相同　D 不同　L 暂缓　↑↓ 切换　N 写理由',
    'Keys: S same, D different, L later, ↑↓ move, N note',
  ],
  chance: ['同一的可能', 'Chance of being one'],
  masked: ['已脱敏', 'masked'],
  records: ['条记录', 'records'],
  prior: ['总体中随机两条相同的可能', 'Any two drawn by chance'],
  rules: ['关联规则', 'Rules'],
  holds: ['成立', 'holds'],
  fails: ['不成立：', 'does not hold: '],
  past: ['以往判定与变更', 'Decided and moved before'],
  undone: ['已由其撤销：', 'taken back by'],
  pairs: ['待判定的对', 'Pairs that wait'],
} as const satisfies Record<string, Both>;
export type Word = keyof typeof words;

export const say = (word: Word, lang: Lang): string => words[word][lang === 'zh' ? 0 : 1];
export const entities: readonly Entity[] = ['person', 'dwelling', 'enterprise', 'household'];

const levels: Record<string, Both> = {
  equal: ['一致', 'equal'],
  different: ['不一致', 'different'],
  'not known': ['一方未填', 'one side silent'],
  'one digit': ['差一位', 'one digit off'],
  'two digits': ['差两位', 'two digits off'],
  'same family': ['同一家庭，姓名不同', 'same family, another name'],
  transposed: ['字序颠倒', 'transposed'],
  part: ['一方包含另一方', 'one holds the other'],
  'one character': ['差一字', 'one character off'],
  'day and month': ['日月互换', 'day and month swapped'],
  'neither says': ['双方均未填', 'neither says'],
  alias: ['别名', 'an alias'],
  several: ['有多个', 'several'],
  'in both': ['双方都有', 'in both'],
  'not in both': ['并非双方都有', 'not in both'],
  'two applications': ['两份申请', 'two applications'],
  'application and register': ['申请与户口登记', 'an application and a register'],
  'two registers': ['两份户口登记', 'two registers'],
};
export const levelWord = (level: string, lang: Lang): string =>
  levels[level]?.[lang === 'zh' ? 0 : 1] ?? level;

const rules: Record<string, Both> = {
  house_code: ['房屋编码', 'House code'],
  unit_code: ['不动产单元号', 'Unit code'],
  address: ['地址', 'Address'],
  contract: ['合同', 'Contract'],
  credit_code: ['统一社会信用代码', 'Credit code'],
  name: ['名称', 'Name'],
  applicant: ['同一申请人', 'Same applicant'],
  members: ['两名以上共同成员', 'Two people in both'],
  register: ['户口登记的多数成员', 'Most of a register'],
  register_applicant: ['户口登记中有申请人', 'A register with the applicant'],
  first: ['首份申请', 'First application'],
  alias: ['别名地址', 'Alias of an address'],
  decided: ['人工判定', 'Decided'],
};
export const ruleWord = (rule: string, lang: Lang): string => rules[rule]?.[lang === 'zh' ? 0 : 1] ?? rule;

const comparisons: Record<string, Both> = {
  house_code: ['房屋编码', 'house code'],
  unit_code: ['不动产单元号', 'unit code'],
  contract_no: ['合同编号', 'contract'],
  district: ['区县', 'district'],
  street: ['街道', 'street'],
  road: ['路', 'road'],
  road_number: ['门牌', 'number'],
  compound: ['小区', 'compound'],
  building: ['幢', 'building'],
  unit: ['单元', 'unit'],
  room: ['室', 'room'],
  own_code: ['统一社会信用代码', 'credit code'],
  name_core: ['名称', 'name'],
  bearers: ['使用该名称的单位', 'bearers of the name'],
  sources: ['来源', 'sources'],
  applicant: ['申请人', 'applicant'],
  'people in both': ['双方共有人数', 'people in both'],
  'two people or more': ['两名以上成员', 'two people or more'],
  'most of the register': ['户口登记的多数成员', 'most of the register'],
  'applicant in the register': ['户口登记中的申请人', 'the applicant in the register'],
};
export const comparisonWord = (comparison: string, lang: Lang): string =>
  comparisons[comparison]?.[lang === 'zh' ? 0 : 1] ?? comparison;

const events: Record<string, Both> = {
  linked: ['关联', 'linked'],
  merge: ['合并', 'merged'],
  split: ['拆分', 'split'],
  unlinked: ['解除关联', 'unlinked'],
};
export const eventWord = (kind: string, lang: Lang): string => events[kind]?.[lang === 'zh' ? 0 : 1] ?? kind;

/** What a weight (log2 of the odds) means to somebody who decides. */
export function weightWord(weight: number, lang: Lang): string {
  const size = Math.abs(weight);
  if (size < 0.5) return lang === 'zh' ? '几乎无关' : 'says little';
  const [zh, en] =
    size >= 8
      ? ['极强', 'very strongly']
      : size >= 4
        ? ['强', 'strongly']
        : size >= 2
          ? ['较强', 'clearly']
          : ['弱', 'weakly'];
  if (lang === 'zh') return weight > 0 ? `支持（${zh}）` : `反对（${zh}）`;
  return weight > 0 ? `speaks ${en} for` : `speaks ${en} against`;
}

const because: readonly (readonly [RegExp, string])[] = [
  [/^Not linked: one of them says too little/, '一方所填不足以按任何规则识别。'],
  [/^Not linked: each names another/, '双方各自指向不同对象，且两者之间没有规则成立。'],
  [/^Not linked: nobody is in both/, '双方没有共同的人。'],
  [/^Not linked: they share somebody/, '双方有共同的人，但人数不足以按任何规则关联。'],
  [
    /^Not linked: (.* would link them|a rule would link them)/,
    '有规则成立，但另有更优先的规则或人工判定指向别的对象。',
  ],
  [/^Linked: (both|one) by/, '已按规则关联：双方指向同一对象。'],
  [/^Not linked/, '一致之处不足以在全体人口中断定为同一人。'],
  [/^Strong, but/, '证据很强，但另有同样可能的人（如双胞胎），或会合并两个有效证件号码，因此等待人工判定。'],
  [/^Each has a valid number/, '双方各有不同的有效证件号码，只能人工判定为同一人。'],
  [/^Linked/, '已自动关联：一致之处超过不一致之处。'],
  [/^Both have the same/, '双方证件号码相同且有效。'],
  [/^Somebody decided/, '已有人工判定。'],
];
export const becauseWord = (text: string, lang: Lang): string =>
  lang === 'en' ? text : (because.find(([pattern]) => pattern.test(text))?.[1] ?? text);
