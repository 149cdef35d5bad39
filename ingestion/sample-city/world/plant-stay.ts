/** One violation planted in one let dwelling: what it changes in the stay and its contracts, and since when it is so. */
import { firstDayOf, monthOf } from '../calendar.ts';
import type { Draw } from '../random.ts';
import { applicantOf } from './households.ts';
import { type Contract, contractNo, effectiveEnd, type Leases, type Stay } from './leases.ts';
import type { People } from './people.ts';
import type { PlantedKind, Violation } from './violation-kinds.ts';

const ONLY_IN_NEED: ReadonlySet<PlantedKind> = new Set([
  'second_home',
  'double_benefit',
  'income_over_line',
  'deceased',
  'register_moved_away',
]);
const TRACES: Partial<Record<PlantedKind, readonly string[]>> = {
  second_home: ['ownership', 'net_signed_contract'],
  double_benefit: ['other_benefit', 'direct_managed_housing', 'subsidy'],
  occupants_mismatch: ['occupant', 'tenant_left'],
  rent_mismatch: ['billed_more', 'billed_less'],
  rent_over_limit: ['a_tenth', 'a_quarter'],
  rent_price_fluctuation: ['raised', 'cut'],
  contract_changed: ['pay_method', 'ends_on'],
};
/** Days the tenants have lived there when it begins. */
const SETTLED = 60;
/** Strangers before these are planted as tenants. */
const OCCUPANTS_FROM = 1_000;
/** Between the last two deliveries of contracts, which come every week. */
const CHANGED_DAYS_AGO = 3;

export interface Planting {
  kind: PlantedKind;
  stay: Stay;
  /** How many of the kind there are already. */
  count: number;
  lastDay: number;
  people: People;
  leases: Leases;
  stranger: (k: number) => number;
}

/** Null where the stay is too young, of the wrong programme, or has nobody it could happen to. */
export function plantStay(draw: Draw, planting: Planting): Violation | null {
  const { kind, stay, count, lastDay, people, stranger } = planting;
  const { household } = stay;
  if (ONLY_IN_NEED.has(kind) && household.programme !== 'prh') return null;
  const applicant = applicantOf(household);
  const since = lastDay - draw.between(95, 240);
  const traces = TRACES[kind] ?? [kind];
  const violation: Violation = {
    kind,
    since,
    household,
    stay,
    person: applicant,
    trace: traces[count % traces.length] ?? kind,
  };
  const settled = stay.movedIn + SETTLED < since;
  switch (kind) {
    case 'contract_mismatch': {
      const last = stay.contracts[0];
      if (!last || stay.contracts.length > 1 || last.startsOn > lastDay - 30) return null;
      last.tenant = stranger(count);
      return { ...violation, since: last.signedOn, trace: 'contract' };
    }
    case 'let_without_contract':
      return withoutContract(stay, lastDay, violation);
    case 'arrears':
      return stay.movedIn < lastDay - 240
        ? { ...violation, since: firstDayOf(monthOf(lastDay) - draw.between(4, 6)), trace: 'rent_paid' }
        : null;
    case 'deceased':
      return settled && household.members.length > 1 && people.isLocal(applicant)
        ? { ...violation, trace: 'migration' }
        : null;
    case 'register_moved_away':
      return settled && people.isLocal(applicant) ? { ...violation, trace: 'migration' } : null;
    case 'income_over_line':
      return settled && people.wage(applicant) > 0 && household.members.length <= 3
        ? { ...violation, since: firstDayOf(monthOf(since)), trace: 'insurance_base' }
        : null;
    case 'double_benefit':
      return settled && !(violation.trace === 'subsidy' && stay.movedIn > lastDay - 420) ? violation : null;
    case 'occupants_mismatch':
      if (violation.trace === 'tenant_left')
        return settled && household.members.length > 1 && runningOn(stay, lastDay) ? violation : null;
      return settled && runningOn(stay, lastDay)
        ? { ...violation, occupant: stranger(OCCUPANTS_FROM + count) }
        : null;
    case 'rent_mismatch':
    case 'rent_over_limit':
    case 'rent_price_fluctuation':
    case 'contract_template_mismatch':
    case 'contract_changed':
      return settled ? plantContract(planting, violation) : null;
    default:
      return settled ? violation : null;
  }
}

/** What is wrong with the contract that binds today, or with the bills for it. */
function plantContract({ kind, stay, lastDay, leases }: Planting, violation: Violation): Violation | null {
  const running = runningOn(stay, lastDay);
  if (!running) return null;
  switch (kind) {
    case 'rent_mismatch':
      // At least one whole month must have been billed under it.
      return running.startsOn <= firstDayOf(monthOf(lastDay) - 1)
        ? { ...violation, since: firstDayOf(monthOf(lastDay) - 3) }
        : null;
    case 'rent_over_limit': {
      // Nobody before them: the dearer rent is no change of the rent.
      if (leases.byDwelling[stay.dwelling.index]?.length !== 1) return null;
      for (const contract of stay.contracts)
        contract.rent = scaled(stay.dwelling.rent, violation.trace === 'a_tenth' ? 1.1 : 1.25);
      return { ...violation, since: stay.contracts[0]?.signedOn ?? violation.since };
    }
    case 'rent_price_fluctuation':
      if (stay.contracts.length < 2 || running !== stay.contracts.at(-1) || running.signedOn > lastDay - 45)
        return null;
      if (violation.trace === 'cut') running.rent = scaled(stay.dwelling.rent, 0.6);
      else for (const earlier of stay.contracts.slice(0, -1)) earlier.rent = scaled(stay.dwelling.rent, 0.8);
      return { ...violation, since: running.signedOn };
    case 'contract_template_mismatch':
      if (running.signedOn > lastDay - 45) return null;
      running.breachClause = '';
      return { ...violation, since: running.signedOn };
    default: {
      // Whatever it said before, it bound as it binds now.
      if (running.signedOn > lastDay - 45 || running.endsOn < lastDay + 60) return null;
      const until = lastDay - CHANGED_DAYS_AGO;
      running.before =
        violation.trace === 'pay_method' ? { until, payMethod: 1 } : { until, endsOn: running.endsOn - 30 };
      return { ...violation, since: until };
    }
  }
}

/** Fen of a rent times a factor, in whole yuan. */
export const scaled = (fen: number, factor: number): number => Math.round((fen * factor) / 100) * 100;

/** The contract of the stay that binds on that day. */
export const runningOn = (stay: Stay, on: number): Contract | undefined =>
  stay.contracts.find((contract) => contract.startsOn <= on && on <= effectiveEnd(contract));

/** The last renewal never happened, and they live there still. */
function withoutContract(stay: Stay, lastDay: number, violation: Violation): Violation | null {
  const kept = stay.contracts.filter((c) => effectiveEnd(c) < lastDay - 60);
  const last = kept.at(-1);
  if (!last || kept.length === stay.contracts.length || last.endsOn < lastDay - 320) return null;
  stay.contracts.splice(kept.length);
  return { ...violation, since: last.endsOn + 1, trace: contractNo(last) };
}
