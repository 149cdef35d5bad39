/**
 * Counter-based randomness: what is drawn for an entity depends on (seed, kind, index) only, never on what was drawn
 * before. So any entity can be made again at any time, in any order, and nothing has to be kept.
 */

/** Names the independent streams; the numbers only need to differ. */
export const KIND = {
  division: 1,
  enterprise: 2,
  project: 3,
  dwelling: 4,
  household: 5,
  person: 6,
  job: 7,
  application: 8,
  lease: 9,
  plant: 10,
  rent: 11,
  subsidy: 12,
  water: 13,
  electricity: 14,
  gas: 15,
  door: 16,
  meter: 17,
  repair: 18,
  complaint: 19,
  stock: 20,
  ownership: 21,
  netSigned: 22,
  benefit: 23,
  directManaged: 24,
  relief: 25,
  marriage: 26,
  register: 27,
  migration: 28,
  permit: 29,
  insurance: 30,
  fund: 31,
  survey: 32,
  dirt: 33,
  name: 34,
  late: 35,
  shuffle: 36,
  respelling: 37,
  slip: 38,
  twin: 39,
  namesake: 40,
  split: 41,
  unitSlip: 42,
  maintenanceFund: 43,
  propertyManagement: 44,
  ecology: 45,
  breach: 46,
} as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

/** 32 bits that depend on every bit of the three numbers (murmur3's finaliser, twice). */
export function mix(seed: number, kind: number, index: number): number {
  let h = Math.imul(seed ^ Math.imul(kind, 0x9e3779b1), 0x85ebca6b) ^ index;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13) ^ kind, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  return (h ^ (h >>> 15)) >>> 0;
}

/** A short sequence of draws for one entity; `at` starts another one on the same object, so hot loops allocate nothing. */
export class Draw {
  private state = 0;

  constructor(private readonly seed: number) {}

  at(kind: Kind, index: number): this {
    this.state = mix(this.seed, kind, index);
    return this;
  }

  /** The next 32 bits (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** 0 ≤ x < 1 */
  unit(): number {
    return this.next() / 4294967296;
  }

  /** A whole number from 0 to `count - 1`. */
  int(count: number): number {
    return Math.floor(this.unit() * count);
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.int(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.int(list.length)];
    if (item === undefined) throw new RangeError('cannot pick from an empty list');
    return item;
  }

  /** The item whose weight the draw falls on. */
  weighted<T>(list: readonly (readonly [T, number])[]): T {
    const total = list.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.unit() * total;
    for (const [item, weight] of list) {
      left -= weight;
      if (left < 0) return item;
    }
    return this.pick(list)[0];
  }
}

/** The numbers 0 … count-1 in an order that depends on the seed (Fisher-Yates). */
export function shuffled(seed: number, index: number, count: number): Uint32Array {
  const draw = new Draw(seed).at(KIND.shuffle, index);
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  for (let i = count - 1; i > 0; i--) {
    const j = draw.int(i + 1);
    const held = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = held;
  }
  return order;
}
