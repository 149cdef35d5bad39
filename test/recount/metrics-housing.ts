/** Projects and dwellings, beyond what metrics.ts counts; the text beside each is `formula_zh` in another tongue. */
import { inMonth } from './in-month.ts';
import type { RecountOptions } from './recount.ts';

export function housingSql(options: RecountOptions): Record<string, string> {
  const { asOf } = options;
  const within = inMonth(options);
  const dwellings = (where: string): string => `SELECT count(*) FROM dwelling_now WHERE ${where}`;
  const areas = (where: string): string => `SELECT coalesce(sum(area), 0) FROM dwelling_now WHERE ${where}`;
  const share = (all: string, part: string): string =>
    `SELECT count(*) FILTER (${part}) / nullif(count(*), 0) FROM dwelling_now WHERE ${all}`;
  const projects = (where: string): string => `SELECT count(*) FROM project WHERE ${where}`;
  const sums = (column: string, where = 'true'): string =>
    `SELECT coalesce(sum(${column}), 0) FROM project WHERE ${where}`;
  const started = `started_on <= DATE '${asOf}'`;
  const completed = `completed_on <= DATE '${asOf}'`;
  const late = `NOT coalesce(${completed}, false) AND planned_completion_on < DATE '${asOf}'`;
  const vacant = 'in_service AND NOT is_let';
  const vacantDays = `DATE '${asOf}' - coalesce(left_on + 1, delivered_on) + 1`;
  const directed = "project_kind = 'prh' AND allocation_kind = 'directed'";
  const inUse = "in_stock AND project_kind = 'arh' AND project_state = 'in_use'";
  return {
    project_building_cnt: projects("state = 'building'"),
    project_in_use_cnt: projects("state = 'in_use'"),
    project_late_cnt: projects(late),
    project_started_cnt: projects(`${started} AND ${within('started_on')}`),
    project_completed_cnt: projects(`${completed} AND ${within('completed_on')}`),
    prh_directed_project_cnt: projects(directed),
    avg_project_days_late: `SELECT avg(CASE WHEN ${completed} THEN completed_on WHEN ${late} THEN DATE '${asOf}' END - planned_completion_on) FROM project`,
    planned_dwelling_cnt: sums('planned'),
    started_dwelling_cnt: sums('planned', started),
    completed_dwelling_cnt: sums('planned', completed),
    dwelling_completion_rate: `SELECT sum(planned) FILTER (${completed}) / nullif(sum(planned), 0) FROM project`,
    arh_started_unit_cnt: sums('planned', `project_kind = 'arh' AND ${started}`),
    arh_completed_unit_cnt: sums('planned', `project_kind = 'arh' AND ${completed}`),
    arh_floor_area: sums('floor_area', "project_kind = 'arh'"),
    planned_floor_area: sums('floor_area'),
    completed_floor_area: sums('floor_area', completed),
    planned_investment: sums('planned_investment'),
    actual_investment: sums('actual_investment'),
    investment_gap:
      'SELECT sum(coalesce(planned_investment, 0) - coalesce(actual_investment, 0)) FROM project',
    investment_completion_rate:
      'SELECT sum(actual_investment) / nullif(sum(planned_investment), 0) FROM project WHERE planned_investment IS NOT NULL AND actual_investment IS NOT NULL',
    prh_directed_unit_cnt: dwellings(`in_stock AND ${directed}`),
    prh_directed_allocated_cnt: dwellings(`in_stock AND is_allocated AND ${directed}`),
    prh_directed_unallocated_cnt: dwellings(`in_stock AND NOT is_allocated AND ${directed}`),
    in_service_dwelling_cnt: dwellings('in_service'),
    prh_delivered_cnt: dwellings("in_service AND project_kind = 'prh'"),
    arh_units_in_use_cnt: dwellings("in_service AND project_kind = 'arh'"),
    prh_allocated_cnt: dwellings("in_stock AND is_allocated AND project_kind = 'prh'"),
    prh_unallocated_cnt: dwellings("in_stock AND NOT is_allocated AND project_kind = 'prh'"),
    arh_allocated_cnt: dwellings("in_stock AND is_allocated AND project_kind = 'arh'"),
    unallocated_dwelling_cnt: dwellings('in_stock AND NOT is_allocated'),
    let_dwelling_cnt: dwellings('in_stock AND is_let'),
    prh_occupied_cnt: dwellings("in_stock AND is_occupied AND project_kind = 'prh'"),
    arh_occupied_cnt: dwellings("in_stock AND is_occupied AND project_kind = 'arh'"),
    available_dwelling_cnt: dwellings('in_service AND NOT is_allocated'),
    long_vacant_cnt: dwellings(`${vacant} AND coalesce(${vacantDays}, 0) > 90`),
    short_vacant_cnt: dwellings(`${vacant} AND coalesce(${vacantDays}, 0) <= 90`),
    prh_vacant_cnt: dwellings(`${vacant} AND project_kind = 'prh'`),
    arh_vacant_cnt: dwellings(`${vacant} AND project_kind = 'arh'`),
    prh_vacancy_rate: share("in_service AND project_kind = 'prh'", 'NOT is_let'),
    arh_vacancy_rate: share("in_service AND project_kind = 'arh'", 'NOT is_let'),
    lease_occupancy_rate: share('in_service AND is_let', 'is_occupied'),
    allocation_rate: share('in_stock', 'is_allocated'),
    avg_vacancy_days: `SELECT avg(coalesce(${vacantDays}, 0)) FROM dwelling_now WHERE ${vacant}`,
    leased_area: areas('in_stock AND is_let'),
    vacant_area: areas(vacant),
    dwelling_area: areas('in_stock'),
    avg_floor_area: 'SELECT avg(area) FROM dwelling_now WHERE in_stock',
    arh_operating_room_cnt: dwellings(inUse),
    arh_operating_area: areas(inUse),
    normal_use_cnt: dwellings('in_stock AND is_let AND NOT owes'),
    arrears_use_cnt: dwellings('in_stock AND is_let AND owes'),
    overdue_use_cnt: dwellings('in_stock AND NOT is_let AND is_stayed_in'),
    idle_dwelling_cnt: dwellings('in_stock AND NOT is_let AND NOT is_stayed_in'),
    reserved_dwelling_cnt: dwellings("state = 'reserved'"),
    repair_dwelling_cnt: dwellings("state = 'repair'"),
    dwelling_delivered_cnt: dwellings(
      `in_stock AND delivered_on <= DATE '${asOf}' AND ${within('delivered_on')}`,
    ),
  };
}
