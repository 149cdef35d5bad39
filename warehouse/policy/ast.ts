/** A node of `EXPLAIN AST`'s text: `TableIdentifier base.person (alias p) (children 1)`. */
export interface AstNode {
  /** First word: `Function`, `TableIdentifier`, `SelectQuery` … */
  type: string;
  /** What follows, without alias and number of children: a name, a literal. */
  label: string;
  children: AstNode[];
}

const LINE = /^( *)(\S.*?)(?: \(children (\d+)\))?$/;

/**
 * Reads the lines back into a tree. Names are printed as they are, so one that holds a line break could pretend to be
 * further nodes: depth and number of children must fit exactly, or there is no tree.
 * @returns null when the text is not a well-formed tree
 */
export function parseAst(lines: string[]): AstNode | null {
  let position = 0;
  function node(depth: number): AstNode | null {
    const match = LINE.exec(lines[position] ?? '');
    if (!match || match[1]?.length !== depth) return null;
    position += 1;
    const [, , head = '', childCount = '0'] = match;
    const [type = '', ...label] = head.replace(/ \(alias .*\)$/, '').split(' ');
    const children: AstNode[] = [];
    for (let count = Number(childCount); count > 0; count -= 1) {
      const child = node(depth + 1);
      if (!child) return null;
      children.push(child);
    }
    return { type, label: label.join(' '), children };
  }
  const root = node(0);
  return position === lines.length ? root : null;
}
