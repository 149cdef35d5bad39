import { z } from 'zod';
import { withdrawBatch } from '../../ingestion/landing/index.ts';
import { audited } from '../audit.ts';
import { COMMAND, operation } from './operation.ts';

export const reasonSchema = z.string().trim().min(3).max(500);
export const withdrawnSchema = z.object({
  batchId: z.number(),
  dataset: z.string(),
  fileName: z.string(),
  overlays: z.array(z.number()),
  replayed: z.array(z.number()),
});

/** `anju withdraw BATCH`: as if the delivery had never come. */
export const withdraw = operation({
  params: z.object({ batchId: z.number().int().positive(), reason: reasonSchema }),
  result: withdrawnSchema,
  run: (platform, { batchId, reason }) =>
    audited(
      platform.store,
      { user: COMMAND, action: 'batch-withdraw', object: String(batchId), reason },
      () => withdrawBatch(platform, { batchId, reason, by: COMMAND }),
    ),
});
