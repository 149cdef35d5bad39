/** The letter as a page to print: no script, nothing fetched, every text escaped. */
import { BAD_ROW_COLUMNS } from './bad-rows.ts';
import type { LetterContent } from './letter.ts';

export interface LetterHead {
  letterNo: string;
  deadline: string;
  /** The day it was written, YYYY-MM-DD. */
  writtenOn: string;
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (one) => ESCAPES[one] ?? '');

const number = (value: number): string => value.toLocaleString('zh-CN');
const percent = (value: number): string => `${(100 * value).toFixed(value < 0.001 ? 4 : 2)}%`;
const change = (now: number, before: number): string =>
  before === 0
    ? now === 0
      ? '持平'
      : '新出现'
    : now === before
      ? '持平'
      : `${now > before ? '上升' : '下降'} ${percent(Math.abs(now - before) / before)}`;
/** 2026年11月1日 */
export const zhDate = (day: string): string =>
  `${day.slice(0, 4)}年${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`;
const row = (cells: readonly (string | number)[], tag = 'td'): string =>
  `<tr>${cells.map((cell) => `<${tag}${typeof cell === 'number' ? ' class="n"' : ''}>${escapeHtml(typeof cell === 'number' ? number(cell) : cell)}</${tag}>`).join('')}</tr>`;
const table = (titles: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  `<table><thead>${row(titles, 'th')}</thead><tbody>${rows.map((cells) => row(cells)).join('')}</tbody></table>`;

/** Style of letters on A4, and of their tables. */
export const LETTER_STYLE = `@page{size:A4;margin:25mm 20mm}body{font:12pt/1.7 "Noto Serif CJK SC","SimSun",serif;color:#111;max-width:180mm;margin:10mm auto;padding:0 5mm}
h1{font-size:20pt;text-align:center;letter-spacing:.2em;color:#b00;border-bottom:2px solid #b00;padding-bottom:4mm}h2{font-size:13pt;margin:6mm 0 2mm}
.no{text-align:center}.sign{text-align:right;margin-top:12mm}table{width:100%;border-collapse:collapse;font-size:9.5pt;line-height:1.4}
th,td{border:1px solid #777;padding:1mm 2mm;overflow-wrap:anywhere}th{background:#eee}.n{text-align:right;white-space:nowrap}tr{break-inside:avoid}`;

export function letterHtml(content: LetterContent, { letterNo, deadline, writtenOn }: LetterHead): string {
  const { owner, from, to, landed, bad, before, score, datasets, samples, late, drift, intervals } = content;
  const { disagreements } = content;
  const share = landed === 0 ? 0 : bad / landed;
  // As they are asked for: a stored letter has its keys in the store's order.
  const titles = BAD_ROW_COLUMNS.filter((title) => samples.some((sample) => title in sample));
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>${escapeHtml(`数据质量问题函 ${letterNo}`)}</title><style>${LETTER_STYLE}</style></head><body>
<h1>数据质量问题函</h1><p class="no">${escapeHtml(letterNo)}</p>
<p>${escapeHtml(owner)}：</p>
<p>贵单位 ${zhDate(from)} 至 ${zhDate(to)} 共享至住房保障数据平台的数据共 ${number(landed)} 行，发现问题 ${number(bad)} 处，占 ${percent(share)}${
    score === null ? '' : `，综合质量得分 ${(100 * score).toFixed(2)} 分`
  }；上一同长时段 ${number(before.landed)} 行、问题 ${number(before.bad)} 处，本期较上期${change(bad, before.bad)}。现将问题分列如下，请核查源头、更正后重新报送，并于 <strong>${zhDate(deadline)}</strong> 前函复处理情况。</p>
${datasets
  .map(
    (one) =>
      `<h2>${escapeHtml(one.zh)}（${number(one.landed)} 行）</h2>${table(
        ['字段', '问题', '标记', '隔离', '占比', '较上期'],
        one.rules.map((rule) => [
          ...[rule.column || '整行', rule.ruleZh, rule.marked, rule.quarantined, percent(rule.share)],
          change(rule.marked + rule.quarantined, rule.before),
        ]),
      )}`,
  )
  .join('')}
${
  late.length === 0
    ? ''
    : `<h2>未按期更新</h2>${table(
        ['数据集', '自', '说明'],
        late.map((one) => [one.zh, zhDate(one.since), one.text]),
      )}`
}
${
  drift.length === 0
    ? ''
    : `<h2>结构与取值变化</h2>${table(
        ['数据集', '列', '自', '涉及报送', '说明'],
        drift.map((one) => [one.zh, one.column, zhDate(one.since), one.deliveries, one.text]),
      )}`
}
${
  intervals.length === 0
    ? ''
    : `<h2>期限与归属矛盾（截至 ${zhDate(intervals[0]?.asOf ?? to)}）</h2>${table(
        ['数据集', '问题', '处数', '编号（举例）'],
        intervals.map((one) => [one.zh, one.ruleZh, one.findings, one.subjects.join('、')]),
      )}`
}
${
  disagreements.length === 0
    ? ''
    : `<h2>与登记不一致</h2>${table(
        ['数据集', '字段', '比对依据', '比对', '不一致', '占比', '编号（举例）', '截至'],
        disagreements.map((one) => [
          ...[one.zh, one.column, one.register, one.judged, one.wrong, percent(one.wrong / one.judged)],
          ...[one.keys.join('、'), zhDate(one.asOf)],
        ]),
      )}`
}
${
  samples.length === 0
    ? ''
    : `<h2>问题样例（已脱敏）</h2>${table(
        titles,
        samples.map((sample) => titles.map((title) => String(sample[title] ?? ''))),
      )}`
}
<p>“标记”指该行已入库而该值不予采用；“隔离”指该行未入库。逐行清单随函另附。</p>
<p class="sign">住房保障数据平台<br>${zhDate(writtenOn)}</p></body></html>\n`;
}
