/** 租赁合同 and 入住人员. */
import { operationsContract } from '../../contracts/operations/contract.ts';
import { operationsOccupant } from '../../contracts/operations/occupant.ts';
import { dayText, dayTextUntil } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import { applicationNo, othersOf } from '../world/households.ts';
import { houseCode } from '../world/housing.ts';
import type { World } from '../world/index.ts';
import { contractNo, contractState, type Stay } from '../world/leases.ts';
import { pad, yuan } from '../world/numbers.ts';
import { type RowSubject, withSlips } from './slips.ts';

const PAY_METHODS = ['withhold', 'wechat', 'transfer', 'alipay', 'card', 'payroll'] as const;
export const payMethod = (index: number): string => PAY_METHODS[index % PAY_METHODS.length] ?? 'withhold';
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
      return contract !== undefined && world.byHousehold.has(contract.stay.household.index);
    },
    row(i, asOf) {
      const c = world.contracts[i];
      if (!c || c.signedOn > asOf) return null;
      return [
        contractNo(c),
        applicationNo(c.stay.household),
        houseCode(c.stay.dwelling),
        people.name(c.tenant),
        people.idNumber(c.tenant),
        people.phone(c.tenant),
        c.kind,
        dayText(c.signedOn),
        dayText(c.startsOn),
        dayText(c.endsOn),
        dayTextUntil(c.terminatedOn, asOf),
        yuan(c.rent),
        yuan(c.rent * 2),
        payMethod(c.stay.household.index),
        contractState(c, asOf),
        CLAUSES[c.index % CLAUSES.length] ?? '',
      ];
    },
  };
  const fields = { number: 'tenant_id_number', name: 'tenant_name', phone: 'phone' };
  return withSlips(world, table, { salt: 3, mayMiss: false, ...fields }, (i) => {
    const c = world.contracts[i];
    return c && subjectOf(c.stay, c.tenant);
  });
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

export function occupants(world: World): Table {
  const { people } = world;
  const rows = world.leases.stays.flatMap((stay) =>
    stay.household.members.map((member, k) => ({ stay, member, k })),
  );
  const table: Table = {
    dataset: operationsOccupant,
    count: rows.length,
    protect: (i) => world.byHousehold.has(rows[i]?.stay.household.index ?? -1),
    row(i, asOf) {
      const entry = rows[i];
      if (!entry || entry.stay.movedIn > asOf) return null;
      const { stay, member, k } = entry;
      const contract = currentContract(stay, asOf);
      if (!contract) return null;
      return [
        `RZ${pad(stay.household.index + 1, 8)}${pad(k + 1, 2)}`,
        contractNo(contract),
        houseCode(stay.dwelling),
        people.name(member.person),
        people.idNumber(member.person),
        member.kin,
        dayText(stay.movedIn),
        dayTextUntil(stay.movedOut, asOf),
      ];
    },
  };
  const fields = { number: 'id_number', name: 'person_name' };
  return withSlips(world, table, { salt: 4, mayMiss: true, ...fields }, (i) => {
    const entry = rows[i];
    return entry && subjectOf(entry.stay, entry.member.person);
  });
}
