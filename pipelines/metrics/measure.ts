/** From the parts the engine adds up to the value of a metric. */
import type { Metric } from './definition.ts';
import type { MetricRow } from './request.ts';

/** The value of a metric from its two parts; money is rounded to fen. */
export function measured(
  metric: Metric,
  numerator: number,
  denominator: number,
): Pick<MetricRow, 'value' | 'numerator' | 'denominator'> {
  if (metric.kind === 'count' || metric.kind === 'sum') return { value: rounded(metric, numerator) };
  const value = denominator === 0 ? null : rounded(metric, numerator / denominator);
  return { value, numerator, denominator };
}

/** Decimal sums reach us as floats: 0.1 + 0.2 is 0.3. */
const rounded = (metric: Metric, value: number): number => {
  const digits = metric.unit === 'yuan' ? 2 : 6;
  return Number(value.toFixed(digits));
};
