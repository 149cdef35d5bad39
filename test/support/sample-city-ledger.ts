/**
 * What docs/architecture.md §4 makes of a file's rows, decided anew in plain TypeScript over the domain's elements: the second
 * opinion the sample city's accounts are held against.
 */
import { checkElement, type Element } from '../../domain/element.ts';
import { codedElement, elementNamed, withUnit } from '../../domain/elements/index.ts';
import { isCodeListName } from '../../domain/codes/index.ts';
import type { Dataset, Field } from '../../ingestion/contract.ts';
import type { FileRow } from './sample-city-files.ts';

export interface Verdict {
  row: number;
  outcome: 'loaded' | 'quarantined' | 'deduplicated';
  /** `field:rule` of every defect, the reasons of a quarantine among them. */
  failures: string[];
}

export function fieldElement(field: Field): Element {
  if (field.codes && isCodeListName(field.codes)) return codedElement(field.codes);
  const element = elementNamed(field.element);
  return field.unit === 'wan_yuan' ? withUnit(element, 'wan_yuan') : element;
}

type Parsed = Map<string, unknown>;
const number = (row: Parsed, name: string): number | null => (row.get(name) ?? null) as number | null;
const before = (row: Parsed, one: string, other: string): boolean => {
  const [a, b] = [row.get(one), row.get(other)];
  return typeof a === 'string' && typeof b === 'string' && a !== '' && b !== '' && a < b;
};
/** The contracts' checks by rule, true where the row fails. */
const CHECKS: Record<string, (row: Parsed) => boolean> = {
  area_sum: (row) => {
    const [whole, inner, shared] = [
      number(row, 'floor_area'),
      number(row, 'inner_area'),
      number(row, 'shared_area'),
    ];
    return whole !== null && inner !== null && shared !== null && Math.abs(whole - inner - shared) > 0.0501;
  },
  decided_before_applied: (row) => before(row, 'decided_on', 'applied_on'),
  divorce_before_marriage: (row) => before(row, 'divorced_on', 'married_on'),
  finished_before_reported: (row) => before(row, 'finished_at', 'reported_at'),
  ends_before_start: (row) => before(row, 'ends_on', 'starts_on'),
  accepted_before_applied: (row) => before(row, 'accepted_on', 'applied_on'),
  approved_before_applied: (row) => before(row, 'approved_on', 'applied_on'),
  reported_before_occurred: (row) => before(row, 'reported_on', 'occurred_on'),
  names_no_tenancy: (row) => [row.get('contract_no'), row.get('house_code')].every((no) => (no ?? '') === ''),
  completed_before_formed: (row) => before(row, 'completed_on', 'formed_on'),
};

export class Ledger {
  private readonly elements: Element[];
  private readonly held = new Map<string, string>();
  private readonly everSeen = new Set<string>();

  constructor(private readonly dataset: Dataset) {
    this.elements = dataset.fields.map(fieldElement);
  }

  /** Takes the next delivery. `deleted`: keys of a full data set that it no longer has. */
  take(rows: readonly FileRow[]): { verdicts: Verdict[]; deleted: number } {
    const { strategy } = this.dataset.load;
    const inFile = new Map<string, Set<string>>();
    const rejectedKeys = new Set<string>();
    const verdicts = rows.map((row, i): Verdict => {
      if (row === null)
        return {
          row: i + 1,
          outcome: 'quarantined',
          failures: [`:${this.dataset.delivery.shape === 'csv' ? 'column_count' : 'bad_json'}`],
        };
      const { failures, rejected, key } = this.check(row);
      if (rejected) {
        rejectedKeys.add(key);
        return { row: i + 1, outcome: 'quarantined', failures };
      }
      const content = row.join('\0');
      const seen = inFile.get(key) ?? new Set();
      inFile.set(key, seen);
      const repeated =
        strategy === 'full'
          ? seen.has(content)
          : strategy === 'append'
            ? this.everSeen.has(`${key}\0${content}`)
            : this.held.get(key) === content;
      const known = strategy === 'full' && seen.size === 0 && this.held.get(key) === content;
      if (strategy === 'full' && seen.size > 0 && !repeated)
        return { row: i + 1, outcome: 'quarantined', failures: [...failures, ':duplicate_key'] };
      seen.add(content);
      if (strategy === 'append') this.everSeen.add(`${key}\0${content}`);
      else this.held.set(key, content);
      return { row: i + 1, outcome: repeated || known ? 'deduplicated' : 'loaded', failures };
    });
    const gone =
      strategy === 'full'
        ? [...this.held.keys()].filter((key) => !inFile.has(key) && !rejectedKeys.has(key))
        : [];
    for (const key of gone) this.held.delete(key);
    return { verdicts, deleted: gone.length };
  }

  private check(row: string[]): { failures: string[]; rejected: boolean; key: string } {
    const { fields, key, checks } = this.dataset;
    const failures: string[] = [];
    let rejected = false;
    const normalised = fields.map((field, i) => this.elements[i]?.normalise(row[i] ?? '') ?? '');
    fields.forEach((field, i) => {
      const element = this.elements[i];
      if (!element) return;
      if (normalised[i] === '') {
        if (field.required || key.includes(field.name)) {
          failures.push(`${field.name}:required`);
          rejected = true;
        }
        return;
      }
      const failure = checkElement(element, row[i] ?? '');
      if (!failure) return;
      failures.push(`${field.name}:${failure.rule}`);
      rejected ||= field.onInvalid === 'reject';
    });
    if (checks.length > 0) {
      const parsed: Parsed = new Map(
        fields.map((field, i) => [field.name, this.elements[i]?.parse(normalised[i] ?? '')]),
      );
      for (const { rule, onFail } of checks) {
        const fails = CHECKS[rule];
        if (!fails) throw new Error(`no second opinion on ${rule}`);
        if (!fails(parsed)) continue;
        failures.push(`*:${rule}`);
        rejected ||= onFail === 'reject';
      }
    }
    return {
      failures,
      rejected,
      key: key.map((name) => normalised[fields.findIndex((f) => f.name === name)]).join('\0'),
    };
  }
}
