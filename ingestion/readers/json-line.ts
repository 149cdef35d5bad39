/** One flat JSON object. Our own, because `JSON.parse` rounds numbers and lets duplicate names pass. */

export type JsonLine = { names: string[]; values: string[] } | { broken: string };

const BLANK = /[ \t\r\n]*/y;
// eslint-disable-next-line no-control-regex -- JSON forbids control characters in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const WORD = /true|false|null/y;

/** Values as text: strings unescaped, numbers as they are written, `null` as ''. */
export function parseJsonLine(line: string): JsonLine {
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(line)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  const skip = (character: string): boolean => {
    take(BLANK);
    if (line[at] !== character) return false;
    at += 1;
    return true;
  };
  const text = (): string | null => {
    const token = take(STRING);
    return token === null ? null : token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
  };
  const value = (): string | null => {
    take(BLANK);
    if (line[at] === '"') return text();
    const word = take(WORD);
    return word === null ? take(NUMBER) : word === 'null' ? '' : word;
  };

  if (!skip('{')) return { broken: 'is not a JSON object' };
  const names: string[] = [];
  const values: string[] = [];
  const seen = new Set<string>();
  if (!skip('}')) {
    do {
      take(BLANK);
      const name = text();
      if (name === null || !skip(':')) return { broken: `is not JSON at character ${at + 1}` };
      if (seen.has(name)) return { broken: 'has a name twice' };
      seen.add(name);
      const found = value();
      if (found === null) {
        const isNested = line[at] === '{' || line[at] === '[';
        return { broken: isNested ? 'holds a nested value' : `is not JSON at character ${at + 1}` };
      }
      names.push(name);
      values.push(found);
    } while (skip(','));
    if (!skip('}')) return { broken: `is not JSON at character ${at + 1}` };
  }
  take(BLANK);
  return at === line.length ? { names, values } : { broken: 'has text behind the object' };
}
