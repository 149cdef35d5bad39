/** 租金应收 and 实收: month by month, from the contracts. */
import { operationsRentDue } from '../../contracts/operations/rent-due.ts';
import { operationsRentPaid } from '../../contracts/operations/rent-paid.ts';
import { compactMonth, dayText, firstDayOf, lastDayOf, monthOf, monthText } from '../calendar.ts';
import type { Stream } from '../deliver/streams.ts';
import { Draw, KIND } from '../random.ts';
import { houseCode } from '../world/housing.ts';
import { isWatched, type World } from '../world/index.ts';
import { type Contract, contractNo, effectiveEnd } from '../world/leases.ts';
import { pad, yuan } from '../world/numbers.ts';
import { payMethod } from './contracts.ts';

const DUE_DAY = 9;
/** Months back a payment may reach; who pays later than this does not pay. */
const LATEST_MONTHS = 3;
const MONTHS_APART = 64;
/** Fen. */
const ROUNDED_UP = 50;

/** Rent is due for every month on whose first day the contract binds. */
export const rentIsDue = (contract: Contract, month: number): boolean =>
  contract.startsOn <= firstDayOf(month) && firstDayOf(month) <= effectiveEnd(contract);
const rentDueNo = (contract: Contract, month: number): string =>
  `YS${compactMonth(month)}${pad(contract.index + 1, 8)}`;

/** Fen billed for a month: the contract's rent; a sixth more or less where a planted bill does not follow it, jiao more where it is rounded. */
export function billedRent(world: World, contract: Contract, month: number): number {
  const { index } = contract.stay.household;
  const violation = world.byHousehold.get(index);
  if (violation?.kind === 'rent_mismatch' && firstDayOf(month) >= violation.since)
    return Math.round((contract.rent * (violation.trace === 'billed_less' ? 5 : 7)) / 600) * 100;
  return world.nearMissOf.get(index)?.kind === 'rounded_bill' ? contract.rent + ROUNDED_UP : contract.rent;
}

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
  const rent = billedRent(world, contract, month);
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
          protect: isWatched(world, c.stay.household),
          values: [
            rentDueNo(c, month),
            contractNo(c),
            houseCode(c.stay.dwelling),
            monthText(month),
            yuan(billedRent(world, c, month)),
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
              protect: isWatched(world, c.stay.household),
              values: [
                `SS${compactMonth(due)}${pad(c.index + 1, 8)}${k + 1}`,
                rentDueNo(c, due),
                contractNo(c),
                yuan(payment.fen),
                dayText(payment.day),
                payMethod(c.stay.household.index),
                payment.fen === billedRent(world, c, due) ? '是' : '否',
              ],
            };
          }
        }
      }
    },
  };
}
