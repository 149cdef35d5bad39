/** Cuts a JSON text into the elements of one array in it, in bounded memory: the file may be one line of gigabytes. */
import { LIMITS, refusal } from './reader.ts';

interface Container {
  isArray: boolean;
  /** Of an object: the name of the value being read. */
  name: string | null;
}

const MAX_DEPTH = 64;
const STRUCTURE = /["{}[\],:]/g;

export class JsonElements {
  readonly #path: readonly string[];
  readonly #open: Container[] = [];
  #rest = '';
  /** Scanned so far within `#rest`; where the element being read begins, or -1. */
  #at = 0;
  #element = -1;
  /** Characters of the file before `#rest`. */
  #before = 0;
  #elements = 0;
  #isName = false;
  #isOver = false;
  /** Was the array there at all? */
  isFound = false;

  /** @param path names that lead from the top to the array */
  constructor(path: readonly string[]) {
    this.#path = path;
  }

  /** @throws AppError `refused_delivery`, rule `bad_json`, naming the character */
  *push(text: string): Generator<string> {
    this.#rest += text;
    for (;;) {
      STRUCTURE.lastIndex = this.#at;
      const found = STRUCTURE.exec(this.#rest);
      if (!found) {
        this.#skipBetween(this.#rest.length);
        break;
      }
      const at = found.index;
      this.#skipBetween(at);
      if (found[0] === '"') {
        const end = this.#stringEnd(at);
        if (end < 0) break;
        if (this.#isName && this.#element < 0) this.#name(this.#rest.slice(at, end));
        this.#at = end;
        continue;
      }
      const element = this.#structure(found[0], at);
      this.#at = at + 1;
      if (element === null) continue;
      this.#elements += 1;
      yield element;
    }
    this.#forget();
  }

  /** @throws AppError `refused_delivery`, rule `bad_json`, when the text ends too early */
  finish(): void {
    if (this.#open.length > 0 || !this.#isOver) throw this.#bad(this.#rest.length, 'ends in the middle');
  }

  /** Between the parts only what stands in an element is looked at, when it is whole. */
  #skipBetween(end: number): void {
    if (this.#open.length === 0 && this.#rest.slice(this.#at, end).trim() !== '')
      throw this.#bad(
        this.#at,
        this.#isOver ? 'goes on behind its end' : 'does not begin with an array or object',
      );
    this.#at = end;
  }

  #structure(character: string, at: number): string | null {
    const top = this.#open.at(-1);
    if (this.#isOver || (top === undefined && character !== '{' && character !== '['))
      throw this.#bad(at, this.#isOver ? 'goes on behind its end' : 'does not begin with an array or object');
    const isTarget = this.#isTarget();
    switch (character) {
      case '{':
      case '[': {
        if (this.#open.length >= MAX_DEPTH) throw this.#bad(at, `is nested deeper than ${MAX_DEPTH}`);
        this.#open.push({ isArray: character === '[', name: null });
        this.#isName = character === '{';
        if (this.#isTarget()) {
          this.isFound = true;
          this.#element = at + 1;
        }
        return null;
      }
      case ',':
        this.#isName = top?.isArray === false;
        if (!isTarget) return null;
        return this.#taken(at, true);
      case ':':
        this.#isName = false;
        return null;
      default: {
        if (top?.isArray !== (character === ']')) throw this.#bad(at, 'closes what is not open');
        const element = isTarget ? this.#taken(at, false) : null;
        if (isTarget) this.#element = -1;
        this.#open.pop();
        this.#isName = false;
        this.#isOver = this.#open.length === 0;
        return element;
      }
    }
  }

  #taken(at: number, isMore: boolean): string | null {
    const element = this.#rest.slice(this.#element, at).trim();
    this.#element = at + 1;
    if (element === '' && isMore) throw this.#bad(at, 'has a comma without an element');
    return element === '' ? null : element;
  }

  /** Is the innermost open container the array that is looked for? */
  #isTarget(): boolean {
    const depth = this.#path.length;
    return (
      this.#open.length === depth + 1 &&
      this.#open[depth]?.isArray === true &&
      this.#path.every((name, i) => this.#open[i]?.name === name)
    );
  }

  #name(text: string): void {
    const top = this.#open.at(-1);
    if (!top || top.isArray) return;
    try {
      top.name = JSON.parse(text) as string;
    } catch {
      throw this.#bad(this.#at, 'has a name that is no text');
    }
  }

  /** Behind the closing quote, or -1 when it is not there yet. */
  #stringEnd(from: number): number {
    for (let at = from + 1; ; at++) {
      at = this.#rest.indexOf('"', at);
      if (at < 0) return -1;
      let slashes = 0;
      while (this.#rest[at - 1 - slashes] === '\\') slashes += 1;
      if (slashes % 2 === 0) return at + 1;
    }
  }

  #forget(): void {
    const from = this.#element >= 0 ? Math.min(this.#element, this.#at) : this.#at;
    if (this.#rest.length - from > 2 * LIMITS.line) {
      throw refusal('cell_too_long', `A record is longer than ${2 * LIMITS.line} characters.`, {
        character: this.#before + from + 1,
        row: this.#elements + 1,
        ...this.#lastName(from),
      });
    }
    this.#rest = this.#rest.slice(from);
    this.#before += from;
    this.#at -= from;
    if (this.#element >= 0) this.#element -= from;
  }

  /** The last name in the record read so far: mostly that of the value without an end. */
  #lastName(from: number): { field?: string } {
    const names = this.#rest.slice(from).matchAll(/[{,]\s*"([^"\\]{1,128})"\s*:/g);
    const field = [...names].at(-1)?.[1];
    return field === undefined ? {} : { field };
  }

  #bad(at: number, what: string) {
    return refusal('bad_json', `The JSON ${what} at character ${this.#before + at + 1}.`, {
      character: this.#before + at + 1,
    });
  }
}
