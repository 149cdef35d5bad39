/** Contracts, bills, applications, service and subsidy, beyond what metrics.ts counts. */
import { inMonth } from './in-month.ts';
import type { RecountOptions } from './recount.ts';

export function caseSql(options: RecountOptions): Record<string, string> {
  const { asOf } = options;
  const within = inMonth(options);
  const contracts = (where: string): string => `SELECT count(*) FROM contract_now WHERE ${where}`;
  const running = "standing = 'running'";
  const signed = `signed_on <= DATE '${asOf}' AND ${within('signed_on')}`;
  const bills = `(SELECT * FROM bill_now WHERE ${within('rent_month')})`;
  const applications = (where: string): string => `SELECT count(*) FROM application WHERE ${where}`;
  const decided = (state: string): string =>
    `state IN (${state}) AND decided_on IS NOT NULL AND ${within('decided_on')}`;
  const closed = "state IN ('approved', 'rejected', 'withdrawn')";
  const praise = (of: string, at: string): string =>
    `SELECT count(*) FILTER (rating IN ('4', '5')) / nullif(count(*), 0) FROM ${of} WHERE rating <> '' AND ${within(at)}`;
  const subsidies = `(SELECT * FROM subsidy_now WHERE ${within('subsidy_month')})`;
  // Whole hours between two readings of the clock, as a person counts them who forgets the minutes.
  const hours = (from: string, to: string, of: string): string =>
    `SELECT avg(date_diff('hour', ${from}, ${to})) FROM ${of} WHERE ${to} IS NOT NULL AND ${within(from)}`;
  const waiting = `(SELECT * FROM application WHERE guarantee_form = 'in_kind' AND state = 'approved' AND decided_on <= DATE '${asOf}'
      AND application_no NOT IN (SELECT household FROM contract_now WHERE household IS NOT NULL AND standing <> 'pending'))`;
  const tenant = "coalesce(nullif(person, ''), contract_no)";
  const renting = `SELECT DISTINCT coalesce(household, ${tenant}) AS household FROM contract_now WHERE ${running}`;
  const subsidised =
    'SELECT DISTINCT household FROM subsidy_now WHERE paid > 0 AND is_recent AND household IS NOT NULL';
  const people = (households: string): string =>
    `SELECT h.household, greatest(count(DISTINCT m.member_no), 1) AS people FROM (${households}) h LEFT JOIN household_member m ON m.application_no = h.household GROUP BY 1`;
  const guaranteed = 'SELECT household FROM guaranteed';
  return {
    tenant_elderly_cnt: `SELECT count(DISTINCT ${tenant}) FROM contract_now WHERE ${running} AND person <> '' AND date_sub('year', strptime(substr(person, 7, 8), '%Y%m%d'), DATE '${asOf}') >= 60`,
    avg_months_lived: `SELECT avg(date_diff('month', starts_on, DATE '${asOf}')) FROM contract_now WHERE ${running}`,
    in_kind_household_cnt: `SELECT count(*) FROM (${renting})`,
    subsidy_household_cnt: `SELECT count(*) FROM (${subsidised})`,
    double_benefit_household_cnt: `SELECT count(*) FROM (${renting} INTERSECT ${subsidised})`,
    guaranteed_person_cnt: `SELECT sum(people) FROM (${people(guaranteed)})`,
    in_kind_person_cnt: `SELECT sum(people) FROM (${people(renting)})`,
    avg_household_persons: `SELECT avg(people) FROM (${people(guaranteed)})`,
    avg_household_income:
      'SELECT avg(a.income) FROM guaranteed g JOIN application a ON a.application_no = g.household',
    avg_rent_per_square_metre: `SELECT sum(c.monthly_rent) / nullif(sum(d.area), 0) FROM contract_now c JOIN dwelling_now d USING (house_code) WHERE ${running} AND d.area > 0`,
    subsidy_refunded_amount: `SELECT coalesce(sum(p.amount_paid), 0) FROM subsidy_paid p JOIN ${subsidies} s USING (subsidy_due_no) WHERE p.pay_state = 'refunded'`,
    vacant_while_let_cnt: "SELECT count(*) FROM finding WHERE rule = 'vacant_while_let'",
    let_without_contract_cnt: "SELECT count(*) FROM finding WHERE rule = 'let_without_contract'",
    contract_total: contracts('true'),
    contract_expiring_cnt: contracts(`${running} AND ends_on <= DATE '${asOf}' + 30`),
    contract_pending_cnt: contracts("standing = 'pending'"),
    contract_signed_cnt: contracts(signed),
    contract_new_cnt: contracts(`contract_kind = 'new' AND ${signed}`),
    contract_renewed_cnt: contracts(`contract_kind = 'renewal' AND ${signed}`),
    contract_ended_cnt: contracts(`standing = 'over' AND ${within('last_day')}`),
    contract_terminated_cnt: contracts(`standing = 'over' AND is_cut AND ${within('last_day')}`),
    monthly_rent_total: `SELECT coalesce(sum(monthly_rent), 0) FROM contract_now WHERE ${running}`,
    deposit_total: `SELECT coalesce(sum(deposit), 0) FROM contract_now WHERE ${running}`,
    rent_bill_cnt: `SELECT count(*) FROM ${bills}`,
    rent_paid_month_cnt: `SELECT count(*) FROM ${bills} WHERE paid >= amount_due`,
    rent_overdue_month_cnt: `SELECT count(*) FROM ${bills} WHERE owed > 0`,
    rent_due_contract_cnt: `SELECT count(DISTINCT contract_no) FROM ${bills}`,
    rent_payer_cnt: `SELECT count(DISTINCT contract_no) FROM ${bills} WHERE paid > 0`,
    rent_prepaid_amount:
      'SELECT coalesce(sum(paid - due), 0) FROM (SELECT contract_no, sum(paid) AS paid, sum(amount_due) AS due FROM bill_now GROUP BY 1) JOIN contract_now USING (contract_no) WHERE paid > due',
    arrears_contract_cnt: 'SELECT count(DISTINCT contract_no) FROM bill_now WHERE owed > 0',
    avg_arrears_days: `SELECT avg(DATE '${asOf}' - oldest) FROM (SELECT min(due_on) AS oldest FROM bill_now WHERE owed > 0 GROUP BY contract_no)`,
    avg_term_months: `SELECT avg(date_diff('month', starts_on, ends_on + 1)) FROM contract_now WHERE ${running}`,
    applicant_cnt: `SELECT count(DISTINCT coalesce(nullif(person, ''), application_no)) FROM application WHERE ${within('applied_on')}`,
    rent_on_time_rate: `SELECT count(*) FILTER (paid >= amount_due AND coalesce(last_paid <= due_on, true)) / nullif(count(*), 0) FROM ${bills}`,
    application_decided_cnt: applications(decided("'approved', 'rejected'")),
    application_rejected_cnt: applications(decided("'rejected'")),
    avg_days_to_decide: `SELECT avg(decided_on - applied_on) FROM application WHERE ${decided("'approved', 'rejected'")}`,
    case_total: applications('true'),
    case_closed_cnt: applications(closed),
    case_open_cnt: applications(`NOT (${closed})`),
    case_completion_rate: `SELECT count(*) FILTER (${closed}) / nullif(count(*), 0) FROM application WHERE ${within('applied_on')}`,
    pre_review_cnt: applications(`pre_reviewed_on <= DATE '${asOf}' AND ${within('pre_reviewed_on')}`),
    re_review_cnt: applications(`re_reviewed_on <= DATE '${asOf}' AND ${within('re_reviewed_on')}`),
    application_praise_rate: praise('application', 'applied_on'),
    waiting_household_cnt: `SELECT count(*) FROM ${waiting}`,
    avg_days_waiting: `SELECT avg(DATE '${asOf}' - decided_on) FROM ${waiting}`,
    priority_applicant_cnt: `SELECT count(*) FROM ${waiting} WHERE applicant_group IN ('disabled', 'elderly', 'special_poverty') OR DATE '${asOf}' - decided_on > 365`,
    complaint_open_cnt:
      "SELECT count(*) FROM complaint WHERE answered_at IS NULL AND state NOT IN ('rejected', 'withdrawn')",
    complaint_praise_rate: praise('complaint', 'complained_at'),
    avg_hours_to_answer: hours('complained_at', 'answered_at', 'complaint'),
    repair_praise_rate: praise('repair', 'reported_at'),
    repair_rating_average: `SELECT avg(CAST(rating AS INTEGER)) FROM repair WHERE rating <> '' AND ${within('reported_at')}`,
    repair_rated_cnt: `SELECT count(*) FROM repair WHERE rating <> '' AND ${within('reported_at')}`,
    repair_open_cnt: "SELECT count(*) FROM repair WHERE finished_at IS NULL AND state <> 'cancelled'",
    avg_hours_to_finish: hours('reported_at', 'finished_at', 'repair'),
    subsidy_due_amount: `SELECT coalesce(sum(amount_due), 0) FROM ${subsidies}`,
    subsidy_payment_cnt: `SELECT count(*) FROM ${subsidies} WHERE paid > 0`,
    subsidy_payment_rate: `SELECT sum(least(paid, amount_due)) / nullif(sum(amount_due), 0) FROM ${subsidies}`,
    subsidy_open_amount: `SELECT coalesce(sum(greatest(amount_due - paid, 0)), 0) FROM ${subsidies}`,
    subsidy_overdue_cnt: `SELECT count(*) FROM subsidy_now WHERE due_on < DATE '${asOf}' AND paid < amount_due`,
    avg_subsidy: `SELECT avg(paid) FROM ${subsidies} WHERE paid > 0`,
  };
}
