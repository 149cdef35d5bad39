/** 物业管理: equipment, its inspections and maintenance, and incidents. */
import { propertyManagementEquipment } from '../../contracts/property-management/equipment.ts';
import { propertyManagementIncident } from '../../contracts/property-management/incident.ts';
import { propertyManagementInspection } from '../../contracts/property-management/inspection.ts';
import { propertyManagementMaintenance } from '../../contracts/property-management/maintenance.ts';
import { addMonths, dayText, dayTextUntil, instantText, NEVER } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import { type Facility, facilityDraw, facilityNo } from '../world/facilities.ts';
import { houseCode } from '../world/housing.ts';
import type { World } from '../world/index.ts';
import { pad, yuan } from '../world/numbers.ts';

/** 5 is energy's. */
const WHAT = { state: 1, inspection: 2, maintenance: 3, incident: 4 } as const;
const SECONDS_A_DAY = 86_400;
/** Records kept of the year before the last day, whatever the readings. */
const KEPT_DAYS = 365;
const MAKERS: Partial<Record<Facility['kind'], string>> = {
  lift: '湘安电梯制造有限公司',
  water_supply: '湘安泵业有限公司',
};
const buildingText = (building: number): string => (building === 0 ? '' : `${building}栋`);
const incidentNo = (index: number): string => `SJ${pad(index + 1, 8)}`;

export function pmEquipment(world: World, facilities: readonly Facility[]): Table {
  const draw = facilityDraw(world.size.seed);
  return {
    dataset: propertyManagementEquipment,
    count: facilities.length,
    row(i, asOf) {
      const f = facilities[i];
      if (!f) return null;
      return [
        facilityNo(f),
        f.project.number,
        buildingText(f.building),
        f.kind,
        f.name,
        `AX-${f.kind === 'lift' ? 1000 : 200}${i % 9}`,
        MAKERS[f.kind] ?? '',
        f.location,
        dayText(f.installedOn),
        dayText(addMonths(f.installedOn, 24)),
        String(f.inspectedEvery),
        String(f.maintainedEvery),
        draw(WHAT.state, i).weighted([
          ['normal', 94],
          ['fault', 4],
          ['stopped', 2],
        ]),
        dayText(asOf),
      ];
    },
  };
}

/** Planned days of the last year, counted from the installation. */
function plannedDays(every: number, installedOn: number, lastDay: number): number[] {
  const from = Math.max(installedOn, lastDay - KEPT_DAYS);
  const first = installedOn + Math.ceil((from - installedOn) / every) * every;
  const days: number[] = [];
  for (let day = first; day <= lastDay; day += every) days.push(day);
  return days;
}

export function pmInspections(world: World, facilities: readonly Facility[]): Table {
  const draw = facilityDraw(world.size.seed);
  const rows = facilities.flatMap((f) =>
    plannedDays(f.inspectedEvery, f.installedOn, world.size.lastDay).map((planned) => ({ f, planned })),
  );
  return {
    dataset: propertyManagementInspection,
    count: rows.length,
    row(i, asOf) {
      const entry = rows[i];
      if (!entry || entry.planned > asOf) return null;
      const at = draw(WHAT.inspection, i);
      const wasDone = at.chance(0.97);
      const doneOn = wasDone ? entry.planned + at.int(4) : NEVER;
      const result = at.weighted([
        ['normal', 92],
        ['minor', 7],
        ['major', 1],
      ] as const);
      const isKnown = doneOn <= asOf;
      return [
        `XJ${pad(i + 1, 8)}`,
        facilityNo(entry.f),
        i % 12 === 5 ? 'holiday' : i % 17 === 3 ? 'special' : 'regular',
        dayText(entry.planned),
        dayTextUntil(doneOn, asOf),
        isKnown ? result : '',
        isKnown && result !== 'normal' ? `${entry.f.name}运行异常，需处理` : '',
        isKnown && result !== 'normal' ? dayTextUntil(doneOn + at.between(1, 20), asOf) : '',
      ];
    },
  };
}

export function pmMaintenance(world: World, facilities: readonly Facility[]): Table {
  const draw = facilityDraw(world.size.seed);
  const { builders } = world.enterprises;
  const rows = facilities.flatMap((f) =>
    plannedDays(f.maintainedEvery, f.installedOn, world.size.lastDay).map((planned) => ({ f, planned })),
  );
  return {
    dataset: propertyManagementMaintenance,
    count: rows.length,
    row(i, asOf) {
      const entry = rows[i];
      if (!entry || entry.planned > asOf) return null;
      const at = draw(WHAT.maintenance, i);
      const doneOn = at.chance(0.95) ? entry.planned + at.int(10) : NEVER;
      const kind = at.weighted([
        ['routine', 85],
        ['repair', 12],
        ['replacement', 3],
      ] as const);
      const cost = at.between(200, kind === 'routine' ? 900 : 9000) * 100;
      return [
        `WB${pad(i + 1, 8)}`,
        facilityNo(entry.f),
        kind,
        dayText(entry.planned),
        dayTextUntil(doneOn, asOf),
        builders[i % builders.length]?.name ?? '',
        doneOn <= asOf ? yuan(cost) : '',
        '',
        kind === 'routine' ? '按计划保养' : `${entry.f.name}故障处理`,
      ];
    },
  };
}

const INCIDENTS = [
  ['e_bike', 30, '电动自行车进入楼道'],
  ['passage_blocked', 22, '消防通道停放车辆'],
  ['lift_fault', 16, '电梯停运'],
  ['lift_trapped', 6, '电梯困人'],
  ['fire_alarm', 8, '烟感报警'],
  ['flooding', 8, '楼道积水'],
  ['high_throwing', 6, '高空抛物'],
  ['power_cut', 4, '公共区域停电'],
] as const;

export function pmIncidents(world: World, facilities: readonly Facility[]): Table {
  const draw = facilityDraw(world.size.seed);
  const { lastDay } = world.size;
  const lifts = facilities.filter(({ kind }) => kind === 'lift');
  return {
    dataset: propertyManagementIncident,
    count: Math.round(world.dwellings.length * 0.06),
    row(i, asOf) {
      const at = draw(WHAT.incident, i);
      const dwelling = at.pick(world.dwellings);
      const [kind, , text] = at.weighted(INCIDENTS.map((incident) => [incident, incident[1]] as const));
      const reported = (lastDay - at.int(KEPT_DAYS)) * SECONDS_A_DAY + at.between(6 * 3600, 23 * 3600);
      const until = (asOf + 1) * SECONDS_A_DAY;
      if (reported >= until || dwelling.deliveredOn * SECONDS_A_DAY > reported) return null;
      const accepted = reported + at.between(60, 3600);
      const finished = accepted + at.between(1200, kind === 'lift_trapped' ? 3600 : 2 * SECONDS_A_DAY);
      const isFalse = kind === 'fire_alarm' && at.chance(0.6);
      const lift =
        kind === 'lift_fault' || kind === 'lift_trapped'
          ? lifts.find((f) => f.project === dwelling.project && f.building === dwelling.building)
          : undefined;
      const momentText = (seconds: number): string => {
        const day = Math.floor(seconds / SECONDS_A_DAY);
        return seconds >= until ? '' : instantText(day, seconds - day * SECONDS_A_DAY);
      };
      const state =
        finished >= until ? (accepted < until ? 'handling' : 'reported') : isFalse ? 'false_alarm' : 'closed';
      return [
        incidentNo(i),
        dwelling.project.number,
        `${dwelling.building}栋`,
        kind === 'flooding' ? houseCode(dwelling) : '',
        lift ? facilityNo(lift) : '',
        kind,
        momentText(reported),
        momentText(accepted),
        momentText(finished),
        state,
        text,
      ];
    },
  };
}
