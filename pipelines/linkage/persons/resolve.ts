/**
 * From weighed pairs and people's decisions to persons with ids that last: a pure function of what is linked, what was decided and
 * who was who before. Nodes are record keys and `person:<person_id>` for people known by a valid number.
 */
import { createHash } from 'node:crypto';
import type { EvidenceLine } from '../../../warehouse/operational/tables/who-is-who.ts';
import { groupedBy } from '../../grouped-by.ts';
import { cluster, type Edge } from '../clusters.ts';

export interface NodePair {
  a: string;
  b: string;
  /** log2 of the odds. */
  weight: number;
  evidence: EvidenceLine[];
}

export interface Decision {
  decisionId: number;
  a: string;
  b: string;
  verdict: 'same' | 'different';
}

export interface Assignment {
  entityId: string;
  how: 'linked' | 'decided';
  weight: number;
  evidence: EvidenceLine[];
}

export interface IdentityEvent {
  kind: 'linked' | 'merge' | 'split' | 'unlinked';
  fromId: string;
  toId: string;
  records: string[];
  evidence: EvidenceLine[];
  author: string;
}

export interface Resolved {
  /** By record key; records nobody knows are not in it. */
  assignments: Map<string, Assignment>;
  /** People known by a number whom somebody decided to be one: the id left → the id kept. */
  merged: Map<string, string>;
  reviews: NodePair[];
  events: IdentityEvent[];
}

export interface Rules {
  /** Weight from which a pair is taken for the same. */
  match: number;
  /** The best person must lead the next by so much; else a person decides. */
  lead: number;
  /** Who the events name. */
  author: string;
}

/** Above any evidence. */
const DECIDED = 1000;
const PERSON = 'person:';
export const personNode = (personId: string): string => `${PERSON}${personId}`;
const isPerson = (node: string): boolean => node.startsWith(PERSON);

export function resolve(
  pairs: readonly NodePair[],
  decisions: readonly Decision[],
  before: ReadonlyMap<string, string>,
  rules: Rules,
): Resolved {
  const best = strongest(pairs);
  const decidedPairs = new Set(decisions.map(({ a, b }) => pairKey(a, b)));
  const one = sameByDecision(decisions.filter(({ verdict }) => verdict === 'same'));
  const { doubtful, beaten } = compete(best, rules.lead, (node) => one.get(node) ?? node);
  const taken = best.filter(
    (pair) =>
      pair.weight >= rules.match &&
      !doubtful.has(pair) &&
      !beaten.has(pair) &&
      !decidedPairs.has(pairKey(pair.a, pair.b)),
  );
  const { groups, refused } = group(taken, decisions, one);
  const assignments = new Map<string, Assignment>();
  const merged = new Map<string, string>();
  const given = new Set<string>();
  // A city of two million records has a hundred thousand of both: nobody looks through all pairs for each.
  const pairsOf = groupedBy(
    taken.flatMap((pair) => [
      { pair, node: pair.a, other: pair.b },
      { pair, node: pair.b, other: pair.a },
    ]),
    ({ node }) => node,
  );
  const ordered = [...groups].toSorted((x, y) => (first(x) < first(y) ? -1 : 1));
  const touched = new Set(decisions.flatMap(({ a, b }) => [a, b]));
  for (const members of ordered) {
    const persons = members.filter(isPerson);
    const records = members.filter((member) => !isPerson(member));
    const [kept, ...left] = keptFirst(persons, decisions).map((node) => node.slice(PERSON.length));
    const entityId = kept ?? lastingId(records, before, given);
    given.add(entityId);
    for (const id of left) merged.set(id, entityId);
    for (const record of records) {
      const pair = pairsOf.get(record)?.find(({ other }) => members.includes(other))?.pair;
      const how = touched.has(record) ? 'decided' : 'linked';
      assignments.set(record, {
        entityId,
        how,
        weight: pair?.weight ?? 0,
        evidence: pair?.evidence ?? [],
      });
    }
  }
  const reviews = best.filter(
    (pair) =>
      !decidedPairs.has(pairKey(pair.a, pair.b)) &&
      !beaten.has(pair) &&
      (pair.weight < rules.match || doubtful.has(pair) || refused.has(pair)) &&
      entityOf(pair.a, assignments, merged) !== entityOf(pair.b, assignments, merged),
  );
  return { assignments, merged, reviews, events: eventsOf(assignments, before, decisions, rules.author) };
}

/** One pair of two nodes: the strongest of all their records. */
function strongest(pairs: readonly NodePair[]): NodePair[] {
  const best = new Map<string, NodePair>();
  for (const pair of pairs) {
    const key = pairKey(pair.a, pair.b);
    const held = best.get(key);
    if (!held || pair.weight > held.weight) best.set(key, pair);
  }
  return [...best.values()].toSorted(
    (x, y) => y.weight - x.weight || (pairKey(x.a, x.b) < pairKey(y.a, y.b) ? -1 : 1),
  );
}

/** A record is one person: pairs with others than a clear leader are beaten, and where none leads clearly all are doubtful. */
function compete(
  pairs: readonly NodePair[],
  lead: number,
  canonical: (person: string) => string,
): { doubtful: Set<NodePair>; beaten: Set<NodePair> } {
  const known = pairs.flatMap((pair) => {
    const [person, record] = isPerson(pair.a) ? [pair.a, pair.b] : [pair.b, pair.a];
    return isPerson(person) && !isPerson(record) ? [{ pair, record, person: canonical(person) }] : [];
  });
  const ofRecord = groupedBy(known, ({ record }) => record);
  const doubtful = new Set<NodePair>();
  const beaten = new Set<NodePair>();
  for (const [leader, ...rest] of ofRecord.values()) {
    if (!leader) continue;
    const others = rest.filter(({ person }) => person !== leader.person);
    const close = others.filter(({ pair }) => leader.pair.weight - pair.weight < lead);
    for (const { pair } of others) (close.length > 0 ? doubtful : beaten).add(pair);
    if (close.length > 0) doubtful.add(leader.pair);
  }
  return { doubtful, beaten };
}

function group(
  pairs: readonly NodePair[],
  decisions: readonly Decision[],
  one: ReadonlyMap<string, string>,
): { groups: string[][]; refused: Set<NodePair> } {
  const nodes = [
    ...new Set([...pairs.flatMap(({ a, b }) => [a, b]), ...decisions.flatMap(({ a, b }) => [a, b])]),
  ].toSorted();
  const number = new Map(nodes.map((node, i) => [node, i]));
  const same = decisions.filter(({ verdict }) => verdict === 'same');
  const edges: (Edge & { pair?: NodePair })[] = [
    ...same.map(({ a, b }) => ({ l: number.get(a) ?? 0, r: number.get(b) ?? 0, weight: DECIDED })),
    ...pairs.map((pair) => ({
      l: number.get(pair.a) ?? 0,
      r: number.get(pair.b) ?? 0,
      weight: pair.weight,
      pair,
    })),
  ];
  const apart = new Map<string, [string, string][]>();
  for (const { decisionId, a, b, verdict } of decisions) {
    if (verdict !== 'different') continue;
    for (const [node, side] of [[a, 'a'] as const, [b, 'b'] as const])
      apart.set(node, [...(apart.get(node) ?? []), [`decision ${decisionId}`, side]]);
  }
  const { members, refused } = cluster(edges, (i) => {
    const node = nodes[i] ?? '';
    const slots = apart.get(node) ?? [];
    return isPerson(node) ? [...slots, ['person', one.get(node) ?? node] as const] : slots;
  });
  const names = (ids: readonly number[]): string[] => ids.map((i) => nodes[i] ?? '');
  const groups = [...members.values()].map(names);
  const inGroup = new Set(groups.flat());
  // A record somebody decided not to be who it says is a person of its own until more is known.
  const alone = decisions
    .filter(({ verdict }) => verdict === 'different')
    .flatMap(({ a, b }) => [a, b])
    .filter((node) => !isPerson(node) && !inGroup.has(node));
  return {
    groups: [...groups, ...[...new Set(alone)].map((node) => [node])],
    refused: new Set((refused as (Edge & { pair?: NodePair })[]).flatMap(({ pair }) => pair ?? [])),
  };
}

/** People decided to be one share the slot of the least of them. */
function sameByDecision(decisions: readonly Decision[]): Map<string, string> {
  const nodes = [...new Set(decisions.flatMap(({ a, b }) => [a, b]))].toSorted();
  const number = new Map(nodes.map((node, i) => [node, i]));
  const { members } = cluster(
    decisions.map(({ a, b }) => ({ l: number.get(a) ?? 0, r: number.get(b) ?? 0, weight: DECIDED })),
  );
  return new Map(
    [...members.values()].flatMap((ids) =>
      ids.map((i) => [nodes[i] ?? '', nodes[ids[0] ?? 0] ?? ''] as const),
    ),
  );
}

/** The first decision names the person to keep first. */
function keptFirst(persons: readonly string[], decisions: readonly Decision[]): string[] {
  const named = decisions.filter(({ verdict }) => verdict === 'same').map(({ a }) => a);
  const place = (node: string): number => {
    const at = named.indexOf(node);
    return at < 0 ? Infinity : at;
  };
  return persons.toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

/** The id these records had; among several the one of most of them, then the least. A new one follows from the earliest key. */
function lastingId(
  records: readonly string[],
  before: ReadonlyMap<string, string>,
  given: ReadonlySet<string>,
): string {
  const had = new Map<string, number>();
  for (const record of records) {
    const id = before.get(record);
    if (id !== undefined && !given.has(id) && isOwn(id)) had.set(id, (had.get(id) ?? 0) + 1);
  }
  const [kept] = [...had].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  if (kept) return kept[0];
  const id = ownId(first(records));
  // A record that left the person it began: its key made that id already.
  return given.has(id) ? ownId(`${first(records)} again`) : id;
}
/** Ids of people without a number: told by their first letter from those of numbers, which are hexadecimal throughout. */
const ownId = (key: string): string => `u${createHash('sha256').update(key).digest('hex').slice(0, 31)}`;
const isOwn = (id: string): boolean => id.startsWith('u');

const first = (members: readonly string[]): string => members.toSorted()[0] ?? '';
const pairKey = (a: string, b: string): string => (a < b ? `${a}\n${b}` : `${b}\n${a}`);

function entityOf(
  node: string,
  assignments: ReadonlyMap<string, Assignment>,
  merged: ReadonlyMap<string, string>,
): string {
  if (!isPerson(node)) return assignments.get(node)?.entityId ?? node;
  const id = node.slice(PERSON.length);
  return merged.get(id) ?? id;
}

/** What changed since the run before, by where records came from and went to. */
function eventsOf(
  assignments: ReadonlyMap<string, Assignment>,
  before: ReadonlyMap<string, string>,
  decisions: readonly Decision[],
  author: string,
): IdentityEvent[] {
  const moves = new Map<string, { fromId: string; toId: string; records: string[] }>();
  const stayed = new Set<string>();
  for (const record of new Set([...before.keys(), ...assignments.keys()])) {
    const [fromId, toId] = [before.get(record) ?? '', assignments.get(record)?.entityId ?? ''];
    if (fromId === toId) {
      stayed.add(fromId);
      continue;
    }
    const key = `${fromId}>${toId}`;
    const move = moves.get(key);
    if (move) move.records.push(record);
    else moves.set(key, { fromId, toId, records: [record] });
  }
  const decided = new Map(
    decisions.flatMap(({ a, b, decisionId }) => [[a, decisionId] as const, [b, decisionId] as const]),
  );
  return [...moves.values()].map(({ fromId, toId, records }) => {
    const by = records.map((record) => decided.get(record)).find((id) => id !== undefined);
    return {
      kind: fromId === '' ? 'linked' : toId === '' ? 'unlinked' : stayed.has(fromId) ? 'split' : 'merge',
      fromId,
      toId,
      records: records.toSorted(),
      evidence: assignments.get(records[0] ?? '')?.evidence ?? [],
      author: by === undefined ? author : `decision ${by}`,
    };
  });
}
