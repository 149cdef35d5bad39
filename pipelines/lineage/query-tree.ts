/**
 * The engine's own reading of a SELECT: `EXPLAIN QUERY TREE` after name resolution, where each column says which table
 * expression it comes from. Parsed from its printed form, because that is the only form the engine gives.
 */
import { AppError } from '../../domain/errors.ts';

export interface TreeNode {
  /** `QUERY`, `UNION`, `TABLE`, `JOIN`, `ARRAY_JOIN`, `COLUMN`, `FUNCTION`, `CONSTANT`, `LAMBDA`, `SORT`, … */
  kind: string;
  id: number;
  /** `base.contract` of a TABLE, the column of a COLUMN, the function of a FUNCTION. */
  name: string;
  /** Text behind `KIND id: n`, for what has no field of its own. */
  detail: string;
  /** Of a COLUMN: the id of the node it comes from. */
  source: number | undefined;
  /** `PROJECTION`, `WHERE`, `JOIN TREE`, `ARGUMENTS`, … in the order printed. */
  sections: Map<string, TreeNode[]>;
  /** Of a QUERY: `name Type` of each column it hands out. */
  columns: string[];
}

export interface QueryTree {
  root: TreeNode;
  byId: Map<number, TreeNode>;
}

const NODE = /^([A-Z_]+(?: JOIN)?) id: (\d+)(?:, (.*))?$/s;
const COLUMN = /(?:^|, )column_name: (.*), result_type: .*?, source_id: (\d+)$/s;

interface Open {
  indent: number;
  node: TreeNode | undefined;
  section: string;
}

/** @param lines of the answer to `EXPLAIN QUERY TREE run_passes = 1, passes = 1` */
export function parseQueryTree(lines: readonly string[]): QueryTree {
  const byId = new Map<number, TreeNode>();
  const open: Open[] = [];
  let root: TreeNode | undefined;
  for (const line of wholeLines(lines)) {
    const indent = line.length - line.trimStart().length;
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent) open.pop();
    const parent = open.at(-1);
    const text = line.trimStart();
    const owner = open.findLast((one) => one.node !== undefined && one.node.kind !== 'LIST')?.node;
    if (parent?.section === 'PROJECTION COLUMNS') {
      owner?.columns.push(text);
      continue;
    }
    const match = NODE.exec(text);
    if (!match) {
      open.push({ indent, node: undefined, section: text.trim() });
      continue;
    }
    const node = nodeFrom(match);
    // A list has no meaning of its own: what it holds belongs to the section around it.
    const section = open.findLast((one) => one.section !== '')?.section ?? '';
    if (node.kind !== 'LIST') {
      const list = owner?.sections.get(section) ?? [];
      list.push(node);
      owner?.sections.set(section, list);
      root ??= node;
      // A node met again is printed again, as it was before.
      if (!byId.has(node.id)) byId.set(node.id, node);
    }
    open.push({ indent, node, section: node.kind === 'LIST' ? section : '' });
  }
  if (!root) throw new AppError('bug', 'The engine explained a query by an empty tree.');
  return { root, byId };
}

/** A constant may hold line breaks: its line goes on until the constant's type is told. */
function wholeLines(lines: readonly string[]): string[] {
  const whole: string[] = [];
  let waiting = '';
  for (const line of lines) {
    waiting = waiting === '' ? line : `${waiting}\n${line}`;
    if (/^ *CONSTANT id: /.test(waiting) && !waiting.includes(', constant_value_type: ')) continue;
    whole.push(waiting);
    waiting = '';
  }
  return whole;
}

function nodeFrom([, kind = '', id = '', detail = '']: RegExpExecArray): TreeNode {
  const column = kind === 'COLUMN' ? COLUMN.exec(detail) : null;
  return {
    kind: kind === 'CROSS JOIN' ? 'JOIN' : kind,
    id: Number(id),
    name: column?.[1] ?? /(?:table|function)_name: ([^,]+)/.exec(detail)?.[1] ?? '',
    detail,
    source: column ? Number(column[2]) : undefined,
    sections: new Map(),
    columns: [],
  };
}

export const sectionOf = (node: TreeNode, name: string): readonly TreeNode[] => node.sections.get(name) ?? [];

/** Where a query hands out the column of that name; -1 when it does not. */
export const positionOf = (query: TreeNode, column: string): number =>
  query.columns.findIndex((one) => one.startsWith(`${column} `));

/** Queries of a UNION, its nested unions looked through; a QUERY is its own. */
export function queriesOf(node: TreeNode): TreeNode[] {
  if (node.kind === 'QUERY') return [node];
  return sectionOf(node, 'QUERIES').flatMap(queriesOf);
}
