import type { MaskName } from '../domain/element.ts';

/**
 * Columns of base and marts that say who somebody is, by the names the contracts give them, and how each is masked. A
 * test holds every personal field of every contract against this list, so that a new name cannot slip through.
 */
const PERSONAL: readonly (readonly [RegExp, MaskName])[] = [
  [/(^|_)id_number(_raw)?$/, 'id_number'],
  [
    /^(person|applicant|tenant|owner|buyer|head|husband|wife|spouse|occupant|member|complainant|guarantor|payee|supplier_contact)_name$/,
    'name',
  ],
  [/^legal_representative$/, 'name'],
  [/(^|_)phone$/, 'phone'],
  [/(^|_)(bank_account|account_no|card_no|insurance_no|permit_no)$/, 'account'],
  [/(^|_)address$/, 'address'],
  [/(^|_)email$/, 'account'],
  [/^family_members$/, 'hidden'],
];

/** How a column of that name is masked; `none` when it names nobody. */
export const maskOfColumn = (name: string): MaskName =>
  PERSONAL.find(([pattern]) => pattern.test(name))?.[1] ?? 'none';
