/** Pieces every chart shares, so that they look alike: axes, tooltips, bars, lines. */
import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts';
import { axisLabel } from '../format.ts';
import type { Lang } from '../texts.ts';
import type { Palette } from '../theme.ts';

const FONT = "'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";

/** What a click on a chart item leads to: carried by the data item itself. */
export interface Linked {
  drill?: string;
}

export function drillOf(data: unknown): string | null {
  const drill = typeof data === 'object' && data !== null ? (data as Linked).drill : undefined;
  return drill ?? null;
}

/** Tooltip content as DOM, so that names from the data can never become markup. */
export function tip(
  title: string,
  lines: { label: string; value: string; note?: string; colour?: string }[],
): HTMLElement {
  const box = document.createElement('div');
  box.className = 'tip';
  const head = box.appendChild(document.createElement('b'));
  head.textContent = title;
  for (const line of lines) {
    const row = box.appendChild(document.createElement('div'));
    const dot = row.appendChild(document.createElement('i'));
    if (line.colour) dot.style.background = line.colour;
    row.appendChild(document.createElement('span')).textContent = line.label;
    row.appendChild(document.createElement('strong')).textContent = line.value;
    if (line.note) row.appendChild(document.createElement('em')).textContent = line.note;
  }
  return box;
}

export const textStyle = (palette: Palette, size = 13) => ({
  fontFamily: FONT,
  fontSize: size,
  color: palette.muted,
});

export const tooltip = (palette: Palette) => ({
  confine: true,
  backgroundColor: palette.tip,
  borderColor: palette.border,
  padding: 0,
  transitionDuration: 0,
  textStyle: { ...textStyle(palette, 14), color: palette.text },
});

export const categoryAxis = (palette: Palette, data: string[]) => ({
  type: 'category' as const,
  data,
  axisTick: { show: false },
  axisLine: { lineStyle: { color: palette.border } },
  axisLabel: { ...textStyle(palette, 12), hideOverlap: true },
});

/** A value axis from zero, with its unit written above it. */
export const valueAxis = (palette: Palette, lang: Lang, unit: string, side: 'left' | 'right' = 'left') => ({
  type: 'value' as const,
  name: unit,
  min: 0,
  position: side,
  splitNumber: 3,
  nameGap: 8,
  nameTextStyle: {
    ...textStyle(palette, 12),
    align: side === 'left' ? ('right' as const) : ('left' as const),
  },
  axisLabel: { ...textStyle(palette, 12), formatter: (value: number) => axisLabel(value, lang) },
  splitLine: { show: side === 'left', lineStyle: { color: palette.grid, type: 'dashed' as const } },
});

/** An axis of shares, 0 to 100 %. */
export const shareAxis = (palette: Palette) => ({
  type: 'value' as const,
  name: '%',
  min: 0,
  max: 1,
  interval: 0.5,
  position: 'right' as const,
  nameGap: 8,
  nameTextStyle: { ...textStyle(palette, 12), align: 'left' as const },
  axisLabel: { ...textStyle(palette, 12), formatter: (value: number) => String(Math.round(value * 100)) },
  splitLine: { show: false },
});

export interface Point extends Linked {
  value: number | null;
}

export const bars = (
  name: string,
  colour: string,
  data: Point[],
  more: Partial<BarSeriesOption> = {},
): BarSeriesOption => ({
  type: 'bar',
  name,
  data: data as BarSeriesOption['data'],
  cursor: 'pointer',
  barMaxWidth: 16,
  itemStyle: { color: colour, borderRadius: [2, 2, 0, 0] },
  emphasis: { focus: 'none' },
  ...more,
});

export const line = (
  name: string,
  colour: string,
  data: Point[],
  more: Partial<LineSeriesOption> = {},
): LineSeriesOption => ({
  type: 'line',
  name,
  data: data as LineSeriesOption['data'],
  cursor: 'pointer',
  symbol: 'circle',
  symbolSize: 7,
  smooth: false,
  lineStyle: { color: colour, width: 2 },
  itemStyle: { color: colour },
  connectNulls: false,
  ...more,
});
