/** The careful way through a CSV file: one record after another, with what is broken set aside and the rest kept. */
import { LIMITS } from './reader.ts';

export type CsvEvent =
  { kind: 'record'; cells: string[] } | { kind: 'broken'; message: string; text: string };

type Parsed =
  { kind: 'record'; cells: string[]; next: number } | { kind: 'broken'; message: string } | { kind: 'more' };

/**
 * Splits text into records (RFC 4180; a quote inside an unquoted cell is text, as DuckDB has it).
 *
 * A record whose quoting is broken gives up only its first physical line: the next line is tried afresh. So one stray quote
 * costs one row and not the rest of the file.
 */
export class CsvRecords {
  #rest = '';
  readonly #delimiter: string;
  readonly #isQuoted: boolean;

  /** @param isQuoted false where a quote is a character like any other */
  constructor(delimiter: string, isQuoted = true) {
    this.#delimiter = delimiter;
    this.#isQuoted = isQuoted;
  }

  /** Events of the records complete so far. */
  *push(text: string): Generator<CsvEvent> {
    this.#rest += text;
    yield* this.#take(false);
  }
  /** What is left at the end of the file. */
  *finish(): Generator<CsvEvent> {
    yield* this.#take(true);
  }

  *#take(isEnd: boolean): Generator<CsvEvent> {
    const text = this.#rest;
    let at = 0;
    while (at < text.length) {
      const parsed = this.#record(text, at, isEnd);
      if (parsed.kind === 'more') break;
      if (parsed.kind === 'record') {
        at = parsed.next;
        if (parsed.cells.length > 1 || parsed.cells[0]?.trim() !== '') yield parsed;
        continue;
      }
      const end = lineEnd(text, at);
      const isWhole = end.next < text.length || isEnd;
      if (!isWhole && text.length - at <= LIMITS.line) break; // judged again when its line is there
      yield {
        kind: 'broken',
        message: parsed.message,
        text: text.slice(at, Math.min(end.at, at + LIMITS.kept)),
      };
      at = end.next;
    }
    this.#rest = text.slice(at);
  }

  #record(text: string, start: number, isEnd: boolean): Parsed {
    const cells: string[] = [];
    let at = start;
    for (;;) {
      if (cells.length > LIMITS.columns)
        return { kind: 'broken', message: `has more than ${LIMITS.columns} columns` };
      let opening = at;
      while (text[opening] === ' ') opening += 1;
      if (this.#isQuoted && text[opening] === '"') {
        const quoted = this.#quotedCell(text, opening + 1, start, isEnd);
        if (typeof quoted === 'string')
          return quoted === 'more' ? { kind: 'more' } : { kind: 'broken', message: quoted };
        cells.push(quoted.cell);
        at = quoted.next;
      } else {
        const end = this.#bareEnd(text, at);
        if (end === text.length && !isEnd) return { kind: 'more' };
        cells.push(text.slice(at, end));
        at = end;
      }
      const after = text[at];
      if (text.startsWith(this.#delimiter, at)) at += this.#delimiter.length;
      else if (after === '\r' && at + 1 === text.length && !isEnd) return { kind: 'more' };
      else return { kind: 'record', cells, next: after === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1 };
    }
  }

  /** The cell from behind its opening quote; or why it is broken; or `more`. */
  #quotedCell(
    text: string,
    from: number,
    start: number,
    isEnd: boolean,
  ): { cell: string; next: number } | string {
    let hasEscapes = false;
    let at = from;
    for (;;) {
      const quote = text.indexOf('"', at);
      if ((quote < 0 ? text.length : quote) - start > LIMITS.line) return 'has a quote that is never closed';
      if (quote < 0) return isEnd ? 'has a quote that is never closed' : 'more';
      if (quote + 1 === text.length && !isEnd) return 'more';
      if (text[quote + 1] === '"') {
        hasEscapes = true;
        at = quote + 2;
        continue;
      }
      let next = quote + 1;
      while (text[next] === ' ') next += 1;
      const after = text[next];
      if (after === undefined && !isEnd) return 'more';
      const isBetween = text.startsWith(this.#delimiter, next) || after === '\n' || after === '\r';
      if (after !== undefined && !isBetween) {
        return 'has text behind a closing quote';
      }
      const cell = text.slice(from, quote);
      return { cell: hasEscapes ? cell.replaceAll('""', '"') : cell, next };
    }
  }

  #bareEnd(text: string, from: number): number {
    const first = this.#delimiter[0];
    for (let at = from; at < text.length; at++) {
      const character = text[at];
      if (character === '\n' || character === '\r') return at;
      if (character === first && text.startsWith(this.#delimiter, at)) return at;
    }
    return text.length;
  }
}

function lineEnd(text: string, from: number): { at: number; next: number } {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\n') return { at, next: at + 1 };
    if (text[at] === '\r') return { at, next: text[at + 1] === '\n' ? at + 2 : at + 1 };
  }
  return { at: text.length, next: text.length };
}
