/**
 * The ecology platform (生态建设, 002:5163-5343) from a stream of its own: suppliers among the city's enterprises, what they offer to those who run
 * housing, and what came of it. Of every twenty-four suppliers six behave as a rule of alert looks for, and six only look so (`ecology-plan.ts`).
 */
import { NEVER } from '../calendar.ts';
import { Draw, KIND } from '../random.ts';
import { behaviourOf, type CooperationEnd, type PlannedCooperation } from './ecology-plan.ts';
import type { Enterprise } from './enterprises.ts';
import type { World } from './index.ts';
import { pad } from './numbers.ts';

export interface Supplier {
  index: number;
  enterprise: Enterprise;
  appliedOn: number;
  /** NEVER where the application was refused or waits. */
  approvedOn: number;
  leftOn: number;
  blacklistedOn: number;
  isRejected: boolean;
  /** Rows of it arrive readable: something is planted, or looks as if. */
  isWatched: boolean;
}
export interface Product {
  index: number;
  supplier: Supplier;
  publishedOn: number;
  delistedOn: number;
  /** By the supervisor, for complaints. */
  isRemoved: boolean;
}
export interface Demand {
  index: number;
  buyer: string;
  publishedOn: number;
  metOn: number;
  blockedOn: number;
}
export interface Cooperation {
  index: number;
  supplier: Supplier;
  product: Product;
  demand: Demand | null;
  buyer: string;
  formedOn: number;
  confirmedOn: number;
  dueOn: number;
  endedOn: number;
  end: CooperationEnd;
  /** Whole yuan. */
  amount: number;
  /** Of the supplier by the buyer, from 1 to 5; 0 where nobody rated. */
  rating: number;
}
export interface ProductComplaint {
  index: number;
  product: Product;
  on: number;
  isConfirmed: boolean;
}
export interface Ecology {
  suppliers: Supplier[];
  products: Product[];
  demands: Demand[];
  cooperations: Cooperation[];
  complaints: ProductComplaint[];
}

const numbered = (letters: string) => (one: { index: number }) => `${letters}${pad(one.index + 1, 6)}`;
export const supplierNo = numbered('GYS');
export const productNo = numbered('CP');
export const demandNo = numbered('XQ');
export const cooperationNo = numbered('HZ');
export const productComplaintNo = numbered('CPTS');

/** Separate streams of one kind of number. */
const WHAT = { supplier: 1, product: 2, demand: 3, cooperation: 4, complaint: 5 } as const;
const FEWEST = 24;

export function makeEcology(world: World): Ecology {
  const { seed, scale, lastDay } = world.size;
  const draw = new Draw(seed);
  const at = (what: keyof typeof WHAT, index: number): Draw =>
    draw.at(KIND.ecology, WHAT[what] * 10_000_000 + index);
  const registered = world.enterprises.all.filter(
    ({ index, kind, nature }) =>
      kind === 'employer' &&
      nature !== 'government' &&
      nature !== 'institution' &&
      !world.gone.employers.has(index),
  );
  const buyers = [...new Set(world.projects.map(({ operator }) => operator))];
  const ecology: Ecology = { suppliers: [], products: [], demands: [], cooperations: [], complaints: [] };
  makeDemands(ecology, buyers, lastDay, (index) => at('demand', index));
  const count = Math.min(registered.length, Math.max(FEWEST, Math.round(300 * scale)));
  for (let index = 0; index < count; index++) {
    const enterprise = registered[index];
    if (!enterprise) break;
    const own = at('supplier', index);
    const plan = behaviourOf(index, lastDay, own);
    const supplier: Supplier = {
      ...{ index, enterprise, isWatched: plan.isWatched, isRejected: plan.isRejected },
      ...{ appliedOn: plan.approvedOn - 12, approvedOn: plan.isRejected ? NEVER : plan.approvedOn },
      ...{ leftOn: plan.leftOn, blacklistedOn: plan.blacklistedOn },
    };
    ecology.suppliers.push(supplier);
    if (plan.isRejected) continue;
    const products = plan.products.map(({ delistedOn, isRemoved }): Product => {
      const product = { index: ecology.products.length, supplier, delistedOn, isRemoved };
      return { ...product, publishedOn: plan.approvedOn + 5 + at('product', product.index).int(60) };
    });
    ecology.products.push(...products);
    const [first] = products;
    if (!first) continue;
    for (const [k, planned] of plan.cooperations.entries())
      ecology.cooperations.push(
        cooperation(ecology, planned, products[k % products.length] ?? first, buyers, (index_) =>
          at('cooperation', index_),
        ),
      );
    for (const { on, isConfirmed } of plan.complaints)
      ecology.complaints.push({ index: ecology.complaints.length, product: first, on, isConfirmed });
  }
  return ecology;
}

function cooperation(
  { cooperations, demands }: Ecology,
  planned: PlannedCooperation,
  product: Product,
  buyers: readonly string[],
  at: (index: number) => Draw,
): Cooperation {
  const index = cooperations.length;
  const draw = at(index);
  const demand = draw.chance(0.4) ? (demands[draw.int(Math.max(1, demands.length))] ?? null) : null;
  const buyer = demand?.buyer ?? buyers[draw.int(buyers.length)] ?? '';
  return {
    ...{ index, supplier: product.supplier, product, demand, buyer, amount: draw.between(20, 900) * 100 },
    ...planned,
  };
}

/** The first buyer is blocked three times within a year; the second twice, and once before that. */
const BLOCKED_AGO: readonly (readonly number[])[] = [
  [20, 140, 300],
  [40, 200, 420],
];
const DEMANDS_EACH = 4;

function makeDemands(
  { demands }: Ecology,
  buyers: readonly string[],
  lastDay: number,
  at: (index: number) => Draw,
): void {
  for (const [b, buyer] of buyers.entries()) {
    for (const ago of BLOCKED_AGO[b] ?? []) {
      const publishedOn = lastDay - ago;
      demands.push({ index: demands.length, buyer, publishedOn, metOn: NEVER, blockedOn: publishedOn + 2 });
    }
    for (let k = 0; k < DEMANDS_EACH; k++) {
      const index = demands.length;
      const draw = at(index);
      const publishedOn = lastDay - draw.int(540);
      const metOn = draw.chance(0.7) ? publishedOn + draw.between(10, 90) : NEVER;
      demands.push({ index, buyer, publishedOn, metOn, blockedOn: NEVER });
    }
  }
}
