import { AppError } from '../../domain/errors.ts';
import type { Dataset } from '../contract.ts';

/** @throws AppError `bad_configuration` when a task names none or several where its connector feeds one */
export function onlyDataset(datasets: readonly Dataset[]): Dataset {
  const [dataset] = datasets;
  if (dataset && datasets.length === 1) return dataset;
  throw new AppError(
    'bad_configuration',
    `A task of this kind feeds one data set; this one names ${datasets.length}.`,
  );
}
