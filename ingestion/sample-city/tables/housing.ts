/** 保障性住房项目, 保障性住房房源, and the two registers of buildings: 楼盘表 and 房产测绘成果. */
import { operationsDwelling } from '../../contracts/operations/dwelling.ts';
import { operationsProject } from '../../contracts/operations/project.ts';
import { propertyHouseRegistry } from '../../contracts/property/house-registry.ts';
import { propertyHouseSurvey } from '../../contracts/property/house-survey.ts';
import { dayText, dayTextUntil } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import {
  type Dwelling,
  dwellingAddress,
  dwellingNo,
  houseCode,
  meterNo,
  roomNo,
  unitCode,
} from '../world/housing.ts';
import { dwellingState, emptySince, type World } from '../world/index.ts';
import { area, pad, yuan } from '../world/numbers.ts';
import { approvedUntil } from '../world/plant-projects.ts';
import { Respelling } from '../world/respelling.ts';
import { propertyAddress, propertyHouseCode, propertyUnitCode } from '../world/properties.ts';

export function projects(world: World): Table {
  const { lastDay } = world.size;
  return {
    dataset: operationsProject,
    count: world.projects.length,
    protect: (i) => {
      const project = world.projects[i];
      return project !== undefined && (project.planted === true || project.completed > lastDay);
    },
    row(i, asOf) {
      const p = world.projects[i];
      if (!p || p.plannedStart > asOf) return null;
      const state =
        p.inUse <= asOf
          ? 'in_use'
          : p.completed <= asOf
            ? 'completed'
            : p.started <= asOf
              ? 'building'
              : 'approved';
      // Works go on: a little more is invested each month until it is done.
      const invested =
        p.completed <= asOf ? p.investedShare : p.investedShare * Math.max(0, 1 - (lastDay - asOf) / 720);
      return [
        p.number,
        p.name,
        p.kind,
        p.allocation,
        p.sourcing,
        state,
        p.community.code,
        p.address,
        p.builder,
        p.operator,
        String(p.dwellings),
        area(p.floorArea),
        String(p.plannedInvestment),
        String(Math.round(p.plannedInvestment * invested)),
        String(p.planYear),
        dayText(p.plannedStart),
        dayTextUntil(p.started, asOf),
        dayText(p.plannedCompletion),
        dayTextUntil(p.completed, asOf),
        `湘安住建批〔${p.planYear}〕${(p.index % 90) + 1}号`,
        dayText(approvedUntil(p)),
      ];
    },
  };
}

export function dwellings(world: World): Table {
  return {
    dataset: operationsDwelling,
    count: world.dwellings.length,
    protect: (i) => world.byDwelling.has(i),
    row(i, asOf) {
      const d = world.dwellings[i];
      if (!d) return null;
      const state = dwellingState(world, d, asOf);
      return [
        dwellingNo(d),
        houseCode(d),
        d.project.number,
        `${d.building}栋`,
        `${d.unit}单元`,
        roomNo(d),
        d.layout,
        area(d.area),
        state,
        yuan(d.rent),
        dayText(d.deliveredOn),
        state === 'let' || state === 'reserved' ? '' : dayText(emptySince(world, d, asOf)),
      ];
    },
  };
}

/** Inner area of a dwelling, hundredths of a square metre: four fifths, give or take. */
const innerArea = (total: number, index: number): number => Math.round((total * (78 + (index % 6))) / 100);

function registryOfAssisted(d: Dwelling): string[] {
  const { project } = d;
  const { community } = project;
  const inner = innerArea(d.area, d.index);
  return [
    unitCode(d),
    houseCode(d),
    'registered',
    community.districtCode,
    community.districtName,
    community.streetName,
    community.name,
    community.code,
    project.address
      .slice(3 + community.districtName.length + community.streetName.length)
      .replace(/\d+号.*$/, ''),
    project.name,
    `${d.building}栋`,
    String(d.floor),
    String(d.floor),
    `${d.floor}层`,
    `${d.unit}单元`,
    roomNo(d),
    dwellingAddress(d),
    d.layout,
    area(d.area),
    area(inner),
    area(d.area - inner),
    '3',
    project.kind === 'prh' ? '3' : '8',
    String(project.floors),
    '2.9',
    String(project.floors),
    '1',
    dayText(project.completed),
    String(project.dwellings),
    `FF${pad(project.index + 1, 5)}`,
    `FQ${pad(project.index + 1, 5)}`,
    `FH${pad(d.index + 1, 8)}`,
    area(d.area),
    '1',
    `${dwellingNo(d)}-1`,
    meterNo('W', d.index),
    meterNo('E', d.index),
    meterNo('G', d.index),
  ];
}

function registryOfPrivate(world: World, k: number, asOf: number): string[] | null {
  const p = world.properties[k];
  if (!p || p.completed > asOf) return null;
  const inner = innerArea(p.area, p.index);
  const { community } = p;
  const layout = p.area < 7000 ? '1' : p.area < 9500 ? '2' : p.area < 12_500 ? '3' : '4';
  return [
    propertyUnitCode(p),
    propertyHouseCode(p),
    p.acquiredOn <= asOf ? 'registered' : 'unsold',
    community.districtCode,
    community.districtName,
    community.streetName,
    community.name,
    community.code,
    p.road.replace(/\d+号$/, ''),
    '',
    `${p.building}栋`,
    String(p.floor),
    String(p.floor),
    `${p.floor}层`,
    '',
    `${p.floor}${pad(p.room, 2)}`,
    propertyAddress(p),
    layout,
    area(p.area),
    area(inner),
    area(p.area - inner),
    '3',
    '0',
    '33',
    '2.9',
    '33',
    '1',
    dayText(p.completed),
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
  ];
}

export function houseRegistry(world: World): Table {
  const assisted = world.dwellings.length;
  return {
    dataset: propertyHouseRegistry,
    count: assisted + world.properties.length,
    protect: (i) => world.byDwelling.has(i),
    row(i, asOf) {
      const d = world.dwellings[i];
      return d ? registryOfAssisted(d) : registryOfPrivate(world, i - assisted, asOf);
    },
  };
}

export const surveyNo = (index: number): string => `CH${pad(index + 1, 9)}`;
const SURVEYOR = '湘安市房产测绘院';

export function houseSurvey(world: World): Table {
  const assisted = world.dwellings.length;
  const written = new Respelling(world.size.seed, 1);
  return {
    dataset: propertyHouseSurvey,
    count: assisted + world.properties.length,
    row(i, asOf) {
      const d = world.dwellings[i];
      const p = world.properties[i - assisted];
      const total = d?.area ?? p?.area ?? 0;
      // The survey comes a month before the acceptance; every eighth was remeasured recently.
      const surveyed = (d?.project.completed ?? p?.completed ?? 0) - 30;
      const again = world.size.lastDay - 20 - (i % 700);
      const remeasured = i % 8 === 0 && again > surveyed && again <= asOf;
      if (surveyed > asOf || (p && i % 3 !== 0)) return null;
      const inner = innerArea(total, d?.index ?? p?.index ?? 0);
      return [
        surveyNo(i),
        written.houseCode(i, d ? houseCode(d) : p ? propertyHouseCode(p) : ''),
        d ? unitCode(d) : p ? propertyUnitCode(p) : '',
        written.address(i, d ? dwellingAddress(d) : p ? propertyAddress(p) : ''),
        area(remeasured ? total + 12 : total),
        area(inner),
        area(remeasured ? total + 12 - inner : total - inner),
        '3',
        dayText(remeasured ? again : surveyed),
        SURVEYOR,
      ];
    },
  };
}
