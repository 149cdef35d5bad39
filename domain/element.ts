/**
 * A data element (数据元) is the smallest unit of meaning: one definition, one rule, compiled to ClickHouse SQL for the
 * millions of rows and to TypeScript for the API's one record. The two are proven equal by property tests.
 */

/** Classification level of a value, 002:10148-10159: 1 public, 2 internal, 3 personal, 4 sensitive personal. */
export type ClassificationLevel = 1 | 2 | 3 | 4;

/** Why a value is not what its element says it must be. `rule` is stable and appears in quarantine, marks and letters. */
export interface Failure {
  rule: string;
  message: string;
}

export interface ElementCheck {
  /** Stable snake_case name of the rule, for example `checksum`. */
  rule: string;
  /** One sentence for the agency that sent the value. */
  message: string;
  /** ClickHouse Boolean expression over the *normalised* text; true means the value FAILS. Never NULL. */
  failsSql: (normalised: string) => string;
  /** The same rule in TypeScript; true means the value fails. */
  fails: (normalised: string) => boolean;
}

export interface Element<T = unknown> {
  /** snake_case, for example `id_number`. */
  name: string;
  zh: string;
  /** Standard and clause, for example `GB 11643-1999`. */
  standard: string;
  /** ClickHouse type of the parsed value, Nullable where a missing or unreadable value must stay visible. */
  type: string;
  level: ClassificationLevel;
  /** Name of the mask in `domain/masking.ts`, or `none`. */
  mask: MaskName;
  /** String SQL expression → String SQL expression: half width, trimmed, canonical spelling. Empty string = missing. */
  normaliseSql: (text: string) => string;
  normalise: (text: string) => string;
  /** Checked in order; the first that fails names the defect. An empty normalised value is never checked (that is `required`). */
  checks: ElementCheck[];
  /** Normalised String SQL expression → SQL expression of `type`; NULL (or '') where it cannot be read. */
  parseSql: (normalised: string) => string;
  parse: (normalised: string) => T | null;
}

export type MaskName =
  'none' | 'name' | 'id_number' | 'phone' | 'address' | 'account' | 'money' | 'date_to_year' | 'hidden';

/** Identity function that fixes the type of an element definition at its place of writing. */
export function defineElement<T>(element: Element<T>): Element<T> {
  return element;
}

/** The first failed check of a raw text, or null when the value is missing or valid. */
export function checkElement(element: Element, text: string): Failure | null {
  const normalised = element.normalise(text);
  if (normalised === '') return null;
  const failed = element.checks.find((check) => check.fails(normalised));
  return failed ? { rule: failed.rule, message: failed.message } : null;
}
