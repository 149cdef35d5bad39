/** Rows of a withdrawn batch are in quarantine no more: whoever still asks for them is told so, and not that they never were. */
import { AppError, isAppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type { QuarantineSelection } from '../../warehouse/operational/tables/quarantine.ts';

const RULE = 'batch_withdrawn';

/** @throws AppError `conflict` when the batch the selection names was withdrawn */
export async function refuseWithdrawn({ store }: Platform, { batchId }: QuarantineSelection): Promise<void> {
  if (batchId === undefined) return;
  const found = await store.db
    .selectFrom('batch')
    .select('state')
    .where('batch_id', '=', batchId)
    .executeTakeFirst();
  if (found?.state !== 'withdrawn') return;
  throw new AppError('conflict', `Batch ${batchId} was withdrawn: none of its rows waits any more.`, {
    where: { batch: batchId, rule: RULE },
    fix: 'If the file came again, its rows wait under the number of its new batch.',
  });
}

export const isWithdrawnRefusal = (error: unknown): error is AppError =>
  isAppError(error) && error.where['rule'] === RULE;
