import type { Lang } from '../texts.ts';
import type { Column } from './DataTable.tsx';

/** Chinese, English. */
export type Both = readonly [string, string];

export const said = ([zh, en]: Both, lang: Lang): string => (lang === 'zh' ? zh : en);

/** Columns of a table from their titles in both languages; `figures` are aligned as numbers are. */
export const columnsOf = (
  titles: Readonly<Record<string, Both>>,
  lang: Lang,
  figures: ReadonlySet<string> = new Set(),
): Column[] =>
  Object.entries(titles).map(([name, both]) => ({
    name,
    title: said(both, lang),
    isFigure: figures.has(name),
  }));
