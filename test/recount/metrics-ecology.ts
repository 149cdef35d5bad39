/** Suppliers, their products and cooperations; the text beside each is `formula_zh` in another tongue. */
import { inMonth } from './in-month.ts';
import type { RecountOptions } from './recount.ts';

export function ecologySql(options: RecountOptions): Record<string, string> {
  const { asOf } = options;
  const day = `DATE '${asOf}'`;
  const within = (column: string): string => `${column} <= ${day} AND ${inMonth(options)(column)}`;
  const known = `(SELECT * FROM cooperation WHERE formed_on <= ${day})`;
  const rated = `(SELECT c.cooperation_no, arg_max(e.rating, (e.rated_on, e.evaluation_no)) AS rating, max(e.rated_on) AS rated_on
      FROM evaluation e JOIN ${known} c USING (cooperation_no) WHERE e.party = 'supplier' AND e.rating != '' GROUP BY 1)`;
  const done = `${known} WHERE state = 'completed' AND completed_on IS NOT NULL AND due_on IS NOT NULL AND ${within('completed_on')}`;
  return {
    supplier_total: "SELECT count(*) FROM supplier WHERE state = 'approved'",
    supplier_new_cnt: `SELECT count(*) FROM supplier WHERE approved_on IS NOT NULL AND ${within('approved_on')}`,
    supplier_blacklisted_cnt: "SELECT count(*) FROM supplier WHERE state = 'blacklisted'",
    product_total: "SELECT count(*) FROM product WHERE state = 'published'",
    product_publish_cnt: `SELECT count(*) FROM product WHERE published_on IS NOT NULL AND ${within('published_on')}`,
    product_removed_cnt: `SELECT count(*) FROM product WHERE state = 'removed' AND delisted_on IS NOT NULL AND ${within('delisted_on')}`,
    demand_publish_cnt: `SELECT count(*) FROM demand WHERE ${within('published_on')}`,
    intent_cnt: `SELECT count(*) FROM ${known} WHERE ${within('formed_on')}`,
    cooperation_cnt: `SELECT count(*) FROM ${known} WHERE confirmed_on IS NOT NULL AND ${within('confirmed_on')}`,
    ecology_cnt: `SELECT count(*) FROM ${known} WHERE state = 'confirmed'`,
    supplier_positive_rate: `SELECT count(*) FILTER (rating IN ('4', '5')) / nullif(count(*), 0) FROM ${rated} WHERE ${within('rated_on')}`,
    supplier_rating: `SELECT avg(CAST(rating AS INTEGER)) FROM ${rated} WHERE ${within('rated_on')}`,
    supplier_in_time_rate: `SELECT count(*) FILTER (completed_on <= due_on) / nullif(count(*), 0) FROM ${done}`,
  };
}
