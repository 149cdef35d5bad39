/** Families that are one household by the rules, families that may be, and registers that hold parts of them. */
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { deliverStd, type StdRow } from './std-tables.ts';

const number = (year: number, of: number): string => `439901${year}0101${String(of).padStart(4, '0')}`;
const ADULT = {
  wang: number(1980, 11),
  li: number(1982, 28),
  zhao: number(1979, 13),
  qian: number(1985, 21),
  granny: number(1950, 24),
  sun: number(1984, 15),
  zhou: number(1986, 26),
};
const CHILD = {
  bao: number(2015, 31),
  le: number(2014, 32),
  tian: number(2016, 33),
  lone: number(2012, 34),
  other: number(2011, 35),
};
const KIN = {
  zheng: number(1975, 19),
  mother: number(1950, 21),
  elder: number(2013, 13),
  younger: number(2017, 12),
  lodger: number(2018, 10),
  guest: number(2010, 11),
};

interface Family {
  no: string;
  on: string;
  /** The applicant first; a spouse is who has kinship 10. */
  people: readonly (readonly [id: string, kinship: string])[];
  marital?: string;
}
const FAMILIES: readonly Family[] = [
  // A couple and their child; again; he alone with the child after the divorce; she alone, too.
  {
    no: 'F1',
    on: '2020-01-01',
    people: [
      [ADULT.wang, '01'],
      [ADULT.li, '10'],
      [CHILD.bao, '20'],
    ],
    marital: '20',
  },
  {
    no: 'F2',
    on: '2021-01-01',
    people: [
      [ADULT.wang, '01'],
      [ADULT.li, '10'],
    ],
    marital: '20',
  },
  {
    no: 'F3',
    on: '2023-01-01',
    people: [
      [ADULT.wang, '01'],
      [CHILD.bao, '20'],
    ],
    marital: '40',
  },
  {
    no: 'F4',
    on: '2024-01-01',
    people: [[ADULT.wang, '01']],
    marital: '40',
  },
  // Two that have a grandmother in common, and nobody else; the later applies again.
  {
    no: 'G1',
    on: '2020-02-01',
    people: [
      [ADULT.zhao, '01'],
      [ADULT.granny, '52'],
    ],
  },
  {
    no: 'G2',
    on: '2022-02-01',
    people: [
      [ADULT.qian, '01'],
      [ADULT.granny, '52'],
    ],
  },
  { no: 'G3', on: '2024-02-01', people: [[ADULT.qian, '01']] },
  // Two that have only children in common.
  {
    no: 'H1',
    on: '2020-03-01',
    people: [
      [ADULT.sun, '01'],
      [CHILD.le, '20'],
      [CHILD.tian, '20'],
    ],
  },
  {
    no: 'H2',
    on: '2022-03-01',
    people: [
      [ADULT.zhou, '01'],
      [CHILD.le, '20'],
      [CHILD.tian, '20'],
    ],
  },
  // One that applies twice, each time with others of its people.
  {
    no: 'I1',
    on: '2020-04-01',
    people: [
      [KIN.zheng, '01'],
      [KIN.mother, '52'],
      [KIN.elder, '20'],
    ],
  },
  {
    no: 'I2',
    on: '2023-04-01',
    people: [
      [KIN.zheng, '01'],
      [KIN.younger, '20'],
    ],
  },
];

/** Most of the first family; the grandmother with two who apply for nothing; most of whom the last tells of, and of neither of its applications. */
const REGISTERS: readonly (readonly [register: string, ids: readonly string[]])[] = [
  ['R1', [ADULT.wang, ADULT.li, CHILD.bao]],
  ['R2', [ADULT.granny, CHILD.lone, CHILD.other]],
  ['R3', [KIN.mother, KIN.elder, KIN.younger, KIN.lodger, KIN.guest]],
];

export async function deliverFamilies(warehouse: Warehouse): Promise<void> {
  const deliver = (id: string, rows: StdRow[]): Promise<void> => deliverStd(warehouse, id, 1, rows);
  await deliver(
    'operations.application',
    FAMILIES.map(({ no, on, people }) => ({
      ...{ application_no: no, applicant_id_number: people[0]?.[0] ?? '', applied_on: on },
      applicant_name: nameOf(people[0]?.[0] ?? ''),
    })),
  );
  await deliver(
    'operations.household_member',
    FAMILIES.flatMap(({ no, people, marital = '' }) =>
      people.map(([id_number, kinship_code], at) => ({
        ...{ member_no: `${no}-${at}`, application_no: no, id_number, kinship_code },
        ...{ person_name: nameOf(id_number), marital_status: at === 0 ? marital : '' },
      })),
    ),
  );
  await deliver(
    'police.household_register',
    REGISTERS.flatMap(([register_no, ids]) =>
      ids.map((id_number) => ({ register_no, id_number, person_name: nameOf(id_number) })),
    ),
  );
}

const NAMES = new Map(
  Object.entries({ ...ADULT, ...CHILD, ...KIN }).map(([, id], at) => [
    id,
    `${'王李赵钱沈孙周宝乐田单余郑吴冯陈褚卫'[at]}家人`,
  ]),
);
const nameOf = (id: string): string => NAMES.get(id) ?? '';
