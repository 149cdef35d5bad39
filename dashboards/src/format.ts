import type { Lang } from './texts.ts';

/** A number ready to show: digits and the unit that belongs behind them. */
export interface Shown {
  text: string;
  unit: string;
}

const locale = (lang: Lang) => (lang === 'zh' ? 'zh-CN' : 'en-GB');

function decimals(value: number, digits: number, lang: Lang): string {
  return value.toLocaleString(locale(lang), { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Money is shown in 元, 万元 or 亿元 (thousand and million yuan in English), always with its unit. */
function money(yuan: number, lang: Lang): Shown {
  const size = Math.abs(yuan);
  if (lang === 'zh') {
    if (size >= 1e8) return { text: decimals(yuan / 1e8, 2, lang), unit: '亿元' };
    if (size >= 1e4) return { text: decimals(yuan / 1e4, size >= 1e7 ? 0 : 1, lang), unit: '万元' };
    return { text: decimals(yuan, size >= 1000 ? 0 : 2, lang), unit: '元' };
  }
  if (size >= 1e6) return { text: decimals(yuan / 1e6, 2, lang), unit: 'M yuan' };
  if (size >= 1e4) return { text: decimals(yuan / 1e3, 1, lang), unit: 'k yuan' };
  return { text: decimals(yuan, size >= 1000 ? 0 : 2, lang), unit: 'yuan' };
}

const units: Record<string, Record<Lang, string>> = {
  person: { zh: '人', en: 'people' },
  household: { zh: '户', en: 'households' },
  day: { zh: '天', en: 'days' },
  point: { zh: '分', en: 'points' },
  square_metre: { zh: '㎡', en: 'm²' },
};

/**
 * Formats a metric's value by its unit (`count`, `ratio`, `yuan`, `square_metre`, `day`, `person`, `household`).
 * `noun` names what a plain count counts. A missing value is a dash, never zero.
 */
export function show(value: number | null | undefined, unit: string, lang: Lang, noun = ''): Shown {
  if (value === null || value === undefined || Number.isNaN(value)) return { text: '—', unit: '' };
  if (unit === 'ratio') return { text: decimals(value * 100, 1, lang), unit: '%' };
  if (unit === 'yuan') return money(value, lang);
  const digits = Number.isInteger(value) || Math.abs(value) >= 1000 ? 0 : 1;
  return { text: decimals(value, digits, lang), unit: noun || (units[unit]?.[lang] ?? '') };
}

/** The same on one line. */
export function say(value: number | null | undefined, unit: string, lang: Lang, noun = ''): string {
  const shown = show(value, unit, lang, noun);
  if (!shown.unit) return shown.text;
  return shown.unit === '%' ? `${shown.text}%` : `${shown.text} ${shown.unit}`;
}

/** Numerator and denominator of a rate, which every rate on the screen can show; undefined for what is no rate. */
export function shareOf(
  row: { numerator?: number | null; denominator?: number | null } | null | undefined,
  unit: string,
  lang: Lang,
): string | undefined {
  const { numerator, denominator } = row ?? {};
  if (unit !== 'ratio' || typeof numerator !== 'number' || typeof denominator !== 'number') return undefined;
  return `${say(numerator, 'count', lang)} / ${say(denominator, 'count', lang)}`;
}

/** Short labels of an axis: 12,000 → 1.2万 (12k). */
export function axisLabel(value: number, lang: Lang): string {
  const size = Math.abs(value);
  const trim = (scaled: number) => String(Math.round(scaled * 10) / 10);
  if (lang === 'zh') {
    if (size >= 1e8) return `${trim(value / 1e8)}亿`;
    if (size >= 1e4) return `${trim(value / 1e4)}万`;
    return trim(value);
  }
  if (size >= 1e6) return `${trim(value / 1e6)}M`;
  if (size >= 1e3) return `${trim(value / 1e3)}k`;
  return trim(value);
}

/** How a value moved: ratios in percentage points, everything else in percent of the earlier value. */
export function movement(
  now: number | null,
  before: number | null | undefined,
  unit: string,
): { amount: number; points: boolean } | null {
  if (now === null || before === null || before === undefined) return null;
  if (unit === 'ratio') return { amount: (now - before) * 100, points: true };
  return before === 0 ? null : { amount: ((now - before) / Math.abs(before)) * 100, points: false };
}

/** An instant of the API (ISO 8601, UTC) on this browser's clock, to the second: `2026-10-31 09:30:00`. */
export function instant(iso: string | null | undefined): string {
  if (!iso) return '—';
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : at.toLocaleString('sv-SE');
}

/** `2026-10` → 10月 (Oct); January carries its year. */
export function monthLabel(period: string, lang: Lang): string {
  const [year = '', month = ''] = period.split('-');
  const number = Number(month);
  if (!number) return period;
  if (lang === 'zh') return number === 1 ? `${year.slice(2)}年1月` : `${number}月`;
  const name = new Date(Date.UTC(2000, number - 1)).toLocaleString('en-GB', {
    month: 'short',
    timeZone: 'UTC',
  });
  return number === 1 ? `${name} ${year.slice(2)}` : name;
}
