/** What meters counted and dwellings stood empty by the month; the text beside each is `formula_zh` in another tongue. */
import { inMonth } from './in-month.ts';
import type { RecountOptions } from './recount.ts';

export function monthSql(options: RecountOptions): Record<string, string> {
  const { asOf } = options;
  const within = inMonth(options);
  const day = `DATE '${asOf}'`;
  const counted = (what: string, kind: string): string =>
    `SELECT coalesce(sum(${what}), 0) FROM meter_use WHERE kind = '${kind}' AND ${within('day')}`;
  // Days a contract covers count once, whoever else has one; a dwelling that came during a month has the rest of it.
  const months = `(
    SELECT m.house_code, m.month, m.days, least(coalesce(c.let_days, 0), m.days) AS let_days FROM (
      SELECT house_code, month, least(${day}, last_day(month)) - greatest(month, delivered_on) + 1 AS days
      FROM dwelling_now CROSS JOIN told_month
      WHERE in_stock AND delivered_on <= least(${day}, last_day(month)) AND ${within('month')}
    ) m LEFT JOIN (
      SELECT house_code, CAST(date_trunc('month', day) AS DATE) AS month, count(DISTINCT day) AS let_days FROM (
        SELECT house_code, unnest(generate_series(greatest(starts_on, (SELECT min(month) FROM told_month)), least(last_day, ${day}), INTERVAL 1 DAY)) AS day
        FROM contract_now WHERE standing IN ('running', 'over') AND starts_on <= least(last_day, ${day})
      ) GROUP BY ALL
    ) c USING (house_code, month))`;
  return {
    electricity_usage: counted('used', 'electricity'),
    electricity_fee: counted('fee', 'electricity'),
    water_usage: counted('used', 'water'),
    water_fee: counted('fee', 'water'),
    gas_usage: counted('used', 'gas'),
    gas_fee: counted('fee', 'gas'),
    vacant_days_total: `SELECT coalesce(sum(days - let_days), 0) FROM ${months}`,
    vacant_days_rate: `SELECT sum(days - let_days) / nullif(sum(days), 0) FROM ${months}`,
    vacant_month_dwelling_cnt: `SELECT count(*) FROM ${months} WHERE let_days = 0`,
  };
}
