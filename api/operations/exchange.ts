import path from 'node:path';
import { z } from 'zod';
import { importPackage } from '../../pipelines/exports/import-package.ts';
import { makePackage } from '../../pipelines/exports/make-package.ts';
import { fileReceipt } from '../../pipelines/exports/receipt.ts';
import { audited } from '../audit.ts';
import { COMMAND, operation } from './operation.ts';

const absolutePath = z.string().max(4096).refine(path.isAbsolute, 'must be absolute');

/** `anju export NAME`: the next signed package of a definition. */
export const exportPackage = operation({
  params: z.object({ name: z.string().min(1).max(63) }),
  result: z.object({ path: z.string(), sequence: z.number(), rows: z.number(), sha256: z.string() }),
  run: async (platform, { name }) => {
    const made = await audited(platform.store, { user: COMMAND, action: 'package-make', object: name }, () =>
      makePackage(platform, name),
    );
    return { path: made.path, sequence: made.sequence, rows: made.rows, sha256: made.sha256 };
  },
});

/** `anju import FILE`: verify, load once, answer. */
export const importPackageFile = operation({
  params: z.object({ path: absolutePath }),
  result: z.object({
    sequence: z.number(),
    state: z.enum(['loaded', 'repeat']),
    rows: z.number(),
    receiptPath: z.string(),
  }),
  run: async (platform, params) => {
    const entry = { user: COMMAND, action: 'package-import', object: path.basename(params.path) };
    const { sequence, state, rows, receiptPath } = await audited(platform.store, entry, () =>
      importPackage(platform, params.path),
    );
    return { sequence, state, rows, receiptPath };
  },
});

/** `anju receipt FILE`: the answer of the other side, checked and filed. */
export const fileReceiptOf = operation({
  params: z.object({ path: absolutePath }),
  result: z.object({ sequence: z.number(), state: z.enum(['received']) }),
  run: async (platform, params) => {
    const entry = { user: COMMAND, action: 'receipt-file', object: path.basename(params.path) };
    const { sequence, state } = await audited(platform.store, entry, () =>
      fileReceipt(platform, params.path),
    );
    return { sequence, state };
  },
});
