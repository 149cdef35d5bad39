/** What happens in the maintenance funds: deposits, projects with their votes and payments, yearly yields, and the faults planted among them. */
import { addMonths, monthOf, firstDayOf, NEVER } from '../calendar.ts';
import {
  accountNo,
  type FundBuilding,
  type FundCompounds,
  fundDraw,
  type FundHome,
  makeCompounds,
  ownerKey,
  yearEnds,
} from './maintenance-fund.ts';
import type { World } from './index.ts';
import { pad } from './numbers.ts';

export interface FundDeposit {
  home: FundHome;
  kind: 'first' | 'top_up';
  dueOn: number;
  /** Fen. */
  due: number;
  paidOn: number;
}
export interface FundEntry {
  home: FundHome;
  kind: 'deposit' | 'top_up' | 'yield' | 'use';
  day: number;
  /** Fen; below zero goes out. */
  fen: number;
  sourceNo: string;
}
export interface FundBallot {
  home: FundHome;
  choice: 'agree' | 'against' | 'abstain';
  electronic: boolean;
  day: number;
}
export interface FundPayment {
  number: string;
  fen: number;
  day: number;
  isLast: boolean;
}
export interface FundUse {
  index: number;
  building: FundBuilding;
  kind: 'ordinary' | 'emergency' | 'insurance';
  appliedOn: number;
  votedOn: number;
  acceptedOn: number;
  closedOn: number;
  voted: number;
  total: number;
  ballots: FundBallot[];
  payments: FundPayment[];
}
export interface FundBooks extends FundCompounds {
  deposits: FundDeposit[];
  entries: FundEntry[];
  uses: FundUse[];
  /** Fen due first, by home. */
  firstDue: number[];
  /** Fen the account shows beyond its entries, by home; planted. */
  misstated: Map<number, number>;
}

const WHAT = { first: 1, use: 2, ballot: 3, topUp: 4, misstated: 5 } as const;
/** Yuan a square metre, by height: 5 to 8 % of what building costs (办法 art. 7). */
const rateOf = (floors: number): number => (floors <= 6 ? 60 : floors <= 18 ? 85 : 100);
const YEARLY_YIELD = 0.0175;
/** Below this share of the first deposit more is due (办法 art. 17). */
export const TOP_UP_SHARE = 0.3;

export const depositNo = (index: number): string => `WXJC${pad(index + 1, 8)}`;
export const useNo = ({ index }: FundUse): string => `WXSY${pad(index + 1, 6)}`;

/** A function of the city's facts and a stream of its own. */
export function makeFundBooks(world: World): FundBooks {
  return new Bookkeeper(world).books;
}

class Bookkeeper {
  readonly books: FundBooks;
  private readonly draw;
  private readonly lastDay: number;
  private readonly uses = new Map<number, FundEntry[]>();

  constructor(world: World) {
    this.lastDay = world.size.lastDay;
    this.draw = fundDraw(world.size.seed);
    this.books = {
      ...makeCompounds(world),
      deposits: [],
      entries: [],
      uses: [],
      firstDue: [],
      misstated: new Map(),
    };
    for (const home of this.books.homes) this.firstDeposit(home);
    for (const building of this.books.buildings) this.useOf(building);
    for (const home of this.books.homes) this.account(home);
  }

  private firstDeposit(home: FundHome): void {
    const draw = this.draw(WHAT.first, home.index);
    const due = Math.round(home.size * rateOf(home.building.floors));
    // One in forty never paid, as nobody asked for the proof when the home was handed over.
    const isMissing = draw.chance(0.025) || home.index === 3;
    this.books.firstDue.push(due);
    this.books.deposits.push({
      home,
      kind: 'first',
      dueOn: home.ownedSince,
      due,
      paidOn: isMissing ? NEVER : Math.min(this.lastDay, home.ownedSince + draw.int(20)),
    });
  }

  /** Half of the buildings have had works; every third of these was large. */
  private useOf(building: FundBuilding): void {
    const draw = this.draw(WHAT.use, building.index);
    const { uses } = this.books;
    const appliedOn = this.lastDay - draw.between(20, 900);
    const payers = building.homes.filter((home) => this.deposit(home).paidOn < appliedOn);
    if (payers.length < 2 || !(draw.chance(0.5) || building.index % 5 === 0)) return;
    const index = uses.length;
    const isLarge = index % 3 === 0;
    const kind = draw.weighted([
      ['ordinary', isLarge ? 90 : 80],
      ['emergency', 10],
      ['insurance', isLarge ? 0 : 10],
    ] as const);
    const share = isLarge ? 0.8 : 0.04 + 0.2 * draw.unit();
    const isVoted = kind !== 'emergency';
    const votedOn = isVoted ? appliedOn + 30 : NEVER;
    const startsOn = appliedOn + (isVoted ? 50 : 3);
    const acceptedOn = startsOn + draw.between(20, 100);
    const use: FundUse = {
      index,
      building,
      kind,
      appliedOn,
      votedOn,
      acceptedOn,
      closedOn: acceptedOn + 30,
      voted: 0,
      total: 0,
      ballots: isVoted ? this.ballots(building, appliedOn, index) : [],
      payments: [],
    };
    for (const [part, isLast, on] of [
      [0.3, false, startsOn],
      [0.7, true, acceptedOn + 10],
    ] as const)
      this.pay(use, payers, part * share, on, isLast);
    // Every eleventh project spent a quarter more than was voted.
    use.voted = isVoted ? Math.round(index % 11 === 2 ? use.total / 1.25 : use.total * 1.05) : 0;
    uses.push(use);
  }

  private ballots(building: FundBuilding, appliedOn: number, index: number): FundBallot[] {
    // Every ninth vote went through with too few voters.
    const turnout = index % 9 === 4 ? 0.45 : 0.92;
    const ballots: FundBallot[] = [];
    for (const home of building.homes) {
      const draw = this.draw(WHAT.ballot, home.index);
      const choice = draw.weighted([
        ['agree', 88],
        ['against', 8],
        ['abstain', 4],
      ] as const);
      // Who bought since has the ballot of who owned then.
      if (draw.chance(turnout))
        ballots.push({ home, choice, electronic: draw.chance(0.6), day: appliedOn + draw.between(5, 30) });
    }
    return ballots;
  }

  private pay(use: FundUse, payers: FundHome[], share: number, on: number, isLast: boolean): void {
    const number = `WXBF${pad(use.index + 1, 6)}${isLast ? 2 : 1}`;
    let total = 0;
    for (const home of payers) {
      const fen = Math.round((this.books.firstDue[home.index] ?? 0) * share);
      total += fen;
      const entry: FundEntry = { home, kind: 'use', day: on, fen: -fen, sourceNo: number };
      this.uses.set(home.index, [...(this.uses.get(home.index) ?? []), entry]);
    }
    use.total += total;
    use.payments.push({ number, fen: total, day: on, isLast });
  }

  /** Walks through the account's days, adding what each year yields to what lies there. */
  private account(home: FundHome): void {
    const { books, lastDay } = this;
    const first = this.deposit(home);
    if (first.paidOn === NEVER) return;
    const entries: FundEntry[] = [
      { home, kind: 'deposit', day: first.paidOn, fen: first.due, sourceNo: depositNo(home.index) },
      ...(this.uses.get(home.index) ?? []).filter(({ day }) => day <= lastDay),
    ];
    const ends = [...yearEnds(addMonths(first.paidOn, 3), lastDay)];
    const balanceOn = (on: number): number =>
      entries.reduce((sum, entry) => (entry.day <= on ? sum + entry.fen : sum), 0);
    for (const end of ends)
      entries.push({
        home,
        kind: 'yield',
        day: end,
        fen: Math.round(balanceOn(end) * YEARLY_YIELD),
        sourceNo: yieldNo(end, home.area.bank),
      });
    const draw = this.draw(WHAT.topUp, home.index);
    const spent = entries.findLast(({ kind }) => kind === 'use')?.day ?? NEVER;
    const left = spent === NEVER ? first.due : balanceOn(spent);
    // Half of those who should are told to pay more; of these, most do.
    if (left < first.due * TOP_UP_SHARE && draw.chance(0.5) && spent + 60 <= lastDay) {
      const paidOn = draw.chance(0.6) ? Math.min(lastDay, spent + draw.between(60, 120)) : NEVER;
      const due = first.due - left;
      const number = depositNo(books.deposits.length);
      books.deposits.push({ home, kind: 'top_up', dueOn: spent + 60, due, paidOn });
      if (paidOn !== NEVER) entries.push({ home, kind: 'top_up', day: paidOn, fen: due, sourceNo: number });
    }
    entries.sort((a, b) => a.day - b.day);
    books.entries.push(...entries);
    if (home.index % 61 === 7)
      books.misstated.set(home.index, this.draw(WHAT.misstated, home.index).between(100, 5000) * 100);
  }

  private deposit(home: FundHome): FundDeposit {
    const deposit = this.books.deposits[home.index];
    if (!deposit) throw new RangeError(`${accountNo(home)} has no first deposit`);
    return deposit;
  }
}

/** What lies in the account by its entries, in fen. */
export function balancesOn(books: FundBooks, asOf: number): number[] {
  const balances = new Array<number>(books.homes.length).fill(0);
  for (const { home, fen, day } of books.entries)
    if (day <= asOf) balances[home.index] = (balances[home.index] ?? 0) + fen;
  return balances;
}

export const yieldNo = (end: number, bank: number): string => `WXZZ${monthOf(end)}${bank + 1}`;

/** Placements of the fund at each bank, one a year, and what they yielded: what the accounts of the bank got. */
export function yieldsOf(
  books: FundBooks,
): { number: string; bank: number; from: number; to: number; fen: number }[] {
  const yields = new Map<string, { number: string; bank: number; from: number; to: number; fen: number }>();
  for (const { home, kind, day, fen, sourceNo } of books.entries) {
    if (kind !== 'yield') continue;
    const known = yields.get(sourceNo);
    if (known) known.fen += fen;
    else
      yields.set(sourceNo, {
        number: sourceNo,
        bank: home.area.bank,
        from: firstDayOf(monthOf(day) - 11),
        to: day,
        fen,
      });
  }
  return [...yields.values()].sort((a, b) => (a.number < b.number ? -1 : 1));
}

export interface VoteResult {
  areaShare: number;
  headShare: number;
  agreedArea: number;
  agreedHeads: number;
}

/** Civil Code art. 278: shares of area and heads that took part in the building, and that agreed of those. */
export function voteResult({ building, ballots }: FundUse): VoteResult {
  const area = (homes: FundHome[]): number => homes.reduce((sum, { size }) => sum + size, 0);
  const heads = (homes: FundHome[]): number => new Set(homes.map(ownerKey)).size;
  const voted = ballots.map(({ home }) => home);
  const agreed = ballots.filter(({ choice }) => choice === 'agree').map(({ home }) => home);
  return {
    areaShare: area(voted) / area(building.homes),
    headShare: heads(voted) / heads(building.homes),
    agreedArea: voted.length === 0 ? 0 : area(agreed) / area(voted),
    agreedHeads: voted.length === 0 ? 0 : heads(agreed) / heads(voted),
  };
}

export const isVoteShort = (use: FundUse): boolean => {
  const { areaShare, headShare, agreedArea, agreedHeads } = voteResult(use);
  return areaShare < 2 / 3 || headShare < 2 / 3 || agreedArea <= 0.5 || agreedHeads <= 0.5;
};
