/** Delimiters of several characters, such as `|@|` and `||`. */

/** Lines looked at, and those candidates are taken from. */
const LINES = 200;
const SHOWN = 20;
/** Share of the lines that must agree; titles and lines under the table do not. */
const AGREEING = 0.8;
/** Signs and control characters; not those that stand in amounts, days and texts, nor the comma, which is doubled by an empty cell. */
// eslint-disable-next-line no-control-regex -- what old systems put between cells
const SIGNS = /[!#$%&*+;<=>?@[\]^_`{|}~\u0001-\u0008\u000e-\u001f§¦¤]{2,}/g;
/** What mostly stands alone: left over beside a longer delimiter, it is the delimiter. */
// eslint-disable-next-line no-control-regex -- the same
const SINGLE = /[|;^\u0001]/;
const MOST_BYTES = 4;

/** @returns the longest that every line has as often, or null */
export function longDelimiter(start: string, isWhole: boolean): string | null {
  const all = start.split(/\r\n|\r|\n/, LINES + 1);
  const lines = (isWhole ? all : all.slice(0, -1)).filter((line) => line.trim() !== '');
  const candidates = [...new Set(lines.slice(0, SHOWN).flatMap(partsOf))].toSorted(
    (a, b) => b.length - a.length,
  );
  return candidates.find((delimiter) => lines.length > 1 && isEven(lines, delimiter)) ?? null;
}

function partsOf(line: string): string[] {
  const parts: string[] = [];
  for (const [run] of line.matchAll(SIGNS)) {
    for (let at = 0; at < Math.min(run.length, 64); at++)
      for (let length = 2; length <= MOST_BYTES && at + length <= run.length; length++)
        parts.push(run.slice(at, at + length));
  }
  return parts.filter((part) => Buffer.byteLength(part) <= MOST_BYTES);
}

function isEven(lines: string[], delimiter: string): boolean {
  const counts = new Map<number, number>();
  let leftOver = 0;
  for (const line of lines) {
    const cells = line.split(delimiter);
    counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
    const single = cells.join('').match(SINGLE)?.[0];
    if (single === undefined || !delimiter.includes(single)) continue;
    // A header of names shows what cells that are always empty hide.
    if (cells.length === 1) return false;
    leftOver += 1;
  }
  const [[width, count] = [1, 0]] = [...counts].toSorted(([, a], [, b]) => b - a);
  return width > 1 && count >= lines.length * AGREEING && leftOver <= lines.length * (1 - AGREEING);
}

/** Do lines begin with a quote, as cells do where some may hold the delimiter? */
export function areQuoted(start: string): boolean {
  const lines = start.split(/\r\n|\r|\n/, LINES).filter((line) => line.trim() !== '');
  return lines.filter((line) => line.startsWith('"')).length > lines.length / 2;
}
