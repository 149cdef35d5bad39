/** 维修资金: accounts, deposits, projects, votes, payments, yields, entries. */
import { maintenanceFundAccount } from '../../contracts/maintenance-fund/account.ts';
import { maintenanceFundDeposit } from '../../contracts/maintenance-fund/deposit.ts';
import { maintenanceFundLedgerEntry } from '../../contracts/maintenance-fund/ledger-entry.ts';
import { maintenanceFundPayment } from '../../contracts/maintenance-fund/payment.ts';
import { maintenanceFundUseProject } from '../../contracts/maintenance-fund/use-project.ts';
import { maintenanceFundVote } from '../../contracts/maintenance-fund/vote.ts';
import { maintenanceFundYield } from '../../contracts/maintenance-fund/yield.ts';
import { dayText, dayTextUntil } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import type { Enterprise } from '../world/enterprises.ts';
import { balancesOn, depositNo, type FundBooks, type FundUse, useNo, yieldsOf } from '../world/fund-books.ts';
import { accountNo, areaNo, fundDwellingNo, ownerNo } from '../world/maintenance-fund.ts';
import type { World } from '../world/index.ts';
import { area, pad, wanYuan, yuan } from '../world/numbers.ts';
import { partNo } from './fund-estate.ts';

const ALWAYS = (): boolean => true;

/** What each account says on that day: its entries, and what was planted on top. */
export function statedBalances(books: FundBooks, asOf: number): number[] {
  return balancesOn(books, asOf).map((fen, home) => fen + (fen > 0 ? (books.misstated.get(home) ?? 0) : 0));
}

export function fundAccounts(books: FundBooks): Table {
  const stated = new Map<number, number[]>();
  return {
    dataset: maintenanceFundAccount,
    count: books.homes.length,
    // Accounts and entries are balanced by two sides every day: they come clean, so that what is unbalanced was planted.
    protect: ALWAYS,
    row(i, asOf) {
      const home = books.homes[i];
      if (!home || home.ownedSince > asOf) return null;
      const balances = stated.get(asOf) ?? statedBalances(books, asOf);
      stated.set(asOf, balances);
      return [
        accountNo(home),
        fundDwellingNo(home),
        dayText(home.ownedSince),
        yuan(books.firstDue[i] ?? 0),
        yuan(balances[i] ?? 0),
        dayText(asOf),
        'normal',
      ];
    },
  };
}

export function fundDeposits(books: FundBooks): Table {
  return {
    dataset: maintenanceFundDeposit,
    count: books.deposits.length,
    protect: (i) => (books.deposits[i]?.paidOn ?? 0) > (books.deposits[i]?.dueOn ?? 0) + 1000,
    row(i, asOf) {
      const deposit = books.deposits[i];
      if (!deposit || deposit.dueOn > asOf) return null;
      const { home, kind, dueOn, due, paidOn } = deposit;
      const isPaid = paidOn <= asOf;
      return [
        depositNo(i),
        accountNo(home),
        kind,
        kind === 'top_up' ? '分户账余额不足首期交存额30%' : '',
        yuan(due),
        dayText(dueOn),
        isPaid ? yuan(due) : '',
        dayTextUntil(paidOn, asOf),
        isPaid ? (home.area.project ? 'transfer' : i % 3 === 0 ? 'wechat' : 'card') : '',
        isPaid ? `PJ${pad(i + 1, 9)}` : '',
      ];
    },
  };
}

const WORKS = [
  ['屋面防水维修', 0],
  ['外墙渗漏维修', 1],
  ['消防设施更新', 2],
  ['水泵更换', 3],
] as const;
const contractorOf = (builders: Enterprise[], use: FundUse): Enterprise | undefined =>
  builders[use.index % builders.length];

function useState(use: FundUse, asOf: number): string {
  const [first] = use.payments;
  if (use.closedOn <= asOf) return 'closed';
  if (use.acceptedOn <= asOf) return 'accepted';
  if (first && first.day <= asOf) return 'working';
  return use.votedOn <= asOf || use.kind === 'emergency' ? 'applied' : 'voting';
}

export function fundUses(world: World, books: FundBooks): Table {
  const { builders } = world.enterprises;
  return {
    dataset: maintenanceFundUseProject,
    count: books.uses.length,
    // Few, and each one is judged: by its vote, and by what was spent.
    protect: ALWAYS,
    row(i, asOf) {
      const use = books.uses[i];
      if (!use || use.appliedOn > asOf) return null;
      const { building, kind } = use;
      const [work, part] = WORKS[i % WORKS.length] ?? WORKS[0];
      const contractor = kind === 'insurance' ? undefined : contractorOf(builders, use);
      const isVoted = use.votedOn <= asOf;
      return [
        useNo(use),
        `${building.area.name}${building.building}栋${kind === 'insurance' ? '设施设备维修险' : work}`,
        areaNo(building.area),
        building.number,
        kind === 'insurance' ? '' : partNo(building, part),
        kind,
        contractor?.name ?? '',
        contractor?.creditCode ?? '',
        wanYuan(Math.round((use.total * 1.06) / 100)),
        use.acceptedOn <= asOf ? yuan(use.total) : '',
        isVoted && kind !== 'emergency' ? yuan(use.voted) : '',
        dayText(use.appliedOn),
        dayTextUntil(use.votedOn, asOf),
        dayTextUntil(use.acceptedOn, asOf),
        dayTextUntil(use.closedOn, asOf),
        useState(use, asOf),
      ];
    },
  };
}

export function fundVotes(books: FundBooks): Table {
  const rows = books.uses.flatMap((use) => use.ballots.map((ballot) => ({ use, ballot })));
  return {
    dataset: maintenanceFundVote,
    count: rows.length,
    protect: ALWAYS,
    row(i, asOf) {
      const entry = rows[i];
      if (!entry || entry.ballot.day > asOf) return null;
      const { use, ballot } = entry;
      const { home } = ballot;
      return [
        `WXBJ${pad(i + 1, 8)}`,
        useNo(use),
        fundDwellingNo(home),
        home.ownedSince <= ballot.day ? ownerNo(home, 0) : '',
        area(home.size),
        ballot.choice,
        ballot.electronic ? 'electronic' : 'paper',
        dayText(ballot.day),
      ];
    },
  };
}

export function fundPayments(world: World, books: FundBooks): Table {
  const { builders } = world.enterprises;
  const rows = books.uses.flatMap((use) => use.payments.map((payment) => ({ use, payment })));
  return {
    dataset: maintenanceFundPayment,
    count: rows.length,
    protect: ALWAYS,
    row(i, asOf) {
      const entry = rows[i];
      if (!entry || entry.payment.day > asOf) return null;
      const { use, payment } = entry;
      const payee = contractorOf(builders, use);
      return [
        payment.number,
        useNo(use),
        use.kind === 'insurance' ? '湘安财产保险股份有限公司' : (payee?.name ?? ''),
        `8801${pad(use.index + 1, 10)}`,
        yuan(payment.fen),
        dayText(payment.day),
        payment.isLast ? '结算款' : '首付款',
        `PZ${pad(i + 1, 9)}`,
      ];
    },
  };
}

export function fundYields(books: FundBooks): Table {
  const rows = yieldsOf(books);
  return {
    dataset: maintenanceFundYield,
    count: rows.length,
    row(i) {
      const placed = rows[i];
      if (!placed) return null;
      return [
        placed.number,
        `WXYH${pad(placed.bank + 1, 5)}`,
        'term',
        wanYuan(Math.round(placed.fen / 1.75)),
        '1.75%',
        dayText(placed.from),
        dayText(placed.to),
        yuan(placed.fen),
        dayText(placed.to),
      ];
    },
  };
}

export function fundEntries(books: FundBooks): Table {
  return {
    dataset: maintenanceFundLedgerEntry,
    count: books.entries.length,
    protect: ALWAYS,
    row(i, asOf) {
      const entry = books.entries[i];
      if (!entry || entry.day > asOf) return null;
      const { home, kind, fen, day, sourceNo } = entry;
      return [
        `WXMX${pad(i + 1, 9)}`,
        accountNo(home),
        kind,
        fen >= 0 ? yuan(fen) : '0.00',
        fen < 0 ? yuan(-fen) : '0.00',
        dayText(day),
        sourceNo,
      ];
    },
  };
}
