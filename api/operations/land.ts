import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { landFile } from '../../ingestion/landing/index.ts';
import { operation } from './operation.ts';

const delivery = z.object({
  file: z.string(),
  dataset: z.string(),
  state: z.enum(['loaded', 'repeat', 'refused']),
  landed: z.number(),
  loaded: z.number(),
  quarantined: z.number(),
  deduplicated: z.number(),
  notes: z.array(z.string()),
  refusal: z.object({ rule: z.string(), message: z.string(), fix: z.string().optional() }).optional(),
});
const NOTHING = { landed: 0, loaded: 0, quarantined: 0, deduplicated: 0, notes: [] };

/** `anju land`: deliveries by hand. A file that cannot be read is refused; the others go on. */
export const land = operation({
  params: z.object({
    path: z.string().refine(path.isAbsolute, 'must be absolute'),
    dataset: z.string().max(128),
    businessDate: z.iso.date().optional(),
    /** Why the file may delete more of what is known than its contract allows. */
    massDeleteReason: z.string().trim().min(3).max(500).optional(),
  }),
  result: z.object({ ok: z.boolean(), deliveries: z.array(delivery) }),
  run: async (platform, params, { onProgress, signal }) => {
    const files = await filesAt(params.path);
    const deliveries: z.infer<typeof delivery>[] = [];
    for (const [index, file] of files.entries()) {
      signal.throwIfAborted();
      const result = await landFile(platform, {
        path: file,
        dataset: params.dataset,
        businessDate: params.businessDate,
        massDeleteReason: params.massDeleteReason,
      });
      const head = { file: result.fileName, dataset: result.dataset, state: result.state };
      if (result.state === 'refused') {
        const { message, where, code, fix } = result.refusal;
        deliveries.push({
          ...head,
          ...NOTHING,
          refusal: { rule: String(where['rule'] ?? code), message, fix },
        });
      } else {
        const { landed, loaded, quarantined, deduplicated, notes } = result;
        deliveries.push({ ...head, landed, loaded, quarantined, deduplicated, notes });
      }
      onProgress({
        kind: 'item',
        stage: 'land',
        item: result.fileName,
        state: result.state,
        done: index + 1,
        total: files.length,
      });
    }
    return { ok: deliveries.every((one) => one.state !== 'refused'), deliveries };
  },
});

/** The file itself, or the whole files of a directory in order of name. */
async function filesAt(target: string): Promise<string[]> {
  if (!(await lstat(target)).isDirectory()) return [target];
  const entries = await readdir(target, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.name.endsWith('.part'))
    .map((entry) => path.join(target, entry.name))
    .sort();
}
