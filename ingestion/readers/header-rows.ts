/** Headers of several lines, as merged cells make them: 租金 above 应收 and 实收. */

const isBlank = (cell: string | undefined): boolean => (cell ?? '').trim() === '';

/**
 * One name a column, from above to below, with a point between as fields of nested records have it: `租金.应收`. A name goes for the
 * blank cells right of it as far as names stand below, which is what a merged cell leaves in a file.
 */
export function joinedHeader(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(0, ...rows.map(({ length }) => length));
  const parts: string[][] = Array.from({ length: width }, () => []);
  for (const [line, row] of rows.entries()) {
    const isNamedBelow = (column: number): boolean =>
      rows.slice(line + 1).some((below) => !isBlank(below[column]));
    let above: string[] = [];
    let carried = '';
    for (const [column, names] of parts.entries()) {
      const own = (row[column] ?? '').trim();
      const isUnderSame = above.join('\n') === names.join('\n');
      if (own !== '') carried = isNamedBelow(column) ? own : '';
      else if (!isNamedBelow(column) || !isUnderSame) carried = '';
      above = [...names];
      const name = own === '' ? carried : own;
      // The same word over and under: a merged cell written out in each of its lines.
      if (name !== '' && names.at(-1) !== name) names.push(name);
    }
  }
  return parts.map((names) => names.map((name) => name.replace(/\s*[\r\n]+\s*/g, '')).join('.'));
}
