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

/** Equal weights go by the records' numbers, so that the order of the edges never matters. */
export function cluster(edges: readonly Edge[], exclusive: Exclusive = () => []): Clusters {
  const parents = new Map<number, number>();
  const holds = new Map<number, Map<string, string | number>>();
  const rootOf = (record: number): number => {
    let root = record;
    for (let up = parents.get(root); up !== undefined; up = parents.get(root)) root = up;
    for (let at = record; at !== root;) {
      const up = parents.get(at) ?? root;
      parents.set(at, root);
      at = up;
    }
    return root;
  };
  const held = (root: number): Map<string, string | number> => holds.get(root) ?? new Map(exclusive(root));
  const refused: Edge[] = [];
  const seen = new Set<number>();
  for (const edge of edges.toSorted((a, b) => b.weight - a.weight || a.l - b.l || a.r - b.r)) {
    seen.add(edge.l).add(edge.r);
    const [a, b] = [rootOf(edge.l), rootOf(edge.r)];
    if (a === b) continue;
    const [one, other] = [held(a), held(b)];
    if ([...one].some(([slot, value]) => other.has(slot) && other.get(slot) !== value)) {
      refused.push(edge);
      continue;
    }
    const [root, child] = a < b ? [a, b] : [b, a];
    parents.set(child, root);
    holds.delete(child);
    if (one.size + other.size > 0) holds.set(root, new Map([...one, ...other]));
  }
  const members = new Map<number, number[]>();
  for (const record of [...seen].toSorted((a, b) => a - b)) {
    const root = rootOf(record);
    const list = members.get(root);
    if (list) list.push(record);
    else members.set(root, [record]);
  }
  for (const [root, list] of members) if (list.length < 2) members.delete(root);
  return { members, refused };
}
