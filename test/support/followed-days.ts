/** A hundred households more than the small city has, and days on which some of what is told of them changes. */
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';

/** Entities that take anew what changed. */
export const FOLLOWERS = [
  'person_source',
  'household_member',
  'insurance_account',
  'insurance_month',
  'fund_account',
  'fund_month',
  'rent_payment',
  'rent_bill',
  'person',
  'dwelling_record',
];

const std = (dataset: string): string => `delivered.std_${dataset}`;
const id = (number: string): string => `concat('43990119800101', leftPad(toString(${number}), 4, '0'))`;

/** Standard rows of a data set: SQL by column, over `number`. */
function told(dataset: string, columns: Record<string, string>, rows: string): string {
  const names = Object.keys(columns);
  return `INSERT INTO ${std(dataset)} (${names.join(', ')}) SELECT ${Object.values(columns).join(', ')} FROM ${rows}`;
}
const version = (batch: number): Record<string, string> => ({
  valid_from: "'2026-01-01'",
  valid_to: "'2299-12-31'",
  is_current: '1',
  _batch_id: String(batch),
  _row_no: 'number',
});
const fact = (batch: number): Record<string, string> => ({
  _business_date: `toDate('2026-01-01') + ${batch}`,
  _batch_id: String(batch),
  _row_no: 'number',
});

const member = (batch: number, name: string, rows: string, household = 'intDiv(number, 3)'): string =>
  told(
    'operations__household_member',
    {
      member_no: "concat('F', toString(number))",
      application_no: `concat('F', toString(${household}))`,
      id_number: id('number'),
      person_name: `'${name}'`,
      kinship_code: "if(number % 3 = 0, '01', '20')",
      ...version(batch),
    },
    rows,
  );
const application = (batch: number, name: string, rows: string): string =>
  told(
    'operations__application',
    {
      application_no: "concat('F', toString(number))",
      applicant_name: `'${name}'`,
      applicant_id_number: id('number * 3'),
      applied_on: "'2026-01-01'",
      ...version(batch),
    },
    rows,
  );
const contract = (batch: number, house: string, rows: string): string =>
  told(
    'operations__contract',
    {
      contract_no: "concat('F', toString(number))",
      application_no: "concat('F', toString(number))",
      house_code: `'${house}'`,
      tenant_id_number: id('number * 3'),
      starts_on: "'2026-01-01'",
      ends_on: "'2028-12-31'",
      ...version(batch),
    },
    rows,
  );
const due = (batch: number, amount: number, rows: string): string =>
  told(
    'operations__rent_due',
    {
      rent_due_no: "concat('F', toString(number))",
      contract_no: "concat('F', toString(number % 100))",
      rent_month: "addMonths(toDate('2026-01-01'), intDiv(number, 100))",
      amount_due: String(amount),
      ...fact(batch),
    },
    rows,
  );
const paid = (batch: number, amount: number, rows: string): string =>
  told(
    'operations__rent_paid',
    {
      rent_paid_no: "concat('F', toString(number))",
      rent_due_no: "concat('F', toString(number))",
      amount_paid: String(amount),
      paid_on: "'2026-01-20'",
      ...fact(batch),
    },
    rows,
  );
interface Accounts {
  basic: string;
  payment: string;
  no: string;
}
const ACCOUNTS: Accounts[] = [
  { basic: 'housing_fund__municipal_basic', payment: 'housing_fund__municipal_payment', no: 'account_no' },
  {
    basic: 'social_insurance__enterprise_basic',
    payment: 'social_insurance__enterprise_payment',
    no: 'insurance_no',
  },
];
const account = ({ basic, no }: Accounts, batch: number, person: string, rows: string): string =>
  told(
    basic,
    {
      [no]: "concat('F', toString(number))",
      id_number: id(person),
      person_name: "'众'",
      unit_name: "concat('第', toString(number % 5), '公司')",
      ...version(batch),
    },
    rows,
  );
const payment = ({ payment: dataset, no }: Accounts, batch: number, amount: number, rows: string): string =>
  told(
    dataset,
    {
      [no]: "concat('F', toString(number % 100))",
      id_number: `if(number % 2 = 0, ${id('number % 100')}, '')`,
      pay_month: "addMonths(toDate('2026-01-01'), intDiv(number, 100))",
      unit_amount: String(amount),
      ...fact(batch),
    },
    rows,
  );
const project = (batch: number, address: string, rows: string): string =>
  told(
    'operations__project',
    { project_no: "concat('F', toString(number))", address: `'${address}'`, ...version(batch) },
    rows,
  );
const dwelling = (batch: number, room: string, rows: string): string =>
  told(
    'operations__dwelling',
    {
      dwelling_no: "concat('F', toString(number))",
      house_code: "concat('HF', toString(number))",
      project_no: "concat('F', toString(number % 10))",
      building_no: "'3幢'",
      room_no: `'${room}'`,
      ...version(batch),
    },
    rows,
  );
const registered = (batch: number, address: string, rows: string): string =>
  told(
    'police__household_register',
    {
      register_no: "concat('F', toString(number))",
      id_number: id('number'),
      register_address: `'${address}'`,
      ...version(batch),
    },
    rows,
  );
const ended = (dataset: string, where: string): string =>
  `ALTER TABLE ${std(dataset)} UPDATE is_current = 0 WHERE ${where} SETTINGS mutations_sync = 2`;
const gone = (dataset: string, where: string): string =>
  `ALTER TABLE ${std(dataset)} DELETE WHERE ${where} SETTINGS mutations_sync = 2`;
const only = (number: number): string => `numbers(${number}, 1)`;
const linked = (dataset: string, number: number, keyColumn: string, person: string): string =>
  `INSERT INTO linkage.person_link
   SELECT concat('${dataset.replace('__', '.')}:id_number:', lower(hex(_key_hash))), '${person}', 'linkage', 10
   FROM ${std(dataset)} WHERE ${keyColumn} = 'F${number}'`;

/** What stands before the first day. */
const BEGINNING: readonly string[] = [
  application(1, '甲', 'numbers(100)'),
  member(1, '乙', 'numbers(300)'),
  contract(1, 'H0001', 'numbers(100)'),
  project(1, '安澜区望江路18号安居小区', 'numbers(10)'),
  dwelling(1, '101', 'numbers(100)'),
  registered(1, '安澜区望江路18号安居小区3幢101室', 'numbers(50)'),
  due(1, 700, 'numbers(300)'),
  paid(1, 700, 'numbers(200)'),
  ...ACCOUNTS.flatMap((accounts) => [
    account(accounts, 1, 'number', 'numbers(100)'),
    payment(accounts, 1, 90, 'numbers(300)'),
  ]),
];

/** What each day tells. Every day changes less than a third of each table. */
const DAYS: readonly (readonly string[])[] = [
  // New rows, corrections, one who moves to another household; and what was withdrawn, as if it had never been told.
  [
    ended('operations__household_member', "member_no IN ('F4', 'F5')"),
    member(2, '丙', only(4)),
    member(2, '乙', only(5), '30'),
    member(2, '丁', only(301)),
    due(2, 800, 'numbers(298, 5)'),
    paid(2, 650, 'numbers(198, 5)'),
    ...ACCOUNTS.map((accounts) => payment(accounts, 2, 95, 'numbers(295, 10)')),
    gone('operations__household_member', "member_no IN ('F20', 'F21')"),
    gone('operations__rent_paid', "rent_paid_no = 'F30'"),
    gone('operations__rent_due', "rent_due_no = 'F31'"),
    ...ACCOUNTS.flatMap(({ basic, payment: payments, no }) => [
      gone(payments, `${no} = 'F40'`),
      gone(basic, `${no} = 'F41'`),
    ]),
  ],
  // What entities are joined to: an applicant, the dwelling of a contract, whose an account is. Somebody turns out to be somebody else.
  [
    ended('operations__application', "application_no = 'F7'"),
    application(3, '戊', only(7)),
    ended('operations__contract', "contract_no IN ('F8', 'F9')"),
    contract(3, 'H0002', 'numbers(8, 2)'),
    ...ACCOUNTS.flatMap((accounts) => [
      ended(accounts.basic, `${accounts.no} = 'F11'`),
      account(accounts, 3, '250', only(11)),
      linked(accounts.basic, 61, accounts.no, 'b'),
    ]),
    linked('operations__household_member', 60, 'member_no', 'a'),
    ended('operations__project', "project_no = 'F3'"),
    project(3, '安澜区新桥路2号新桥苑', only(3)),
    ended('operations__dwelling', "dwelling_no = 'F12'"),
    dwelling(3, '202', only(12)),
    gone('operations__dwelling', "dwelling_no = 'F14'"),
    ended('police__household_register', "register_no = 'F15'"),
    registered(3, '安澜区新桥路2号新桥苑3幢202室', only(15)),
  ],
  // And a second one as well.
  [linked('operations__household_member', 63, 'member_no', 'c')],
];

const tellAll = async (warehouse: Warehouse, statements: readonly string[]): Promise<void> => {
  for (const statement of statements) await warehouse.run(statement, { lane: 'batch' });
};
export const tellBeginning = (warehouse: Warehouse): Promise<void> => tellAll(warehouse, BEGINNING);
export const dayCount = DAYS.length;
export const tellDay = (warehouse: Warehouse, day: number): Promise<void> =>
  tellAll(warehouse, DAYS[day] ?? []);
