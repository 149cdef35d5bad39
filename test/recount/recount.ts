/**
 * The big screen's numbers counted a second time, by DuckDB, from the landed files. Each count is a direct reading of its
 * definition (`formula_zh` in models/metrics, docs/decisions/0004-definitions.md); thresholds are written out again here
 * on purpose: a threshold changed in one place only must make the comparison fail.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { prepareCleaning } from './clean.ts';
import { prepareDevices } from './devices.ts';
import { countedDatasets, currentSql, tableOf } from './entities.ts';
import { landedTable, loadLanded } from './landed.ts';
import { metricSql } from './metrics.ts';

export interface RecountOptions {
  /** The business date, YYYY-MM-DD. */
  asOf: string;
  /** Flows of one month (YYYY-MM) instead of all there are. Snapshots are not affected. */
  month?: string;
}

/** What stands on the as-of day: one row a contract, a bill, a dwelling, a guaranteed household, a finding. */
const views = (asOf: string): Record<string, string> => ({
  contract_now: `SELECT c.*, coalesce(c.terminated_on, c.ends_on) AS last_day,
      c.terminated_on < DATE '${asOf}' OR (c.state = 'terminated' AND c.terminated_on IS NULL) AS is_cut,
      CASE WHEN a.application_no IS NOT NULL THEN c.application_no END AS household,
      CASE WHEN c.state = 'pending' THEN 'pending'
        WHEN c.terminated_on < DATE '${asOf}' OR (c.state = 'terminated' AND c.terminated_on IS NULL) THEN 'over'
        WHEN c.starts_on > DATE '${asOf}' THEN 'coming' WHEN c.ends_on < DATE '${asOf}' THEN 'over' ELSE 'running' END AS standing
    FROM contract c LEFT JOIN application a ON a.application_no = c.application_no`,
  bill_now: `SELECT b.*, coalesce(p.paid, 0) AS paid, p.last_paid,
      CASE WHEN b.due_on < DATE '${asOf}' AND coalesce(p.paid, 0) < b.amount_due THEN b.amount_due - coalesce(p.paid, 0) ELSE 0 END AS owed
    FROM rent_due b LEFT JOIN (SELECT rent_due_no, sum(amount_paid) AS paid, max(paid_on) AS last_paid FROM rent_paid GROUP BY 1) p USING (rent_due_no)
    WHERE b.due_on <= DATE '${asOf}'`,
  // What was paid without a due row counts as money, in the month it was sent, and makes nobody a recipient.
  subsidy_now: `SELECT s.*, coalesce(p.paid, 0) AS paid, s.has_due AND s.subsidy_month > DATE '${asOf}' - INTERVAL 3 MONTH AS is_recent,
      CASE WHEN a.application_no IS NOT NULL THEN s.application_no END AS household
    FROM (
      SELECT subsidy_due_no, application_no, person, subsidy_month, amount_due, due_on, true AS has_due FROM subsidy_due
      UNION ALL
      SELECT subsidy_due_no, NULL, '', CAST(date_trunc('month', max(paid_on)) AS DATE), 0, NULL, false FROM subsidy_paid
      WHERE subsidy_due_no NOT IN (SELECT subsidy_due_no FROM subsidy_due) GROUP BY subsidy_due_no
    ) s LEFT JOIN application a USING (application_no)
    LEFT JOIN (SELECT subsidy_due_no, sum(amount_paid) AS paid FROM subsidy_paid WHERE pay_state NOT IN ('unpaid', 'refunded') GROUP BY 1) p USING (subsidy_due_no)
    WHERE s.subsidy_month <= DATE '${asOf}'`,
  dwelling_now: `WITH one AS (
      SELECT * FROM dwelling QUALIFY row_number() OVER (PARTITION BY house_code ORDER BY seq DESC, dwelling_no DESC) = 1),
    lease AS (
      SELECT house_code, bool_or(standing = 'running') AS is_let, bool_or(standing = 'coming') AS is_coming,
        min(starts_on) FILTER (standing = 'running') AS let_since, max(last_day) FILTER (standing = 'over') AS told_left_on,
        arg_max(contract_no, (starts_on, contract_no)) FILTER (standing = 'running') AS contract_no
      FROM contract_now GROUP BY 1),
    living AS (
      SELECT contract_no, count(*) AS people FROM occupant
      WHERE moved_in_on <= DATE '${asOf}' AND (moved_out_on IS NULL OR moved_out_on > DATE '${asOf}') GROUP BY 1)
    SELECT one.*, p.project_kind, p.allocation_kind, p.state AS project_state,
      -- Terminated, and no day said: when the last of its people left, as far as that is known.
      CASE WHEN l.told_left_on < DATE '${asOf}' THEN l.told_left_on WHEN l.told_left_on IS NULL THEN NULL
        WHEN stayed.until < DATE '${asOf}' THEN stayed.until ELSE DATE '${asOf}' - 1 END AS left_on,
      coalesce(r.registered_area, survey.surveyed_area, one.declared_area) AS area,
      coalesce(arrears.owed, 0) > 0 AS owes, coalesce(staying.people, 0) > 0 AS is_stayed_in, l.let_since, coalesce(l.is_let, false) AS is_let,
      coalesce(l.is_let, false) OR coalesce(l.is_coming, false) OR one.state = 'reserved' AS is_allocated,
      coalesce(l.is_let, false) AND coalesce(living.people, 0) > 0 AS is_occupied,
      one.state <> 'off' AS in_stock,
      coalesce(one.delivered_on <= DATE '${asOf}', false) AND one.state NOT IN ('repair', 'off') AS in_service,
      doors.house_code IS NOT NULL AS has_doors, coalesce(doors.opened, 0) AS opened, coalesce(doors.days, 0) AS door_days,
      coalesce(meters.readings, 0) AS readings, coalesce(meters.kinds, 0) AS meter_kinds,
      coalesce(meters.water, 0) > 0.5 OR coalesce(meters.electricity, 0) > 10 OR coalesce(meters.gas, 0) > 0.5 AS used
    FROM one LEFT JOIN project p ON p.project_no = one.project_no
    LEFT JOIN house_registry r ON r.house_code = one.house_code
    LEFT JOIN (SELECT house_code, arg_max(surveyed_area, (surveyed_on, survey_no)) FILTER (surveyed_area IS NOT NULL) AS surveyed_area FROM house_survey GROUP BY 1) survey ON survey.house_code = one.house_code
    LEFT JOIN (
      SELECT c.house_code, count(*) AS people FROM occupant o JOIN contract_now c ON c.contract_no = o.contract_no
      WHERE c.standing = 'over' AND o.moved_in_on <= DATE '${asOf}' AND (o.moved_out_on IS NULL OR o.moved_out_on > DATE '${asOf}') GROUP BY 1
    ) staying ON staying.house_code = one.house_code
    LEFT JOIN (
      SELECT c.house_code, max(coalesce(o.moved_out_on, DATE '2299-12-31')) AS until FROM occupant o JOIN contract_now c ON c.contract_no = o.contract_no
      WHERE coalesce(o.moved_in_on, c.starts_on) IS NOT NULL GROUP BY 1
    ) stayed ON stayed.house_code = one.house_code
    LEFT JOIN lease l ON l.house_code = one.house_code LEFT JOIN living ON living.contract_no = l.contract_no
    LEFT JOIN (SELECT contract_no, sum(owed) AS owed FROM bill_now GROUP BY 1) arrears ON arrears.contract_no = l.contract_no
    LEFT JOIN doors ON doors.house_code = one.house_code LEFT JOIN meters ON meters.house_code = one.house_code`,
  // Two thirds of all, by area and by heads, and of these more than half; all dwellings of one owner are one head (《民法典》第二百七十八条).
  fund_vote: `SELECT use_no, 3 * area_voted >= 2 * area AND 3 * heads_voted >= 2 * heads AND 2 * area_agreed > area_voted AND 2 * heads_agreed > heads_voted AS is_passed
    FROM (
      SELECT u.use_no, sum(d.floor_area) AS area, count(DISTINCT coalesce(o.head, d.dwelling_no)) AS heads,
        sum(d.floor_area) FILTER (v.choice <> '') AS area_voted, count(DISTINCT coalesce(o.head, d.dwelling_no)) FILTER (v.choice <> '') AS heads_voted,
        coalesce(sum(d.floor_area) FILTER (v.choice = 'agree'), 0) AS area_agreed, count(DISTINCT coalesce(o.head, d.dwelling_no)) FILTER (v.choice = 'agree') AS heads_agreed
      FROM use_project u JOIN building b ON b.area_no = u.area_no AND u.building_no IN ('', b.building_no)
      JOIN unit ON unit.building_no = b.building_no JOIN fund_dwelling d ON d.unit_no = unit.unit_no AND coalesce(d.lost_on > u.applied_on, true)
      LEFT JOIN (SELECT dwelling_no, arg_min(coalesce(nullif(person, ''), nullif(credit_code, ''), owner_no), owner_no) AS head FROM owner GROUP BY 1) o ON o.dwelling_no = d.dwelling_no
      LEFT JOIN (SELECT use_no, dwelling_no, arg_max(choice, (coalesce(voted_on, DATE '0001-01-01'), vote_no)) AS choice FROM vote GROUP BY ALL) v
        ON v.use_no = u.use_no AND v.dwelling_no = d.dwelling_no
      GROUP BY 1)`,
  // Who builds or runs a project, and whom the register names as of the trade.
  enterprise: `SELECT code, coalesce(r.state, '') AS state, r.founded_on, code IN (SELECT builder FROM project) AS builds, code IN (SELECT operator FROM project) AS runs
    FROM (SELECT builder AS code FROM project UNION SELECT operator FROM project
      UNION SELECT credit_code FROM business_registry WHERE kind NOT IN ('', 'employer', 'other'))
    LEFT JOIN business_registry r ON r.credit_code = code WHERE code <> ''`,
  guaranteed: `SELECT coalesce(household, nullif(person, ''), contract_no) AS household FROM contract_now WHERE standing = 'running'
    UNION SELECT household FROM subsidy_now WHERE paid > 0 AND is_recent AND household IS NOT NULL`,
  home: `SELECT person FROM ownership WHERE person <> '' AND nature = 'residence' AND coalesce(acquired_on <= DATE '${asOf}', true)
      AND coalesce(cancelled_on > DATE '${asOf}', true)
    UNION SELECT person FROM net_signed_contract WHERE person <> '' AND state NOT IN ('draft', 'revoked', 'transferred') AND coalesce(signed_on <= DATE '${asOf}', true)`,
  second_home: `SELECT DISTINCT m.application_no FROM (
      SELECT application_no, person FROM household_member UNION SELECT application_no, person FROM application) m
    JOIN home USING (person) WHERE m.application_no IN (SELECT household FROM guaranteed)
      AND m.application_no IN (SELECT application_no FROM application)`,
  // Rules of alert that can be told from what is read here; the others are held against the city's truth by anju bench detect.
  finding: `SELECT 'vacant_while_let' AS rule, house_code AS object FROM dwelling_now
      WHERE is_let AND in_service AND has_doors AND opened = 0 AND meter_kinds >= 2 AND NOT used AND let_since <= DATE '${asOf}' - 29
    UNION SELECT 'overlong_vacancy', house_code FROM dwelling_now
      WHERE in_service AND NOT is_let AND DATE '${asOf}' - coalesce(left_on + 1, delivered_on) + 1 > 180
        AND NOT (door_days >= 5 AND used)
    UNION SELECT 'let_without_contract', house_code FROM dwelling_now
      WHERE in_stock AND NOT is_let AND coalesce(left_on < DATE '${asOf}' - 29, true) AND door_days >= 5 AND used
        AND house_code NOT IN (SELECT house_code FROM rent_due WHERE contract_no NOT IN (SELECT contract_no FROM contract)
          AND rent_month > DATE '${asOf}' - INTERVAL 3 MONTH)
    UNION SELECT 'arrears', contract_no FROM bill_now WHERE owed > 0 GROUP BY contract_no
      HAVING min(due_on) <= DATE '${asOf}' - 60 AND (count(*) >= 2 OR sum(owed) >= 5000)
    UNION SELECT 'second_home', application_no FROM second_home
    UNION SELECT 'contract_expiring', contract_no FROM contract_now c WHERE standing = 'running' AND ends_on <= DATE '${asOf}' + 30
      AND NOT EXISTS (SELECT 1 FROM contract_now n WHERE n.house_code = c.house_code AND n.contract_no <> c.contract_no AND n.is_cut IS NOT TRUE
        AND (n.household = c.household OR n.person = c.person AND n.person <> '')
        AND n.starts_on >= c.ends_on AND coalesce(n.signed_on <= DATE '${asOf}', true))
    UNION SELECT 'complaint_overdue', complaint_no FROM complaint
      WHERE answered_at IS NULL AND state NOT IN ('rejected', 'withdrawn', 'resolved', 'closed') AND CAST(due_at AS DATE) < DATE '${asOf}'`,
});

/**
 * Every metric of the overview, counted from `landingDir` (`objects/landing` of a home).
 * @returns metric name → value; counts and yuan as numbers, rates between 0 and 1, null where there is nothing to divide by
 */
export async function recountOverview(
  duckdb: DuckDBConnection,
  landingDir: string,
  options: RecountOptions,
): Promise<Record<string, number | null>> {
  const work = await mkdtemp(join(tmpdir(), 'anju-recount-'));
  try {
    await prepareCleaning(duckdb);
    for (const dataset of countedDatasets) {
      await loadLanded(duckdb, landingDir, dataset, work);
      await duckdb.run(`CREATE OR REPLACE TABLE ${tableOf(dataset)} AS ${currentSql(dataset)}`);
      await duckdb.run(`DROP TABLE ${landedTable(dataset)}`);
    }
    await prepareDevices(duckdb, landingDir, options.asOf, work);
    for (const [name, sql] of Object.entries(views(options.asOf)))
      await duckdb.run(`CREATE OR REPLACE TABLE ${name} AS ${sql}`);
    const counted: Record<string, number | null> = {};
    for (const [metric, sql] of Object.entries(metricSql(options))) {
      const [value] = (await duckdb.runAndReadAll(`SELECT CAST((${sql}) AS DOUBLE)`)).getRows()[0] ?? [];
      counted[metric] = typeof value === 'number' ? value : null;
    }
    return counted;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Findings by rule, of the rules counted here; after `recountOverview` on the same connection. */
export async function recountFindings(duckdb: DuckDBConnection): Promise<Record<string, number>> {
  const counts = await duckdb.runAndReadAll(
    'SELECT rule, CAST(count(*) AS INTEGER) FROM finding GROUP BY rule ORDER BY rule',
  );
  return Object.fromEntries(counts.getRows().map(([rule, count]) => [String(rule), Number(count)]));
}
