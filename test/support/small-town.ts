/**
 * Nine dwellings, three projects and six households, each there for one case of a definition. What the marts and metrics
 * must say about them on 2026-10-31 is worked out by hand in test/integration/marts.test.ts.
 */
import type { StdRow } from './std-tables.ts';

export const AS_OF = '2026-10-31';

/** The last `count` days up to and including `last`, oldest first. */
function days(last: string, count: number): string[] {
  const end = Date.parse(`${last}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) =>
    new Date(end - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10),
  );
}

const division = (code: string, name: string, level: string, parent: string) => ({
  division_code: code,
  division_name: name,
  level,
  parent_code: parent,
});

const dwelling = (no: string, project: string, state: string, delivered: string) => ({
  dwelling_no: no,
  house_code: `H-${no}`,
  project_no: project,
  building_no: '1',
  room_no: no,
  layout_code: '2',
  floor_area: 50,
  dwelling_state: state,
  standard_rent: 900,
  delivered_on: delivered,
});

const registered = (no: string, community: string) => ({
  house_code: `H-${no}`,
  logical_division_code: community,
  water_meter_no: `W-${no}`,
  electricity_meter_no: `E-${no}`,
  gas_meter_no: `G-${no}`,
  floor_area: 50,
  layout_code: '2',
});

const contract = (
  no: string,
  dwellingNo: string,
  person: string,
  starts: string,
  ends: string,
  more: object = {},
) => ({
  contract_no: no,
  application_no: `A${no.slice(1)}`,
  house_code: `H-${dwellingNo}`,
  tenant_name: '某某',
  tenant_id_number: person,
  contract_kind: 'new',
  signed_on: starts,
  starts_on: starts,
  ends_on: ends,
  monthly_rent: 1000,
  deposit: 2000,
  contract_state: 'active',
  ...more,
});

const application = (no: string, person: string, applied: string, state: string, more: object = {}) => ({
  application_no: no,
  applicant_name: '某某',
  applicant_id_number: person,
  applied_on: applied,
  guarantee_form: 'in_kind',
  application_state: state,
  community_code: '439901001001',
  ...more,
});

/** Daily readings of the three meters of a dwelling over the last 40 days. */
function readings(no: string, water: number, electricity: number, gas: number) {
  const of = (prefix: string, usage: number) =>
    days(AS_OF, 40).map((day, index) => ({
      meter_no: `${prefix}-${no}`,
      reading_date: day,
      reading: Number((100 + usage * index).toFixed(3)),
      usage,
    }));
  return { water: of('W', water), electricity: of('E', electricity), gas: of('G', gas) };
}

/** One opening in and one out on each of the days. */
const doors = (no: string, on: string[]) =>
  on.flatMap((day) =>
    ['in', 'out'].map((direction, index) => ({
      event_no: `${no}-${day}-${direction}`,
      house_code: `H-${no}`,
      card_no: `card-${no}`,
      happened_at: `${day} 0${index + 1}:00:00.000`,
      direction,
      is_registered: 1,
    })),
  );

const lived = ['D1', 'D5', 'D9'].map((no) => readings(no, 0.2, 3, 0.1));
const empty = ['D2', 'D3', 'D4'].map((no) => readings(no, 0, 0.1, 0));
const meters = [...lived, ...empty];

const bill = (no: string, contractNo: string, month: string, due: number) => ({
  rent_due_no: no,
  contract_no: contractNo,
  rent_month: `${month}-01`,
  amount_due: due,
  due_on: `${month}-10`,
});
const paid = (no: string, dueNo: string, amount: number, on: string) => ({
  rent_paid_no: no,
  rent_due_no: dueNo,
  amount_paid: amount,
  paid_on: on,
});

export const smallTown: Record<string, StdRow[]> = {
  'geography.division': [
    division('439900', '示范市', 'city', ''),
    division('439901', '安澜区', 'district', '439900'),
    division('439901001', '东街', 'street', '439901'),
    division('439901001001', '一社区', 'community', '439901001'),
    division('439902', '云台区', 'district', '439900'),
    division('439902001', '西街', 'street', '439902'),
    division('439902001001', '二社区', 'community', '439902001'),
  ],
  'operations.project': [
    {
      project_no: 'P1',
      project_name: '静安里',
      project_kind: 'prh',
      allocation_kind: 'directed',
      project_state: 'in_use',
      community_code: '439901001001',
      planned_dwellings: 4,
      planned_investment: 1_000_000,
      actual_investment: 900_000,
      started_on: '2020-01-01',
      completed_on: '2022-01-01',
    },
    {
      project_no: 'P2',
      project_name: '云栖苑',
      project_kind: 'arh',
      allocation_kind: 'undirected',
      project_state: 'in_use',
      community_code: '439902001001',
      planned_dwellings: 5,
      planned_investment: 2_000_000,
      actual_investment: 2_000_000,
      started_on: '2021-01-01',
      completed_on: '2023-01-01',
    },
    {
      project_no: 'P3',
      project_name: '新河湾',
      project_kind: 'arh',
      project_state: 'building',
      community_code: '439902001001',
      planned_dwellings: 100,
      planned_completion_on: '2026-09-30',
      started_on: '2025-01-01',
    },
  ],
  'operations.dwelling': [
    dwelling('D1', 'P1', 'let', '2022-02-01'),
    dwelling('D2', 'P1', 'let', '2022-02-01'),
    dwelling('D3', 'P1', 'available', '2022-02-01'),
    dwelling('D4', 'P1', 'available', '2026-10-01'),
    dwelling('D5', 'P2', 'available', '2026-01-01'),
    dwelling('D6', 'P2', 'repair', '2023-02-01'),
    dwelling('D7', 'P2', 'off', '2023-02-01'),
    dwelling('D8', 'P2', 'reserved', '2026-08-01'),
    dwelling('D9', 'P2', 'let', '2023-02-01'),
  ],
  'property.house_registry': [
    ...['D1', 'D2', 'D3', 'D4'].map((no) => registered(no, '439901001001')),
    ...['D5', 'D6', 'D7', 'D8', 'D9'].map((no) => registered(no, '439902001001')),
  ],
  'operations.application': [
    application('A1', 'p1', '2024-11-01', 'approved', { decided_on: '2024-12-01', rating: '5' }),
    application('A2', 'p2', '2024-11-01', 'approved', { decided_on: '2024-12-11', rating: '2' }),
    application('A3', 'p3', '2026-09-01', 'rejected', { decided_on: '2026-09-21' }),
    application('A4', 'p4', '2026-10-05', 'reviewing'),
    application('A5', 'p5', '2026-03-01', 'approved', {
      decided_on: '2026-09-30',
      guarantee_form: 'subsidy',
    }),
    application('A6', 'p6', '2026-10-06', 'withdrawn'),
  ],
  'operations.household_member': [
    { member_no: 'A1-1', application_no: 'A1', id_number: 'p1', kinship_code: '01' },
    { member_no: 'A1-2', application_no: 'A1', id_number: 'p1-wife', kinship_code: '10' },
    { member_no: 'A2-1', application_no: 'A2', id_number: 'p2', kinship_code: '01' },
    { member_no: 'A5-1', application_no: 'A5', id_number: 'p5', kinship_code: '01' },
  ],
  'operations.contract': [
    contract('C1', 'D1', 'p1', '2025-01-01', '2027-12-31'),
    contract('C2', 'D2', 'p2', '2025-01-01', '2027-12-31', { monthly_rent: 800 }),
    contract('C3', 'D3', 'p3', '2024-01-01', '2026-12-31', {
      terminated_on: '2026-03-31',
      contract_state: 'terminated',
    }),
    contract('C8', 'D8', 'p8', '2026-11-10', '2027-11-09'),
    contract('C9', 'D9', 'p9', '2025-11-16', '2026-11-15', {
      application_no: 'A-unknown',
      monthly_rent: 1200,
    }),
  ],
  'operations.occupant': [
    {
      occupant_no: 'O1',
      contract_no: 'C1',
      house_code: 'H-D1',
      id_number: 'p1',
      kinship_code: '01',
      moved_in_on: '2025-01-02',
    },
    {
      occupant_no: 'O2',
      contract_no: 'C2',
      house_code: 'H-D2',
      id_number: 'p2',
      kinship_code: '01',
      moved_in_on: '2025-01-02',
    },
    {
      occupant_no: 'O9',
      contract_no: 'C9',
      house_code: 'H-D9',
      id_number: 'p9',
      kinship_code: '01',
      moved_in_on: '2025-11-16',
      moved_out_on: '2026-10-30',
    },
  ],
  'operations.rent_due': [
    ...['2026-08', '2026-09', '2026-10'].map((month, index) => bill(`R1${index}`, 'C1', month, 1000)),
    ...['2026-08', '2026-09', '2026-10'].map((month, index) => bill(`R2${index}`, 'C2', month, 800)),
    bill('R1-next', 'C1', '2026-11', 1000),
    bill('R-orphan', 'C-quarantined', '2026-10', 500),
  ],
  'operations.rent_paid': [
    paid('Y10', 'R10', 1000, '2026-08-09'),
    paid('Y11', 'R11', 1000, '2026-09-20'),
    paid('Y12a', 'R12', 600, '2026-10-08'),
    paid('Y12b', 'R12', 500, '2026-10-10'),
    paid('Y20', 'R20', 300, '2026-08-30'),
  ],
  'operations.subsidy_due': ['2026-07', '2026-08', '2026-09', '2026-10'].map((month, index) => ({
    subsidy_due_no: `S${index}`,
    application_no: 'A5',
    id_number: 'p5',
    subsidy_month: `${month}-01`,
    amount_due: 500,
    due_on: `${month}-15`,
  })),
  'operations.subsidy_paid': ['full', 'full', 'full', 'refunded'].map((state, index) => ({
    subsidy_paid_no: `T${index}`,
    subsidy_due_no: `S${index}`,
    amount_paid: 500,
    paid_on: `2026-${String(index + 7).padStart(2, '0')}-16`,
    pay_state: state,
  })),
  'operations.complaint': [
    {
      complaint_no: 'K1',
      house_code: 'H-D1',
      project_no: 'P1',
      complained_at: '2026-10-01 02:00:00.000',
      due_at: '2026-10-08 02:00:00.000',
      answered_at: '2026-10-05 02:00:00.000',
      complaint_state: 'resolved',
      rating: '5',
    },
    {
      complaint_no: 'K2',
      house_code: 'H-D1',
      project_no: 'P1',
      complained_at: '2026-10-02 02:00:00.000',
      due_at: '2026-10-09 02:00:00.000',
      answered_at: '2026-10-12 02:00:00.000',
      complaint_state: 'closed',
      rating: '1',
    },
    {
      complaint_no: 'K3',
      project_no: 'P2',
      complained_at: '2026-10-03 02:00:00.000',
      due_at: '2026-10-10 02:00:00.000',
      complaint_state: 'handling',
    },
    {
      complaint_no: 'K4',
      project_no: 'P2',
      complained_at: '2026-10-30 02:00:00.000',
      due_at: '2026-11-06 02:00:00.000',
      complaint_state: 'received',
    },
    {
      complaint_no: 'K5',
      project_no: 'P2',
      complained_at: '2026-10-03 17:00:00.000',
      due_at: '2026-10-10 02:00:00.000',
      complaint_state: 'withdrawn',
    },
  ],
  'operations.repair': [
    {
      repair_no: 'X1',
      house_code: 'H-D1',
      reported_at: '2026-10-01 02:00:00.000',
      due_at: '2026-10-03 02:00:00.000',
      finished_at: '2026-10-02 02:00:00.000',
      repair_state: 'done',
    },
    {
      repair_no: 'X2',
      house_code: 'H-D9',
      reported_at: '2026-10-01 02:00:00.000',
      due_at: '2026-10-03 02:00:00.000',
      repair_state: 'working',
    },
    {
      repair_no: 'X3',
      house_code: 'H-D9',
      reported_at: '2026-10-01 02:00:00.000',
      due_at: '2026-10-03 02:00:00.000',
      repair_state: 'cancelled',
    },
  ],
  'property.ownership': [
    {
      certificate_no: 'Z1',
      owner_id_number: 'p1-wife',
      property_nature: 'residence',
      floor_area: 90,
      district: '云台区',
      ownership_share: 0.5,
      acquired_on: '2026-06-01',
    },
    {
      certificate_no: 'Z2',
      owner_id_number: 'p2',
      property_nature: 'parking',
      floor_area: 12,
      acquired_on: '2020-06-01',
    },
    {
      certificate_no: 'Z3',
      owner_id_number: 'p2',
      property_nature: 'residence',
      floor_area: 80,
      acquired_on: '2010-06-01',
      cancelled_on: '2015-01-01',
    },
    {
      certificate_no: 'Z4',
      owner_id_number: 'stranger',
      property_nature: 'residence',
      floor_area: 80,
      acquired_on: '2010-06-01',
    },
  ],
  'property.net_signed_contract': [
    {
      signing_no: 'N1',
      buyer_id_number: 'p5',
      floor_area: 70,
      signed_on: '2026-09-15',
      signing_state: 'filed',
    },
    {
      signing_no: 'N2',
      buyer_id_number: 'p2',
      floor_area: 70,
      signed_on: '2026-09-15',
      signing_state: 'revoked',
    },
  ],
  'utilities.water_reading': meters.flatMap((meter) => meter.water),
  'utilities.electricity_reading': meters.flatMap((meter) => meter.electricity),
  'utilities.gas_reading': meters.flatMap((meter) => meter.gas),
  'access_control.door_event': [
    ...doors('D1', days(AS_OF, 40)),
    ...doors('D5', days(AS_OF, 40)),
    ...doors('D9', days(AS_OF, 10)),
    // D3: a viewing. D2: last seen on the day before the window opens (2026-10-02).
    ...doors('D3', ['2026-10-20']),
    ...doors('D2', ['2026-10-01']),
  ],
  'police.household_register': [{ id_number: 'p1', is_local: 1, moved_in_on: '2020-05-20' }],
  'social_insurance.enterprise_payment': [
    '2026-10',
    '2026-09',
    '2025-11',
    '2025-10',
    '2024-11',
    '2024-10',
  ].map((month) => ({
    insurance_no: 'I1',
    id_number: 'p1',
    pay_month: `${month}-01`,
    contribution_base: 4000,
  })),
};
