import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { deliverStd, type StdRow } from './std-tables.ts';

/** One street, three dwellings, a couple and what agencies say of them: the least that shows every rule of the base entities. */
export async function deliverSmallCity(warehouse: Warehouse): Promise<void> {
  const deliver: Deliver = (id, ...rows) => deliverStd(warehouse, id, 1, rows);
  const correct: Deliver = (id, ...rows) => deliverStd(warehouse, id, 2, rows);
  await deliverPlaces(deliver);
  await deliverPeople(deliver);
  await deliverMoney(deliver, correct);
  await deliverRights(deliver);
}

type Deliver = (id: string, ...rows: StdRow[]) => Promise<void>;

const ZHANG = '439901198001010011';
const LI = '439901198502020028';

async function deliverPlaces(deliver: Deliver): Promise<void> {
  await deliver(
    'geography.division',
    { division_code: '439900', division_name: '云河市' },
    { division_code: '439901', division_name: '安澜区', parent_code: '439900' },
    { division_code: '439901001', division_name: '望江街道', parent_code: '439901' },
    { division_code: '439901001001', division_name: '临水社区', parent_code: '439901001' },
    { division_code: '439901001002', division_name: '新桥社区', parent_code: '439901001' },
  );
  await deliver('operations.project', {
    project_no: 'P1',
    project_name: '望江家园',
    community_code: '439901001001',
    operator_credit_code: '91439900MA00000011',
  });
  await deliver(
    'operations.dwelling',
    { dwelling_no: 'D1', house_code: 'H0001', project_no: 'P1', floor_area: 60, room_no: '101' },
    { dwelling_no: 'D2', house_code: 'H0002', project_no: 'P1', floor_area: 50 },
    { dwelling_no: 'D3', house_code: 'H0003', project_no: 'P1', floor_area: 45 },
  );
  await deliver('property.house_registry', {
    house_code: 'H0001',
    floor_area: 61.5,
    logical_division_code: '439901001002',
    room_no: '0101',
    water_meter_no: 'W1',
    electricity_meter_no: 'E1',
  });
  await deliver(
    'property.house_survey',
    { survey_no: 'S1', house_code: 'H0002', floor_area: 50.8, surveyed_on: '2024-01-01' },
    { survey_no: 'S2', house_code: 'H0002', floor_area: 51.2, surveyed_on: '2025-01-01' },
  );
  await deliver('market_regulation.business_registry', {
    credit_code: '91439900MA00000011',
    enterprise_name: '云河安居运营有限公司',
  });
}

async function deliverPeople(deliver: Deliver): Promise<void> {
  await deliver('police.household_register', {
    id_number: ZHANG,
    person_name: '张三',
    sex_code: '1',
    register_no: 'R1',
    is_local: 1,
    division_code: '439901001001',
  });
  await deliver(
    'operations.household_member',
    {
      member_no: 'M1',
      application_no: 'A1',
      id_number: ZHANG,
      person_name: '张山',
      birth_date: '1981-01-01',
      phone: '13900000001',
    },
    {
      member_no: 'M2',
      application_no: 'A1',
      id_number: LI,
      person_name: '李四',
      kinship_code: '10',
      is_cohabiting: 1,
    },
    { member_no: 'M3', application_no: 'A1', id_number: '', person_name: '王五', is_cohabiting: 1 },
  );
  await deliver('civil_affairs.marriage', {
    certificate_no: 'C1',
    husband_id_number: ZHANG,
    husband_name: '张三',
    wife_id_number: LI,
    wife_name: '李四',
    marital_status: '20',
    married_on: '2010-05-01',
  });
  await deliver(
    'operations.application',
    {
      application_no: 'A1',
      applicant_id_number: ZHANG,
      applied_on: '2025-01-01',
      application_state: 'reviewing',
    },
    { application_no: 'A2', applicant_id_number: LI, applicant_name: '李四', applied_on: '2025-02-01' },
    { application_no: 'A3', applicant_id_number: LI, applied_on: '2025-03-01' },
  );
  await deliver(
    'anju.application',
    {
      application_no: 'A1',
      applicant_id_number: ZHANG,
      applied_on: '2025-01-01',
      application_state: 'approved',
      phone: '13900000002',
      street_code: '439901001',
    },
    {
      application_no: 'A3',
      applicant_id_number: LI,
      applied_on: '2025-03-01',
      is_current: 0,
      valid_to: '2026-02-01',
    },
  );
}

async function deliverMoney(deliver: Deliver, correct: Deliver): Promise<void> {
  await deliver('operations.contract', {
    contract_no: 'K1',
    application_no: 'A1',
    house_code: 'H0001',
    tenant_id_number: ZHANG,
    starts_on: '2026-01-01',
    ends_on: '2027-12-31',
    contract_state: 'active',
  });
  await deliver(
    'operations.rent_due',
    { rent_due_no: 'R1', contract_no: 'K1', rent_month: '2026-01-01', amount_due: 700, due_on: '2026-01-10' },
    { rent_due_no: 'R2', contract_no: 'K1', rent_month: '2026-02-01', amount_due: 800, due_on: '2026-02-10' },
  );
  await correct('operations.rent_due', {
    rent_due_no: 'R1',
    contract_no: 'K1',
    rent_month: '2026-01-01',
    amount_due: 800,
    due_on: '2026-01-10',
  });
  await deliver(
    'operations.rent_paid',
    { rent_paid_no: 'B1', rent_due_no: 'R1', amount_paid: 500, paid_on: '2026-01-09' },
    { rent_paid_no: 'B2', rent_due_no: 'R1', amount_paid: 300, paid_on: '2026-01-20' },
    { rent_paid_no: 'B3', rent_due_no: 'R9', amount_paid: 10, paid_on: '2026-01-20' },
  );
  await deliver('operations.subsidy_due', {
    subsidy_due_no: 'Z1',
    application_no: 'A2',
    id_number: LI,
    subsidy_month: '2026-01-01',
    amount_due: 400,
  });
  await deliver(
    'operations.subsidy_paid',
    {
      subsidy_paid_no: 'Y1',
      subsidy_due_no: 'Z1',
      amount_paid: 400,
      paid_on: '2026-01-15',
      pay_state: 'refunded',
    },
    {
      subsidy_paid_no: 'Y2',
      subsidy_due_no: 'Z1',
      amount_paid: 250,
      paid_on: '2026-01-25',
      pay_state: 'partial',
    },
  );
}

async function deliverRights(deliver: Deliver): Promise<void> {
  await deliver(
    'property.ownership',
    {
      certificate_no: 'O1',
      owner_id_number: LI,
      property_nature: 'residence',
      floor_area: 90,
      ownership_share: 0.5,
      district: '安澜区',
    },
    {
      certificate_no: 'O2',
      owner_id_number: LI,
      floor_area: 30,
      cancelled_on: '2026-10-31',
      division_code: '439901001',
    },
  );
  await deliver('civil_affairs.minimum_living', {
    certificate_no: 'L1',
    head_id_number: LI,
    monthly_income: 600,
    relief_state: 'receiving',
    street: '望江街道',
    community: '临水社区',
  });
  await deliver(
    'housing_security.other_benefit',
    { case_no: 'Q1', benefit_kind: 'staff_subsidy', id_number: LI, benefit_state: 'enjoying' },
    { case_no: 'Q2', benefit_kind: 'staff_subsidy', id_number: LI, benefit_state: 'enjoying', is_repaid: 1 },
  );
  await deliver('housing_security.direct_managed_housing', {
    tenancy_no: 'G1',
    id_number: ZHANG,
    benefit_state: 'enjoying',
    ended_on: '2026-05-01',
  });
}
