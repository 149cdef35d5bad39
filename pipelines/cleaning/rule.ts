/**
 * What a cleaning rule is (catalog D.5; 002:8737-8765, 002:10378-10391; CJJ/T 258 17.2.2): data, never SQL. Everything a
 * person writes here becomes a literal, a known name or a number of the statement that is compiled from it.
 */
import { z } from 'zod';

/** The store holds no NUL. */
const string = z.string().refine((value) => !value.includes('\0'), 'must not hold a NUL character');
const word = string.min(1).max(100);
const text = string.max(200);
const field = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be the standard name of a field');
const datasetName = z.string().regex(/^[a-z][a-z0-9_]*[.][a-z][a-z0-9_]*$/, 'must be source.dataset');

/** All must hold. Values are compared in the field's canonical spelling. */
const conditionSchema = z.discriminatedUnion('is', [
  z.strictObject({ field, is: z.literal('empty') }),
  z.strictObject({ field, is: z.literal('present') }),
  z.strictObject({ field, is: z.literal('one_of'), values: z.array(text).min(1).max(500) }),
  z.strictObject({ field, is: z.literal('none_of'), values: z.array(text).min(1).max(500) }),
  z.strictObject({ field, is: z.literal('like'), pattern: string.min(1).max(200) }),
]);

/** Units a number may be in that its element is not; each a fraction, so that 亩 is exact. */
export const UNITS = {
  wan_yuan: { zh: '万元→元', element: 'money', times: 10_000, by: 1 },
  qian_yuan: { zh: '千元→元', element: 'money', times: 1_000, by: 1 },
  yi_yuan: { zh: '亿元→元', element: 'money', times: 100_000_000, by: 1 },
  jiao: { zh: '角→元', element: 'money', times: 1, by: 10 },
  fen: { zh: '分→元', element: 'money', times: 1, by: 100 },
  mu: { zh: '亩→平方米', element: 'area', times: 2_000, by: 3 },
  hectare: { zh: '公顷→平方米', element: 'area', times: 10_000, by: 1 },
  square_foot: { zh: '平方英尺→平方米', element: 'area', times: 9_290_304, by: 100_000_000 },
  ping: { zh: '坪→平方米', element: 'area', times: 400, by: 121 },
  megawatt_hour: { zh: '兆瓦时→千瓦时', element: 'quantity', times: 1_000, by: 1 },
  litre: { zh: '升→立方米', element: 'quantity', times: 1, by: 1_000 },
} as const;
export type UnitName = keyof typeof UNITS;

const unitName = z.enum(Object.keys(UNITS) as [UnitName, ...UnitName[]]);

/** Kinds that change the text of one field, in the order of the rules. */
const textKinds = [
  z.strictObject({ kind: z.literal('width'), field, to: z.enum(['half', 'full']) }),
  z.strictObject({ kind: z.literal('space'), field, keep: z.enum(['none', 'single']) }),
  z.strictObject({ kind: z.literal('case'), field, to: z.enum(['upper', 'lower']) }),
  /** Qualifiers (限定词) taken away: （临时）, 市辖区, 先生. */
  z.strictObject({
    kind: z.literal('strip'),
    field,
    words: z.array(word).min(1).max(200),
    at: z.enum(['anywhere', 'start', 'end']).default('anywhere'),
  }),
  /** The agency's words to ours; compared without blanks, widths and case. */
  z.strictObject({
    kind: z.literal('map'),
    field,
    words: z.record(word, text).refine((words) => {
      const count = Object.keys(words).length;
      return count > 0 && count <= 1000;
    }, 'must have 1 to 1000 words'),
  }),
  /** A number without a unit of its own is in this one; CJJ/T 258 17.2.2-3. */
  z.strictObject({ kind: z.literal('unit'), field, from: unitName }),
  z.strictObject({
    kind: z.literal('replace'),
    field,
    find: string.min(1).max(200),
    /** `$1` is the first group of a pattern. */
    with: text,
    /** RE2, whose matching time grows with the text alone. */
    pattern: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('default'), field, value: string.min(1).max(200) }),
  /** How days are written; `pivot`: two-digit years up to it are of this century. */
  z.strictObject({
    kind: z.literal('date'),
    field,
    order: z.enum(['day_first', 'roc', 'year_first']).default('year_first'),
    pivot: z.number().int().min(0).max(99).optional(),
  }),
  /** 1.234,56: the comma is the decimal point. */
  z.strictObject({ kind: z.literal('number'), field, decimal: z.literal('comma') }),
] as const;

/** Kinds that look at the row, other rows, or another data set. */
const rowKinds = [
  /** 数据对比: the field against the authoritative source, both rows found by key. */
  z.strictObject({
    kind: z.literal('compare'),
    field,
    key: field,
    authority: datasetName,
    authorityKey: field,
    authorityField: field,
    /** `keep`: noted only; `replace`: the authority's value is taken; `flag`: marked, for a person to decide. */
    onMismatch: z.enum(['keep', 'replace', 'flag']),
  }),
  /** 重复数据: present rows equal in these fields, none of which may be empty. */
  z.strictObject({
    kind: z.literal('duplicate'),
    fields: z.array(field).min(1).max(10),
    survivor: z.enum(['latest', 'earliest', 'most_complete']),
    /** `flag`: all stay, the others marked; `close`: the others' versions end, so that only the survivor is current. */
    action: z.enum(['flag', 'close']),
  }),
  /** 残缺数据: a row without one of these is incomplete, and marked. */
  z.strictObject({ kind: z.literal('incomplete'), fields: z.array(field).min(1).max(50) }),
] as const;

export const actionSchema = z.discriminatedUnion('kind', [...textKinds, ...rowKinds]);
export type Action = z.output<typeof actionSchema>;
export type TextAction = z.output<(typeof textKinds)[number]>;
export type RowAction = z.output<(typeof rowKinds)[number]>;
export type Kind = Action['kind'];
export const KINDS = [...textKinds, ...rowKinds].map((each) => each.shape.kind.value) as [Kind, ...Kind[]];

export const definitionSchema = z.strictObject({
  dataset: datasetName,
  action: actionSchema,
  when: z.array(conditionSchema).max(10).default([]),
  /** Rules of a data set apply in this order; those with the same number by their age. */
  order: z.number().int().min(0).max(9999).default(100),
  /** Business dates of the rows it is about: from the first, before the second. */
  effectiveFrom: z.iso.date().optional(),
  effectiveTo: z.iso.date().optional(),
});
export type Definition = z.output<typeof definitionSchema>;
export type Condition = Definition['when'][number];

/** A rule as it is compiled: the version of a definition. */
export interface Rule {
  ruleId: number;
  version: number;
  definition: Definition;
}

const ROW_KINDS: ReadonlySet<Kind> = new Set(rowKinds.map((each) => each.shape.kind.value));
export const isTextAction = (action: Action): action is TextAction => !ROW_KINDS.has(action.kind);

/** Standard names of the fields a rule names, its conditions included. */
export function fieldsOf({ action, when }: Definition): string[] {
  const own =
    action.kind === 'duplicate' || action.kind === 'incomplete'
      ? action.fields
      : action.kind === 'compare'
        ? [action.field, action.key]
        : [action.field];
  return [...new Set([...own, ...when.map((condition) => condition.field)])];
}

/** The field whose value a rule may change; undefined for one that only marks. */
export function changedField({ action }: Definition): string | undefined {
  if (isTextAction(action)) return action.field;
  return action.kind === 'compare' && action.onMismatch === 'replace' ? action.field : undefined;
}

/** The order rules apply in. */
export const inOrder = (rules: readonly Rule[]): Rule[] =>
  rules.toSorted((a, b) => a.definition.order - b.definition.order || a.ruleId - b.ruleId);
