/**
 * A delivery that is a source's change log: besides the contract's columns each row says what happened to it and which change
 * of the source it is. Both are known to the reader and to the checks, and only the change's number is kept in raw.
 */
import { type Dataset, type Field, isKeyless } from '../contract.ts';
import { refusal } from '../readers/reader.ts';
import type { LoadAs } from '../../warehouse/operational/tables/ledger.ts';

/** `I`, `U` or `D`. */
export const OPERATION_COLUMN = '_op';
/** A text that names the change in its source: an LSN, a binlog file and position, with the row's number in it. Never twice for one key. */
export const CHANGE_COLUMN = '_change';

const field = (source: string): Field => ({
  name: source,
  source,
  element: 'identifier',
  required: true,
  onInvalid: 'reject',
  optionalColumn: false,
});

export const isChangeLog = (dataset: Dataset): boolean => dataset.load.strategy === 'changes';

/** The contract as the reader must know it: a change log has two columns more. */
export const asRead = (dataset: Dataset): Dataset =>
  isChangeLog(dataset)
    ? { ...dataset, fields: [...dataset.fields, field(OPERATION_COLUMN), field(CHANGE_COLUMN)] }
    : dataset;

/** The contract as one delivery is loaded: a connector's snapshot is the whole table and its changes are a log, whatever files of the agency are. */
export function asLoaded(dataset: Dataset, loadAs: LoadAs = 'contract'): Dataset {
  if (loadAs === 'contract') return dataset;
  if (isKeyless(dataset))
    throw refusal(
      'no_key',
      'The contract has no key: changes and whole tables cannot be told from what is known.',
      {},
      'Say in the contract which columns identify a row.',
    );
  const strategy = loadAs === 'snapshot' ? 'full' : 'changes';
  return { ...dataset, load: { ...dataset.load, strategy, operation: undefined } };
}

/** What `checkedSql` selects of a change log besides the contract's columns. */
export const CHANGE_TEXTS = [
  { column: OPERATION_COLUMN, as: 'log_op' },
  { column: CHANGE_COLUMN, as: 'log_change' },
] as const;

/** `field:rule` and why, for rows that are no changes. */
export const CHANGE_FAILURES: readonly { failure: string; message: string; failsSql: string }[] = [
  {
    failure: `${OPERATION_COLUMN}:unknown_operation`,
    message: `${OPERATION_COLUMN} must be I, U or D`,
    failsSql: "log_op NOT IN ('I', 'U', 'D')",
  },
  {
    failure: `${CHANGE_COLUMN}:required`,
    message: `${CHANGE_COLUMN} is missing: without it a change sent again would count twice`,
    failsSql: "log_change = ''",
  },
];
