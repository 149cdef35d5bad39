/** 租金应收 and 实收, 补贴应发 and 实发: month by month, from the contracts and the decisions. */
import { operationsRentDue } from '../../contracts/operations/rent-due.ts';
import { operationsRentPaid } from '../../contracts/operations/rent-paid.ts';
import { operationsSubsidyDue } from '../../contracts/operations/subsidy-due.ts';
import { operationsSubsidyPaid } from '../../contracts/operations/subsidy-paid.ts';
import { compactMonth, dayText, firstDayOf, lastDayOf, monthOf, monthText } from '../calendar.ts';
import type { Stream } from '../deliver/streams.ts';
import { Draw, KIND } from '../random.ts';
import { applicantOf, applicationNo, type Household } from '../world/households.ts';
import { houseCode } from '../world/housing.ts';
import { subsidyAmount, subsidyStart, type World } from '../world/index.ts';
import { type Contract, contractNo, effectiveEnd } from '../world/leases.ts';
import { pad, yuan } from '../world/numbers.ts';
import { payMethod } from './contracts.ts';

const DUE_DAY = 9;
/** Months back a payment may reach; who pays later than this does not pay. */
const LATEST_MONTHS = 3;
const MONTHS_APART = 64;

/** Rent is due for every month on whose first day the contract binds. */
export const rentIsDue = (contract: Contract, month: number): boolean =>
  contract.startsOn <= firstDayOf(month) && firstDayOf(month) <= effectiveEnd(contract);
const rentDueNo = (contract: Contract, month: number): string =>
  `YS${compactMonth(month)}${pad(contract.index + 1, 8)}`;

export interface Payment {
  day: number;
  fen: number;
}

/** What is paid for a month's rent, in the order of days; nothing while a planted tenant is in arrears. */
export function rentPayments(world: World, contract: Contract, month: number): Payment[] {
  const violation = world.byHousehold.get(contract.stay.household.index);
  if (violation?.kind === 'arrears' && firstDayOf(month) >= violation.since) return [];
  const draw = new Draw(world.size.seed).at(
    KIND.rent,
    contract.index * MONTHS_APART + (month % MONTHS_APART),
  );
  const first = firstDayOf(month);
  const due = first + DUE_DAY;
  const { rent } = contract;
  switch (
    draw.weighted([
      ['in_time', 920],
      ['late', 50],
      ['in_two', 20],
      ['very_late', 10],
    ] as const)
  ) {
    case 'late':
      return [{ day: due + draw.between(11, 50), fen: rent }];
    case 'very_late':
      return [{ day: due + draw.between(55, 75), fen: rent }];
    case 'in_two': {
      const part = Math.floor(rent / 200) * 100;
      return [
        { day: first + draw.between(0, DUE_DAY), fen: part },
        { day: due + draw.between(15, 40), fen: rent - part },
      ];
    }
    default:
      return [{ day: first + draw.between(0, DUE_DAY), fen: rent }];
  }
}

export function rentDue(world: World): Stream {
  return {
    dataset: operationsRentDue,
    *rows(month) {
      for (const c of world.contracts) {
        if (!rentIsDue(c, month)) continue;
        yield {
          index: c.index * MONTHS_APART + (month % MONTHS_APART),
          protect: world.byHousehold.has(c.stay.household.index),
          values: [
            rentDueNo(c, month),
            contractNo(c),
            houseCode(c.stay.dwelling),
            monthText(month),
            yuan(c.rent),
            dayText(firstDayOf(month) + DUE_DAY),
          ],
        };
      }
    },
  };
}

export function rentPaid(world: World): Stream {
  const firstMonth = monthOf(world.size.firstDay);
  return {
    dataset: operationsRentPaid,
    *rows(month) {
      const [from, to] = [firstDayOf(month), Math.min(lastDayOf(month), world.size.lastDay)];
      for (const c of world.contracts) {
        for (let due = Math.max(firstMonth, month - LATEST_MONTHS); due <= month; due++) {
          if (!rentIsDue(c, due)) continue;
          for (const [k, payment] of rentPayments(world, c, due).entries()) {
            if (payment.day < from || payment.day > to) continue;
            yield {
              index: (c.index * MONTHS_APART + (due % MONTHS_APART)) * 2 + k,
              protect: world.byHousehold.has(c.stay.household.index),
              values: [
                `SS${compactMonth(due)}${pad(c.index + 1, 8)}${k + 1}`,
                rentDueNo(c, due),
                contractNo(c),
                yuan(payment.fen),
                dayText(payment.day),
                payMethod(c.stay.household.index),
                payment.fen === c.rent ? '是' : '否',
              ],
            };
          }
        }
      }
    },
  };
}

/** Households that draw the subsidy, and since when: those on it, and those planted as drawing it besides living in kind. */
export function subsidyDrawers(world: World): { household: Household; from: number }[] {
  return [
    ...world.subsidised.map((household) => ({ household, from: subsidyStart(household) })),
    ...world.violations
      .filter((v) => v.kind === 'double_benefit' && v.trace === 'subsidy')
      .map((v) => ({ household: v.household, from: v.since })),
  ];
}
const subsidyNo = (prefix: string, household: Household, month: number): string =>
  `${prefix}${compactMonth(month)}${pad(household.index + 1, 8)}`;

export function subsidyDue(world: World): Stream {
  const drawers = subsidyDrawers(world);
  return {
    dataset: operationsSubsidyDue,
    *rows(month) {
      for (const { household, from } of drawers) {
        if (month < monthOf(from)) continue;
        const applicant = applicantOf(household);
        yield {
          index: household.index * MONTHS_APART + (month % MONTHS_APART),
          protect: world.byHousehold.has(household.index),
          values: [
            subsidyNo('BT', household, month),
            applicationNo(household),
            world.people.name(applicant),
            world.people.idNumber(applicant),
            monthText(month),
            yuan(subsidyAmount(household)),
            dayText(firstDayOf(month) + 14),
          ],
        };
      }
    },
  };
}

/** Paid within the month; planted households get half as much again. */
export function subsidyPayment(world: World, household: Household, month: number): Payment {
  const violation = world.byHousehold.get(household.index);
  const overpaid = violation?.kind === 'subsidy_overpaid' && firstDayOf(month) >= violation.since;
  const draw = new Draw(world.size.seed).at(
    KIND.subsidy,
    20_000_000 + household.index * MONTHS_APART + (month % MONTHS_APART),
  );
  const due = subsidyAmount(household);
  return { day: firstDayOf(month) + 14 + draw.int(10), fen: overpaid ? Math.round((due * 3) / 2) : due };
}

export function subsidyPaid(world: World): Stream {
  const drawers = subsidyDrawers(world);
  return {
    dataset: operationsSubsidyPaid,
    *rows(month) {
      for (const { household, from } of drawers) {
        if (month < monthOf(from)) continue;
        const payment = subsidyPayment(world, household, month);
        if (payment.day > world.size.lastDay) continue;
        yield {
          index: household.index * MONTHS_APART + (month % MONTHS_APART),
          protect: world.byHousehold.has(household.index),
          values: [
            subsidyNo('BF', household, month),
            subsidyNo('BT', household, month),
            yuan(payment.fen),
            dayText(payment.day),
            'transfer',
            'full',
            `6214399${pad(household.index + 1, 12)}`,
          ],
        };
      }
    },
  };
}
