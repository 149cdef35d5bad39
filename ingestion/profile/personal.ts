/** What of a file nobody has classified may be shown: values that look personal only masked (002:7911). */
import { checkElement, type MaskName } from '../../domain/element.ts';
import { elementNamed } from '../../domain/elements/index.ts';
import { maskText } from '../../domain/masking.ts';
import { hints } from './dictionary.ts';
import type { Counted } from './statistics.ts';

/** The commonest hundred family names cover nine in ten people. */
const SURNAMES = new Set(
  '王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許邓鄧冯馮韩韓曹曾彭萧肖蔡潘田董袁于余叶葉蒋蔣杜苏蘇魏程吕呂丁沈任姚卢盧傅钟鐘姜崔谭譚廖范汪陆陸金石戴贾賈韦韋夏邱方侯邹鄒熊孟秦白江阎閻薛尹段雷黎史龙龍陶贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武莫孔汤湯向',
);
const NAME = /^\p{Script=Han}{2,4}$/u;

/** Do most values look like names of people? Few different ones are a list of words, whatever they begin with. */
export function looksLikeName(values: readonly Counted[]): boolean {
  if (values.length < 5) return false;
  const names = values.filter(
    ({ value }) => NAME.test(value.trim()) && SURNAMES.has([...value.trim()][0] ?? ''),
  );
  const isWord = values.some(({ value }) => /[市县区路街村镇乡社省局院部层楼宅房]$/u.test(value.trim()));
  return !isWord && names.length / values.length >= 0.7;
}

/** A number in a text that is somebody's. */
const NUMBERS = /(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|[0-9]{15}|1[3-9][0-9]{9}|[0-9]{16,19})(?![0-9A-Za-z])/g;
const MAILBOX = /[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}/g;

/** How examples of a column are shown: as its element says, and by its title where the element says nothing. */
export function maskOf(title: string, element: MaskName): MaskName {
  if (element === 'money') return 'none';
  if (element !== 'none') return element;
  if (hints(title, 'personName')) return 'name';
  if (hints(title, 'address')) return 'address';
  if (hints(title, 'phone')) return 'phone';
  if (hints(title, 'account') || /birth|出生|soc(?:ial)?_?sec/i.test(title)) return 'hidden';
  return 'none';
}

/** A value as it may be shown. A text keeps its words, and loses numbers and mail boxes of people in it. */
export function shownValue(value: string, mask: MaskName): string {
  const short = [...value.replace(/\p{Cc}+/gu, ' ').trim()].slice(0, 60).join('');
  if (mask !== 'none') return maskText(mask, short);
  const one = ['id_number', 'phone'] as const;
  for (const name of one) {
    const element = elementNamed(name);
    if (/^[0-9Xx +-]{11,}$/.test(short.trim()) && checkElement(element, short) === null)
      return maskText(element.mask, short.trim());
  }
  return short
    .replace(NUMBERS, (found) => maskText('id_number', found))
    .replace(MAILBOX, (found) => maskText('account', found));
}
