/**
 * What rules of alert have to find though nobody did anything about one household: matters nobody answered, projects behind their plan,
 * contracts that end. `truth/findings.csv`, one row a rule and the key of its object, from the world's facts and nothing the pipeline made.
 */
import { addMonths, dayText, firstDayOf, monthOf, NEVER } from './calendar.ts';
import { ecologyFindings } from './ecology-findings.ts';
import { Draw } from './random.ts';
import { leftOn } from './tables/contributions.ts';
import { energyFigures, isOverQuota, lastClosedMonth, REPORTED_MONTHS } from './tables/energy.ts';
import { complaintNo, repairNo } from './tables/services.ts';
import { subsidyDrawers, subsidyIsDue, subsidyPayments } from './tables/subsidies.ts';
import { breachNo, isToDecide, makeBreaches } from './world/breaches.ts';
import { makeEcology } from './world/ecology.ts';
import { applicationNo, type Household } from './world/households.ts';
import { houseCode, type Project } from './world/housing.ts';
import type { World } from './world/index.ts';
import { contractNo, contractState, isExpiring, isRenewed } from './world/leases.ts';
import {
  dayOf,
  isOpenComplaint,
  isOpenRepair,
  makeComplaints,
  makeRepairs,
  repeatedlyRepaired,
} from './world/matters.ts';
import { approvedUntil } from './world/plant-projects.ts';
import { runningOn } from './world/plant-stay.ts';
import type { PlantedKind } from './world/violation-kinds.ts';

/** A rule of alert, the key of what it has to name, and since when where that is a day. */
type Finding = [kind: string, key: string, since: string];

export function* cityFindings(world: World): Generator<Finding> {
  for (const project of world.projects)
    for (const kind of projectFindings(project, world.size.lastDay)) yield [kind, project.number, ''];
  yield* energyFindings(world);
  yield* serviceFindings(world);
  yield* contractFindings(world);
  yield* enterpriseFindings(world);
  yield* employerFindings(world);
  yield* ecologyFindings(makeEcology(world), world.size.lastDay);
  for (const breach of makeBreaches(world))
    if (isToDecide(breach, world.size.lastDay))
      yield ['tenant_breach', breachNo(breach), dayText(breach.occurredOn)];
}

const START_LATE_DAYS = 60;
const OVER_BUDGET = 1.1;
const APPROVAL_ENDS_DAYS = 60;

export function projectFindings(p: Project, lastDay: number): string[] {
  if (p.plannedStart > lastDay) return [];
  const isCompleted = p.completed <= lastDay;
  return [
    ...(!isCompleted && p.plannedCompletion < lastDay ? ['project_progress'] : []),
    ...(!isCompleted && Math.min(p.started, lastDay) - p.plannedStart > START_LATE_DAYS
      ? ['project_start_late']
      : []),
    ...(p.investedShare > OVER_BUDGET ? ['project_cost'] : []),
    ...(approvedUntil(p) - lastDay <= APPROVAL_ENDS_DAYS ? ['project_qualification_expiry'] : []),
  ];
}

function* energyFindings(world: World): Generator<Finding> {
  const { lastDay } = world.size;
  const figures = energyFigures(world);
  const closed = lastClosedMonth(lastDay);
  const reported = new Map<Project, Set<number>>();
  for (const figure of figures) {
    if (isOverQuota(figure, lastDay))
      yield ['energy_over_quota', figure.no, dayText(firstDayOf(figure.month))];
    const months = reported.get(figure.project) ?? new Set();
    reported.set(figure.project, months);
    if (figure.isReported && figure.month > closed - REPORTED_MONTHS && figure.month <= closed)
      months.add(figure.month);
  }
  for (const [project, months] of reported)
    if (months.size < REPORTED_MONTHS) yield ['project_reporting_missing', project.number, ''];
}

const HAZARDS: ReadonlySet<string> = new Set(['electricity', 'gas', 'elevator']);
const HAZARD_DAYS = 90;

function* serviceFindings(world: World): Generator<Finding> {
  const { lastDay } = world.size;
  for (const [i, complaint] of makeComplaints(world).entries())
    if (complaint && isOpenComplaint(complaint, lastDay) && dayOf(complaint.due) < lastDay)
      yield ['complaint_overdue', complaintNo(i), dayText(dayOf(complaint.due))];
  const repairs = makeRepairs(world);
  const hazards = new Set<string>();
  for (const [i, repair] of repairs.entries()) {
    if (!repair || !isOpenRepair(repair, lastDay)) continue;
    if (dayOf(repair.due) < lastDay) yield ['work_order_timeout', repairNo(i), dayText(dayOf(repair.due))];
    if (HAZARDS.has(repair.kind) && dayOf(repair.reported) > lastDay - HAZARD_DAYS)
      hazards.add(houseCode(repair.stay.dwelling));
  }
  for (const code of hazards) yield ['unit_safety_hazard', code, ''];
  for (const index of repeatedlyRepaired(repairs, lastDay)) {
    const dwelling = world.dwellings[index];
    if (dwelling) yield ['unit_maintenance', houseCode(dwelling), ''];
  }
}

function* contractFindings(world: World): Generator<Finding> {
  const { lastDay } = world.size;
  for (const contract of world.contracts) {
    if (isExpiring(contract, lastDay) && !isRenewed(contract, lastDay))
      yield ['contract_expiring', contractNo(contract), dayText(contract.endsOn)];
    // Ended, the last one of those who live there still.
    const { stay } = contract;
    if (
      contractState(contract, lastDay) === 'expired' &&
      stay.movedOut === NEVER &&
      stay.contracts.at(-1) === contract
    )
      yield ['contract_renewal', contractNo(contract), dayText(contract.endsOn)];
  }
}

/** Kinds that are grave enough, of a household, to be held against who runs the dwelling it lives in. */
const GRAVE: ReadonlySet<PlantedKind> = new Set(['second_home', 'double_benefit', 'benefit_twice']);

function* enterpriseFindings(world: World): Generator<Finding> {
  const operators = world.violations
    .filter(({ kind, stay }) => GRAVE.has(kind) && stay?.movedOut === NEVER)
    .flatMap(({ stay }) => stay?.dwelling.project.operator ?? []);
  for (const operator of new Set(operators)) yield ['enterprise_tenant_unqualified', operator, ''];
}

/** Months of which one has to be paid for a household to draw a subsidy. */
const CURRENT_MONTHS = 3;

/** Households in need that have a dwelling or are paid now, and of whose members one is insured by an employer that left. */
function* employerFindings(world: World): Generator<Finding> {
  const { people, gone, leases, size } = world;
  const housed = new Set(
    leases.stays.filter((stay) => runningOn(stay, size.lastDay)).map(({ household }) => household.index),
  );
  const paid = new Set(
    subsidyDrawers(world)
      .filter(({ household, from }) => isPaidNow(world, household, monthOf(from)))
      .map(({ household }) => household.index),
  );
  const draw = new Draw(size.seed);
  for (const household of world.households) {
    const { index, programme, members } = household;
    if (!gone.households.has(index) || programme !== 'prh' || !(housed.has(index) || paid.has(index)))
      continue;
    const isLeft = members.some(
      ({ person }) =>
        gone.employers.has(people.employer(person)) &&
        people.insuredSince(person) <= size.lastDay &&
        leftOn(world, draw, person) > size.lastDay,
    );
    if (isLeft) yield ['employer_moved_away', applicationNo(household), ''];
  }
}

function isPaidNow(world: World, household: Household, from: number): boolean {
  const { lastDay } = world.size;
  for (
    let month = Math.max(from, monthOf(addMonths(lastDay, 1 - CURRENT_MONTHS)));
    month <= monthOf(lastDay);
    month++
  ) {
    if (!subsidyIsDue(world, household, month)) continue;
    const payments = subsidyPayments(world, household, month);
    if (payments.some(({ day, state }) => day <= lastDay && state !== 'refunded')) return true;
  }
  return false;
}
