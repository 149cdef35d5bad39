/** 住房保障申请 and 申请家庭成员: the service centre's own books of applicants. */
import { operationsApplication } from '../../contracts/operations/application.ts';
import { operationsHouseholdMember } from '../../contracts/operations/household-member.ts';
import { dayTextUntil, NEVER } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import { Draw, KIND } from '../random.ts';
import { applicantOf, applicationNo, type Household, othersOf } from '../world/households.ts';
import { isWatched, type World } from '../world/index.ts';
import { area, pad } from '../world/numbers.ts';
import { NO_JOB } from '../world/people.ts';
import { withSlips } from './slips.ts';

export function applicationState(
  h: Household,
  asOf: number,
): 'pending' | 'reviewing' | 'approved' | 'rejected' | 'withdrawn' {
  if (h.leftOn !== undefined && h.leftOn <= asOf) return 'withdrawn';
  if (h.decidedOn <= asOf)
    return h.fate === 'rejected' ? 'rejected' : h.fate === 'withdrawn' ? 'withdrawn' : 'approved';
  return h.preReviewedOn <= asOf ? 'reviewing' : 'pending';
}

/** Waiting for a dwelling is `execution`; housed, paid, refused or withdrawn is `done`. */
function stage(h: Household, asOf: number, movedIn: number): string {
  const state = applicationState(h, asOf);
  if (state === 'pending') return 'received';
  if (state === 'reviewing') return 'approval';
  if (state !== 'approved' || h.fate === 'subsidised') return 'done';
  return movedIn <= asOf ? 'done' : 'execution';
}

export function applications(world: World): Table {
  const { people, households } = world;
  const draw = new Draw(world.size.seed);
  const movedIn = new Map(world.leases.stays.map((s) => [s.household.index, s.movedIn]));
  const table: Table = {
    dataset: operationsApplication,
    count: households.length,
    protect: (i) => {
      const h = households[i];
      return h !== undefined && isWatched(world, h);
    },
    row(i, asOf) {
      const h = households[i];
      if (!h || h.appliedOn > asOf) return null;
      const applicant = applicantOf(h);
      draw.at(KIND.application, i + 10_000_000);
      const rated = draw.chance(0.6);
      const rating = draw.weighted([
        ['5', 52],
        ['4', 30],
        ['3', 11],
        ['2', 5],
        ['1', 2],
      ] as const);
      return [
        applicationNo(h),
        people.name(applicant),
        people.idNumber(applicant),
        people.phone(applicant),
        dayTextUntil(h.appliedOn, asOf),
        h.fate === 'subsidised' ? 'subsidy' : 'in_kind',
        h.directed ? 'directed' : 'undirected',
        applicationState(h, asOf),
        stage(h, asOf, movedIn.get(i) ?? NEVER),
        String(h.members.length),
        h.income.toFixed(2),
        area(h.areaPerHead),
        h.group,
        h.community.streetCode,
        h.community.code,
        dayTextUntil(h.preReviewedOn, asOf),
        dayTextUntil(h.reReviewedOn, asOf),
        dayTextUntil(h.leftOn !== undefined && h.leftOn <= asOf ? h.leftOn : h.decidedOn, asOf),
        rated && h.decidedOn <= asOf ? rating : '',
      ];
    },
  };
  const fields = { number: 'applicant_id_number', name: 'applicant_name', phone: 'phone' };
  return withSlips(world, table, { salt: 1, mayMiss: false, ...fields }, (i) => {
    const h = households[i];
    return h && { person: applicantOf(h), others: othersOf(h, applicantOf(h)), household: h.index };
  });
}

function maritalOf(h: Household, kin: string): string {
  if (kin === '01') return h.marital;
  if (kin === '10') return '20';
  if (kin === '20' || kin === '30') return '10';
  return h.members.some((m) => m.kin === '51') && h.members.some((m) => m.kin === '52') ? '20' : '30';
}

export function householdMembers(world: World): Table {
  const { people } = world;
  const listedAlso = [...world.violations, ...world.nearMisses];
  const rows = [
    ...world.households.flatMap((h) => h.members.map((member, k) => ({ h, member, k }))),
    // After all others, so that planting somebody changes nobody else's row.
    ...listedAlso.flatMap(({ household: h, alsoMember: member }) =>
      member ? [{ h, member, k: h.members.length }] : [],
    ),
  ];
  const table: Table = {
    dataset: operationsHouseholdMember,
    count: rows.length,
    protect: (i) => {
      const household = rows[i]?.h;
      return household !== undefined && isWatched(world, household);
    },
    row(i, asOf) {
      const entry = rows[i];
      if (!entry || entry.h.appliedOn > asOf) return null;
      const { h, k, member } = entry;
      const { person, kin } = member;
      const employer = people.employer(person);
      return [
        `CY${pad(h.index + 1, 8)}${pad(k + 1, 2)}`,
        applicationNo(h),
        people.name(person),
        people.idNumber(person),
        kin,
        people.isMale(person) ? '1' : '2',
        people.birthText(person),
        maritalOf(h, kin),
        employer === NO_JOB ? '' : (world.enterprises.all[employer]?.name ?? ''),
        (people.wage(person) * (employer === NO_JOB ? 0 : 12)).toFixed(2),
        '是',
        people.age(person, asOf) < 14 ? '' : people.phone(person),
      ];
    },
  };
  const fields = { number: 'id_number', name: 'person_name', phone: 'phone' };
  return withSlips(world, table, { salt: 2, mayMiss: true, ...fields }, (i) => {
    const entry = rows[i];
    if (!entry) return undefined;
    const { person } = entry.member;
    return { person, others: othersOf(entry.h, person), household: entry.h.index };
  });
}
