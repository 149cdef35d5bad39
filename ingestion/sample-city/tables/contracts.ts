/** 租赁合同 and 入住人员. */
import { operationsContract } from '../../contracts/operations/contract.ts';
import { operationsOccupant } from '../../contracts/operations/occupant.ts';
import { dayText, dayTextUntil } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import { contractsThatTell } from '../world/breaches.ts';
import { applicationNo, othersOf } from '../world/households.ts';
import { houseCode } from '../world/housing.ts';
import { isWatched, type World } from '../world/index.ts';
import { contractNo, contractState, isExpiring, type Stay } from '../world/leases.ts';
import { pad, yuan } from '../world/numbers.ts';
import { type RowSubject, withSlips } from './slips.ts';

const PAY_METHODS = ['withhold', 'wechat', 'transfer', 'alipay', 'card', 'payroll'] as const;
export const payMethod = (index: number): string => PAY_METHODS[index % PAY_METHODS.length] ?? 'withhold';
/** Beyond everybody's: nobody has these numbers. */
const OTHER_PHONES = 50_000_000;
const CLAUSES = [
  '累计六个月拖欠租金或连续六个月闲置的，出租人有权解除合同',
  '转租、转借的，解除合同并按市场租金补缴',
  '擅自改变用途或破坏结构的，限期恢复原状并解除合同',
];

export function contracts(world: World): Table {
  const { people } = world;
  const table: Table = {
    dataset: operationsContract,
    count: world.contracts.length,
    protect: (i) => {
      const contract = world.contracts[i];
      return contract !== undefined && isWatched(world, contract.stay.household);
    },
    row(i, asOf) {
      const c = world.contracts[i];
      if (!c || c.signedOn > asOf) return null;
      const before = c.before && asOf <= c.before.until ? c.before : undefined;
      return [
        contractNo(c),
        applicationNo(c.stay.household),
        houseCode(c.stay.dwelling),
        people.name(c.tenant),
        people.idNumber(c.tenant),
        people.phone(before?.otherPhone ? c.tenant + OTHER_PHONES : c.tenant),
        c.kind,
        dayText(c.signedOn),
        dayText(c.startsOn),
        dayText(before?.endsOn ?? c.endsOn),
        dayTextUntil(c.terminatedOn, asOf),
        yuan(c.rent),
        yuan(c.rent * 2),
        before?.payMethod === null ? '' : payMethod(c.stay.household.index + (before?.payMethod ?? 0)),
        contractState(c, asOf),
        c.breachClause ?? CLAUSES[c.index % CLAUSES.length] ?? '',
      ];
    },
  };
  const fields = { number: 'tenant_id_number', name: 'tenant_name', phone: 'phone' };
  const slipped = withSlips(world, table, { salt: 3, mayMiss: false, ...fields }, (i) => {
    const c = world.contracts[i];
    return c && subjectOf(c.stay, c.tenant);
  });
  const telling = contractsThatTell(world);
  // What ends soon is in the truth: its dates have to arrive, whoever the desk says the tenant is. So do those a reported breach is held against.
  return {
    ...slipped,
    protect: (i) => {
      const c = world.contracts[i];
      return (
        (slipped.protect?.(i) ?? false) ||
        (c !== undefined && (isExpiring(c, world.size.lastDay) || telling.has(c)))
      );
    },
  };
}

const subjectOf = ({ household, dwelling }: Stay, person: number): RowSubject => ({
  person,
  others: othersOf(household, person),
  household: household.index,
  houseCode: houseCode(dwelling),
});

/** The contract they live under that day: the latest begun, or the first while it has not begun. */
function currentContract(stay: Stay, asOf: number): Stay['contracts'][number] | undefined {
  return stay.contracts.findLast((c) => c.startsOn <= asOf) ?? stay.contracts[0];
}

interface OccupantRow {
  stay: Stay;
  person: number;
  kin: string;
  k: number;
  movedIn: number;
  /** As `movedIn` for who was never registered. */
  movedOut: number;
}
/** Code of `kinship` for who is no relative. */
const NO_KIN = '99';
const VISIT_DAYS = 60;

function occupantRows(world: World): OccupantRow[] {
  const members = world.leases.stays.flatMap((stay) => {
    const { household, movedIn, movedOut } = stay;
    const violation = world.byHousehold.get(household.index);
    const nearMiss = world.nearMissOf.get(household.index)?.kind;
    return household.members.map(({ person, kin }, k): OccupantRow => {
      const one = { stay, person, kin, k, movedIn, movedOut };
      if (k === 0 && violation?.trace === 'tenant_left') return { ...one, movedOut: violation.since };
      const isLast = k === household.members.length - 1;
      return isLast && nearMiss === 'member_elsewhere' ? { ...one, movedOut: movedIn } : one;
    });
  });
  // After all others, so that planting somebody changes nobody else's row.
  const guest = (stay: Stay, person: number, movedIn: number, movedOut: number): OccupantRow => ({
    ...{ stay, person, kin: NO_KIN, k: stay.household.members.length, movedIn, movedOut },
  });
  return [
    ...members,
    ...world.violations.flatMap(({ stay, occupant, since }) =>
      stay && occupant !== undefined ? [guest(stay, occupant, since, stay.movedOut)] : [],
    ),
    ...world.nearMisses.flatMap(({ stay, occupant, since }) =>
      stay && occupant !== undefined ? [guest(stay, occupant, since, since + VISIT_DAYS)] : [],
    ),
  ];
}

export function occupants(world: World): Table {
  const { people } = world;
  const rows = occupantRows(world);
  const table: Table = {
    dataset: operationsOccupant,
    count: rows.length,
    protect: (i) => {
      const household = rows[i]?.stay.household;
      return household !== undefined && isWatched(world, household);
    },
    row(i, asOf) {
      const entry = rows[i];
      if (!entry || entry.movedIn > asOf || entry.movedOut <= entry.movedIn) return null;
      const { stay, person, kin, k } = entry;
      const contract = currentContract(stay, asOf);
      if (!contract) return null;
      return [
        `RZ${pad(stay.household.index + 1, 8)}${pad(k + 1, 2)}`,
        contractNo(contract),
        houseCode(stay.dwelling),
        people.name(person),
        people.idNumber(person),
        kin,
        dayText(entry.movedIn),
        dayTextUntil(entry.movedOut, asOf),
      ];
    },
  };
  const fields = { number: 'id_number', name: 'person_name' };
  return withSlips(world, table, { salt: 4, mayMiss: true, ...fields }, (i) => {
    const entry = rows[i];
    return entry && subjectOf(entry.stay, entry.person);
  });
}
