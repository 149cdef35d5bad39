/** One JSON object as a row. Our own, because `JSON.parse` rounds numbers and lets duplicate names pass. */

export type JsonLine = { names: string[]; values: string[] } | { broken: string };

const BLANK = /[ \t\r\n]*/y;
// eslint-disable-next-line no-control-regex -- JSON forbids control characters in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const MAX_DEPTH = 64;

class Broken extends Error {}

/**
 * Values as text: strings unescaped, numbers as they are written, `null` as ''.
 * @param nested `columns`: a value in an object is named by its path (`房屋.面积`), an array is its JSON text
 */
export function parseJsonLine(line: string, nested?: 'columns'): JsonLine {
  const row = new JsonRow(line, nested === 'columns');
  try {
    row.read();
  } catch (error) {
    if (error instanceof Broken) return { broken: error.message };
    throw error;
  }
  return { names: [...row.values.keys()], values: [...row.values.values()] };
}

class JsonRow {
  readonly values = new Map<string, string>();
  readonly #line: string;
  readonly #isNested: boolean;
  #at = 0;

  constructor(line: string, isNested: boolean) {
    this.#line = line;
    this.#isNested = isNested;
  }

  read(): void {
    if (!this.#skip('{')) throw new Broken('is not a JSON object');
    this.#object((name) => {
      this.#field(name, 1);
    });
    this.#take(BLANK);
    if (this.#at !== this.#line.length) throw new Broken('has text behind the object');
  }

  #field(path: string, depth: number): void {
    this.#take(BLANK);
    const from = this.#at;
    const opening = this.#line[from];
    let value: string;
    if (opening === '{' || opening === '[') {
      if (!this.#isNested) throw new Broken('holds a nested value');
      if (opening === '{') {
        this.#descend(depth, (name) => {
          this.#field(`${path}.${name}`, depth + 1);
        });
        return;
      }
      this.#any(depth);
      value = this.#line.slice(from, this.#at);
    } else value = this.#scalar();
    if (this.values.has(path)) throw new Broken('has a name twice');
    this.values.set(path, value);
  }

  /** Any value, only to find its end. */
  #any(depth: number): void {
    this.#take(BLANK);
    if (this.#line[this.#at] === '{') this.#descend(depth, () => this.#any(depth + 1));
    else if (this.#line[this.#at] === '[') {
      this.#deeper(depth);
      this.#at += 1;
      if (this.#skip(']')) return;
      do this.#any(depth + 1);
      while (this.#skip(','));
      if (!this.#skip(']')) throw this.#notJson();
    } else this.#scalar();
  }

  #descend(depth: number, member: (name: string) => void): void {
    this.#deeper(depth);
    this.#at += 1;
    this.#object(member);
  }
  #deeper(depth: number): void {
    if (depth >= MAX_DEPTH) throw new Broken(`is nested deeper than ${MAX_DEPTH}`);
  }

  /** Behind the opening bracket; `member` reads a value. */
  #object(member: (name: string) => void): void {
    if (this.#skip('}')) return;
    const seen = new Set<string>();
    do {
      this.#take(BLANK);
      const name = this.#line[this.#at] === '"' ? this.#text() : null;
      if (name === null || !this.#skip(':')) throw this.#notJson();
      if (seen.has(name)) throw new Broken('has a name twice');
      seen.add(name);
      member(name);
    } while (this.#skip(','));
    if (!this.#skip('}')) throw this.#notJson();
  }

  #scalar(): string {
    if (this.#line[this.#at] === '"') return this.#text();
    const word = this.#take(WORD) ?? this.#take(NUMBER);
    if (word === null) throw this.#notJson();
    return word === 'null' ? '' : word;
  }

  #text(): string {
    const token = this.#take(STRING);
    if (token === null) throw this.#notJson();
    return token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#line)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }
  #skip(character: string): boolean {
    this.#take(BLANK);
    if (this.#line[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
  #notJson = (): Broken => new Broken(`is not JSON at character ${this.#at + 1}`);
}
