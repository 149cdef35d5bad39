import type { Dataset, Field } from '../contract.ts';
import { fieldElement } from '../generate/field-element.ts';

/**
 * The contract as an overlay is loaded: rows added to what is known, never a whole table and never a log. Accepted rows are
 * loaded with what is wrong with them marked, but for what nothing may stand without.
 */
export function asRepaired(dataset: Dataset, kind: 'mend' | 'accept'): Dataset {
  const strategy = dataset.load.strategy === 'append' ? 'append' : 'incremental';
  const added: Dataset = { ...dataset, load: { ...dataset.load, strategy } };
  if (kind === 'mend') return added;
  return {
    ...added,
    fields: dataset.fields.map((field) => ({ ...field, onInvalid: 'mark' })),
    checks: [
      ...dataset.checks.map((check) => ({ ...check, onFail: 'mark' as const })),
      ...dataset.fields
        .filter((field) => isIndispensable(dataset, field))
        .map(({ name, source }) => ({
          rule: `unreadable_${name}`,
          message: `${source} cannot be read, and the row means nothing without it`,
          sql: `isNull(${name})`,
          onFail: 'reject' as const,
        })),
    ],
  };
}

/** Its column in base is never NULL. */
const isIndispensable = (dataset: Dataset, field: Field): boolean =>
  field.onInvalid === 'reject' &&
  (field.required || dataset.key.includes(field.name)) &&
  fieldElement(field).type.startsWith('Nullable');
