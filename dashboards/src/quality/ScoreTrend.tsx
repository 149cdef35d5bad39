import { Chart } from '../charts/Chart.tsx';
import { useSettings } from '../settings.tsx';
import type { DayScore } from './api.ts';
import { points } from './Heatmap.tsx';

/** The overall score by business day, in points; nothing where no day was measured. */
export function ScoreTrend({ days }: { days: readonly DayScore[] }) {
  const { t, palette } = useSettings();
  const measured = days.filter(({ overall }) => overall !== null);
  if (measured.length === 0) return null;
  return (
    <div className="quality-trend">
      <Chart
        label={t('qualityTrend')}
        option={{
          grid: { left: 56, right: 16, top: 16, bottom: 28 },
          tooltip: { trigger: 'axis' },
          xAxis: {
            ...{ type: 'category', data: measured.map(({ day }) => day) },
            axisLabel: { color: palette.muted },
          },
          yAxis: {
            ...{ type: 'value', scale: true, max: 100, axisLabel: { color: palette.muted } },
            splitLine: { lineStyle: { color: palette.grid } },
          },
          series: [
            {
              type: 'line',
              showSymbol: false,
              data: measured.map(({ overall }) => Number(points(overall))),
              lineStyle: { color: palette.main },
              itemStyle: { color: palette.main },
            },
          ],
        }}
      />
    </div>
  );
}
