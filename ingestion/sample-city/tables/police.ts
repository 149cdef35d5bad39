/** 户籍基本信息, 户籍迁移信息, 居住证信息. */
import { policeHouseholdRegister } from '../../contracts/police/household-register.ts';
import { policeMigration } from '../../contracts/police/migration.ts';
import { policeResidencePermit } from '../../contracts/police/residence-permit.ts';
import { addMonths, dayText, dayTextUntil, NEVER } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import { Draw, KIND } from '../random.ts';
import type { World } from '../world/index.ts';
import { DISTRICTS, roadName } from '../world/names.ts';
import { pad } from '../world/numbers.ts';

const districtName = (district: number): string => DISTRICTS[district] ?? '安澜区';
export const registerNo = (world: World, person: number): string => {
  const apart = world.registers.of.get(person);
  if (apart !== undefined) return apart;
  const household = world.people.household(person);
  return household >= 0 ? `HK${pad(household + 1, 9)}` : `HK7${pad(person + 1, 8)}`;
};
/** Of those registered elsewhere, one in four was asked about and is in the file with 是否本地户籍 = 否. */
const inRegister = (world: World, person: number): boolean =>
  world.people.isLocal(person) || person % 4 === 0;

export function householdRegister(world: World): Table {
  const { people, households } = world;
  const draw = new Draw(world.size.seed);
  const kin = new Map(
    households.flatMap((h) => h.members.map((m) => [m.person, m.kin === '01' ? '02' : m.kin] as const)),
  );
  return {
    dataset: policeHouseholdRegister,
    count: people.count,
    protect: (i) => world.byHousehold.has(people.household(i)),
    row(i, asOf) {
      if (!inRegister(world, i) || (world.deaths.get(i) ?? NEVER) <= asOf) return null;
      draw.at(KIND.register, i);
      const away = !people.isLocal(i) || (world.departures.get(i) ?? NEVER) <= asOf;
      const district = people.isLocal(i) ? people.homeDistrict(i) : 0;
      const community = world.divisions.communities[district * 30 + draw.int(30)];
      const movedIn = draw.chance(0.7)
        ? people.birth(i)
        : Math.min(asOf, people.birth(i) + draw.between(2000, 9000));
      const issued = Math.max(people.birth(i) + 30, world.size.lastDay - draw.between(100, 5000));
      return [
        people.idNumber(i),
        people.name(i),
        people.isMale(i) ? '1' : '2',
        draw.weighted([
          ['01', 95],
          ['15', 3],
          ['05', 1],
          ['03', 1],
        ] as const),
        people.birthText(i),
        registerNo(world, i),
        kin.get(i) ?? '02',
        draw.weighted([
          ['resident', 80],
          ['urban', 12],
          ['rural', 8],
        ] as const),
        away
          ? `外地${roadName(i)}${draw.between(1, 500)}号`
          : `湘安市${districtName(district)}${community?.streetName ?? ''}${community?.name ?? ''}${roadName(i)}${draw.between(1, 500)}号`,
        away ? (people.isLocal(i) ? '439950' : people.placeCode(i)) : people.placeCode(i),
        away ? '否' : '是',
        away ? '' : dayText(movedIn),
        away ? '外地公安机关' : `湘安市公安局${districtName(district).slice(0, 2)}分局`,
        dayText(issued),
      ];
    },
  };
}

interface Move {
  person: number;
  movedInOn: number;
  movedOutOn: number;
  inReason: string;
  outReason: string;
}

/** Planted deaths and departures, and those of people whom nobody assists. */
function moves(world: World): Move[] {
  const { people, size } = world;
  const draw = new Draw(size.seed);
  const found: Move[] = [];
  for (const [person, day] of world.deaths)
    found.push({ person, movedInOn: NEVER, movedOutOn: day, inReason: '', outReason: 'death' });
  for (const [person, day] of world.departures)
    found.push({ person, movedInOn: NEVER, movedOutOn: day, inReason: '', outReason: 'work' });
  for (let person = 0; person < people.count; person++) {
    if (!people.isLocal(person) || world.deaths.has(person) || world.departures.has(person)) continue;
    draw.at(KIND.migration, person);
    const stranger = person >= world.strangers.from;
    if (stranger && draw.chance(0.02)) {
      found.push({
        person,
        movedInOn: NEVER,
        movedOutOn: size.lastDay - draw.between(1, 700),
        inReason: '',
        outReason: draw.pick(['death', 'work', 'study', 'marriage']),
      });
    } else if (draw.chance(0.08)) {
      const movedInOn = Math.max(people.birth(person) + 10, size.lastDay - draw.between(1, 4000));
      found.push({
        person,
        movedInOn,
        movedOutOn: NEVER,
        inReason: draw.pick(['work', 'marriage', 'purchase', 'study', 'family']),
        outReason: '',
      });
    }
  }
  return found;
}

export function migration(world: World): Table {
  const rows = moves(world);
  return {
    dataset: policeMigration,
    count: rows.length,
    protect: (i) => world.byHousehold.has(world.people.household(rows[i]?.person ?? -1)),
    row(i, asOf) {
      const move = rows[i];
      if (!move || Math.min(move.movedInOn, move.movedOutOn) > asOf) return null;
      const { person } = move;
      return [
        `QY${pad(i + 1, 10)}`,
        world.people.idNumber(person),
        world.people.name(person),
        dayTextUntil(move.movedInOn, asOf),
        dayTextUntil(move.movedOutOn, asOf),
        move.inReason,
        move.outReason,
        move.movedInOn !== NEVER && person % 9 === 0 ? '是' : '否',
      ];
    },
  };
}

export function residencePermits(world: World): Table {
  const { people, size } = world;
  const draw = new Draw(size.seed);
  const holders: number[] = [];
  for (let person = 0; person < people.count; person++) {
    if (
      !people.isLocal(person) &&
      draw.at(KIND.permit, person).chance(0.85) &&
      people.age(person, size.lastDay) >= 16
    )
      holders.push(person);
  }
  return {
    dataset: policeResidencePermit,
    count: holders.length,
    protect: (i) => world.byHousehold.has(people.household(holders[i] ?? -1)),
    row(i, asOf) {
      const person = holders[i];
      if (person === undefined) return null;
      draw.at(KIND.permit, person).next();
      const first = size.lastDay - draw.between(30, 1800);
      if (first > asOf) return null;
      // A permit is renewed each year; one in ten is left to expire.
      const renewals = draw.chance(0.1) ? 0 : Math.floor((asOf - first) / 365);
      const issued = addMonths(first, 12 * renewals) + 7;
      const validUntil = addMonths(issued, 12) - 1;
      const cancelledOn = draw.chance(0.03) ? first + draw.between(40, 300) : NEVER;
      const district = world.divisions.communities[draw.int(150)]?.districtName ?? '';
      const state =
        cancelledOn <= asOf
          ? 'cancelled'
          : validUntil < asOf
            ? 'expired'
            : issued > asOf
              ? 'pending'
              : 'valid';
      return [
        `JZ${pad(i + 1, 10)}`,
        people.name(person),
        people.idNumber(person),
        dayText(first),
        dayTextUntil(issued, asOf),
        dayText(validUntil),
        dayTextUntil(cancelledOn, asOf),
        state,
        `湘安市公安局${district.slice(0, 2)}分局`,
        draw.pick(['务工', '就学', '经商', '投靠亲属']),
        district,
      ];
    },
  };
}
