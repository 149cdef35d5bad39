/** What to change in a contract after drift. */
import type { Proposal } from '../../warehouse/operational/tables/drift.ts';
import type { Dataset, DatasetInput } from '../contract.ts';
import { datasets } from '../contracts/index.ts';
import { bareTitle, fieldDictionary } from '../profile/dictionary.ts';
import { standardNames } from '../profile/naming.ts';
import { sentName } from '../readers/header.ts';
import type { Drift } from './change.ts';

export function proposalOf(dataset: Partial<Dataset>, drift: Pick<Drift, 'change' | 'column'>): Proposal {
  const fields = dataset.fields ?? [];
  const at = fields.findIndex((field) => field.source === drift.column || sentName(field) === drift.column);
  const field = fields[at];
  if (drift.change === 'new_column') {
    const value = newField(
      drift.column,
      fields.map(({ name }) => name),
    );
    const more = value.codes === undefined ? '' : `codes: '${value.codes}', `;
    return {
      patch: [{ op: 'add', path: '/fields/-', value }],
      text: `field('${value.name}', ${JSON.stringify(value.source)}, '${value.element}', { ${more}optionalColumn: true }),`,
    };
  }
  if (drift.change === 'missing_column' && field) {
    return {
      patch: field.optionalColumn
        ? []
        : [{ op: 'replace', path: `/fields/${at}/optionalColumn`, value: true }],
      text: `${field.name}: optionalColumn: true, if the agency no longer has the column; or its new title in source, the old one under renamed of an earlier version.`,
    };
  }
  if (drift.change === 'failing_values' && field) {
    return {
      patch:
        field.element === 'text'
          ? []
          : [{ op: 'replace', path: `/fields/${at}/element`, value: 'text' }, ...without(field, at)],
      text: `${field.name}: another element than ${field.element}${field.codes ? `, or more words in the code list ${field.codes}` : ''}; a column that means something else now wants a new field.`,
    };
  }
  if (dataset.state === 'held')
    return {
      patch: [{ op: 'replace', path: '/state', value: 'draft' }],
      text: `The draft in contracts/${dataset.source}/${dataset.dataset}.json of the home, made from its first file: look at it, mend it, accept the table; all its rows land then.`,
    };
  return { patch: [], text: 'anju profile FILE --write makes a draft contract of one of its files.' };
}

/** An element of text has neither a list nor a unit. */
const without = (field: Dataset['fields'][number], at: number): Proposal['patch'] =>
  field.codes === undefined ? [] : [{ op: 'replace', path: `/fields/${at}/codes`, value: undefined }];

function newField(source: string, taken: readonly string[]): DatasetInput['fields'][number] {
  const dictionary = fieldDictionary(datasets);
  const known = dictionary.get(bareTitle(source));
  // Named as if it stood behind the others, so that it is called like none of them.
  const name = standardNames([...taken, source], dictionary).at(-1) ?? `column_${taken.length + 1}`;
  const unique = taken.includes(name) ? `${name}_${taken.length + 1}` : name;
  return {
    name: unique,
    source,
    element: known?.element ?? 'text',
    ...(known?.codes === undefined ? {} : { codes: known.codes }),
    ...(known?.unit === undefined ? {} : { unit: known.unit }),
    optionalColumn: true,
  };
}

/** The next version of a contract: the patch applied, the version of before kept with its date. */
export function nextVersion(
  dataset: Dataset,
  { patch }: Pick<Proposal, 'patch'>,
  effectiveFrom: string,
): DatasetInput {
  const next = structuredClone(dataset) as unknown as Record<string, unknown>;
  for (const { path, value } of patch) {
    const steps = path.split('/').slice(1);
    const last = steps.pop() ?? '';
    const parent = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], next);
    if (Array.isArray(parent) && last === '-') parent.push(value);
    else (parent as Record<string, unknown>)[last] = value;
  }
  const before = dataset.effectiveFrom ?? FIRST_DAY;
  const isLater = effectiveFrom > before;
  const added = (next['fields'] as Dataset['fields']).slice(dataset.fields.length).map(({ name }) => name);
  return {
    ...(next as unknown as DatasetInput),
    version: dataset.version + 1,
    // On one day there is one version: a second change of it takes the first one's place.
    effectiveFrom: isLater ? effectiveFrom : before,
    versions: isLater
      ? [...dataset.versions, { version: dataset.version, effectiveFrom: before, missing: added }]
      : dataset.versions,
  };
}

/** A contract that says no date holds from the beginning. */
const FIRST_DAY = '1900-01-01';
