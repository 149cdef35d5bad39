/** Enterprises, maintenance funds, energy of common parts and property management; the text beside each is `formula_zh` in another tongue. */
import { inMonth } from './in-month.ts';
import type { RecountOptions } from './recount.ts';

export function serviceSql(options: RecountOptions): Record<string, string> {
  const { asOf } = options;
  const within = inMonth(options);
  const day = `DATE '${asOf}'`;
  const deposits = `(SELECT *, coalesce(amount_paid, 0) AS paid, coalesce(amount_due, 0) AS due FROM deposit WHERE due_on <= ${day} AND ${within('due_on')})`;
  const allDeposits = `(SELECT *, coalesce(amount_paid, 0) AS paid, coalesce(amount_due, 0) AS due FROM deposit WHERE due_on <= ${day})`;
  const uses = (at: string): string =>
    `(SELECT u.*, coalesce(p.paid, 0) AS paid FROM use_project u LEFT JOIN (SELECT use_no, sum(amount) AS paid FROM payment GROUP BY 1) p USING (use_no)
      WHERE u.applied_on <= ${day} AND ${at === '' ? 'true' : within(at)})`;
  const daysTo = (column: string): string =>
    `SELECT avg(${column} - applied_on) FROM ${uses(column)} WHERE ${column} >= applied_on`;
  const earned = `(SELECT *, coalesce(ends_on, allocated_on) AS earned_on FROM "yield" WHERE coalesce(ends_on, allocated_on) <= ${day} AND ${within('coalesce(ends_on, allocated_on)')})`;
  const energy = `(SELECT e.*, item <> 'total' OR count(*) FILTER (item <> 'total') OVER (PARTITION BY project_no, building_no, meter_kind, month) = 0 AS counts
      FROM energy e WHERE month <= ${day} AND ${within('month')})`;
  const used = (kind: string): string =>
    `SELECT coalesce(sum(used), 0) FROM ${energy} WHERE counts AND meter_kind = '${kind}'`;
  const planned = `(SELECT * FROM inspection WHERE planned_on <= ${day} AND ${within('planned_on')})`;
  const ledger = `(SELECT a.*, l.amount, l.deposits FROM account a LEFT JOIN (
      SELECT account_no, sum(amount) AS amount, count(*) FILTER (kind = 'deposit') AS deposits
      FROM ledger_entry e JOIN account o USING (account_no) WHERE o.balance_on IS NULL OR e.booked_on <= o.balance_on GROUP BY 1) l USING (account_no))`;
  const minutes = (to: string): string =>
    `SELECT avg(date_diff('minute', reported_at, ${to})) FROM incident WHERE ${within('reported_at')} AND state <> 'false_alarm' AND ${to} >= reported_at`;
  return {
    enterprise_total: 'SELECT count(*) FROM enterprise',
    operator_enterprise_cnt: 'SELECT count(*) FROM enterprise WHERE runs',
    builder_enterprise_cnt: 'SELECT count(*) FROM enterprise WHERE builds',
    enterprise_new_cnt: `SELECT count(*) FROM enterprise WHERE founded_on IS NOT NULL AND ${within('founded_on')}`,
    enterprise_inactive_cnt: "SELECT count(*) FROM enterprise WHERE state NOT IN ('', 'active')",
    fund_due_amount: `SELECT coalesce(sum(due), 0) FROM ${deposits}`,
    fund_paid_amount: `SELECT coalesce(sum(least(paid, due)), 0) FROM ${deposits}`,
    fund_deposit_rate: `SELECT sum(least(paid, due)) / nullif(sum(due), 0) FROM ${deposits}`,
    fund_open_amount: `SELECT coalesce(sum(due - least(paid, due)), 0) FROM ${allDeposits}`,
    fund_missing_cnt: `SELECT count(*) FROM ${allDeposits} WHERE amount_paid IS NULL AND paid_on IS NULL`,
    fund_timely_rate: `SELECT count(*) FILTER (paid >= due AND paid_on <= due_on) / nullif(count(*), 0) FROM ${deposits}`,
    fund_balance: 'SELECT coalesce(sum(balance), 0) FROM account',
    fund_account_cnt: "SELECT count(*) FROM account WHERE state <> 'cancelled'",
    fund_low_account_cnt: `SELECT count(*) FROM ${ledger} WHERE deposits > 0 AND balance * 10 < first_deposit * 3`,
    fund_unbalanced_account_cnt: `SELECT count(*) FROM ${ledger} WHERE NOT coalesce(balance = coalesce(amount, 0), false)`,
    fund_use_cnt: `SELECT count(*) FROM ${uses('applied_on')}`,
    fund_use_budget_amount: `SELECT coalesce(sum(budget), 0) FROM ${uses('applied_on')}`,
    fund_use_paid_amount: `SELECT coalesce(sum(paid), 0) FROM ${uses('applied_on')}`,
    avg_fund_use_amount: `SELECT avg(paid) FROM ${uses('applied_on')} WHERE paid > 0`,
    fund_overpaid_use_cnt: `SELECT count(*) FROM ${uses('')} WHERE paid > voted_amount`,
    fund_use_running_cnt: `SELECT count(*) FROM ${uses('')} WHERE state NOT IN ('closed', 'withdrawn')`,
    fund_use_closed_cnt: `SELECT count(*) FROM ${uses('closed_on')} WHERE state = 'closed' AND closed_on IS NOT NULL`,
    fund_vote_pass_rate: `SELECT avg(CASE WHEN is_passed THEN 1 ELSE 0 END) FROM ${uses('voted_on')} LEFT JOIN fund_vote USING (use_no) WHERE use_kind <> 'emergency' AND voted_on <= ${day}`,
    avg_days_to_fund_vote: daysTo('voted_on'),
    avg_days_to_fund_accept: daysTo('accepted_on'),
    avg_days_to_fund_close: daysTo('closed_on'),
    fund_yield_amount: `SELECT coalesce(sum(amount), 0) FROM ${earned}`,
    fund_yield_principal: `SELECT coalesce(sum(principal), 0) FROM ${earned}`,
    fund_yield_rate: `SELECT sum(amount) / nullif(sum(CAST(principal * (ends_on - starts_on) AS DOUBLE) / 365), 0) FROM ${earned} WHERE principal * (ends_on - starts_on) > 0`,
    fund_growth_amount: `SELECT coalesce(sum(amount), 0) FROM ledger_entry WHERE kind = 'yield' AND booked_on <= ${day} AND ${within('booked_on')}`,
    fund_utilisation_rate: `SELECT -sum(amount) FILTER (kind = 'use') / nullif(sum(amount) FILTER (kind IN ('deposit', 'top_up', 'transfer')), 0)
      FROM ledger_entry JOIN account USING (account_no) WHERE booked_on <= ${day}`,
    public_electricity_usage: used('electricity'),
    public_water_usage: used('water'),
    public_energy_fee: `SELECT coalesce(sum(fee), 0) FROM ${energy} WHERE counts`,
    energy_quota_rate: `SELECT sum(used) / nullif(sum(quota), 0) FROM ${energy} WHERE quota IS NOT NULL`,
    over_quota_cnt: `SELECT count(*) FROM ${energy} WHERE used > quota`,
    facility_cnt: "SELECT count(*) FROM equipment WHERE state <> 'scrapped'",
    facility_normal_rate:
      "SELECT count(*) FILTER (state = 'normal') / nullif(count(*), 0) FROM equipment WHERE state <> 'scrapped'",
    facility_inspection_overdue_cnt: `SELECT count(*) FROM equipment e
      LEFT JOIN (SELECT equipment_no, max(inspected_on) AS last_on FROM inspection GROUP BY 1) d USING (equipment_no)
      WHERE e.state <> 'scrapped' AND coalesce(d.last_on, e.installed_on) + e.inspection_cycle < ${day}`,
    inspection_due_cnt: `SELECT count(*) FROM ${planned}`,
    inspection_timely_rate: `SELECT count(*) FILTER (inspected_on <= planned_on) / nullif(count(*), 0) FROM ${planned}`,
    open_hazard_cnt: `SELECT count(*) FROM inspection WHERE planned_on <= ${day} AND result IN ('minor', 'major') AND rectified_on IS NULL`,
    incident_cnt: `SELECT count(*) FROM incident WHERE ${within('reported_at')}`,
    avg_minutes_to_accept: minutes('accepted_at'),
    avg_minutes_to_finish: minutes('finished_at'),
  };
}
