/** Lines under a table that are no rows of it: 合计, 制表人. A contract names the words they begin with. */

export const FOOTER_RULE = 'footer_line';
export const FOOTER_MESSAGE = 'The line begins with a word that stands under a table: it is no row of it.';

const plainText = (text: string): string => text.normalize('NFKC').trim();

/** Does the first cell with something in it say one of the words, alone or before what they announce (`制表人：张三`)? */
export function isFooter(cells: readonly string[], words: readonly string[]): boolean {
  const text = plainText(cells.find((cell) => cell.trim() !== '') ?? '');
  const together = text.replace(/\s+/g, '');
  return words.some((each) => {
    const word = plainText(each).replace(/\s+/g, '');
    if (!together.startsWith(word)) return false;
    return /^(?:$|[:(])/.test(together.slice(word.length)) || /^\s/.test(text.slice(word.length));
  });
}

/** Looks at the bytes a record begins with, so that hardly any record need become strings. */
export class FooterScan {
  readonly #words: readonly string[];
  readonly #first: ReadonlySet<number>;
  readonly #delimiter: Buffer;

  constructor(words: readonly string[], delimiter: string) {
    this.#words = words;
    this.#first = new Set(words.map((word) => Buffer.from(word.trim())[0] ?? 0));
    this.#delimiter = Buffer.from(delimiter);
  }

  /** @param cellsOf cuts the record; called only where it may be a footer */
  isFooter(bytes: Buffer, start: number, end: number, cellsOf: () => string[]): boolean {
    if (this.#words.length === 0) return false;
    let at = start;
    while (at < end && (FILLING.has(bytes[at] as number) || this.#delimiter.includes(bytes[at] as number)))
      at += 1;
    return this.#first.has(bytes[at] as number) && isFooter(cellsOf(), this.#words);
  }
}

/** Blanks, a full-width one (E3 80 80) and quotes. */
const FILLING: ReadonlySet<number> = new Set([0x20, 0x09, 0x22, 0xe3, 0x80]);
