/**
 * dbt's node selection: `person`, `+person`, `person+`, `2+person`, `tag:nightly`, `path:marts/supply`, `source:raw.x+`,
 * a folder's name, `*` in names. A space or another argument is a union, a comma an intersection.
 */
import { AppError } from '../../domain/errors.ts';
import { reachable, sourceKey } from './graph.ts';
import type { Graph } from './graph.ts';
import type { Project } from './resolve.ts';
import { relationName } from './types.ts';

export interface Selection {
  select?: string[];
  exclude?: string[];
}

const TERM = /^(?<ups>\d*\+)?(?:(?<method>[a-z_.]+):)?(?<value>[^+]+?)(?<downs>\+\d*)?$/;

/** Names of the models and seeds chosen; all of them when nothing is asked. */
export function selectNodes(
  project: Project,
  graph: Graph,
  { select = [], exclude = [] }: Selection,
): Set<string> {
  const all = new Set(project.nodes.keys());
  const wanted = select.length === 0 ? all : union(project, graph, select);
  const unwanted = exclude.length === 0 ? new Set<string>() : union(project, graph, exclude);
  return new Set([...wanted].filter((name) => !unwanted.has(name)));
}

function union(project: Project, graph: Graph, expressions: string[]): Set<string> {
  const words = expressions.flatMap((expression) => expression.split(/\s+/)).filter((word) => word !== '');
  return new Set(words.flatMap((word) => [...intersection(project, graph, word)]));
}

function intersection(project: Project, graph: Graph, word: string): Set<string> {
  const [first = new Set<string>(), ...others] = word.split(',').map((term) => one(project, graph, term));
  return others.reduce((left, right) => new Set([...left].filter((name) => right.has(name))), first);
}

function one(project: Project, graph: Graph, term: string): Set<string> {
  const parts = TERM.exec(term)?.groups;
  if (!parts?.['value']) throw refused(term, 'it is not a selector');
  const seeds = matches(project, parts['method'] ?? 'fqn', parts['value'], term);
  if (seeds.length === 0) throw refused(term, 'nothing in the project matches it');
  const chosen = new Set(seeds);
  for (const seed of seeds) {
    if (parts['ups']) reachable(graph.parents, seed, depth(parts['ups'])).forEach((name) => chosen.add(name));
    if (parts['downs'])
      reachable(graph.children, seed, depth(parts['downs'])).forEach((name) => chosen.add(name));
  }
  return new Set([...chosen].filter((name) => project.nodes.has(name)));
}

const depth = (plus: string): number => (plus === '+' ? Infinity : Number(plus.replace('+', '')));

/** Graph keys a method and value stand for. */
function matches(project: Project, method: string, value: string, term: string): string[] {
  const nodes = [...project.nodes.values()];
  const like = wildcard(value);
  switch (method) {
    case 'fqn':
      return nodes
        .filter(
          (node) =>
            like(node.name) ||
            like(relationName(node.relation)) ||
            node.path.split('/').slice(0, -1).some(like),
        )
        .map((node) => node.name);
    case 'tag':
      return nodes.filter((node) => node.config.tags.some(like)).map((node) => node.name);
    case 'path':
      return nodes
        .filter((node) => like(node.path) || node.path.startsWith(value.replace(/\/?$/, '/')))
        .map((node) => node.name);
    case 'config.materialized':
      return nodes.filter((node) => like(node.config.materialized)).map((node) => node.name);
    case 'source':
      return [...project.sources.values()]
        .filter((source) => like(source.name) || like(source.source))
        .map((source) => sourceKey(source.name));
    default:
      throw refused(term, `there is no method ${method}`);
  }
}

function wildcard(value: string): (text: string) => boolean {
  const source = value.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  const pattern = new RegExp(`^${source.join('.*')}$`);
  return (text) => pattern.test(text);
}

const refused = (term: string, why: string): AppError =>
  new AppError('bad_request', `The selection “${term}” is refused: ${why}.`, {
    where: { selector: term },
    fix: 'Use a model name, tag:, path: or source:, with + for what it reads or what reads it.',
  });
