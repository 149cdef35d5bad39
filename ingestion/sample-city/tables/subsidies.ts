/** 补贴应发 and 实发: month by month, from the decisions. */
import { operationsSubsidyDue } from '../../contracts/operations/subsidy-due.ts';
import { operationsSubsidyPaid } from '../../contracts/operations/subsidy-paid.ts';
import { compactMonth, dayText, firstDayOf, lastDayOf, monthOf, monthText } from '../calendar.ts';
import type { Stream } from '../deliver/streams.ts';
import { Draw, KIND } from '../random.ts';
import { applicantOf, applicationNo, type Household } from '../world/households.ts';
import { isWatched, subsidyAmount, subsidyStart, type World } from '../world/index.ts';
import { pad, yuan } from '../world/numbers.ts';

const MONTHS_APART = 64;
const DUE_DAY = 14;
/** Months back a payment may reach. */
const LATEST_MONTHS = 2;
/** Second payments of a month are counted from here, beyond all first ones. */
const SECOND_PAYMENTS = 1_000_000_000;

export interface SubsidyPayment {
  day: number;
  fen: number;
  state: 'full' | 'partial' | 'refunded';
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

/** Nothing is due for months that begin after a household left, unless that went unnoticed. */
export function subsidyIsDue(world: World, household: Household, month: number): boolean {
  const first = firstDayOf(month);
  const violation = world.byHousehold.get(household.index);
  if (violation?.trace === 'nothing_due') return first < violation.since;
  if (violation?.trace === 'left') return true;
  return household.leftOn === undefined || first <= household.leftOn;
}

export function subsidyDue(world: World): Stream {
  const drawers = subsidyDrawers(world);
  return {
    dataset: operationsSubsidyDue,
    *rows(month) {
      for (const { household, from } of drawers) {
        if (month < monthOf(from) || !subsidyIsDue(world, household, month)) continue;
        const applicant = applicantOf(household);
        yield {
          index: household.index * MONTHS_APART + (month % MONTHS_APART),
          protect: isWatched(world, household),
          values: [
            subsidyNo('BT', household, month),
            applicationNo(household),
            world.people.name(applicant),
            world.people.idNumber(applicant),
            monthText(month),
            yuan(subsidyAmount(household)),
            dayText(firstDayOf(month) + DUE_DAY),
          ],
        };
      }
    },
  };
}

/** What is paid for a month, in the order of days: once within the month, unless something is planted. */
export function subsidyPayments(world: World, household: Household, month: number): SubsidyPayment[] {
  const first = firstDayOf(month);
  const draw = new Draw(world.size.seed).at(
    KIND.subsidy,
    20_000_000 + household.index * MONTHS_APART + (month % MONTHS_APART),
  );
  const fen = subsidyAmount(household);
  const usual: SubsidyPayment = { day: first + DUE_DAY + draw.int(10), fen, state: 'full' };
  const half = Math.round(fen / 200) * 100;
  const violation = world.byHousehold.get(household.index);
  if (violation && first >= firstDayOf(monthOf(violation.since)))
    switch (violation.trace) {
      case 'subsidy_paid':
        return [{ ...usual, fen: Math.round((fen * 3) / 2) }];
      case 'unpaid':
        return [];
      case 'in_part':
        return [{ ...usual, fen: half, state: 'partial' }];
      case 'refunded':
        return [{ ...usual, state: 'refunded' }];
    }
  const nearMiss = world.nearMissOf.get(household.index);
  if (nearMiss && first >= nearMiss.since)
    switch (nearMiss.kind) {
      case 'in_two':
        return [
          { ...usual, fen: half, state: 'partial' },
          { day: usual.day + 5, fen: fen - half, state: 'full' },
        ];
      case 'paid_again':
        return [
          { ...usual, state: 'refunded' },
          { ...usual, day: usual.day + 6 },
        ];
      case 'paid_late':
        // The last month's is not late yet.
        return month < monthOf(world.size.lastDay) ? [{ ...usual, day: usual.day + 21 }] : [usual];
      case 'paid_up_after_leaving':
        return subsidyIsDue(world, household, month) ? [{ ...usual, day: usual.day + 21 }] : [];
    }
  return [usual];
}

export function subsidyPaid(world: World): Stream {
  const drawers = subsidyDrawers(world);
  const firstMonth = monthOf(world.size.firstDay);
  return {
    dataset: operationsSubsidyPaid,
    *rows(month) {
      const [begun, over] = [firstDayOf(month), Math.min(lastDayOf(month), world.size.lastDay)];
      for (const { household, from } of drawers) {
        for (let due = Math.max(firstMonth, monthOf(from), month - LATEST_MONTHS); due <= month; due++) {
          for (const [k, payment] of subsidyPayments(world, household, due).entries()) {
            if (payment.day < begun || payment.day > over) continue;
            yield {
              index: k * SECOND_PAYMENTS + household.index * MONTHS_APART + (due % MONTHS_APART),
              protect: isWatched(world, household),
              values: [
                `${subsidyNo('BF', household, due)}${k === 0 ? '' : k + 1}`,
                subsidyNo('BT', household, due),
                yuan(payment.fen),
                dayText(payment.day),
                'transfer',
                payment.state,
                `6214399${pad(household.index + 1, 12)}`,
              ],
            };
          }
        }
      }
    },
  };
}
