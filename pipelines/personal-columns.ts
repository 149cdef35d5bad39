import type { MaskName } from '../domain/element.ts';
import type { Dataset, Field } from '../ingestion/contract.ts';
import { fieldElement } from '../ingestion/generate/field-element.ts';
import { stdName } from '../ingestion/generate/std-columns.ts';

/**
 * Columns of base and marts that say who somebody is, by the names the contracts give them, and how each is masked. A
 * test holds every personal field of every contract against this list, so that a new name cannot slip through.
 */
const PERSONAL: readonly (readonly [RegExp, MaskName])[] = [
  [/(^|_)id_number(_raw)?$/, 'id_number'],
  [
    /^(person|applicant|tenant|owner|buyer|head|husband|wife|spouse|occupant|member|complainant|reporter|guarantor|payee|supplier_contact)_name$/,
    'name',
  ],
  [/^legal_representative$/, 'name'],
  [/(^|_)phone$/, 'phone'],
  [/(^|_)(bank_account|hosted_account|payee_account|account_no|card_no|insurance_no|permit_no)$/, 'account'],
  [/(^|_)address$/, 'address'],
  [/(^|_)email$/, 'account'],
  [/^family_members$/, 'hidden'],
  // What cleaning changed and found: any field's text. Analysts read the masked twin beside it.
  [/^value_(before|after|found|expected)$/, 'hidden'],
  [/^_(cleaned|findings)$/, 'hidden'],
];

/** How a column of that name is masked; `none` when it names nobody. */
export const maskOfColumn = (name: string): MaskName =>
  PERSONAL.find(([pattern]) => pattern.test(name))?.[1] ?? 'none';

/**
 * Masks of the columns of contracts made at run time, by `base.std_x.column`: their names are anybody's, so the data element
 * decides. What nobody has classified yet is not shown to analysts: the texts of a draft, held or not.
 */
export const masksOfHome = (datasets: readonly Dataset[]): ReadonlyMap<string, MaskName> =>
  new Map(
    datasets.flatMap((dataset) =>
      dataset.fields.map((field) => [`base.${stdName(dataset)}.${field.name}`, maskOfField(dataset, field)]),
    ),
  );

export function maskOfField(dataset: Dataset, field: Field): MaskName {
  const byName = maskOfColumn(field.name);
  if (byName !== 'none') return byName;
  const { mask } = fieldElement(field);
  if (mask === 'none' && dataset.state !== 'agreed' && UNCLASSIFIED.has(field.element)) return 'hidden';
  return mask === 'money' ? 'none' : mask;
}

/** Elements any text passes. */
const UNCLASSIFIED: ReadonlySet<string> = new Set(['text', 'identifier']);
