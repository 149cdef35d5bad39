/** 维修资金: institutions, property areas, buildings, units, dwellings, owners, common parts and equipment. */
import { maintenanceFundArea } from '../../contracts/maintenance-fund/area.ts';
import { maintenanceFundBuilding } from '../../contracts/maintenance-fund/building.ts';
import { maintenanceFundCommonPart } from '../../contracts/maintenance-fund/common-part.ts';
import { maintenanceFundDwelling } from '../../contracts/maintenance-fund/dwelling.ts';
import { maintenanceFundInstitution } from '../../contracts/maintenance-fund/institution.ts';
import { maintenanceFundOwner } from '../../contracts/maintenance-fund/owner.ts';
import { maintenanceFundUnit } from '../../contracts/maintenance-fund/unit.ts';
import { addMonths, dayText } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import { CITY_PREFIX } from '../options.ts';
import type { Enterprise } from '../world/enterprises.ts';
import type { FundBooks } from '../world/fund-books.ts';
import {
  areaNo,
  BANKS,
  type FundBuilding,
  type FundHome,
  fundDwellingNo,
  ownerNo,
  unitNo,
} from '../world/maintenance-fund.ts';
import type { World } from '../world/index.ts';
import { area as squareMetres, creditCode, pad } from '../world/numbers.ts';
import { Respelling } from '../world/respelling.ts';

/** Above the numbers of all enterprises of the register, which does not list banks. */
const BANK_INDEX = 900_001;
const institutionNo = (kind: 'GL' | 'YH' | 'JS' | 'WY', index: number): string =>
  `WX${kind}${pad(index + 1, 5)}`;
const totalArea = (homes: readonly FundHome[]): string =>
  squareMetres(homes.reduce((sum, { size }) => sum + size, 0));

export function fundInstitutions(world: World, books: FundBooks): Table {
  const place = `${CITY_PREFIX}01`;
  const registered = dayText(addMonths(world.size.firstDay, -60));
  const distinct = (of: (area: FundBooks['areas'][number]) => Enterprise): Enterprise[] =>
    [...new Map(books.areas.map(of).map((e) => [e.index, e])).values()].sort((a, b) => a.index - b.index);
  const enterprise =
    (mark: 'JS' | 'WY', kind: string) =>
    (e: Enterprise): string[] => [
      institutionNo(mark, e.index),
      e.name,
      kind,
      e.creditCode,
      '',
      dayText(e.foundedOn + 90),
    ];
  const rows = [
    [
      institutionNo('GL', 0),
      '湘安市住宅专项维修资金管理中心',
      'administration',
      creditCode('12', place, BANK_INDEX - 1),
      '湘安市安澜区劳动路66号',
      registered,
    ],
    ...BANKS.map((name, k) => [
      institutionNo('YH', k),
      name,
      'bank',
      creditCode('91', place, BANK_INDEX + k),
      `湘安市安澜区解放大道${k + 1}号`,
      registered,
    ]),
    ...distinct(({ developer }) => developer).map(enterprise('JS', 'developer')),
    ...distinct(({ manager }) => manager).map(enterprise('WY', 'property_company')),
  ];
  return { dataset: maintenanceFundInstitution, count: rows.length, row: (i) => rows[i] ?? null };
}

export function fundAreas(books: FundBooks): Table {
  return {
    dataset: maintenanceFundArea,
    count: books.areas.length,
    row(i) {
      const area = books.areas[i];
      if (!area) return null;
      return [
        areaNo(area),
        area.name,
        area.community.code,
        area.address,
        totalArea(area.homes),
        String(area.homes.length),
        // Where owners have their own committee the money is theirs to keep.
        area.project === null && i % 4 === 1 ? 'self_managed' : 'hosted',
        institutionNo('JS', area.developer.index),
        institutionNo('WY', area.manager.index),
        institutionNo('YH', area.bank),
        `9905${pad(area.bank + 1, 4)}${pad(area.index + 1, 8)}`,
        area.project?.number ?? '',
        dayText(area.deliveredOn),
      ];
    },
  };
}

export function fundBuildings(books: FundBooks): Table {
  const voting = isVoting(books);
  return {
    dataset: maintenanceFundBuilding,
    count: books.buildings.length,
    protect: (i) => voting(books.buildings[i]?.homes[0]),
    row(i) {
      const b = books.buildings[i];
      if (!b) return null;
      return [
        b.number,
        areaNo(b.area),
        `${b.building}栋`,
        String(b.floors),
        b.floors > 6 ? '是' : '否',
        totalArea(b.homes),
        dayText(b.completedOn),
        '',
      ];
    },
  };
}

export function fundUnits(books: FundBooks): Table {
  const units = books.buildings.flatMap((building) =>
    [...building.units].sort(([a], [b]) => a - b).map(([unit, homes]) => ({ building, unit, homes })),
  );
  const voting = isVoting(books);
  return {
    dataset: maintenanceFundUnit,
    count: units.length,
    protect: (i) => voting(units[i]?.homes[0]),
    row(i) {
      const at = units[i];
      const [home] = at?.homes ?? [];
      if (!at || !home) return null;
      return [unitNo(home), at.building.number, `${at.unit}单元`, String(at.homes.length), ''];
    },
  };
}

/** Votes are counted over the units, dwellings and owners of a building: where there is a vote, all of it comes clean. */
function isVoting(books: FundBooks): (home: FundHome | undefined) => boolean {
  const voting = new Set(books.uses.map(({ building }) => building));
  return (home) => home !== undefined && voting.has(home.building);
}

export function fundDwellings(world: World, books: FundBooks): Table {
  const written = new Respelling(world.size.seed, 4);
  const voting = isVoting(books);
  return {
    dataset: maintenanceFundDwelling,
    count: books.homes.length,
    protect: (i) => voting(books.homes[i]),
    row(i) {
      const home = books.homes[i];
      if (!home) return null;
      return [
        fundDwellingNo(home),
        unitNo(home),
        written.unitCode(i, home.unitCode),
        written.address(i, home.address),
        home.room,
        String(home.floor),
        squareMetres(home.size),
        'residence',
        '',
      ];
    },
  };
}

export function fundOwners(world: World, books: FundBooks): Table {
  const { people } = world;
  const rows = books.homes.flatMap((home) => home.owners.map((owner, k) => ({ home, owner, k })));
  const voting = isVoting(books);
  return {
    dataset: maintenanceFundOwner,
    count: rows.length,
    protect: (i) => voting(rows[i]?.home),
    row(i) {
      const entry = rows[i];
      if (!entry) return null;
      const { home, owner, k } = entry;
      const { person, enterprise } = owner;
      return [
        ownerNo(home, k),
        fundDwellingNo(home),
        person === null ? 'organisation' : 'person',
        person === null ? '' : people.name(person),
        person === null ? '' : people.idNumber(person),
        enterprise?.name ?? '',
        enterprise?.creditCode ?? '',
        person === null ? '' : people.phone(person),
        owner.share,
        dayText(home.ownedSince),
      ];
    },
  };
}

const PARTS = [
  ['roof', '屋面防水层', '屋顶'],
  ['wall', '外墙保温及饰面', '外立面'],
  ['fire', '消防栓系统', '各层楼道'],
  ['water', '二次供水水泵', '地下泵房'],
] as const;

/** `part_no` of a building's part: what a project mends. */
export const partNo = (building: FundBuilding, k: number): string => `WXSB${pad(building.index + 1, 6)}${k}`;

export function fundParts(world: World, books: FundBooks): Table {
  const rows = books.buildings.flatMap((building) => [
    ...PARTS.map(([kind, name, place], k) => ({ building, kind, name, place, k })),
    ...(building.floors > 6
      ? [...building.units.keys()].map((unit) => ({
          building,
          kind: 'lift',
          name: `${unit}单元客梯`,
          place: `${unit}单元`,
          k: PARTS.length - 1 + unit,
        }))
      : []),
  ]);
  return {
    dataset: maintenanceFundCommonPart,
    count: rows.length,
    row(i) {
      const part = rows[i];
      if (!part) return null;
      const { building, kind, name, place, k } = part;
      const isMachine = kind === 'lift' || kind === 'water' || kind === 'fire';
      const since = building.completedOn;
      return [
        partNo(building, k),
        areaNo(building.area),
        building.number,
        kind,
        name,
        isMachine ? `AX-${kind === 'lift' ? 1000 : 200}${i % 7}` : '',
        isMachine ? dayText(addMonths(since, -4)) : '',
        dayText(addMonths(since, isMachine ? 24 : 60)),
        place,
        building.units.size > 1 ? '全幢' : '本单元',
        isMachine ? dayText(world.size.lastDay - (i % 30)) : '',
        isMachine ? dayText(world.size.lastDay - (i % 90)) : '',
        '',
      ];
    },
  };
}
