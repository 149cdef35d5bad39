import type { BarSeriesOption, LineSeriesOption, MapSeriesOption } from 'echarts/charts';
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components';
import type { ComposeOption, ECElementEvent } from 'echarts/core';
import { useEffect, useRef } from 'react';
import { echarts } from './echarts.ts';

export type ChartOption = ComposeOption<
  BarSeriesOption | LineSeriesOption | MapSeriesOption | GridComponentOption | TooltipComponentOption
>;

type Instance = ReturnType<typeof echarts.init>;
const live = new Set<Instance>();

declare global {
  interface Window {
    /** How many chart instances are alive: a wall runs for months, so tests watch this for leaks. */
    anjuCharts?: () => number;
  }
}
window.anjuCharts = () => [...live].filter((chart) => !chart.isDisposed()).length;

const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

interface ChartProps {
  option: ChartOption;
  label: string;
  onPick?: (event: ECElementEvent) => void;
  onHover?: (event: ECElementEvent | null) => void;
}

/**
 * The one place that makes, feeds, resizes and disposes an ECharts instance.
 * SVG, not canvas: the screen is scaled by a CSS transform and must stay sharp on any wall without a new instance.
 */
export function Chart({ option, label, onPick, onHover }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<Instance>(null);
  const handlers = useRef({ onPick, onHover });
  useEffect(() => {
    handlers.current = { onPick, onHover };
  });

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const instance = echarts.init(element, null, { renderer: 'svg' });
    live.add(instance);
    chart.current = instance;
    instance.on('click', (event) => handlers.current.onPick?.(event));
    instance.on('mouseover', (event) => handlers.current.onHover?.(event));
    instance.on('globalout', () => handlers.current.onHover?.(null));
    const observer = new ResizeObserver(() => {
      // The layout size, which the transform around us does not change.
      if (element.clientWidth !== instance.getWidth() || element.clientHeight !== instance.getHeight())
        instance.resize();
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      instance.dispose();
      live.delete(instance);
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const motion = still() ? { animation: false } : { animationDuration: 300, animationDurationUpdate: 300 };
    chart.current?.setOption(
      { ...motion, ...option },
      { replaceMerge: ['series', 'xAxis', 'yAxis', 'grid', 'tooltip'] },
    );
  }, [option]);

  return <div ref={host} className="chart" role="img" aria-label={label} />;
}
