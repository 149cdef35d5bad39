/** What a resource's schema means for a form, a list and a history. Nothing here knows which fields there are. */
import type { Code, FieldInfo, ResourceSchema, Values, Version } from '../api/resources.ts';

export type Control = 'select' | 'date' | 'datetime' | 'number' | 'long' | 'division' | 'text';

const controls: Record<string, Control> = {
  date: 'date',
  timestamp: 'datetime',
  money: 'number',
  integer: 'number',
  quantity: 'number',
  area: 'number',
  text: 'long',
  division_code: 'division',
};
const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** Canonical instant of the API, in China Standard Time: `2026-10-31 09:30:00.000+08:00`. */
const INSTANT = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})\.\d{3}\+08:00$/;

/** The control for a field holding `value`: a value its own control could not show is edited as plain text, never lost. */
export function controlOf(field: FieldInfo, value: string): Control {
  if (field.codes !== null) return 'select';
  const control = controls[field.element] ?? 'text';
  if (control === 'date' && value !== '' && !DATE.test(value)) return 'text';
  if (control === 'datetime' && value !== '' && !INSTANT.test(value)) return 'text';
  return control;
}

/** A canonical value as its control holds it. */
export const toInput = (control: Control, value: string): string =>
  control === 'datetime' ? value.replace(INSTANT, '$1T$2') : value;

/** What the control holds as a value again; `before` stays whole when nobody touched it, milliseconds included. */
export function fromInput(control: Control, text: string, before: string): string {
  if (control !== 'datetime' || text === '') return text === before ? before : text.trim();
  // The browser leaves out seconds that are zero.
  const whole = /T\d{2}:\d{2}$/.test(text) ? `${text}:00` : text;
  return whole === toInput(control, before) ? before : `${whole.replace('T', ' ')}.000+08:00`;
}

/** The state no other leads to: where a record begins. */
export function firstState(schema: ResourceSchema): string {
  const reached = new Set(Object.values(schema.transitions).flat());
  return Object.keys(schema.transitions).find((state) => !reached.has(state)) ?? '';
}

/**
 * Words a coded field may take from `value`: every code, or for the state of an existing record the present one and those
 * it may go to. A value outside of the list stays choosable, so that saving does not change it.
 */
export function choicesOf(schema: ResourceSchema, field: FieldInfo, value: string, isNew: boolean): Code[] {
  const all = schema.codeLists[field.codes ?? ''] ?? [];
  const known =
    field.name === schema.stateField && !isNew && value !== ''
      ? all.filter(({ code }) => code === value || schema.transitions[value]?.includes(code))
      : all;
  return value === '' || known.some(({ code }) => code === value)
    ? known
    : [{ code: value, zh: value }, ...known];
}

/** A value as people read it: the word of a code, an instant to the second, the value itself otherwise. */
export function readable(schema: ResourceSchema, field: FieldInfo, value: string): string {
  if (field.element === 'timestamp') return value.replace(INSTANT, '$1 $2');
  return schema.codeLists[field.codes ?? '']?.find(({ code }) => code === value)?.zh ?? value;
}

/** Columns of the list: number, person, state, then what is short and not personal. */
export function listedFields(schema: ResourceSchema, most: number): FieldInfo[] {
  const pick = (test: (field: FieldInfo) => boolean) => schema.fields.find(test);
  const head = [
    pick(({ name }) => name === schema.key),
    pick(({ element }) => element === 'person_name'),
    pick(({ name }) => name === schema.stateField),
  ].filter((field) => field !== undefined);
  const rest = schema.fields.filter(
    (field) => !head.includes(field) && !field.isPersonal && field.element !== 'text',
  );
  return [...head, ...rest].slice(0, most);
}

export interface Change {
  field: FieldInfo;
  before: string;
  after: string;
}

/** Fields that differ between two records, in the order of the form. */
export function changesBetween(schema: ResourceSchema, before: Values, after: Values): Change[] {
  return schema.fields
    .map((field) => ({ field, before: before[field.name] ?? '', after: after[field.name] ?? '' }))
    .filter((change) => change.before !== change.after);
}

/** The history, newest first, each version with what it changed. */
export function historyOf(schema: ResourceSchema, versions: Version[]): (Version & { changes: Change[] })[] {
  return versions
    .map((version, i) => ({
      ...version,
      changes:
        version.operation === 'D'
          ? []
          : changesBetween(schema, versions[i - 1]?.record ?? {}, version.record),
    }))
    .reverse();
}
