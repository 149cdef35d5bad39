/** One query a metric over the tables of recount.ts; the text beside each is `formula_zh` in another tongue. */
import { caseSql } from './metrics-cases.ts';
import { ecologySql } from './metrics-ecology.ts';
import { housingSql } from './metrics-housing.ts';
import { monthSql } from './metrics-months.ts';
import { serviceSql } from './metrics-services.ts';
import { inMonth } from './in-month.ts';
import type { RecountOptions } from './recount.ts';

/** Every metric counted from the landed files: the overview's, and the others by theme. */
export const metricSql = (options: RecountOptions): Record<string, string> => ({
  ...overviewSql(options),
  ...housingSql(options),
  ...caseSql(options),
  ...serviceSql(options),
  ...ecologySql(options),
  ...monthSql(options),
});

function overviewSql(options: RecountOptions): Record<string, string> {
  const { asOf } = options;
  const within = inMonth(options);
  const dwellings = (where: string): string => `SELECT count(*) FROM dwelling_now WHERE ${where}`;
  const share = (of: string, where: string): string =>
    `SELECT sum(CASE WHEN ${where} THEN 1 ELSE 0 END) / nullif(count(*), 0) FROM ${of}`;
  const projects = (where: string): string => `SELECT count(*) FROM project WHERE ${where}`;
  const judgedComplaint = `(SELECT * FROM complaint WHERE due_at IS NOT NULL AND (answered_at IS NOT NULL OR CAST(due_at AS DATE) < DATE '${asOf}') AND ${within('complained_at')})`;
  const judgedRepair = `(SELECT * FROM repair WHERE due_at IS NOT NULL AND state <> 'cancelled' AND (finished_at IS NOT NULL OR CAST(due_at AS DATE) < DATE '${asOf}') AND ${within('reported_at')})`;
  const decided = `(SELECT * FROM application WHERE state IN ('approved', 'rejected') AND decided_on IS NOT NULL AND ${within('decided_on')})`;
  const bills = `(SELECT * FROM bill_now WHERE ${within('rent_month')})`;
  return {
    project_total: projects('true'),
    prh_project_cnt: projects("project_kind = 'prh'"),
    arh_project_cnt: projects("project_kind = 'arh'"),
    dwelling_total: dwellings('in_stock'),
    prh_unit_cnt: dwellings("in_stock AND project_kind = 'prh'"),
    arh_unit_cnt: dwellings("in_stock AND project_kind = 'arh'"),
    allocated_dwelling_cnt: dwellings('in_stock AND is_allocated'),
    occupied_dwelling_cnt: dwellings('in_stock AND is_occupied'),
    vacant_by_contract_cnt: dwellings('in_service AND NOT is_let'),
    vacant_by_doors_cnt: dwellings('in_service AND has_doors AND opened = 0'),
    vacant_by_meters_cnt: dwellings('in_service AND readings > 0 AND NOT used'),
    vacancy_rate: share('(SELECT * FROM dwelling_now WHERE in_service)', 'NOT is_let'),
    occupancy_rate: share('(SELECT * FROM dwelling_now WHERE in_service)', 'is_occupied'),
    rental_rate: share('(SELECT * FROM dwelling_now WHERE in_service)', 'is_let'),
    contract_active_cnt: "SELECT count(*) FROM contract_now WHERE standing = 'running'",
    tenant_cnt:
      "SELECT count(DISTINCT coalesce(nullif(person, ''), contract_no)) FROM contract_now WHERE standing = 'running'",
    guaranteed_household_cnt: 'SELECT count(*) FROM guaranteed',
    avg_rent:
      "SELECT sum(monthly_rent) / nullif(count(monthly_rent), 0) FROM contract_now WHERE standing = 'running'",
    rent_due_amount: `SELECT coalesce(sum(amount_due), 0) FROM ${bills}`,
    rent_paid_amount: `SELECT coalesce(sum(least(paid, amount_due)), 0) FROM ${bills}`,
    rent_collection_rate: `SELECT sum(least(paid, amount_due)) / nullif(sum(amount_due), 0) FROM ${bills}`,
    arrears_amount: 'SELECT coalesce(sum(owed), 0) FROM bill_now',
    arrears_household_cnt:
      'SELECT count(DISTINCT coalesce(c.household, b.contract_no)) FROM bill_now b LEFT JOIN contract_now c USING (contract_no) WHERE b.owed > 0',
    arrears_rate:
      'SELECT sum(CASE WHEN owed > 0 THEN 1 ELSE 0 END) / nullif(count(*), 0) FROM (SELECT b.contract_no, sum(b.owed) AS owed FROM bill_now b JOIN contract_now c USING (contract_no) GROUP BY 1)',
    application_cnt: `SELECT count(*) FROM application WHERE ${within('applied_on')}`,
    application_passed_cnt: `SELECT count(*) FROM ${decided} WHERE state = 'approved'`,
    application_pass_rate: share(decided, "state = 'approved'"),
    subsidy_paid_amount: `SELECT coalesce(sum(paid), 0) FROM subsidy_now WHERE ${within('subsidy_month')}`,
    subsidy_person_cnt:
      "SELECT count(DISTINCT coalesce(nullif(person, ''), application_no)) FROM subsidy_now WHERE paid > 0 AND is_recent",
    second_home_cnt: 'SELECT count(*) FROM second_home',
    complaint_cnt: `SELECT count(*) FROM complaint WHERE ${within('complained_at')}`,
    complaint_timeliness: share(judgedComplaint, 'answered_at <= due_at'),
    repair_cnt: `SELECT count(*) FROM repair WHERE ${within('reported_at')}`,
    repair_timeliness: share(judgedRepair, 'finished_at <= due_at'),
  };
}
