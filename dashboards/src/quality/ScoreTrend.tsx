import { Chart } from '../charts/Chart.tsx';
import { useSettings } from '../settings.tsx';
import type { DayScore } from './api.ts';
import { points } from './Heatmap.tsx';

/** Points between lines, four of which reach from the worst day up to 100: an axis that ends at 100 on a line. */
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 25];
const stepOf = (worst: number): number => STEPS.find((step) => 100 - 4 * step <= worst) ?? 25;

/** The overall score by business day, in points; nothing where no day was measured. */
export function ScoreTrend({ days }: { days: readonly DayScore[] }) {
  const { t, palette } = useSettings();
  const measured = days.filter(({ overall }) => overall !== null);
  if (measured.length === 0) return null;
  const step = stepOf(Math.min(...measured.map(({ overall }) => Number(points(overall)))));
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
            ...{ type: 'value', min: Number((100 - 4 * step).toFixed(2)), max: 100, interval: step },
            axisLabel: { color: palette.muted },
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
