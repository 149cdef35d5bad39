/** Deliveries of a table nobody has accepted: received and read like any other, and none of their rows loaded. */
import type { Dataset } from '../contract.ts';
import { driftSchema } from './policy.ts';

/** The rule by which their rows are in quarantine. */
export const UNKNOWN_TABLE = 'unknown_table';

/**
 * A held contract as its deliveries are landed: every row that can be read is set aside by one rule, whichever of the draft's columns
 * its file has, for the draft is a guess from another file. Any other contract as it is.
 */
export const asHeld = (dataset: Dataset): Dataset =>
  dataset.state !== 'held'
    ? dataset
    : {
        ...dataset,
        key: [],
        load: { ...dataset.load, strategy: 'append', operation: undefined },
        drift: driftSchema.parse({ table: dataset.drift.table }),
        fields: dataset.fields.map((field) => ({
          ...field,
          ...{ optionalColumn: true, required: false, onInvalid: 'mark' as const },
        })),
        checks: [
          {
            rule: UNKNOWN_TABLE,
            message: 'nobody has accepted the table yet',
            sql: '1',
            onFail: 'reject',
          },
        ],
      };
