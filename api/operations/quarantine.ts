import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import {
  act,
  countQuarantine,
  issueList,
  listQuarantine,
  quarantineItem,
} from '../../ingestion/quarantine/index.ts';
import { audited } from '../audit.ts';
import {
  actionAnswer,
  actionSchema,
  correctionsSchema,
  countSchema,
  detailSchema,
  filterSchema,
  itemSchema,
  maskOfField,
  reasonSchema,
  selectionSchema,
} from '../quarantine-shapes.ts';
import { COMMAND, operation } from './operation.ts';

const number = z.number().int().nonnegative();

/** `anju quarantine list`: counts by agency and rule, and the newest rows. */
export const quarantineList = operation({
  params: filterSchema.extend({ limit: number.min(1).max(200).default(20) }),
  result: z.object({ counts: z.array(countSchema), total: z.number(), items: z.array(itemSchema) }),
  run: async (platform, { limit, ...filter }) => ({
    counts: await countQuarantine(platform, filter, new Date()),
    ...(await listQuarantine(platform, filter, { limit, offset: 0 }, maskOfField)),
  }),
});

/** `anju quarantine show BATCH ROW`: masked. */
export const quarantineShow = operation({
  params: z.object({ batchId: number, rowNo: number }),
  result: detailSchema,
  run: (platform, of) => quarantineItem(platform, of, false, maskOfField),
});

/** `anju quarantine claim|release|mend|accept|return`. A return writes its issue list where it is told. */
export const quarantineAct = operation({
  params: z.object({
    kind: z.enum(['claim', 'release', 'mend', 'accept', 'return']),
    /** Who does it, as told: whoever may run the command owns the home. Rows claimed in one name are that name's. */
    by: z
      .string()
      .regex(/^[\p{L}\p{N}_.@:-]{1,64}$/u, 'must be a name without spaces')
      .default(COMMAND),
    dataset: z.string().max(128),
    selection: selectionSchema,
    corrections: correctionsSchema.optional(),
    reason: reasonSchema.optional(),
    listPath: z.string().max(4096).refine(path.isAbsolute, 'must be absolute').optional(),
  }),
  result: actionSchema.extend({ listPath: z.string().optional() }),
  run: async (platform, { listPath, by, ...request }) => {
    const { kind, dataset, selection, reason, corrections } = request;
    const entry = {
      user: by,
      action: `quarantine-${kind}`,
      object: dataset,
      reason,
      detail: { ...selection, fields: Object.keys(corrections ?? {}) },
    };
    const done = await audited(platform.store, entry, () => act(platform, { ...request, author: by }));
    if (kind !== 'return' || listPath === undefined) return actionAnswer(done);
    const list = await issueList(platform, done.actionId, maskOfField);
    await pipeline(Readable.from(list.bytes), createWriteStream(listPath, { flags: 'wx' }));
    return { ...actionAnswer(done), listPath };
  },
});
