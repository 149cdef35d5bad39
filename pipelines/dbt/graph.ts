/** Who reads whom. Nodes are models, seeds and sources; an edge points from what is read to what reads it. */
import { AppError } from '../../domain/errors.ts';
import type { Project } from './resolve.ts';
import { sourceName } from './types.ts';
import type { Test } from './types.ts';

export interface Graph {
  /** Model and seed names, each after everything it reads; ties by name, so that the order is the same every time. */
  order: string[];
  /** What a node reads: names of models and seeds, and `source:raw.x` for sources. */
  parents: Map<string, string[]>;
  children: Map<string, string[]>;
  /** What must be done before a model is built: what it reads, and what its tests read. */
  waits: Map<string, string[]>;
  /** Tests to run when a model is built: each hangs on the last built of the models it reads. */
  testsOf: Map<string, Test[]>;
}

export const sourceKey = (name: string): string => `source:${name}`;

/** Throws an `AppError` that spells out the cycle when models read each other in a circle. */
export function buildGraph(project: Project): Graph {
  const parents = new Map<string, string[]>();
  for (const node of project.nodes.values()) {
    parents.set(node.name, [...node.refs, ...node.sources.map((ref) => sourceKey(sourceName(ref)))]);
  }
  topological(parents);
  // The other models of a test (`relationships`) are built before the model it is declared on, unless they read it.
  const ordering = new Map([...parents].map(([name, list]) => [name, [...list]]));
  for (const test of project.tests) {
    if (test.kind !== 'generic') continue;
    for (const other of test.refs) {
      if (other === test.model || reaches(ordering, other, test.model)) continue;
      ordering.get(test.model)?.push(other);
    }
  }
  const order = topological(ordering);
  const position = new Map(order.map((name, index) => [name, index]));
  const testsOf = new Map<string, Test[]>();
  for (const test of project.tests) {
    const read = test.kind === 'generic' ? [test.model, ...test.refs] : test.refs;
    const last = read.toSorted((a, b) => (position.get(b) ?? -1) - (position.get(a) ?? -1))[0];
    if (last === undefined) {
      throw new AppError('bad_configuration', `${test.path}: the test reads no model.`, {
        where: { file: test.path },
        fix: "Use ref('…').",
      });
    }
    testsOf.set(last, [...(testsOf.get(last) ?? []), test]);
    ordering.get(last)?.push(...read.filter((name) => name !== last));
  }
  return {
    order,
    parents,
    children: reversed(parents),
    waits: ordering,
    testsOf,
  };
}

/** Everything reachable from `start` along `edges`, without `start`; at most `depth` steps away. */
export function reachable(edges: Map<string, string[]>, start: string, depth = Infinity): Set<string> {
  const seen = new Set<string>();
  let frontier = [start];
  for (let step = 0; step < depth && frontier.length > 0; step += 1) {
    frontier = [...new Set(frontier.flatMap((name) => edges.get(name) ?? []))].filter(
      (name) => !seen.has(name),
    );
    for (const name of frontier) seen.add(name);
  }
  seen.delete(start);
  return seen;
}

const reaches = (parents: Map<string, string[]>, from: string, to: string): boolean =>
  reachable(parents, from).has(to);

function reversed(parents: Map<string, string[]>): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const [child, list] of parents) {
    for (const parent of list) children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  return children;
}

/** Depth first by name, so that a model follows its inputs closely: its inputs are still warm, and failures show early. */
function topological(parents: Map<string, string[]>): string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string, path: string[]): void => {
    if (state.get(name) === 'done' || !parents.has(name)) return;
    if (state.get(name) === 'open') {
      const cycle = [...path.slice(path.indexOf(name)), name].join(' → ');
      throw new AppError('bad_configuration', `Models read each other in a circle: ${cycle}.`, {
        where: { model: name },
        fix: 'Take one ref out.',
      });
    }
    state.set(name, 'open');
    for (const parent of (parents.get(name) ?? []).toSorted()) visit(parent, [...path, name]);
    state.set(name, 'done');
    order.push(name);
  };
  for (const name of [...parents.keys()].sort()) visit(name, []);
  return order;
}
