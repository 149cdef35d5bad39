/** The overview's charts as pure functions from answers to ECharts options. */
import type { MetricRow } from '../api/types.ts';
import type { ChartOption } from '../charts/Chart.tsx';
import {
  bars,
  categoryAxis,
  line,
  type Point,
  shareAxis,
  textStyle,
  tip,
  tooltip,
  valueAxis,
} from '../charts/parts.ts';
import { monthLabel, say, shareOf } from '../format.ts';
import type { Lang } from '../texts.ts';
import type { Palette } from '../theme.ts';
import { TREND_MONTHS } from './overview.ts';

export interface Look {
  palette: Palette;
  lang: Lang;
}

export interface TrendSeries {
  name: string;
  rows: MetricRow[];
  unit: string;
  noun?: string;
  colour: string;
  as: 'bar' | 'line';
  /** The address of one month's records. */
  drill: (period: string) => string;
}

interface HoverItem {
  dataIndex: number;
}
const indexOf = (params: unknown) => ((Array.isArray(params) ? params[0] : params) as HoverItem).dataIndex;

/** A month's value, with numerator and denominator where it is a rate. */
function trendLine(series: TrendSeries, row: MetricRow | undefined, lang: Lang) {
  return {
    label: series.name,
    value: say(row?.value, series.unit, lang, series.noun),
    colour: series.colour,
    note: shareOf(row, series.unit, lang),
  };
}

/** Bars and lines over the last months; rates go on an own axis in percent, amounts on one with `unit`. */
export function trendOption({ palette, lang }: Look, series: TrendSeries[], unit: string): ChartOption {
  const periods = [...new Set(series.flatMap((one) => one.rows.map((row) => row.period ?? '')))]
    .sort()
    .slice(-TREND_MONTHS);
  const rowsOf = series.map((one) => new Map(one.rows.map((row) => [row.period ?? '', row])));
  const rates = series.some((one) => one.unit === 'ratio');
  return {
    grid: { left: 46, right: rates ? 36 : 12, top: 30, bottom: 24 },
    tooltip: {
      ...tooltip(palette),
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: palette.main, opacity: 0.08 } },
      formatter: (params) => {
        const period = periods[indexOf(params)] ?? '';
        return tip(
          period,
          series.map((one, i) => trendLine(one, rowsOf[i]?.get(period), lang)),
        );
      },
    },
    xAxis: categoryAxis(
      palette,
      periods.map((period) => monthLabel(period, lang)),
    ),
    yAxis: rates ? [valueAxis(palette, lang, unit), shareAxis(palette)] : [valueAxis(palette, lang, unit)],
    series: series.map((one, i) => {
      const points: Point[] = periods.map((period) => ({
        value: rowsOf[i]?.get(period)?.value ?? null,
        drill: one.drill(period),
      }));
      const more = { yAxisIndex: one.unit === 'ratio' ? 1 : 0, id: one.name };
      return one.as === 'bar'
        ? bars(one.name, one.colour, points, { ...more, barGap: '20%', barCategoryGap: '38%' })
        : line(one.name, one.colour, points, more);
    }),
  };
}

export interface StackPart {
  name: string;
  colour: string;
  values: Point[];
}

/** Horizontal stacked bars, one a category, each with its total behind it. */
export function stackOption(
  { palette, lang }: Look,
  categories: string[],
  parts: StackPart[],
  noun: string,
): ChartOption {
  return {
    grid: { left: 58, right: 12, top: 4, bottom: 22 },
    tooltip: {
      ...tooltip(palette),
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: palette.main, opacity: 0.08 } },
      formatter: (params) => {
        const at = indexOf(params);
        const lines = parts.map((part) => ({
          label: part.name,
          colour: part.colour,
          value: say(part.values[at]?.value ?? 0, 'count', lang, noun),
        }));
        return tip(categories[at] ?? '', lines);
      },
    },
    xAxis: { ...valueAxis(palette, lang, ''), position: 'bottom', minInterval: 1 },
    yAxis: {
      ...categoryAxis(palette, categories),
      inverse: true,
      axisLabel: { ...textStyle(palette, 14), color: palette.text },
    },
    series: parts.map((part) =>
      bars(part.name, part.colour, part.values, {
        id: part.name,
        stack: 'all',
        barMaxWidth: 22,
        itemStyle: { color: part.colour, borderColor: palette.panel, borderWidth: 1 },
      }),
    ),
  };
}

export interface Column extends Point {
  name: string;
  colour: string;
}

/** Upright bars with their values written on top. */
export function columnOption(
  { palette, lang }: Look,
  columns: Column[],
  unit: string,
  noun: string,
): ChartOption {
  return {
    grid: { left: 46, right: 12, top: 30, bottom: 26 },
    tooltip: {
      ...tooltip(palette),
      trigger: 'item',
      formatter: (params) => {
        const column = columns[indexOf(params)];
        return column
          ? tip(column.name, [
              { label: noun || unit, value: say(column.value, 'count', lang, noun), colour: column.colour },
            ])
          : '';
      },
    },
    xAxis: {
      ...categoryAxis(
        palette,
        columns.map((column) => column.name),
      ),
      axisLabel: {
        ...textStyle(palette, 13),
        color: palette.text,
        interval: 0,
        width: 112,
        overflow: 'truncate',
      },
    },
    yAxis: { ...valueAxis(palette, lang, unit), minInterval: 1 },
    series: [
      {
        ...bars('columns', palette.main, []),
        data: columns.map((column) => ({
          value: column.value ?? 0,
          drill: column.drill,
          itemStyle: { color: column.colour },
        })),
        barMaxWidth: 34,
        label: {
          show: true,
          position: 'top',
          ...textStyle(palette, 14),
          color: palette.text,
          fontWeight: 700,
        },
      },
    ],
  };
}
