/** 公共能耗: what the common parts of a compound use, month by month, and the months its manager did not report. */
import { propertyManagementEnergy } from '../../contracts/property-management/energy.ts';
import { lastDayOf, monthOf, monthText } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import { compoundsInUse, facilityDraw } from '../world/facilities.ts';
import type { Project } from '../world/housing.ts';
import type { World } from '../world/index.ts';
import { pad, yuan } from '../world/numbers.ts';

const WHAT_ENERGY = 5;
const ENERGY = [
  ['electricity', 'lighting', 'kilowatt_hour', 2.2, 60],
  ['electricity', 'lift', 'kilowatt_hour', 4, 60],
  ['electricity', 'pump', 'kilowatt_hour', 1.5, 60],
  ['water', 'greening', 'cubic_metre', 0.08, 350],
] as const;
const ENERGY_MONTHS = 13;
/** Months that are over, counted back from the last day, of which a compound has to have reported. */
export const REPORTED_MONTHS = 3;

/** Of twelve compounds: one left out the last month, one the last three, one only an item of it, one used to the last unit what it may. */
const OF_TWELVE = { missesLast: 1, missesAll: 7, missesItem: 4, atQuota: 2 } as const;
const TWELVE = 12;

export interface EnergyFigure {
  no: string;
  project: Project;
  item: (typeof ENERGY)[number];
  month: number;
  /** In tenths of the unit. */
  usage: number;
  quota: number;
  isReported: boolean;
}

/** The last month that is over. */
export const lastClosedMonth = (lastDay: number): number =>
  lastDayOf(monthOf(lastDay)) <= lastDay ? monthOf(lastDay) : monthOf(lastDay) - 1;

export function energyFigures(world: World): EnergyFigure[] {
  const { seed, lastDay } = world.size;
  const draw = facilityDraw(seed);
  const lastMonth = monthOf(lastDay);
  const closed = lastClosedMonth(lastDay);
  const figures: EnergyFigure[] = [];
  for (const [c, { project }] of compoundsInUse(world).entries())
    for (const [k, item] of ENERGY.entries())
      for (let month = lastMonth - ENERGY_MONTHS + 1; month <= lastMonth; month++) {
        const index = figures.length;
        // A quota is what the item needs in a usual month; one month in twelve takes more than that.
        const quota = Math.round(project.dwellings * item[3] * 10);
        const at = draw(WHAT_ENERGY, index);
        const share = at.chance(0.08) ? 1.05 + 0.3 * at.unit() : 0.6 + 0.38 * at.unit();
        const turn = c % TWELVE;
        const isMissed =
          (turn === OF_TWELVE.missesLast && month === closed) ||
          (turn === OF_TWELVE.missesAll && month > closed - REPORTED_MONTHS) ||
          (turn === OF_TWELVE.missesItem && month === closed && k === 0);
        figures.push({
          no: `NH${pad(index + 1, 8)}`,
          project,
          item,
          month,
          usage: turn === OF_TWELVE.atQuota && month === closed ? quota : Math.round(quota * share),
          quota,
          isReported: !isMissed,
        });
      }
  return figures;
}

const isRecent = ({ month }: EnergyFigure, lastDay: number): boolean =>
  month > lastClosedMonth(lastDay) - REPORTED_MONTHS && month <= lastClosedMonth(lastDay);
/** Reported for one of the last months, and above its quota. */
export const isOverQuota = (figure: EnergyFigure, lastDay: number): boolean =>
  figure.isReported && isRecent(figure, lastDay) && figure.usage > figure.quota;

export function pmEnergy(world: World): Table {
  const figures = energyFigures(world);
  return {
    dataset: propertyManagementEnergy,
    count: figures.length,
    protect: (i) => {
      const figure = figures[i];
      return figure !== undefined && isOverQuota(figure, world.size.lastDay);
    },
    row(i, asOf) {
      const figure = figures[i];
      if (!figure?.isReported || lastDayOf(figure.month) > asOf) return null;
      const [meter, item, unit, , fenPerUnit] = figure.item;
      return [
        figure.no,
        figure.project.number,
        '',
        meter,
        item,
        monthText(figure.month),
        (figure.usage / 10).toFixed(1),
        unit,
        (figure.quota / 10).toFixed(1),
        yuan(Math.round((figure.usage / 10) * fenPerUnit)),
      ];
    },
  };
}
