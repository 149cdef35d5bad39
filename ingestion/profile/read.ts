/** Reads a file nobody knows with the readers of landing: what is profiled is what would be landed. */
import { type Dataset, datasetSchema, type Field, fieldSchema } from '../contract.ts';
import type { Duck } from '../readers/duck.ts';
import { readers, type ReadResult } from '../readers/index.ts';
import type { Sniffed } from './sniffed.ts';

/**
 * @param directory empty, the reader's own
 * @throws AppError `refused_delivery` as landing would
 */
export const readUnknown = (sniffed: Sniffed, duck: Duck, directory: string): Promise<ReadResult> =>
  readers[sniffed.delivery.shape](sniffed.file, openContract(sniffed), { directory, duck, positions: true });

/** No contract at all: every column, all of them text. Shapes with a header find the columns there. */
const openContract = ({ delivery, fields }: Sniffed): Dataset => ({
  ...datasetSchema.parse({
    source: 'unknown',
    dataset: 'unknown',
    zh: '',
    reference: '',
    owner: '',
    grain: '',
    key: ['unknown'],
    load: { strategy: 'append' },
    delivery,
    cadence: 'irregular',
    latenessDays: 1,
    level: 4,
    legalBasis: '',
    fields: [textField('unknown', 'unknown')],
  }),
  fields: fields.map((source, i) => textField(`column_${i + 1}`, source)),
});

const textField = (name: string, source: string): Field =>
  fieldSchema.parse({ name, source, element: 'text', optionalColumn: true });
