/** The few pieces of ClickHouse SQL that `domain` writes itself. Expressions only: this folder knows no tables and no engine. */

/** 'single quoted' ClickHouse string literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`;
}

export function sqlTextArray(texts: readonly string[]): string {
  return `[${texts.map(sqlText).join(',')}]`;
}

/** A regular expression that means the same to JavaScript (flag u) and to ClickHouse (RE2). */
export interface Pattern {
  test: (text: string) => boolean;
  testSql: (expression: string) => string;
  /** Replaces every match; `$1` in the replacement is the first group on both sides. */
  replace: (text: string, replacement: string) => string;
  replaceSql: (expression: string, replacement: string) => string;
}

/**
 * Written in JavaScript's form. Only what both engines read alike may be used: no lookaround, no back references,
 * no `\s` and no `\p{…}` (their tables differ), `.` only over cleaned text (line ends differ), code points as `\u{…}`.
 */
export function pattern(source: string): Pattern {
  const once = new RegExp(source, 'u');
  const all = new RegExp(source, 'gu');
  const re2 = sqlText(source.replaceAll('\\u{', '\\x{'));
  return {
    test: (text) => once.test(text),
    testSql: (expression) => `match(${expression}, ${re2})`,
    replace: (text, replacement) => text.replace(all, replacement),
    replaceSql: (expression, replacement) =>
      `replaceRegexpAll(${expression}, ${re2}, ${sqlText(replacement.replaceAll(/\$(\d)/g, '\\$1'))})`,
  };
}

/** The groups of the first match as an array of texts, '' for a group that took no part; empty where nothing matches. Same reading rules as `pattern`. */
export interface Capture {
  groups: (text: string) => string[];
  groupsSql: (expression: string) => string;
}
export function capture(source: string): Capture {
  const matcher = new RegExp(source, 'u');
  const re2 = sqlText(source.replaceAll('\\u{', '\\x{'));
  return {
    groups: (text) => (matcher.exec(text) ?? []).slice(1).map((group: string | undefined) => group ?? ''),
    groupsSql: (expression) => `extractGroups(${expression}, ${re2})`,
  };
}

/** Replacements done one after the other. */
export type Step = readonly [Pattern, string];
export const replaceInTurn = (steps: readonly Step[], text: string): string =>
  steps.reduce((t, [from, to]) => from.replace(t, to), text);
export const replaceInTurnSql = (steps: readonly Step[], expression: string): string =>
  steps.reduce((x, [from, to]) => from.replaceSql(x, to), expression);

/**
 * `use(name)` with `name` bound to the value of `expression`, computed once. SQL has no `let`: without this each use repeats
 * the whole text, and the engine's analysis of one long statement cost more than a small file's rows (80 ms for an identity
 * number before, 10 after; and 500,000 of them in half the time).
 */
export const bound = (name: string, expression: string, use: (name: string) => string): string =>
  `arrayMap(${name} -> ${use(name)}, [${expression}])[1]`;

/**
 * `expression(text)`, except that a text of the pattern is taken as it is: a short cut for what most rows look like, so the
 * caller must know that `expression` answers such a text unchanged (with `suffix` behind it), and '' with ''.
 * Not an `if`: in a lazily computed branch ClickHouse computes shared parts again for each use (measured: 13 times slower).
 */
export function unlessPlain(
  plain: Pattern,
  text: string,
  expression: (text: string) => string,
  suffix = '',
): string {
  const behind = suffix === '' ? text : `concat(${text}, ${sqlText(suffix)})`;
  const rest = bound('rest', `if(${plain.testSql(text)}, '', ${text})`, expression);
  return `concat(if(${plain.testSql(text)}, ${behind}, ''), ${rest})`;
}
