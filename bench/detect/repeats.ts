/** Rows that come again: counted a file, for a repeat leaves no row behind. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Platform } from '../../warehouse/platform.ts';
import type { Found } from './part.ts';

const accounts = z.object({
  datasets: z.array(
    z.object({
      files: z.array(z.object({ dataset: z.string(), file: z.string(), deduplicated: z.number() })),
    }),
  ),
});

/** Right is, file by file, what both say; wrong what one says beyond the other. */
export async function repeats({ warehouse }: Platform, path: string): Promise<Found> {
  const { datasets } = accounts.parse(JSON.parse(await readFile(path, 'utf8')));
  const batches = await warehouse.rows(
    'SELECT dataset, file_name AS file, toUInt32(deduplicated) AS deduplicated FROM meta.batch FINAL',
    z.object({ dataset: z.string(), file: z.string(), deduplicated: z.number() }),
    { lane: 'batch', tag: 'bench detect' },
  );
  const key = ({ dataset, file }: { dataset: string; file: string }): string => `${dataset}/${file}`;
  const foundOf = new Map(batches.map((batch) => [key(batch), batch.deduplicated]));
  let [planted, right] = [0, 0];
  for (const file of datasets.flatMap(({ files }) => files)) {
    planted += file.deduplicated;
    right += Math.min(file.deduplicated, foundOf.get(key(file)) ?? 0);
  }
  const found = batches.reduce((sum, batch) => sum + batch.deduplicated, 0);
  return {
    ...{ name: 'repeat', planted, found, atLeast: 0.99 },
    precision: found === 0 ? 1 : right / found,
    recall: planted === 0 ? 1 : right / planted,
  };
}
