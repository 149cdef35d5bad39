/** A platform and project over standardised rows written by hand, with all marts: what tests of marts and of rules build on. */
import { z } from 'zod';
import { temporaryDirectory, type TestPlatform, testPlatform } from './platform.ts';
import { baseProjectOnHandMadeRows, createStdTables, deliverStd, type StdRow } from './std-tables.ts';

export interface HandMadeTown {
  platform: TestPlatform;
  project: { path: string; dispose: () => Promise<void> };
}

/** Delivered as batch 1, and nothing built yet. */
export async function handMadeTown(rows: Record<string, StdRow[]>): Promise<HandMadeTown> {
  const platform = await testPlatform();
  const project = await temporaryDirectory();
  await baseProjectOnHandMadeRows(project.path, { withMarts: true });
  await createStdTables(platform.warehouse);
  for (const [dataset, given] of Object.entries(rows))
    await deliverStd(platform.warehouse, dataset, 1, given);
  return { platform, project };
}

/** What a query says, a line a row. */
export const linesOf = async ({ warehouse }: TestPlatform, sql: string): Promise<string[]> =>
  (await warehouse.rows(sql, z.record(z.string(), z.unknown()))).map((each) => Object.values(each).join(' '));
