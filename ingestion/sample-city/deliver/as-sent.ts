import type { Dataset, Field } from '../../contract.ts';

/** The city's agencies send no column that may be absent. */
export const asSent = (dataset: Dataset): Dataset => ({
  ...dataset,
  fields: dataset.fields.filter(({ optionalColumn }) => !optionalColumn),
});

/** Is the field the number of a person's certificate? */
export const saysWho = ({ element }: Field): boolean =>
  element === 'id_number' || element === 'certificate_no';
