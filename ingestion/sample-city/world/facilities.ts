/** Equipment of the assisted compounds, from a stream of its own (GB/T 20299.3): lifts, pumps, fire systems, doors, cameras. */
import { addMonths } from '../calendar.ts';
import { Draw, KIND } from '../random.ts';
import type { Project } from './housing.ts';
import type { World } from './index.ts';
import { pad } from './numbers.ts';

export interface Facility {
  index: number;
  project: Project;
  /** 0 where it serves the whole compound. */
  building: number;
  kind: 'lift' | 'fire' | 'water_supply' | 'access' | 'video' | 'power';
  name: string;
  location: string;
  installedOn: number;
  /** Days between inspections, and between maintenances. */
  inspectedEvery: number;
  maintainedEvery: number;
}

export const facilityNo = ({ index }: Facility): string => `SB${pad(index + 1, 8)}`;

export const facilityDraw = (seed: number): ((what: number, index: number) => Draw) => {
  const draw = new Draw(seed);
  return (what, index) => draw.at(KIND.propertyManagement, what * 50_000_000 + index);
};

/** Compounds in use on the last day, with their buildings. */
export function compoundsInUse(world: World): { project: Project; buildings: number }[] {
  const { lastDay } = world.size;
  return world.projects
    .filter(({ inUse }) => inUse <= lastDay)
    .map((project) => ({
      project,
      buildings: Math.ceil(project.dwellings / (project.floors * project.perFloor * project.units)),
    }));
}

export function makeFacilities(world: World): Facility[] {
  const facilities: Facility[] = [];
  for (const { project, buildings } of compoundsInUse(world)) {
    const add = (building: number, kind: Facility['kind'], name: string, location: string): void => {
      facilities.push({
        index: facilities.length,
        project,
        building,
        kind,
        name,
        location,
        installedOn: addMonths(project.completed, -2),
        inspectedEvery: kind === 'lift' || kind === 'fire' ? 30 : 90,
        maintainedEvery: kind === 'lift' ? 90 : 180,
      });
    };
    add(0, 'water_supply', '生活水泵', '地下泵房');
    add(0, 'power', '配电柜', '配电房');
    add(0, 'video', '视频监控系统', '值班室');
    for (let building = 1; building <= buildings; building++) {
      add(building, 'fire', `${building}栋消防系统`, '各层楼道');
      for (let unit = 1; unit <= project.units; unit++) {
        if (project.floors > 6) add(building, 'lift', `${building}栋${unit}单元客梯`, `${unit}单元`);
        add(building, 'access', `${building}栋${unit}单元门禁`, `${unit}单元入口`);
      }
    }
  }
  return facilities;
}
