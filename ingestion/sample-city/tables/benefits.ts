/** 其他住房保障信息 and 直管公房租用信息: what people enjoy or enjoyed besides. */
import { housingSecurityDirectManagedHousing } from '../../contracts/housing-security/direct-managed-housing.ts';
import { housingSecurityOtherBenefit } from '../../contracts/housing-security/other-benefit.ts';
import { dayText, dayTextUntil, NEVER } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import { Draw, KIND } from '../random.ts';
import { applicantOf } from '../world/households.ts';
import type { World } from '../world/index.ts';
import { DISTRICTS, roadName } from '../world/names.ts';
import { pad, yuan } from '../world/numbers.ts';

interface Grant {
  person: number;
  kind: string;
  from: number;
  /** Given back, or moved out; NEVER while enjoyed. */
  until: number;
  /** Yuan, or fen of rent a month. */
  amount: number;
  planted: boolean;
}

const KINDS = [
  'half_household',
  'affordable_cash',
  'shanty_resettlement',
  'staff_subsidy',
  'housing_reform',
] as const;

/** Families outside the scheme enjoy them; of those inside, a few did before they applied and gave them back. */
function grants(world: World): Grant[] {
  const draw = new Draw(world.size.seed);
  const { lastDay } = world.size;
  const found: Grant[] = world.violations
    .filter((v) => v.kind === 'double_benefit' && v.trace === 'other_benefit')
    .map((v) => ({
      person: v.person,
      kind: 'affordable_cash',
      from: v.since,
      until: NEVER,
      amount: 60_000,
      planted: true,
    }));
  for (let person = world.strangers.from; person < world.strangers.to; person++) {
    draw.at(KIND.benefit, person);
    if (draw.chance(0.07))
      found.push({
        person,
        kind: draw.pick(KINDS),
        from: lastDay - draw.between(20, 5000),
        until: NEVER,
        amount: draw.between(20, 120) * 1000,
        planted: false,
      });
  }
  for (const household of world.households) {
    draw.at(KIND.benefit, 50_000_000 + household.index);
    if (world.byHousehold.has(household.index) || !draw.chance(0.02)) continue;
    const until = household.appliedOn - draw.between(10, 300);
    found.push({
      person: applicantOf(household),
      kind: draw.pick(KINDS),
      from: until - draw.between(200, 2000),
      until,
      amount: draw.between(20, 80) * 1000,
      planted: false,
    });
  }
  return found;
}

const familyOf = (world: World, person: number): string => {
  const household = world.households[world.people.household(person)];
  return (household?.members ?? [])
    .filter((m) => m.person !== person)
    .map((m) => world.people.name(m.person))
    .join('、');
};

export function otherBenefits(world: World): Table {
  const { people } = world;
  const rows = grants(world);
  return {
    dataset: housingSecurityOtherBenefit,
    count: rows.length,
    protect: (i) => rows[i]?.planted ?? false,
    row(i, asOf) {
      const grant = rows[i];
      if (!grant || grant.from > asOf) return null;
      const over = grant.until <= asOf;
      return [
        `ZF${pad(i + 1, 9)}`,
        grant.kind,
        people.name(grant.person),
        people.idNumber(grant.person),
        dayText(grant.from),
        grant.amount.toFixed(2),
        over ? '是' : '否',
        dayTextUntil(grant.until, asOf),
        over ? 'repaid' : 'enjoying',
        familyOf(world, grant.person),
        DISTRICTS[i % DISTRICTS.length] ?? '',
      ];
    },
  };
}

function tenancies(world: World): Grant[] {
  const draw = new Draw(world.size.seed);
  const { lastDay } = world.size;
  const found: Grant[] = world.violations
    .filter((v) => v.kind === 'double_benefit' && v.trace === 'direct_managed_housing')
    .map((v) => ({ person: v.person, kind: '', from: v.since, until: NEVER, amount: 18_000, planted: true }));
  for (let person = world.strangers.from; person < world.strangers.to; person++) {
    draw.at(KIND.directManaged, person);
    if (!draw.chance(0.05)) continue;
    const from = lastDay - draw.between(200, 7000);
    found.push({
      person,
      kind: '',
      from,
      until: draw.chance(0.3) ? from + draw.between(100, 1500) : NEVER,
      amount: draw.between(80, 300) * 100,
      planted: false,
    });
  }
  return found;
}

export function directManagedHousing(world: World): Table {
  const { people } = world;
  const rows = tenancies(world);
  return {
    dataset: housingSecurityDirectManagedHousing,
    count: rows.length,
    protect: (i) => rows[i]?.planted ?? false,
    row(i, asOf) {
      const tenancy = rows[i];
      if (!tenancy || tenancy.from > asOf) return null;
      return [
        `ZG${pad(i + 1, 8)}`,
        people.name(tenancy.person),
        people.idNumber(tenancy.person),
        `湘安市${DISTRICTS[i % DISTRICTS.length] ?? ''}${roadName(i)}${(i * 7) % 300}号公房${(i % 12) + 1}室`,
        dayText(tenancy.from - 30),
        dayText(tenancy.from),
        dayTextUntil(tenancy.until, asOf),
        yuan(tenancy.amount),
        tenancy.until <= asOf ? 'quit' : 'enjoying',
        familyOf(world, tenancy.person),
      ];
    },
  };
}
