/** Which columns of tables a query's columns come from, and which decide what rows there are. Terms after OpenLineage's column lineage. */
import { positionOf, queriesOf, sectionOf } from './query-tree.ts';
import type { QueryTree, TreeNode } from './query-tree.ts';

/** How an input column reaches an output column. `identity`: handed through; `window`: over other rows. */
export type Direct = 'identity' | 'transformation' | 'aggregation' | 'window';
/** How an input column decides which rows there are, or how they are put together. */
export type Indirect = 'join' | 'filter' | 'group_by' | 'sort';

export interface ColumnInput {
  /** Column of the query; '*' for what concerns every row. */
  column: string;
  /** `base.contract` */
  relation: string;
  relationColumn: string;
  how: Direct | Indirect;
}

/** From the least to the most done to a value: of several ways the most is told. */
const RANK: readonly Direct[] = ['identity', 'transformation', 'aggregation', 'window'];
const stronger = (a: Direct, b: Direct): Direct => (RANK.indexOf(a) >= RANK.indexOf(b) ? a : b);

const ROW_SECTIONS: readonly (readonly [string, Indirect])[] = [
  ['WHERE', 'filter'],
  ['PREWHERE', 'filter'],
  ['HAVING', 'filter'],
  ['QUALIFY', 'filter'],
  ['GROUP BY', 'group_by'],
  ['ORDER BY', 'sort'],
  ['LIMIT BY', 'filter'],
];

/** Every column a query reads and what for, each combination once. */
export function columnInputs(tree: QueryTree): ColumnInput[] {
  const trace = new Trace(tree);
  for (const query of queriesOf(tree.root)) {
    query.columns.forEach((_, i) => {
      const column = nameAt(tree, i);
      const expression = sectionOf(query, 'PROJECTION')[i];
      if (expression) trace.value(expression, column, 'identity');
    });
  }
  trace.rows(tree.root);
  return trace.found();
}

/** Columns of a union are called as in its first query. */
function nameAt(tree: QueryTree, position: number): string {
  const text = queriesOf(tree.root)[0]?.columns[position] ?? '';
  return text.slice(0, text.indexOf(' '));
}

class Trace {
  private readonly inputs = new Map<string, ColumnInput>();
  /** Expressions seen for an output column and a way: a tree shares nodes, and walking each path anew would not end. */
  private readonly seen = new Set<string>();
  private readonly walked = new Set<number>();

  constructor(private readonly tree: QueryTree) {}

  found(): ColumnInput[] {
    return [...this.inputs.values()];
  }

  /** What the value of an expression is made of. */
  value(node: TreeNode, column: string, how: Direct | Indirect): void {
    const key = `${column}\0${how}\0${node.id}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    if (node.kind === 'COLUMN') return this.column(node, column, how);
    if (node.kind === 'QUERY' || node.kind === 'UNION') return this.answers(node, column, how);
    const next = node.kind === 'FUNCTION' ? afterFunction(node, how) : how;
    for (const [section, nodes] of node.sections)
      for (const child of nodes) this.value(child, column, section === 'WINDOW' ? atLeastWindow(how) : next);
  }

  /** A scalar or IN subquery: its columns, and its rows are decided by its own conditions. */
  private answers(node: TreeNode, column: string, how: Direct | Indirect): void {
    for (const query of queriesOf(node))
      for (const expression of sectionOf(query, 'PROJECTION')) this.value(expression, column, done(how));
    this.rows(node);
  }

  private column(node: TreeNode, column: string, how: Direct | Indirect): void {
    // An alias, a column of ARRAY JOIN or of USING says itself what it is.
    const spelled = sectionOf(node, 'EXPRESSION');
    const source = node.source === undefined ? undefined : this.tree.byId.get(node.source);
    if (source?.kind === 'LAMBDA') return;
    if (source?.kind === 'TABLE') return this.add(column, source.name, node.name, how);
    if (source?.kind === 'QUERY' || source?.kind === 'UNION') {
      const queries = queriesOf(source);
      const position = queries[0] ? positionOf(queries[0], node.name) : -1;
      for (const query of queries) {
        const expression = sectionOf(query, 'PROJECTION')[position];
        if (expression) this.value(expression, column, how);
      }
      return;
    }
    const definition = spelled.length > 0 ? spelled : this.definedIn(source, node.name);
    for (const one of definition) this.value(one, column, source?.kind === 'ARRAY_JOIN' ? done(how) : how);
  }

  /** A column of ARRAY JOIN is spelled out where the join stands, and only named where it is used. */
  private definedIn(source: TreeNode | undefined, name: string): readonly TreeNode[] {
    if (!source) return [];
    const columns = [...sectionOf(source, 'JOIN EXPRESSIONS'), ...sectionOf(source, 'JOIN EXPRESSION')];
    const column = columns.find((one) => one.kind === 'COLUMN' && one.name === name);
    return column ? sectionOf(column, 'EXPRESSION') : [];
  }

  /** What decides which rows a query has, through its subqueries. */
  rows(node: TreeNode): void {
    if (this.walked.has(node.id)) return;
    this.walked.add(node.id);
    if (node.kind === 'QUERY') {
      for (const [section, how] of ROW_SECTIONS)
        for (const one of sectionOf(node, section)) this.value(one, '*', how);
      for (const one of sectionOf(node, 'JOIN TREE')) this.rows(one);
      return;
    }
    if (node.kind === 'JOIN' || node.kind === 'ARRAY_JOIN') {
      for (const section of ['JOIN EXPRESSION', 'JOIN EXPRESSIONS'])
        for (const one of sectionOf(node, section)) this.value(one, '*', 'join');
      for (const section of [
        'LEFT TABLE EXPRESSION',
        'RIGHT TABLE EXPRESSION',
        'TABLE EXPRESSION',
        'TABLE EXPRESSIONS',
      ])
        for (const one of sectionOf(node, section)) this.rows(one);
      return;
    }
    for (const query of queriesOf(node)) this.rows(query);
  }

  private add(column: string, relation: string, relationColumn: string, how: Direct | Indirect): void {
    const direct = RANK.includes(how as Direct);
    const key = `${column}\0${relation}\0${relationColumn}\0${direct ? '' : how}`;
    const before = this.inputs.get(key);
    const best = before && direct ? stronger(before.how as Direct, how as Direct) : how;
    this.inputs.set(key, { column, relation, relationColumn, how: best });
  }
}

/** Something is done to the value on its way. */
const done = (how: Direct | Indirect): Direct | Indirect =>
  RANK.includes(how as Direct) ? stronger(how as Direct, 'transformation') : how;
const atLeastWindow = (how: Direct | Indirect): Direct | Indirect =>
  RANK.includes(how as Direct) ? 'window' : how;

function afterFunction(node: TreeNode, how: Direct | Indirect): Direct | Indirect {
  if (!RANK.includes(how as Direct)) return how;
  const type = /function_type: (\w+)/.exec(node.detail)?.[1];
  const does: Direct = type === 'aggregate' ? 'aggregation' : type === 'window' ? 'window' : 'transformation';
  return stronger(how as Direct, does);
}
