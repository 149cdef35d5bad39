import type { Lang } from '../texts.ts';
import type { Action } from './api.ts';

type Both = readonly [string, string];

/** One box of the form. `lines`: one word a line; `pairs`: `word = code`, one a line; `fields`: names with commas. */
export interface Parameter {
  name: string;
  title: Both;
  as:
    'text' | 'number' | 'tick' | 'lines' | 'pairs' | 'field' | 'fields' | { readonly [value: string]: Both };
  optional?: boolean;
}

const field: Parameter = { name: 'field', title: ['字段', 'Field'], as: 'field' };

/** What each kind of rule (pipelines/cleaning/rule.ts) is called and asks for. */
export const kinds: Record<string, { title: Both; parameters: Parameter[] }> = {
  map: {
    title: ['代码对照', 'Words to codes'],
    parameters: [
      field,
      { name: 'words', title: ['来源词 = 代码，每行一个', 'word = code, one a line'], as: 'pairs' },
    ],
  },
  width: {
    title: ['全角／半角', 'Width'],
    parameters: [
      field,
      { name: 'to', title: ['转为', 'To'], as: { half: ['半角', 'half'], full: ['全角', 'full'] } },
    ],
  },
  space: {
    title: ['去除空格', 'Spaces'],
    parameters: [
      field,
      {
        name: 'keep',
        title: ['保留', 'Keep'],
        as: { none: ['全部去除', 'none'], single: ['单个', 'single'] },
      },
    ],
  },
  case: {
    title: ['大小写', 'Case'],
    parameters: [
      field,
      { name: 'to', title: ['转为', 'To'], as: { upper: ['大写', 'upper'], lower: ['小写', 'lower'] } },
    ],
  },
  strip: {
    title: ['剔除限定词', 'Strip qualifiers'],
    parameters: [
      field,
      { name: 'words', title: ['限定词，每行一个', 'Words, one a line'], as: 'lines' },
      {
        name: 'at',
        title: ['位置', 'Where'],
        as: { anywhere: ['任意', 'anywhere'], start: ['开头', 'start'], end: ['结尾', 'end'] },
      },
    ],
  },
  unit: {
    title: ['单位换算', 'Unit'],
    parameters: [
      field,
      {
        name: 'from',
        title: ['来源单位', 'Sent in'],
        as: {
          wan_yuan: ['万元', '10,000 yuan'],
          qian_yuan: ['千元', '1,000 yuan'],
          yi_yuan: ['亿元', '100 million yuan'],
          jiao: ['角', 'jiao'],
          fen: ['分', 'fen'],
          mu: ['亩', 'mu'],
          hectare: ['公顷', 'hectare'],
          square_foot: ['平方英尺', 'square foot'],
          ping: ['坪', 'ping'],
          megawatt_hour: ['兆瓦时', 'MWh'],
          litre: ['升', 'litre'],
        },
      },
    ],
  },
  replace: {
    title: ['替换', 'Replace'],
    parameters: [
      field,
      { name: 'find', title: ['查找', 'Find'], as: 'text' },
      { name: 'with', title: ['替换为', 'With'], as: 'text', optional: true },
      { name: 'pattern', title: ['正则表达式（RE2）', 'Pattern (RE2)'], as: 'tick' },
    ],
  },
  default: {
    title: ['空值默认', 'Default'],
    parameters: [field, { name: 'value', title: ['默认值', 'Value'], as: 'text' }],
  },
  date: {
    title: ['日期写法', 'Days'],
    parameters: [
      field,
      {
        name: 'order',
        title: ['写法', 'Written'],
        as: {
          year_first: ['年月日', 'year first'],
          day_first: ['日月年', 'day first'],
          roc: ['民国纪年', 'ROC years'],
        },
      },
      {
        name: 'pivot',
        title: ['两位年份：不大于此数为 20xx', 'Two-digit years up to this are 20xx'],
        as: 'number',
        optional: true,
      },
    ],
  },
  number: {
    title: ['数字写法', 'Numbers'],
    parameters: [
      field,
      { name: 'decimal', title: ['小数点', 'Decimal point'], as: { comma: ['逗号', 'comma'] } },
    ],
  },
  compare: {
    title: ['与权威数据比对', 'Compare with authority'],
    parameters: [
      field,
      { name: 'key', title: ['本数据集关联字段', 'Key here'], as: 'field' },
      { name: 'authority', title: ['权威数据集', 'Authority'], as: 'text' },
      { name: 'authorityKey', title: ['权威关联字段', 'Key there'], as: 'text' },
      { name: 'authorityField', title: ['权威字段', 'Field there'], as: 'text' },
      {
        name: 'onMismatch',
        title: ['不一致时', 'On mismatch'],
        as: { flag: ['标记待人工', 'flag'], replace: ['以权威替换', 'replace'], keep: ['保留原值', 'keep'] },
      },
    ],
  },
  duplicate: {
    title: ['重复数据', 'Duplicates'],
    parameters: [
      { name: 'fields', title: ['判重字段（逗号分隔）', 'Fields (commas)'], as: 'fields' },
      {
        name: 'survivor',
        title: ['保留', 'Survivor'],
        as: {
          latest: ['最新', 'latest'],
          earliest: ['最早', 'earliest'],
          most_complete: ['最完整', 'fullest'],
        },
      },
      {
        name: 'action',
        title: ['其余', 'The others'],
        as: { flag: ['标记', 'flag'], close: ['终止', 'close'] },
      },
    ],
  },
  incomplete: {
    title: ['残缺数据', 'Incomplete'],
    parameters: [{ name: 'fields', title: ['必有字段（逗号分隔）', 'Fields (commas)'], as: 'fields' }],
  },
};

export const kindName = (kind: string, lang: Lang): string =>
  kinds[kind]?.title[lang === 'zh' ? 0 : 1] ?? kind;

/** The action a filled-in form means. */
export function actionOf(kind: string, form: FormData): Action {
  const action: Action = { kind };
  for (const { name, as, optional } of kinds[kind]?.parameters ?? []) {
    const text = String(form.get(name) ?? '');
    const value = valueOf(text, as);
    if (!(optional && text === '' && as === 'number')) action[name] = value;
  }
  return action;
}

function valueOf(text: string, as: Parameter['as']): unknown {
  const lines = (): string[] =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  switch (as) {
    case 'number':
      return Number(text);
    case 'tick':
      return text === 'on';
    case 'lines':
      return lines();
    case 'pairs':
      return Object.fromEntries(
        lines().map((line) => {
          const at = line.lastIndexOf('=');
          return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
        }),
      );
    case 'fields':
      return text.split(/[\s,，]+/).filter(Boolean);
    default:
      return text;
  }
}

/** What a box holds for an action there is already. */
export function textOf(value: unknown, as: Parameter['as']): string {
  if (value === undefined || value === null) return '';
  if (as === 'lines') return (value as string[]).join('\n');
  if (as === 'fields') return (value as string[]).join(', ');
  if (as === 'pairs')
    return Object.entries(value as Record<string, string>)
      .map(([word, code]) => `${word} = ${code}`)
      .join('\n');
  return String(value as string | number | boolean);
}
