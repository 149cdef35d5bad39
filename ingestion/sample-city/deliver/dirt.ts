/** Which rows of a data set get dirty, and how: a function of the row's hash alone, so that a re-sent row is dirty alike. */
import type { Dataset } from '../../contract.ts';
import { Draw, KIND } from '../random.ts';
import { saysWho } from './as-sent.ts';
import { contradictions, type Effect, type Fault, faultsOf } from './faults.ts';

/** Of a hundred thousand rows. */
export const DIRTY_ROWS = 1500;
/** Meters and doors are machines: they garble less. */
export const DIRTY_MACHINE_ROWS = 200;
const OUT_OF = 100_000;

/** What goes wrong with one row. */
export type Plan =
  | { what: 'value'; effect: Effect; family: string; rule: string; field: number; value: string }
  /** The row comes twice. */
  | { what: 'repeat' }
  /** A second row of the same key that says something else; only in full data sets, where it must be rejected. */
  | { what: 'second_of_key'; field: number; value: string }
  /** Cut off in the middle: no reader can take it apart. */
  | { what: 'broken' };

interface FieldFault extends Fault {
  field: number;
}

const TRIES = 8;

export class Dirt {
  private readonly byEffect: Record<Effect, FieldFault[]> = { cleaned: [], mark: [], quarantine: [] };
  private readonly draw: Draw;
  private readonly keys: Set<number>;
  private readonly spareText: number;
  private readonly canBreak: boolean;

  constructor(
    private readonly dataset: Dataset,
    seed: number,
  ) {
    this.draw = new Draw(seed);
    this.keys = new Set(dataset.key.map((name) => dataset.fields.findIndex((f) => f.name === name)));
    this.canBreak = dataset.delivery.shape === 'csv' || dataset.delivery.shape === 'jsonl';
    dataset.fields.forEach((field, i) => {
      const isChecked = dataset.checks.some(({ sql }) => new RegExp(`\\b${field.name}\\b`).test(sql));
      for (const fault of faultsOf(field)) {
        // A value below zero would break the check as well: one row, one fault.
        if (isChecked && fault.family.startsWith('negative')) continue;
        // A key written in two ways is told apart or not depending on who compares: only values that are rejected anyway.
        // Identity numbers are the exception: they arrive wrong everywhere, and finding out who is meant is the work.
        if (this.keys.has(i) && fault.effect !== 'quarantine' && !saysWho(field)) continue;
        this.byEffect[fault.effect].push({ ...fault, field: i });
      }
      if (field.required) {
        this.byEffect.quarantine.push({
          field: i,
          family: 'missing',
          effect: 'quarantine',
          rule: 'required',
          apply: (v) => (v === '' ? null : ''),
        });
      }
    });
    this.spareText =
      dataset.load.strategy === 'full'
        ? dataset.fields.findIndex(
            (f, i) =>
              !this.keys.has(i) &&
              (f.element === 'text' || f.element === 'person_name' || f.element === 'organisation_name'),
          )
        : -1;
  }

  /** Is the row of that hash one of `perHundredThousand`? */
  static chosen = (hash: number, perHundredThousand: number): boolean => hash % OUT_OF < perHundredThousand;

  /** What goes wrong with a chosen row; null when nothing fits its values. */
  plan(values: readonly string[], hash: number): Plan | null {
    const draw = this.draw.at(KIND.dirt, hash);
    const what = draw.weighted([
      ['cleaned', 66],
      ['mark', 20],
      ['quarantine', 6],
      ['contradiction', 2],
      ['repeat', 3],
      ['second_of_key', 1.5],
      ['broken', 1.5],
    ] as const);
    switch (what) {
      case 'repeat':
        return { what };
      case 'broken':
        return this.canBreak ? { what } : null;
      case 'second_of_key': {
        const before = values[this.spareText];
        return before ? { what, field: this.spareText, value: `${before}甲` } : null;
      }
      case 'contradiction':
        return this.contradiction(values, draw);
      default:
        return this.fault(this.byEffect[what], values, draw);
    }
  }

  /** What stays dirty when the rest of the row is mended: the sender knows the row by this key. */
  static lasting(dirt: Dirt, plan: Plan | null): Plan | null {
    return plan?.what === 'value' && plan.effect !== 'quarantine' && dirt.keys.has(plan.field) ? plan : null;
  }

  private fault(faults: FieldFault[], values: readonly string[], draw: Draw): Plan | null {
    for (let t = 0; t < TRIES && faults.length > 0; t++) {
      const { field, family, effect, rule, apply } = draw.pick(faults);
      const before = values[field] ?? '';
      const value = apply(before, draw);
      if (value !== null && value !== before) return { what: 'value', effect, family, rule, field, value };
    }
    return null;
  }

  private contradiction(values: readonly string[], draw: Draw): Plan | null {
    const { checks, fields } = this.dataset;
    if (checks.length === 0) return null;
    const check = draw.pick(checks);
    const broken = contradictions[check.rule]?.(new Map(fields.map((f, i) => [f.name, values[i] ?? ''])));
    if (!broken) return null;
    const field = fields.findIndex((f) => f.name === broken[0]);
    return {
      what: 'value',
      effect: check.onFail === 'reject' ? 'quarantine' : 'mark',
      family: 'contradiction',
      rule: check.rule,
      field,
      value: broken[1],
    };
  }
}
