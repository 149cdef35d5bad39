/**
 * Special housing maintenance funds (住宅专项维修资金): homes in commodity compounds, their accounts, and what was paid in and out.
 * Assisted dwellings the city was allotted or bought stand in such compounds; their owner is the operator. Private homes are
 * those bought since 2010 in every second street. Drawn from a stream of its own, so nothing else of the city depends on it.
 */
import { day, yearOf } from '../calendar.ts';
import { Draw, KIND } from '../random.ts';
import type { Community } from './divisions.ts';
import type { Enterprise } from './enterprises.ts';
import { type Dwelling, dwellingAddress, houseCode, type Project, roomNo, unitCode } from './housing.ts';
import type { World } from './index.ts';
import { pad } from './numbers.ts';
import { type Property, propertyAddress, propertyHouseCode, propertyUnitCode } from './properties.ts';

export interface FundArea {
  index: number;
  name: string;
  address: string;
  community: Community;
  /** Of an assisted project; null in a private compound. */
  project: Project | null;
  developer: Enterprise;
  manager: Enterprise;
  bank: number;
  deliveredOn: number;
  homes: FundHome[];
}
export interface FundBuilding {
  index: number;
  number: string;
  area: FundArea;
  building: number;
  floors: number;
  completedOn: number;
  units: Map<number, FundHome[]>;
  homes: FundHome[];
}
export interface FundOwner {
  /** Index in `people`, or the enterprise. */
  person: number | null;
  enterprise: Enterprise | null;
  share: string;
}
export interface FundHome {
  index: number;
  area: FundArea;
  building: FundBuilding;
  unit: number;
  floor: number;
  room: string;
  /** Hundredths of a square metre. */
  size: number;
  unitCode: string;
  houseCode: string;
  address: string;
  owners: FundOwner[];
  ownedSince: number;
}

export interface FundCompounds {
  areas: FundArea[];
  buildings: FundBuilding[];
  homes: FundHome[];
}

export const BANKS = ['湘安银行股份有限公司', '湘江储蓄银行股份有限公司湘安分行'] as const;
/** Homes bought before have no account in the new system. */
const ACCOUNTS_FROM = day('2010-01-01');
const PRIVATE_FLOORS = 33;

export const fundDraw = (seed: number): ((what: number, index: number) => Draw) => {
  const draw = new Draw(seed);
  return (what, index) => draw.at(KIND.maintenanceFund, what * 50_000_000 + index);
};

export const areaNo = (area: FundArea): string => `WY${pad(area.index + 1, 5)}`;
export const unitNo = (home: FundHome): string => `${home.building.number}-${home.unit}`;
export const fundDwellingNo = (home: FundHome): string => `WXFH${pad(home.index + 1, 7)}`;
export const accountNo = (home: FundHome): string => `WXZH${pad(home.index + 1, 7)}`;
export const ownerNo = (home: FundHome, k: number): string => `WXYZ${pad(home.index + 1, 7)}${k + 1}`;

/** Compounds with their buildings and homes, in the order of projects and streets. */
export function makeCompounds(world: World): FundCompounds {
  const maker = new CompoundMaker(world);
  for (const project of world.projects) {
    if (project.inUse > world.size.lastDay || !['allotted', 'purchase'].includes(project.sourcing)) continue;
    const dwellings = maker.dwellingsOf(project);
    if (dwellings.length > 0) maker.assisted(project, dwellings);
  }
  const streets = new Map<string, Property[]>();
  for (const property of world.properties) {
    const { acquiredOn, way, community } = property;
    const isEvenStreet = Number(community.streetCode.slice(-1)) % 2 === 0;
    if (way !== 'purchase' || acquiredOn < ACCOUNTS_FROM || acquiredOn > world.size.lastDay || !isEvenStreet)
      continue;
    streets.set(community.streetCode, [...(streets.get(community.streetCode) ?? []), property]);
  }
  for (const [, properties] of [...streets].sort(([a], [b]) => (a < b ? -1 : 1)))
    maker.ofPrivateHomes(properties);
  return maker.compounds;
}

class CompoundMaker {
  readonly compounds: FundCompounds = { areas: [], buildings: [], homes: [] };
  private readonly byProject = new Map<number, Dwelling[]>();
  private readonly operators: Map<string, Enterprise>;
  private readonly developers: Enterprise[];
  private readonly managers: Enterprise[];

  constructor(private readonly world: World) {
    const { all } = world.enterprises;
    this.operators = new Map(world.enterprises.operators.map((e) => [e.creditCode, e]));
    this.developers = all.filter((e) => e.kind === 'developer');
    this.managers = all.filter((e) => e.kind === 'property_manager');
    for (const dwelling of world.dwellings) {
      const { index } = dwelling.project;
      const known = this.byProject.get(index);
      if (known) known.push(dwelling);
      else this.byProject.set(index, [dwelling]);
    }
  }

  dwellingsOf = (project: Project): Dwelling[] => this.byProject.get(project.index) ?? [];

  assisted(project: Project, dwellings: Dwelling[]): void {
    const { name, address, community, inUse, floors } = project;
    const area = this.area({ name, address, community, project, deliveredOn: inUse });
    const owner: FundOwner = {
      person: null,
      enterprise: this.operators.get(project.operator) ?? null,
      share: '100%',
    };
    for (const d of dwellings)
      this.home(area, d.building, floors, {
        unit: d.unit,
        floor: d.floor,
        room: roomNo(d),
        size: d.area,
        unitCode: unitCode(d),
        houseCode: houseCode(d),
        address: dwellingAddress(d),
        owners: [owner],
        ownedSince: inUse,
      });
  }

  ofPrivateHomes(properties: Property[]): void {
    const [first] = properties;
    if (!first) return;
    const { community } = first;
    const area = this.area({
      name: `${community.streetName.replace('街道', '')}商品房小区`,
      address: `湘安市${community.districtName}${community.streetName}`,
      community,
      project: null,
      deliveredOn: Math.min(...properties.map((p) => p.completed)),
    });
    for (const p of properties)
      this.home(area, p.building, PRIVATE_FLOORS, {
        unit: 1,
        floor: p.floor,
        room: `${p.floor}${pad(p.room, 2)}`,
        size: p.area,
        unitCode: propertyUnitCode(p),
        houseCode: propertyHouseCode(p),
        address: propertyAddress(p),
        owners: p.owners.map(({ person, share }) => ({ person, enterprise: null, share })),
        ownedSince: p.acquiredOn,
      });
  }

  private area(more: Omit<FundArea, 'index' | 'developer' | 'manager' | 'bank' | 'homes'>): FundArea {
    const index = this.compounds.areas.length;
    const developer = this.developers[index % this.developers.length];
    const manager = this.managers[index % this.managers.length];
    if (!developer || !manager) throw new RangeError('a city has developers and property companies');
    const area: FundArea = { index, ...more, developer, manager, bank: index % BANKS.length, homes: [] };
    this.compounds.areas.push(area);
    return area;
  }

  private home(
    area: FundArea,
    number: number,
    floors: number,
    more: Omit<FundHome, 'index' | 'area' | 'building'>,
  ): void {
    const { buildings, homes } = this.compounds;
    let building = buildings.findLast((b) => b.area === area && b.building === number);
    if (!building) {
      building = {
        index: buildings.length,
        number: `${areaNo(area)}-${pad(number, 2)}`,
        area,
        building: number,
        floors,
        completedOn: area.deliveredOn,
        units: new Map(),
        homes: [],
      };
      buildings.push(building);
    }
    const home: FundHome = { index: homes.length, area, building, ...more };
    homes.push(home);
    area.homes.push(home);
    building.homes.push(home);
    building.units.set(home.unit, [...(building.units.get(home.unit) ?? []), home]);
  }
}

/** One who votes, whatever number of homes: the same buyer counts as one person. */
export const ownerKey = ({ owners: [first] }: FundHome): string =>
  first?.enterprise ? `e${first.enterprise.index}` : `p${first?.person ?? -1}`;

/** The last day of each year from that day on, while it is not after the city's last. */
export function* yearEnds(from: number, until: number): Generator<number> {
  for (let year = yearOf(from); ; year++) {
    const end = day(`${year}-12-31`);
    if (end > until) return;
    yield end;
  }
}
