/** The small town with lets, households and payments each there for one reading of one rule of alert; worked out in test/integration/alert-rules.test.ts. */
import { smallTown } from './small-town.ts';
import type { StdRow } from './std-tables.ts';

const contract = (no: string, since: string): StdRow => ({
  contract_no: `C${no}`,
  application_no: `A${no}`,
  house_code: `H-D${no}`,
  tenant_name: `申请人${no}`,
  tenant_id_number: `p${no}`,
  contract_kind: 'new',
  signed_on: since,
  starts_on: since,
  ends_on: '2027-12-31',
  monthly_rent: 1000,
  deposit: 2000,
  contract_state: 'active',
  breach_clause: '违约条款',
});

/** The contract after the one of that number, which ends on 2026-11-20. */
const next = (no: string, more: StdRow = {}): Record<string, StdRow[]> => ({
  'operations.contract': [
    { ...contract(no, '2026-11-21'), contract_no: `C${no}-2`, signed_on: '2026-10-20', ...more },
  ],
});

const billed = (no: string, months: readonly string[], amount: number) => ({
  'operations.rent_due': months.map((month) => ({
    rent_due_no: `R${no}-${month}`,
    contract_no: `C${no}`,
    rent_month: `${month}-01`,
    amount_due: amount,
    due_on: `${month}-10`,
  })),
  'operations.rent_paid': months.map((month) => ({
    rent_paid_no: `Y${no}-${month}`,
    rent_due_no: `R${no}-${month}`,
    amount_paid: amount,
    paid_on: `${month}-09`,
  })),
});

/** Let since long ago, in project P1. */
const let_ = (no: string, since = '2025-01-01', more: StdRow = {}): Record<string, StdRow[]> => ({
  'operations.dwelling': [
    {
      dwelling_no: `D${no}`,
      house_code: `H-D${no}`,
      project_no: 'P1',
      building_no: '1',
      room_no: `D${no}`,
      floor_area: 50,
      dwelling_state: 'let',
      standard_rent: 1000,
      delivered_on: '2022-02-01',
    },
  ],
  'operations.application': [
    {
      application_no: `A${no}`,
      applicant_name: `申请人${no}`,
      applicant_id_number: `p${no}`,
      applied_on: '2024-11-01',
      guarantee_form: 'in_kind',
      application_state: 'approved',
      community_code: '439901001001',
      decided_on: '2024-12-01',
    },
  ],
  'operations.contract': [{ ...contract(no, since), ...more }],
});

const octoberDays = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, k) => `2026-10-${String(from + k).padStart(2, '0')}`);

/** What lies about a dwelling: which meters it has, and when its door was opened, and by strangers. */
const devices = (
  no: string,
  kinds: readonly ('water' | 'electricity' | 'gas')[],
  opened: readonly string[],
  byStrangers: readonly string[] = [],
) => ({
  'property.house_registry': [
    {
      house_code: `H-D${no}`,
      logical_division_code: '439901001001',
      ...Object.fromEntries(kinds.map((kind) => [`${kind}_meter_no`, `${kind}-${no}`])),
    },
  ],
  ...Object.fromEntries(
    kinds.map((kind) => [
      `utilities.${kind}_reading`,
      ['2026-10-10', '2026-10-20', '2026-10-30'].map((day) => ({
        meter_no: `${kind}-${no}`,
        reading_date: day,
        reading: 100,
        usage: 0,
      })),
    ]),
  ),
  'access_control.door_event': [...opened, ...byStrangers].map((day) => ({
    event_no: `${no}-${day}`,
    house_code: `H-D${no}`,
    card_no: `card-${no}`,
    happened_at: `${day} 02:00:00.000`,
    direction: 'in',
    is_registered: byStrangers.includes(day) ? 0 : 1,
  })),
});

const members = (no: string, ...people: readonly [string, string][]) => ({
  'operations.household_member': people.map(([number, name], k) => ({
    member_no: `A${no}-${k + 1}`,
    application_no: `A${no}`,
    id_number: number,
    person_name: name,
    kinship_code: k === 0 ? '01' : '20',
  })),
});

/** A day of null is one that could not be read. */
const occupants = (no: string, ...people: readonly [string, string, (string | null)?][]) => ({
  'operations.occupant': people.map(([number, name, day], k) => ({
    occupant_no: `O${no}-${k + 1}`,
    contract_no: `C${no}`,
    house_code: `H-D${no}`,
    id_number: number,
    person_name: name,
    kinship_code: '99',
    moved_in_on: day !== undefined ? day : k === 2 ? '2026-05-01' : '2025-01-02',
  })),
});

/** Months of subsidy to a person under an application of their own. */
const subsidised = (no: string, person: string, months: readonly string[], application: StdRow = {}) => ({
  'operations.application': [
    {
      application_no: `A${no}-subsidy`,
      applicant_id_number: person,
      applied_on: '2024-01-01',
      guarantee_form: 'subsidy',
      application_state: 'approved',
      community_code: '439901001001',
      decided_on: '2024-02-01',
      ...application,
    },
  ],
  'operations.subsidy_due': months.map((month) => ({
    subsidy_due_no: `S${no}-${month}`,
    application_no: `A${no}-subsidy`,
    id_number: person,
    subsidy_month: `${month}-01`,
    amount_due: 500,
    due_on: `${month}-15`,
  })),
  'operations.subsidy_paid': months.map((month) => ({
    subsidy_paid_no: `T${no}-${month}`,
    subsidy_due_no: `S${no}-${month}`,
    amount_paid: 500,
    paid_on: `${month}-16`,
    pay_state: 'full',
    bank_account: `bank-${no}`,
  })),
});

const paidWithoutDue = (no: string, months: readonly string[], account: string) => ({
  'operations.subsidy_paid': months.map((month) => ({
    subsidy_paid_no: `T${no}-${month}`,
    subsidy_due_no: `S${no}-${month}`,
    amount_paid: 400,
    paid_on: `${month}-16`,
    pay_state: 'full',
    bank_account: account,
  })),
});

const repair = (no: string, more: StdRow): StdRow => ({
  ...{ repair_no: no, house_code: 'H-D35', repair_kind: 'gas', repair_state: '' },
  ...{ reported_at: '2026-10-01 02:00:00.000', due_at: '2026-10-03 02:00:00.000' },
  ...more,
});

const died = (person: string, on: string): StdRow => ({
  migration_no: `M-${person}`,
  id_number: person,
  moved_out_on: on,
  move_out_reason: 'death',
});

const insured = (no: string, code: string, since: string) => ({
  'social_insurance.enterprise_basic': [
    {
      insurance_no: `I${no}-${code}`,
      id_number: `p${no}`,
      insurance_state: 'insured',
      unit_name: `单位${code.slice(-2)}`,
      unit_credit_code: code,
      insured_on: since,
    },
  ],
});

const enterprise = (code: string, state: string): StdRow => ({
  credit_code: code,
  enterprise_name: `单位${code.slice(-2)}`,
  enterprise_state: state,
});

const parts: Record<string, StdRow[]>[] = [
  // Doors silent; one kind of meter, two kinds, and three kinds without a door that ever told anything.
  let_('20'),
  devices('20', ['gas'], ['2026-08-01']),
  let_('21'),
  devices('21', ['water', 'electricity'], ['2026-08-01']),
  let_('22'),
  devices('22', ['water', 'electricity', 'gas'], []),
  // Strangers on each of the twelve days the door told anything; on twelve of twenty; on each of nine.
  let_('23'),
  devices('23', [], [], octoberDays(8, 19)),
  let_('24'),
  devices('24', [], octoberDays(20, 27), octoberDays(8, 19)),
  let_('25'),
  devices('25', [], [], octoberDays(8, 16)),
  // The tenant, his wife whose number the desk got wrong, and somebody of no household; a tenant who is not there; one who is.
  let_('30'),
  members('30', ['p30', '申请人30'], ['p30-wife', '妻30']),
  occupants('30', ['p30', '申请人30'], ['p30-slip', '妻30'], ['p-guest', '客人']),
  let_('31'),
  members('31', ['p31', '申请人31'], ['p31-son', '子31']),
  occupants('31', ['p31-son', '子31']),
  let_('32'),
  members('32', ['p32', '申请人32']),
  occupants('32', ['p32', '申请人32']),
  // Registered there, but of no household as far as can be read: the row of one member of 33, and the row of p34-aunt, are in quarantine.
  let_('33'),
  members('33', ['p33', '申请人33']),
  occupants('33', ['p33', '申请人33'], ['p33-son', '子33']),
  let_('34'),
  members('34', ['p34', '申请人34']),
  occupants('34', ['p34', '申请人34'], ['p34-aunt', '姨34']),
  // His son is registered there; his own row, which lost its contract, is in quarantine.
  let_('35'),
  members('35', ['p35', '申请人35'], ['p35-son', '子35']),
  occupants('35', ['p35-son', '子35']),
  // He and his wife, he since a day that could not be read; a guest since such a day.
  let_('36'),
  members('36', ['p36', '申请人36'], ['p36-wife', '妻36']),
  occupants('36', ['p36', '申请人36', null], ['p36-wife', '妻36']),
  // He left; his son, who bears his name, did not.
  let_('38'),
  members('38', ['p38', '申请人38'], ['p38-son', '申请人38']),
  occupants('38', ['p38-son', '申请人38']),
  let_('37'),
  members('37', ['p37', '申请人37']),
  occupants('37', ['p37', '申请人37'], ['p37-guest', '客人', null]),
  // A child on the lists of two who are housed; the applicant of one who draws a subsidy under another number, and of one who did until he moved in.
  let_('40'),
  members('40', ['p40', '申请人40'], ['p-child', '子']),
  let_('41'),
  members('41', ['p41', '申请人41'], ['p-child', '子']),
  let_('42'),
  subsidised('42', 'p42', ['2026-09', '2026-10']),
  let_('43', '2026-09-15'),
  subsidised('43', 'p43', ['2026-08', '2026-09']),
  // Paid on without a due row; paid for months after the application was given up; paid after the only member died; paid into an
  // account nobody knows; paid where the due row is in quarantine.
  subsidised('50', 'p50', ['2026-05', '2026-06', '2026-07']),
  paidWithoutDue('50', ['2026-08', '2026-09'], 'bank-50'),
  subsidised('51', 'p51', ['2026-08', '2026-09', '2026-10'], {
    application_state: 'withdrawn',
    decided_on: '2026-08-20',
  }),
  subsidised('52', 'p52', ['2026-08', '2026-09', '2026-10']),
  { 'police.migration': [{ ...died('p52', '2026-09-10') }] },
  paidWithoutDue('53', ['2026-09'], 'bank-unknown'),
  subsidised('54', 'p54', ['2026-08', '2026-09']),
  paidWithoutDue('54', ['2026-10'], 'bank-54'),
  // Due and never paid in August; of September's payment the row is in quarantine.
  { ...subsidised('55', 'p55', ['2026-08', '2026-09']), 'operations.subsidy_paid': [] },
  // Paid in June alone; in quarantine lies a payment of September into that account that lost what it is for.
  subsidised('56', 'p56', ['2026-06']),
  {
    ...subsidised('56', 'p56', ['2026-07', '2026-08', '2026-09']),
    ...{ 'operations.application': [], 'operations.subsidy_paid': [] },
  },
  // Three bills of which nothing is paid; in quarantine lies a payment of August on that contract that lost its bill.
  let_('57'),
  { ...billed('57', ['2026-06', '2026-07', '2026-08'], 1000), 'operations.rent_paid': [] },
  // Finished; not finished, as far as anybody can read; finished by its time, in work by its state. Of the first two the state could not be read.
  {
    'operations.repair': [
      repair('X35', { finished_at: '2026-10-02 08:00:00.000' }),
      repair('X36', {}),
      repair('X37', { finished_at: '2026-10-02 08:00:00.000', repair_state: 'working' }),
    ],
  },
  // Whose employer has left the city; who has one here as well; whose new employer is another city's; and whose had been before.
  let_('70'),
  insured('70', '91439900MA00000070', '2020-01-01'),
  { 'market_regulation.business_registry': [enterprise('91439900MA00000070', 'moved')] },
  let_('71'),
  insured('71', '91439900MA00000070', '2020-01-01'),
  insured('71', '91439900MA00000071', '2020-01-01'),
  { 'market_regulation.business_registry': [enterprise('91439900MA00000071', 'active')] },
  let_('72'),
  insured('72', '91110000MA00000072', '2025-06-01'),
  let_('73'),
  insured('73', '91110000MA00000072', '2020-01-01'),
  // Billed more than its rent, but for the first month, begun within; ended and still lived in, ended and left; with another rent and another end since the 10th.
  let_('60', '2026-07-15'),
  billed('60', ['2026-07', '2026-08', '2026-09'], 1150),
  let_('61', '2025-01-01', { ends_on: '2026-09-30' }),
  occupants('61', ['p61', '申请人61']),
  let_('62', '2025-01-01', { ends_on: '2026-09-30' }),
  let_('69', '2025-01-01', { ends_on: '2026-09-30' }),
  occupants('69', ['p69', '申请人69', null]),
  // Ends in three weeks: the next one signed, signed and given up, another household's, not to be signed before tomorrow.
  ...['64', '65', '66', '67'].map((no) => let_(no, '2025-01-01', { ends_on: '2026-11-20' })),
  next('64', { contract_state: 'pending' }),
  next('65', { contract_state: 'terminated' }),
  next('66', { application_no: 'A61', tenant_id_number: 'p61' }),
  next('67', { signed_on: '2026-11-01' }),
  let_('63', '2025-01-01', { valid_to: '2026-10-10', is_current: 0 }),
  {
    'operations.contract': [
      { ...contract('63', '2025-01-01'), valid_from: '2026-10-10', monthly_rent: 900, ends_on: '2028-12-31' },
    ],
  },
];

export const watchedTown: Record<string, StdRow[]> = { ...smallTown };
for (const part of parts)
  for (const [dataset, rows] of Object.entries(part))
    watchedTown[dataset] = [...(watchedTown[dataset] ?? []), ...rows];
