/** From counts to measures: what is good, of what, for each field of a batch. Pure, so that a score can be worked out by hand. */
import { datasetId, type Field } from '../../ingestion/contract.ts';
import { fieldElement } from '../../ingestion/generate/field-element.ts';
import type { BatchToCount } from './batches.ts';
import { type BatchCount, isAlwaysFilled } from './counts.ts';
import { isSelfVerifying, type MeasureName, measureOfRule } from './dimensions.ts';

export interface MeasureRow {
  batchId: number;
  day: string;
  dataset: string;
  owner: string;
  /** Standard name; '' for measures of whole rows. */
  field: string;
  measure: MeasureName;
  good: number;
  total: number;
}
export interface FailureRow {
  batchId: number;
  day: string;
  dataset: string;
  owner: string;
  field: string;
  rule: string;
  measure: MeasureName;
  handling: 'marked' | 'quarantined';
  rows: number;
}

export function failuresOf(batch: BatchToCount, count: BatchCount): FailureRow[] {
  const { dataset, batchId, day } = batch;
  const about = { batchId, day, dataset: datasetId(dataset), owner: dataset.owner };
  const failure = (field: string, rule: string, handling: FailureRow['handling'], rows: number) => ({
    ...about,
    ...{ field, rule, measure: measureOfRule(dataset, field, rule), handling, rows },
  });
  return [
    ...[...count.marked].map(([defect, rows]) => {
      const [field = '', rule = ''] = defect.split(':');
      return failure(field === '*' ? '' : field, rule, 'marked', rows);
    }),
    ...count.quarantined.map(({ field, rule, rows }) =>
      failure(rule === 'duplicate_key' ? '' : field, rule, 'quarantined', rows),
    ),
  ];
}

/** Measures of a batch; none where nothing can be said (no rows, no such rule). */
export function measuresOf(
  batch: BatchToCount,
  count: BatchCount,
  failures: readonly FailureRow[],
): MeasureRow[] {
  const { dataset, batchId, day, keys } = batch;
  const about = { batchId, day, dataset: datasetId(dataset), owner: dataset.owner };
  const failing = (measure: MeasureName, field: string, handling?: FailureRow['handling']): number =>
    failures
      .filter((one) => one.measure === measure && one.field === field)
      .filter((one) => handling === undefined || one.handling === handling)
      .reduce((sum, { rows }) => sum + rows, 0);
  const made = (field: string, measure: MeasureName, bad: number, total: number): MeasureRow[] =>
    total <= 0 ? [] : [{ ...about, field, measure, good: Math.max(0, total - bad), total }];

  const unreadable = failing('readable', '');
  const readable = batch.landed - unreadable;
  const ofFields = dataset.fields.flatMap((field) => {
    const { name } = field;
    const filled = count.filled.get(name) ?? 0;
    const [isSure, rules] = [isAlwaysFilled(dataset, field), rulesOf(field)];
    const away = failing('conforms', name, 'quarantined') + failing('self_verifying', name, 'quarantined');
    const values = filled + away;
    const missing = failing('filled', name);
    return [
      ...(isSure
        ? made(name, 'filled', missing, count.rows + batch.quarantined - unreadable)
        : made(name, 'filled_optional', count.rows - filled, count.rows)),
      ...(rules.conforms ? made(name, 'conforms', failing('conforms', name), values) : []),
      ...(rules.verifies ? made(name, 'self_verifying', failing('self_verifying', name), values) : []),
    ];
  });
  const judged = count.rows + batch.quarantined - unreadable;
  const twice = keys === null ? null : Math.max(0, batch.landed - batch.quarantined - keys);
  return [
    ...ofFields,
    ...made('', 'readable', unreadable, batch.landed),
    ...(dataset.checks.length > 0 ? made('', 'uncontradicted', failing('uncontradicted', ''), judged) : []),
    ...(twice === null ? [] : made('', 'key_once', twice + failing('key_once', ''), readable)),
  ];
}

/** Whether the field's element has rules of each kind: a free text has none and is not scored. */
function rulesOf(field: Field): { conforms: boolean; verifies: boolean } {
  const { checks } = fieldElement(field);
  return {
    conforms: checks.some(({ rule }) => !isSelfVerifying(rule)),
    verifies: checks.some(({ rule }) => isSelfVerifying(rule)),
  };
}
