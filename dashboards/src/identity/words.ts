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
};
export const levelWord = (level: string, lang: Lang): string =>
  levels[level]?.[lang === 'zh' ? 0 : 1] ?? level;

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
  [/^Not linked/, '一致之处不足以在全体人口中断定为同一人。'],
  [/^Strong, but/, '证据很强，但另有同样可能的人（如双胞胎），或会合并两个有效证件号码，因此等待人工判定。'],
  [/^Each has a valid number/, '双方各有不同的有效证件号码，只能人工判定为同一人。'],
  [/^Linked/, '已自动关联：一致之处超过不一致之处。'],
  [/^Both have the same/, '双方证件号码相同且有效。'],
  [/^Somebody decided/, '已有人工判定。'],
];
export const becauseWord = (text: string, lang: Lang): string =>
  lang === 'en' ? text : (because.find(([pattern]) => pattern.test(text))?.[1] ?? text);
