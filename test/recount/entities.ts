/** The facts as they stand, in DuckDB over the landed texts: which rows count, which version of a key holds, and their typed values. */
import { landedTable } from './landed.ts';

/** The good rows of a data set with typed columns; what makes a row no row of its kind is in the WHERE. */
const good: Record<
  string,
  {
    /** Where another data set bears the name as well. */
    table?: string;
    key: string;
    full?: boolean;
    columns: string;
    where: string;
  }
> = {
  'operations.project': {
    key: 'project_no',
    full: true,
    columns: `number_no(project_no) AS project_no, code_project_kind(project_kind) AS project_kind,
      code_allocation_kind(allocation_kind) AS allocation_kind, code_project_state(project_state) AS state, whole_of(planned_dwellings) AS planned,
      quantity_of(floor_area) AS floor_area, wan_of(planned_investment) AS planned_investment, wan_of(actual_investment) AS actual_investment,
      day_of(started_on) AS started_on, day_of(planned_completion_on) AS planned_completion_on, day_of(completed_on) AS completed_on,
      credit_no(builder_credit_code) AS builder, credit_no(operator_credit_code) AS operator`,
    where: `number_no(project_no) != '' AND word(project_name) != '' AND (word(floor_area) = '' OR quantity_of(floor_area) > 0)`,
  },
  'market_regulation.business_registry': {
    key: 'credit_code',
    columns: `credit_no(credit_code) AS credit_code, code_enterprise_kind(enterprise_kind) AS kind, code_enterprise_state(enterprise_state) AS state,
      day_of(founded_on) AS founded_on`,
    where: `credit_no(credit_code) != '' AND word(enterprise_name) != ''`,
  },
  'operations.dwelling': {
    key: 'dwelling_no',
    full: true,
    columns: `number_no(dwelling_no) AS dwelling_no, house_no(house_code) AS house_code, number_no(project_no) AS project_no,
      code_dwelling_state(dwelling_state) AS state, day_of(delivered_on) AS delivered_on, quantity_of(floor_area) AS declared_area`,
    where: `number_no(dwelling_no) != '' AND house_no(house_code) != '' AND word(project_no) != '' AND (word(floor_area) = '' OR quantity_of(floor_area) > 0)`,
  },
  'property.house_registry': {
    key: 'house_code',
    full: true,
    columns: `house_no(house_code) AS house_code, word(water_meter_no) AS water, word(electricity_meter_no) AS electricity, word(gas_meter_no) AS gas, quantity_of(floor_area) AS registered_area`,
    where: `house_no(house_code) != '' AND (word(floor_area) = '' OR quantity_of(floor_area) > 0)`,
  },
  'property.house_survey': {
    key: 'survey_no',
    columns: `number_no(survey_no) AS survey_no, house_no(house_code) AS house_code, quantity_of(floor_area) AS surveyed_area, day_of(surveyed_on) AS surveyed_on`,
    where: `number_no(survey_no) != '' AND word(house_code) != '' AND (word(floor_area) = '' OR quantity_of(floor_area) > 0)`,
  },
  'operations.contract': {
    key: 'contract_no',
    columns: `number_no(contract_no) AS contract_no, number_no(application_no) AS application_no, house_no(house_code) AS house_code,
      person_no(tenant_id_number) AS person, code_contract_state(contract_state) AS state, day_of(starts_on) AS starts_on,
      day_of(ends_on) AS ends_on, day_of(terminated_on) AS terminated_on, amount_of(monthly_rent) AS monthly_rent,
      amount_of(deposit) AS deposit, day_of(signed_on) AS signed_on, code_contract_kind(contract_kind) AS contract_kind`,
    where: `number_no(contract_no) != '' AND house_no(house_code) != '' AND word(tenant_id_number) != '' AND day_of(starts_on) IS NOT NULL
      AND day_of(ends_on) >= day_of(starts_on) AND (word(monthly_rent) = '' OR amount_of(monthly_rent) IS NOT NULL)`,
  },
  'operations.occupant': {
    key: 'occupant_no',
    columns: `number_no(occupant_no) AS occupant_no, number_no(contract_no) AS contract_no, day_of(moved_in_on) AS moved_in_on, day_of(moved_out_on) AS moved_out_on`,
    where: `number_no(occupant_no) != '' AND number_no(contract_no) != '' AND house_no(house_code) != ''`,
  },
  'operations.application': {
    key: 'application_no',
    columns: `number_no(application_no) AS application_no, person_no(applicant_id_number) AS person, day_of(applied_on) AS applied_on,
      code_application_state(application_state) AS state, day_of(decided_on) AS decided_on, day_of(pre_reviewed_on) AS pre_reviewed_on,
      day_of(re_reviewed_on) AS re_reviewed_on, code_guarantee_form(guarantee_form) AS guarantee_form, code_applicant_group(applicant_group) AS applicant_group,
      code_rating(rating) AS rating, amount_of(annual_income) AS income`,
    where: `number_no(application_no) != '' AND word(applicant_id_number) != '' AND day_of(applied_on) IS NOT NULL`,
  },
  'operations.household_member': {
    key: 'member_no',
    columns: `number_no(member_no) AS member_no, number_no(application_no) AS application_no, person_no(id_number) AS person`,
    where: `number_no(member_no) != '' AND number_no(application_no) != ''`,
  },
  'operations.rent_due': {
    key: 'rent_due_no',
    columns: `number_no(rent_due_no) AS rent_due_no, number_no(contract_no) AS contract_no, house_no(house_code) AS house_code,
      month_of(rent_month) AS rent_month, amount_of(amount_due) AS amount_due, coalesce(day_of(due_on), last_day(month_of(rent_month))) AS due_on`,
    where: `number_no(rent_due_no) != '' AND number_no(contract_no) != '' AND month_of(rent_month) IS NOT NULL AND amount_of(amount_due) IS NOT NULL AND word(due_on) != ''`,
  },
  'operations.rent_paid': {
    key: 'rent_paid_no',
    columns: `number_no(rent_paid_no) AS rent_paid_no, number_no(rent_due_no) AS rent_due_no, amount_of(amount_paid) AS amount_paid, day_of(paid_on) AS paid_on`,
    where: `number_no(rent_paid_no) != '' AND number_no(rent_due_no) != '' AND amount_of(amount_paid) IS NOT NULL AND day_of(paid_on) IS NOT NULL`,
  },
  'operations.subsidy_due': {
    key: 'subsidy_due_no',
    columns: `number_no(subsidy_due_no) AS subsidy_due_no, number_no(application_no) AS application_no, person_no(id_number) AS person,
      month_of(subsidy_month) AS subsidy_month, amount_of(amount_due) AS amount_due, day_of(due_on) AS due_on`,
    where: `number_no(subsidy_due_no) != '' AND number_no(application_no) != '' AND month_of(subsidy_month) IS NOT NULL AND amount_of(amount_due) IS NOT NULL`,
  },
  'operations.subsidy_paid': {
    key: 'subsidy_paid_no',
    columns: `number_no(subsidy_paid_no) AS subsidy_paid_no, number_no(subsidy_due_no) AS subsidy_due_no, amount_of(amount_paid) AS amount_paid, day_of(paid_on) AS paid_on,
      code_pay_state(pay_state) AS pay_state`,
    where: `number_no(subsidy_paid_no) != '' AND number_no(subsidy_due_no) != '' AND amount_of(amount_paid) IS NOT NULL AND day_of(paid_on) IS NOT NULL`,
  },
  'operations.complaint': {
    key: 'complaint_no',
    columns: `number_no(complaint_no) AS complaint_no, instant_of(complained_at) AS complained_at, instant_of(due_at) AS due_at,
      instant_of(answered_at) AS answered_at, code_complaint_state(complaint_state) AS state, code_rating(rating) AS rating`,
    where: `number_no(complaint_no) != '' AND instant_of(complained_at) IS NOT NULL`,
  },
  'operations.repair': {
    key: 'repair_no',
    columns: `number_no(repair_no) AS repair_no, instant_of(reported_at) AS reported_at, instant_of(due_at) AS due_at, instant_of(finished_at) AS finished_at, code_repair_state(repair_state) AS state, code_rating(rating) AS rating`,
    where: `number_no(repair_no) != '' AND word(house_code) != '' AND instant_of(reported_at) IS NOT NULL`,
  },
  'property.ownership': {
    key: 'certificate_no, person',
    full: true,
    columns: `number_no(certificate_no) AS certificate_no, person_no(owner_id_number) AS person, code_property_nature(property_nature) AS nature,
      day_of(acquired_on) AS acquired_on, day_of(cancelled_on) AS cancelled_on`,
    where: `number_no(certificate_no) != '' AND word(owner_id_number) != '' AND (word(floor_area) = '' OR quantity_of(floor_area) > 0)`,
  },
  'property.net_signed_contract': {
    key: 'signing_no, person',
    columns: `number_no(signing_no) AS signing_no, person_no(buyer_id_number) AS person, day_of(signed_on) AS signed_on, code_signing_state(signing_state) AS state`,
    where: `number_no(signing_no) != '' AND word(buyer_id_number) != '' AND (word(floor_area) = '' OR quantity_of(floor_area) > 0)
      AND (word(total_price) = '' OR amount_of(total_price) IS NOT NULL) AND (word(signed_on) = '' OR day_of(signed_on) IS NOT NULL)`,
  },
  'maintenance_fund.account': {
    key: 'account_no',
    columns: `number_no(account_no) AS account_no, amount_of(balance) AS balance, amount_of(first_deposit) AS first_deposit,
      code_maintenance_fund_account_state(account_state) AS state, day_of(balance_on) AS balance_on`,
    where: `number_no(account_no) != '' AND word(dwelling_no) != '' AND word(balance) != '' AND word(balance_on) != ''`,
  },
  'maintenance_fund.deposit': {
    key: 'deposit_no',
    columns: `number_no(deposit_no) AS deposit_no, amount_of(amount_due) AS amount_due, day_of(due_on) AS due_on,
      amount_of(amount_paid) AS amount_paid, day_of(paid_on) AS paid_on`,
    where: `number_no(deposit_no) != '' AND word(account_no) != '' AND word(amount_due) != '' AND word(due_on) != ''`,
  },
  'maintenance_fund.use_project': {
    key: 'use_no',
    columns: `number_no(use_no) AS use_no, code_maintenance_fund_use(use_kind) AS use_kind, wan_of(budget) AS budget, amount_of(voted_amount) AS voted_amount,
      day_of(applied_on) AS applied_on, day_of(voted_on) AS voted_on, day_of(accepted_on) AS accepted_on, day_of(closed_on) AS closed_on,
      code_maintenance_fund_use_state(use_state) AS state, number_no(area_no) AS area_no, number_no(building_no) AS building_no`,
    where: `number_no(use_no) != '' AND word(area_no) != '' AND word(applied_on) != ''`,
  },
  'maintenance_fund.building': {
    key: 'building_no',
    columns: `number_no(building_no) AS building_no, number_no(area_no) AS area_no`,
    where: `number_no(building_no) != '' AND word(area_no) != ''`,
  },
  'maintenance_fund.unit': {
    key: 'unit_no',
    columns: `number_no(unit_no) AS unit_no, number_no(building_no) AS building_no`,
    where: `number_no(unit_no) != '' AND word(building_no) != ''`,
  },
  'maintenance_fund.dwelling': {
    table: 'fund_dwelling',
    key: 'dwelling_no',
    columns: `number_no(dwelling_no) AS dwelling_no, number_no(unit_no) AS unit_no, quantity_of(floor_area) AS floor_area, day_of(lost_on) AS lost_on`,
    where: `number_no(dwelling_no) != '' AND word(unit_no) != '' AND quantity_of(floor_area) > 0`,
  },
  'maintenance_fund.owner': {
    key: 'owner_no',
    columns: `number_no(owner_no) AS owner_no, number_no(dwelling_no) AS dwelling_no, person_no(id_number) AS person, credit_no(credit_code) AS credit_code`,
    where: `number_no(owner_no) != '' AND number_no(dwelling_no) != ''`,
  },
  'maintenance_fund.vote': {
    key: 'vote_no',
    columns: `number_no(vote_no) AS vote_no, number_no(use_no) AS use_no, number_no(dwelling_no) AS dwelling_no, code_maintenance_fund_vote(choice) AS choice,
      day_of(voted_on) AS voted_on`,
    where: `number_no(vote_no) != '' AND word(use_no) != '' AND word(dwelling_no) != ''`,
  },
  'maintenance_fund.payment': {
    key: 'payment_no',
    columns: `number_no(payment_no) AS payment_no, number_no(use_no) AS use_no, amount_of(amount) AS amount`,
    where: `number_no(payment_no) != '' AND word(use_no) != '' AND word(amount) != '' AND word(paid_on) != ''`,
  },
  'maintenance_fund.ledger_entry': {
    key: 'entry_no',
    columns: `number_no(entry_no) AS entry_no, code_maintenance_fund_entry(entry_kind) AS kind, day_of(booked_on) AS booked_on,
      coalesce(amount_of(income), 0) - coalesce(amount_of(expense), 0) AS amount, number_no(account_no) AS account_no`,
    where: `number_no(entry_no) != '' AND word(account_no) != '' AND day_of(booked_on) IS NOT NULL`,
  },
  'maintenance_fund.yield': {
    key: 'yield_no',
    columns: `number_no(yield_no) AS yield_no, wan_of(principal) AS principal, day_of(starts_on) AS starts_on, day_of(ends_on) AS ends_on,
      day_of(allocated_on) AS allocated_on, amount_of(amount) AS amount`,
    where: `number_no(yield_no) != '' AND word(bank_no) != ''`,
  },
  'property_management.energy': {
    key: 'energy_no',
    columns: `number_no(energy_no) AS energy_no, number_no(project_no) AS project_no, word(building_no) AS building_no, code_meter_kind(meter_kind) AS meter_kind,
      code_energy_item(energy_item) AS item, month_of(energy_month) AS month, quantity_of("usage") AS used, quantity_of(quota) AS quota, amount_of(fee) AS fee`,
    where: `number_no(energy_no) != '' AND word(project_no) != '' AND word(energy_month) != '' AND word("usage") != ''`,
  },
  'property_management.equipment': {
    key: 'equipment_no',
    columns: `number_no(equipment_no) AS equipment_no, code_facility_state(facility_state) AS state, day_of(installed_on) AS installed_on,
      whole_of(inspection_cycle_days) AS inspection_cycle`,
    where: `number_no(equipment_no) != '' AND word(project_no) != ''`,
  },
  'property_management.inspection': {
    key: 'inspection_no',
    columns: `number_no(inspection_no) AS inspection_no, number_no(equipment_no) AS equipment_no, day_of(planned_on) AS planned_on, day_of(inspected_on) AS inspected_on,
      code_inspection_result(inspection_result) AS result, day_of(rectified_on) AS rectified_on`,
    where: `number_no(inspection_no) != '' AND word(equipment_no) != '' AND word(planned_on) != ''`,
  },
  'property_management.incident': {
    key: 'incident_no',
    columns: `number_no(incident_no) AS incident_no, code_incident_state(incident_state) AS state, instant_of(reported_at) AS reported_at,
      instant_of(accepted_at) AS accepted_at, instant_of(finished_at) AS finished_at`,
    where: `number_no(incident_no) != '' AND word(project_no) != '' AND instant_of(reported_at) IS NOT NULL`,
  },
  'ecology.supplier': {
    key: 'supplier_no',
    columns: `number_no(supplier_no) AS supplier_no, code_supplier_state(supplier_state) AS state, day_of(approved_on) AS approved_on`,
    where: `number_no(supplier_no) != '' AND word(credit_code) != '' AND word(supplier_name) != '' AND word(applied_on) != ''`,
  },
  'ecology.product': {
    key: 'product_no',
    columns: `number_no(product_no) AS product_no, code_product_state(product_state) AS state, day_of(published_on) AS published_on, day_of(delisted_on) AS delisted_on`,
    where: `number_no(product_no) != '' AND number_no(supplier_no) != '' AND word(product_name) != ''`,
  },
  'ecology.demand': {
    key: 'demand_no',
    columns: `number_no(demand_no) AS demand_no, day_of(published_on) AS published_on`,
    where: `number_no(demand_no) != '' AND word(buyer_credit_code) != '' AND day_of(published_on) IS NOT NULL`,
  },
  'ecology.cooperation': {
    key: 'cooperation_no',
    columns: `number_no(cooperation_no) AS cooperation_no, code_cooperation_state(cooperation_state) AS state, day_of(formed_on) AS formed_on,
      day_of(confirmed_on) AS confirmed_on, day_of(due_on) AS due_on, day_of(completed_on) AS completed_on`,
    where: `number_no(cooperation_no) != '' AND number_no(supplier_no) != '' AND day_of(formed_on) IS NOT NULL`,
  },
  'ecology.evaluation': {
    key: 'evaluation_no',
    columns: `number_no(evaluation_no) AS evaluation_no, number_no(cooperation_no) AS cooperation_no, code_evaluated_party(evaluated_party) AS party,
      day_of(rated_on) AS rated_on, code_rating(rating) AS rating`,
    where: `number_no(evaluation_no) != '' AND number_no(cooperation_no) != '' AND day_of(rated_on) IS NOT NULL`,
  },
};

export const countedDatasets = Object.keys(good);

/** `operations.contract` → `contract`. */
export const tableOf = (dataset: string): string =>
  good[dataset]?.table ?? dataset.slice(dataset.indexOf('.') + 1);

/**
 * The row that holds for each key. Deliveries come in order and the last word counts, except that a whole-table delivery
 * (`full`) may say a key only once, and a key its last file nowhere mentions is gone.
 */
export function currentSql(dataset: string): string {
  const rule = good[dataset];
  if (!rule) throw new RangeError(`${dataset} is not recounted`);
  const rows = `SELECT seq, row_no, ${rule.columns} FROM ${landedTable(dataset)} WHERE ${rule.where}`;
  if (!rule.full)
    return `SELECT * FROM (${rows}) QUALIFY row_number() OVER (PARTITION BY ${rule.key} ORDER BY seq DESC, row_no DESC) = 1`;
  const first = rule.key.split(',')[0] ?? rule.key;
  return `SELECT * FROM (SELECT * FROM (${rows}) QUALIFY row_number() OVER (PARTITION BY seq, ${rule.key} ORDER BY row_no) = 1)
    WHERE contains((SELECT text FROM last_${landedTable(dataset)}), ${first})
    QUALIFY row_number() OVER (PARTITION BY ${rule.key} ORDER BY seq DESC) = 1`;
}
