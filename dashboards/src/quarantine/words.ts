import type { Lang } from '../texts.ts';
import type { ActionKind, ItemState } from './api.ts';

const words = {
  open: ['待处理', 'open'],
  claimed: ['处理中', 'claimed'],
  mended: ['已修复', 'mended'],
  accepted: ['已接受', 'accepted'],
  returned: ['已退回', 'returned'],
  claim: ['认领', 'Claim'],
  release: ['放弃认领', 'Release'],
  mend: ['修复入库', 'Mend'],
  accept: ['按原样接受', 'Accept as it is'],
  return: ['退回发送方', 'Return to sender'],
} satisfies Record<ItemState | ActionKind, readonly [string, string]>;

export const word = (name: ItemState | ActionKind, lang: Lang): string => words[name][lang === 'zh' ? 0 : 1];

const lefts: Record<string, readonly [string, string]> = {
  handled: ['已有人处理', 'dealt with already'],
  unreadable: ['整行无法读取', 'not readable'],
  superseded: ['单位已重新报送', 'sent again since'],
  fails: ['仍未通过检查', 'still failing'],
  delete: ['变更日志中的删除', 'a deletion'],
};
export const leftText = (left: Record<string, number>, lang: Lang): string =>
  Object.entries(left)
    .map(([why, rows]) => `${lefts[why]?.[lang === 'zh' ? 0 : 1] ?? why} ${rows}`)
    .join(', ');
