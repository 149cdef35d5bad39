/** Assisted housing: projects, their buildings, and every dwelling in them. */
import { addMonths, day, NEVER } from '../calendar.ts';
import type { CitySize } from '../options.ts';
import { Draw, KIND } from '../random.ts';
import type { Community } from './divisions.ts';
import type { Enterprises } from './enterprises.ts';
import { estateName, roadName } from './names.ts';
import { pad, realEstateUnitCode } from './numbers.ts';

export interface Project {
  index: number;
  number: string;
  name: string;
  kind: 'prh' | 'arh';
  allocation: 'directed' | 'undirected';
  sourcing: string;
  community: Community;
  address: string;
  builder: string;
  operator: string;
  dwellings: number;
  floorArea: number;
  plannedInvestment: number;
  investedShare: number;
  planYear: number;
  plannedStart: number;
  started: number;
  plannedCompletion: number;
  completed: number;
  inUse: number;
  /** End of the approval, where it is not the usual one. */
  approvedUntil?: number;
  /** Its plan was bent so that a rule has something to find, or something not to. */
  planted?: boolean;
  floors: number;
  units: number;
  perFloor: number;
}

export interface Dwelling {
  index: number;
  project: Project;
  building: number;
  unit: number;
  floor: number;
  room: number;
  /** Code of `layout`. */
  layout: '1' | '2' | '3';
  /** Hundredths of a square metre. */
  area: number;
  /** Fen a month. */
  rent: number;
  deliveredOn: number;
  /** Not for letting: under repair or out of use since that day. */
  closedSince: number;
  closedAs: 'repair' | 'idle' | null;
}

const roomText = (floor: number, room: number): string => `${floor}${pad(room, 2)}`;
export const roomNo = (dwelling: Dwelling): string => roomText(dwelling.floor, dwelling.room);
/** District, project, building, unit, floor and room, all in one number. */
export const houseCode = (d: Dwelling): string =>
  `${d.project.community.districtCode}${pad(d.project.index + 1, 4)}${pad(d.building, 2)}${d.unit}${pad(d.floor, 2)}${pad(d.room, 2)}`;
export const dwellingNo = (d: Dwelling): string => `FY${pad(d.index + 1, 8)}`;
export const meterNo = (kind: 'W' | 'E' | 'G', dwelling: number): string =>
  `${kind}99${pad(dwelling + 1, 8)}`;
export const unitCode = (d: Dwelling): string =>
  realEstateUnitCode(
    d.project.community.districtCode,
    d.project.index + 1,
    d.building,
    d.unit * 1000 + (d.floor % 40) * 20 + d.room,
  );
export const dwellingAddress = (d: Dwelling): string =>
  `${d.project.address}${d.building}栋${d.unit}单元${roomNo(d)}室`;

const MIN_PROJECTS = 12;

/** Where dwellings of each kind stand: 45 % public rental (公租房), the rest affordable rental (保租房). */
export function makeProjects(
  size: CitySize,
  communities: Community[],
  enterprises: Enterprises,
): { projects: Project[]; dwellings: Dwelling[] } {
  const perProject = 60 + 420 * Math.sqrt(Math.min(1, size.scale));
  const inUse = Math.max(MIN_PROJECTS, Math.round(size.dwellings / perProject));
  const building = Math.max(3, Math.round(inUse * 0.2));
  const projects: Project[] = [];
  const dwellings: Dwelling[] = [];
  for (let index = 0; index < inUse + building; index++) {
    const share =
      Math.floor(((index + 1) * size.dwellings) / inUse) - Math.floor((index * size.dwellings) / inUse);
    const project = makeProject(size, index, share, index >= inUse, communities, enterprises);
    projects.push(project);
    if (index < inUse)
      for (let k = 0; k < project.dwellings; k++)
        dwellings.push(makeDwelling(size, project, dwellings.length, k));
  }
  return { projects, dwellings };
}

function makeProject(
  size: CitySize,
  index: number,
  dwellings: number,
  unfinished: boolean,
  communities: Community[],
  enterprises: Enterprises,
): Project {
  const draw = new Draw(size.seed).at(KIND.project, index);
  // Districts in turn, and within a district far apart: 7 is coprime to its 30 communities.
  const community = communities[(index % 5) * 30 + ((Math.floor(index / 5) * 7 + draw.int(3)) % 30)];
  if (!community) throw new RangeError('a city has communities');
  const kind = (index * 45) % 100 < 45 ? 'prh' : 'arh';
  const start = unfinished
    ? draw.between(day('2024-03-01'), day('2026-06-01'))
    : draw.between(day('2014-01-01'), day('2020-06-30'));
  const months = draw.between(18, 34);
  const name = estateName(index);
  const plannedInvestment = dwellings * draw.between(28, 45);
  return {
    index,
    number: `XM${pad(index + 1, 6)}`,
    name: `${community.districtName.slice(0, 2)}${name}`,
    kind,
    allocation: kind === 'prh' && draw.chance(0.3) ? 'directed' : 'undirected',
    sourcing: draw.weighted([
      ['new_build', 55],
      ['allotted', 15],
      ['purchase', 12],
      ['conversion', 10],
      ['lease', 8],
    ]),
    community,
    address: `湘安市${community.districtName}${community.streetName}${roadName(index)}${draw.between(1, 899)}号${name}`,
    builder: draw.pick(enterprises.builders).creditCode,
    operator: draw.pick(enterprises.operators).creditCode,
    dwellings,
    floorArea: Math.round(dwellings * 52.5 * 100),
    plannedInvestment,
    investedShare: unfinished ? 0.2 + 0.6 * draw.unit() : 0.95 + 0.1 * draw.unit(),
    planYear: Number(new Date(start * 86_400_000).getUTCFullYear()),
    plannedStart: start - draw.int(60),
    started: start,
    plannedCompletion: addMonths(start, months - draw.between(0, 4)),
    completed: unfinished ? NEVER : addMonths(start, months),
    inUse: unfinished ? NEVER : addMonths(start, months + draw.between(2, 6)),
    floors: draw.pick([6, 11, 18, 26, 33]),
    units: draw.between(1, 3),
    perFloor: draw.pick([2, 4, 6, 8]),
  };
}

function makeDwelling(size: CitySize, project: Project, index: number, k: number): Dwelling {
  const draw = new Draw(size.seed).at(KIND.dwelling, index);
  const perUnit = project.floors * project.perFloor;
  const perBuilding = perUnit * project.units;
  const inBuilding = k % perBuilding;
  const layout = draw.weighted([
    ['1', 45],
    ['2', 43],
    ['3', 12],
  ] as const);
  const area =
    100 *
      (layout === '1' ? draw.between(30, 42) : layout === '2' ? draw.between(48, 60) : draw.between(62, 75)) +
    draw.int(100);
  const fenPerMetre =
    project.kind === 'prh' ? 700 + ((project.index * 53) % 500) : 1800 + ((project.index * 97) % 900);
  const closed = draw.weighted([
    [null, 965],
    ['repair', 20],
    ['idle', 15],
  ] as const);
  return {
    index,
    project,
    building: Math.floor(k / perBuilding) + 1,
    unit: Math.floor(inBuilding / perUnit) + 1,
    floor: Math.floor((inBuilding % perUnit) / project.perFloor) + 1,
    room: (inBuilding % project.perFloor) + 1,
    layout,
    area,
    rent: Math.round((area * fenPerMetre) / 100 / 1000) * 1000,
    deliveredOn: project.inUse,
    closedAs: closed,
    closedSince: closed === null ? NEVER : size.lastDay - draw.between(20, 300),
  };
}
