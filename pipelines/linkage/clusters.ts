/** Who belongs together, from pairs: connected components, the strongest pairs first, unless something stands against it. */

export interface Edge {
  l: number;
  r: number;
  weight: number;
}

/** What a cluster may hold one value of at most, as slot and value: a confirmed number, the record of a side. Most records say none. */
export type Exclusive = (record: number) => readonly (readonly [slot: string, value: string | number])[];

export interface Clusters {
  /** Records of clusters with more than one, by the least record in it. */
  members: Map<number, number[]>;
  /** Pairs that would have put two into one cluster which may not be together. */
  refused: Edge[];
}

const NOTHING: ReadonlyMap<string, string | number> = new Map();
const holdsNothing: Exclusive = () => [];

/** Equal weights go by the records' numbers, so that the order of the edges never matters. */
export const cluster = (edges: readonly Edge[], exclusive?: Exclusive): Clusters =>
  clusterInOrder(
    edges.toSorted((a, b) => b.weight - a.weight || a.l - b.l || a.r - b.r),
    exclusive,
  );

/** @param edges those to be taken first first; equal weights in an order that numbers given by chance do not change */
export function clusterInOrder(edges: readonly Edge[], exclusive: Exclusive = holdsNothing): Clusters {
  // By number: a linkage of a million records asks this some hundred thousand times every day.
  const parents = new Uint32Array(edges.reduce((most, { l, r }) => Math.max(most, l, r), -1) + 1);
  for (const { l, r } of edges) {
    parents[l] = l;
    parents[r] = r;
  }
  const parentOf = (record: number): number => parents[record] ?? record;
  const holds = new Map<number, ReadonlyMap<string, string | number>>();
  const rootOf = (record: number): number => {
    let root = record;
    while (parentOf(root) !== root) root = parentOf(root);
    for (let at = record; at !== root;) {
      const up = parentOf(at);
      parents[at] = root;
      at = up;
    }
    return root;
  };
  const held = (root: number): ReadonlyMap<string, string | number> => {
    const known = holds.get(root);
    if (known) return known;
    const slots = exclusive(root);
    return slots.length === 0 ? NOTHING : new Map(slots);
  };
  const refused: Edge[] = [];
  const seen = new Set<number>();
  for (const edge of edges) {
    seen.add(edge.l).add(edge.r);
    const [a, b] = [rootOf(edge.l), rootOf(edge.r)];
    if (a === b) continue;
    const [one, other] = [held(a), held(b)];
    if (one.size > 0 && [...one].some(([slot, value]) => other.has(slot) && other.get(slot) !== value)) {
      refused.push(edge);
      continue;
    }
    const [root, child] = a < b ? [a, b] : [b, a];
    parents[child] = root;
    holds.delete(child);
    if (one.size + other.size > 0) holds.set(root, new Map([...one, ...other]));
  }
  const members = new Map<number, number[]>();
  for (const record of Uint32Array.from(seen).sort()) {
    const root = rootOf(record);
    const list = members.get(root);
    if (list) list.push(record);
    else members.set(root, [record]);
  }
  for (const [root, list] of members) if (list.length < 2) members.delete(root);
  return { members, refused };
}
