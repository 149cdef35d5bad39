/**
 * What ties the rows of a query's answer to the rows of a table it reads: `expression over the table = column of the answer`.
 * A column handed through, grouped by, or joined by an equality ties; so does a value computed from one row alone (a resolved id is a
 * hash of a number). It is the tracing query of Cui and Widom ("Practical Lineage Tracing in Data Warehouses", ICDE 2000) read
 * from the engine's tree: rows of the table that agree in every tie are those the answer's row was made from.
 */
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { positionOf, queriesOf, sectionOf } from './query-tree.ts';
import type { QueryTree, TreeNode } from './query-tree.ts';

export interface Tie {
  /** SQL over the table's columns. */
  expression: string;
  /** Column of the query's answer. */
  column: string;
}
export interface TiedTable {
  /** `base.contract` */
  relation: string;
  ties: Tie[];
  /** Values an answer's row has if it comes from the branch of a union the table stands in: `rule = 'arrears'`. */
  guards: { column: string; constant: string }[];
  /** The table it is joined to by these equalities, itself tied or joined to one that is. */
  through: { table: TiedTable; pairs: { expression: string; other: string }[] } | undefined;
}

interface Table {
  node: TreeNode;
  /** Queries of unions it stands in: what is known in one branch says nothing outside it. */
  branches: ReadonlySet<number>;
  tied: TiedTable;
}

/** One entry each time a table is read; without ties when nothing narrows it (a whole table is counted or crossed). */
export function rowTies(tree: QueryTree): TiedTable[] {
  const spelling = new Spelling(tree);
  const nodes = [...tree.byId.values()];
  const unions = nodes
    .filter((node) => node.kind === 'UNION')
    .flatMap((union) => sectionOf(union, 'QUERIES'));
  const tables = nodes
    .filter((node) => node.kind === 'TABLE')
    .map((node): Table => ({
      node,
      branches: new Set(unions.filter((query) => spelling.holds(query, node)).map(({ id }) => id)),
      tied: { relation: node.name, ties: [], guards: [], through: undefined },
    }));
  const joins = nodes.filter((node) => node.kind === 'JOIN').flatMap((join) => stepsOf(join, spelling));
  spelling.equate(joins);
  queriesOf(tree.root)[0]?.columns.forEach((text, position) => {
    const column = text.slice(0, text.indexOf(' '));
    for (const { node, tied } of tables)
      for (const query of queriesOf(tree.root).filter((one) => spelling.holds(one, node))) {
        const expression = sectionOf(query, 'PROJECTION')[position];
        const sql = expression && spelling.over(expression, node);
        if (sql && !tied.ties.some((one) => one.expression === sql))
          tied.ties.push({ expression: sql, column });
        const constant = expression && !sql ? spelling.constantFor(expression, node) : undefined;
        if (constant) tied.guards.push({ column, constant });
      }
  });
  reachThrough(tables, joins, spelling);
  return tables.map(({ tied }) => tied);
}

/** `from = to` of a join, in the directions in which it binds: a row that a LEFT JOIN keeps need not have a partner. */
interface Step {
  from: TreeNode;
  to: TreeNode;
  binds(from: Table, to: Table): boolean;
  /** The same where `from` is not one table's: what it is equal to may stand for it. */
  isBinding: boolean;
}

function stepsOf(join: TreeNode, spelling: Spelling): Step[] {
  const kind = /kind: (\w+)/.exec(join.detail)?.[1] ?? 'INNER';
  const [left, right] = ['LEFT TABLE EXPRESSION', 'RIGHT TABLE EXPRESSION'].map(
    (one) => sectionOf(join, one)[0],
  );
  if (!left || !right) return [];
  const sideOf = (node: TreeNode): 'left' | 'right' | undefined =>
    spelling.holds(left, node) ? 'left' : spelling.holds(right, node) ? 'right' : undefined;
  const leads = (from: 'left' | 'right' | undefined): boolean =>
    kind === 'INNER' || (kind === 'LEFT' && from === 'left') || (kind === 'RIGHT' && from === 'right');
  const binds = (from: Table, to: Table): boolean => {
    if (![...from.branches].every((one) => to.branches.has(one))) return false;
    const [start, end] = [sideOf(from.node), sideOf(to.node)];
    return start !== undefined && end !== undefined && start !== end && leads(start);
  };
  const step = (from: TreeNode, to: TreeNode): Step => {
    const source = spelling.sourceOf(from);
    return { from, to, binds, isBinding: source !== undefined && leads(sideOf(source)) };
  };
  return sectionOf(join, 'JOIN EXPRESSION')
    .flatMap(conjuncts)
    .flatMap((node): Step[] => {
      const [one, other] = sectionOf(node, node.kind === 'COLUMN' ? 'EXPRESSION' : 'ARGUMENTS');
      const isEquality = node.kind === 'COLUMN' || node.name === 'equals';
      return isEquality && one && other ? [step(one, other), step(other, one)] : [];
    });
}
const uniquePairs = (pairs: { expression: string; other: string }[]): typeof pairs => [
  ...new Map(pairs.map((pair) => [`${pair.expression}=${pair.other}`, pair])).values(),
];
const conjuncts = (node: TreeNode): TreeNode[] =>
  node.kind === 'FUNCTION' && node.name === 'and' ? sectionOf(node, 'ARGUMENTS').flatMap(conjuncts) : [node];

/**
 * A joined table is reached over the table it is joined to as well: the answer may hand on little of it (a name, a district) or
 * nothing. Tables best tied come first, so that each is reached from one that knows its rows better.
 */
function reachThrough(tables: readonly Table[], steps: readonly Step[], spelling: Spelling): void {
  const reached = new Set<Table>();
  for (const first of tables.toSorted((a, b) => b.tied.ties.length - a.tied.ties.length)) {
    if (first.tied.ties.length === 0 || reached.has(first)) continue;
    const next = [first];
    reached.add(first);
    for (const start of next)
      for (const end of tables) {
        if (reached.has(end)) continue;
        const pairs = steps.flatMap(({ from, to, binds }) => {
          const expression = binds(start, end) ? spelling.over(to, end.node) : undefined;
          const other = expression && spelling.over(from, start.node);
          return expression && other ? [{ expression, other }] : [];
        });
        if (pairs.length === 0) continue;
        end.tied.through = { table: start.tied, pairs: uniquePairs(pairs) };
        reached.add(end);
        next.push(end);
      }
  }
}

/** Longer expressions tie no better than the columns they are made of, and cost more. */
const MOST_NODES = 16;

interface Attempt {
  budget: number;
  /** Columns being spelled: equalities lead in circles. */
  path: Set<string>;
}

/** Writes an expression of the tree as SQL over one table's columns, where it depends on nothing else. */
class Spelling {
  private readonly known = new Map<string, string | undefined>();
  private readonly below = new Map<number, ReadonlySet<number>>();
  private equal = new Map<string, TreeNode[]>();

  constructor(private readonly tree: QueryTree) {}

  /** What stands for a column where a join makes it equal: `bill.house_code = dwelling.house_code`. */
  equate(steps: readonly Step[]): void {
    for (const { from, to, isBinding } of steps)
      if (isBinding && from.kind === 'COLUMN')
        this.equal.set(placeOf(from), [...(this.equal.get(placeOf(from)) ?? []), to]);
  }

  over(node: TreeNode, table: TreeNode): string | undefined {
    const key = `${table.id}:${node.id}`;
    if (!this.known.has(key)) {
      const sql = this.spell(node, table, { budget: MOST_NODES, path: new Set() });
      // A constant says nothing about a row.
      this.known.set(key, sql?.includes('`') ? sql : undefined);
    }
    return this.known.get(key);
  }

  /** The constant an expression is in the branch that reads the table, where it is one. */
  constantFor(node: TreeNode, table: TreeNode): string | undefined {
    const sql = this.spell(node, table, { budget: MOST_NODES, path: new Set() });
    return sql === undefined || sql.includes('`') ? undefined : sql;
  }

  sourceOf(node: TreeNode): TreeNode | undefined {
    return node.source === undefined ? undefined : this.tree.byId.get(node.source);
  }

  private spell(node: TreeNode, table: TreeNode, attempt: Attempt): string | undefined {
    if (node.kind === 'COLUMN') return this.column(node, table, attempt);
    if (attempt.budget-- <= 0) return undefined;
    if (node.kind === 'CONSTANT') return constant(node);
    if (node.kind !== 'FUNCTION' || !/function_type: ordinary/.test(node.detail)) return undefined;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(node.name) || CHANGING.has(node.name)) return undefined;
    const spelled: string[] = [];
    for (const argument of sectionOf(node, 'ARGUMENTS')) {
      const sql = this.spell(argument, table, attempt);
      if (sql === undefined) return undefined;
      spelled.push(sql);
    }
    return `${node.name}(${spelled.join(', ')})`;
  }

  private column(node: TreeNode, table: TreeNode, attempt: Attempt): string | undefined {
    const source = this.sourceOf(node);
    if (source?.id === table.id) return identifier(node.name);
    const place = placeOf(node);
    if (source === undefined || attempt.path.has(place)) return undefined;
    attempt.path.add(place);
    const { budget } = attempt;
    try {
      for (const meaning of [...this.meanings(source, node, table), ...(this.equal.get(place) ?? [])]) {
        attempt.budget = budget;
        const sql = this.spell(meaning, table, attempt);
        if (sql !== undefined) return sql;
      }
      return undefined;
    } finally {
      attempt.path.delete(place);
    }
  }

  /** What a subquery says its column is. Of a union only the branch that reads the table says what the table's rows get. */
  private meanings(source: TreeNode, column: TreeNode, table: TreeNode): TreeNode[] {
    if (source.kind !== 'QUERY' && source.kind !== 'UNION') return [];
    const queries = queriesOf(source);
    const position = queries[0] ? positionOf(queries[0], column.name) : -1;
    return queries
      .filter((query) => source.kind === 'QUERY' || this.holds(query, table))
      .flatMap((query) => sectionOf(query, 'PROJECTION')[position] ?? []);
  }

  /** Does the table or subquery stand below the node, or is it the node? */
  holds(node: TreeNode, table: TreeNode): boolean {
    return this.expressionsBelow(node).has(table.id);
  }

  private expressionsBelow(node: TreeNode): ReadonlySet<number> {
    let below = this.below.get(node.id);
    if (!below) {
      const found = new Set<number>(TABLE_EXPRESSIONS.has(node.kind) ? [node.id] : []);
      this.below.set(node.id, found);
      for (const children of node.sections.values())
        for (const child of children)
          for (const id of this.expressionsBelow(this.tree.byId.get(child.id) ?? child)) found.add(id);
      below = found;
    }
    return below;
  }
}

const TABLE_EXPRESSIONS: ReadonlySet<string> = new Set(['TABLE', 'QUERY', 'UNION', 'ARRAY_JOIN']);
const placeOf = (column: TreeNode): string => `${column.source ?? ''}:${column.name}`;

/** Their answer is not the row's alone. */
const CHANGING: ReadonlySet<string> = new Set([
  'now',
  'now64',
  'today',
  'yesterday',
  'rand',
  'rand64',
  'rowNumberInAllBlocks',
  'arrayJoin',
  '__getScalar',
]);

function constant(node: TreeNode): string | undefined {
  const [, value = '', type = ''] =
    /constant_value: (.*), constant_value_type: (.*)$/s.exec(node.detail) ?? [];
  if (type === 'String') return literal(value.slice(1, -1));
  // Which ids were merged into which (macros/identity.sql).
  if (type === 'Array(String)') return `CAST(${value.replace(/^Array_/, '')}, 'Array(String)')`;
  return /^U?Int\d+$/.test(type) ? (/^U?Int64_(-?\d+)$/.exec(value)?.[1] ?? undefined) : undefined;
}
