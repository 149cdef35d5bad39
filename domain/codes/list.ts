export interface CodeEntry {
  code: string;
  zh: string;
  /** Other words for the same code, among them the ones agencies should not write but do. */
  synonyms?: string[];
}

export interface CodeList {
  name: string;
  zh: string;
  /** Standard, or the clause the list was taken from. */
  standard: string;
  entries: CodeEntry[];
}

/** A list from rows of `[code, Chinese name, ...synonyms]`. */
export function codeList(
  zh: string,
  standard: string,
  rows: readonly (readonly [string, string, ...string[]])[],
): Omit<CodeList, 'name'> {
  return {
    zh,
    standard,
    entries: rows.map(([code, name, ...synonyms]) =>
      synonyms.length ? { code, zh: name, synonyms } : { code, zh: name },
    ),
  };
}
