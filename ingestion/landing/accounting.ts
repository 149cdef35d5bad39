import { AppError } from '../../domain/errors.ts';
import { type Dataset, datasetId } from '../contract.ts';

/** `landed = loaded + quarantined + deduplicated`; `deleted` are rows a full delivery no longer has. */
export interface BatchCounts {
  landed: number;
  loaded: number;
  quarantined: number;
  deduplicated: number;
  deleted: number;
}

/** @throws AppError `bug` unless every landed row is loaded, quarantined or a repeat */
export function assertAccounting(dataset: Dataset, counts: BatchCounts): void {
  const { landed, loaded, quarantined, deduplicated } = counts;
  if (landed === loaded + quarantined + deduplicated) return;
  throw new AppError(
    'bug',
    `${landed} rows landed, but ${loaded} loaded + ${quarantined} quarantined + ${deduplicated} deduplicated are not as many; nothing was published.`,
    { where: { dataset: datasetId(dataset), landed, loaded, quarantined, deduplicated } },
  );
}
