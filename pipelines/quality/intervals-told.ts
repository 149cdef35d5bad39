/** Gaps, overlaps and orphans (期限与归属矛盾) among what an agency delivered, as the letter to it says. */
import { z } from 'zod';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { isBuilt } from '../is-built.ts';

const MOST_NAMED = 5;
const LANE = { tag: 'quality.intervals' } as const;

export const intervalsToldSchema = z.object({
  dataset: z.string(),
  zh: z.string(),
  ruleZh: z.string(),
  findings: z.number().int().nonnegative(),
  /** Numbers of contracts, occupants, meters or houses, not of persons; the first few. */
  subjects: z.array(z.string()),
  /** The business day they were looked for, YYYY-MM-DD. */
  asOf: z.string(),
});
export type IntervalsTold = z.output<typeof intervalsToldSchema>;

/** As the last run found them; none before a first. By data set, what is found most often first. */
export async function intervalsTold(
  { warehouse }: Pick<Platform, 'warehouse'>,
  contracts: Contracts,
  owner: string,
): Promise<IntervalsTold[]> {
  if (!(await isBuilt(warehouse, 'base.interval_finding', LANE))) return [];
  const found = await warehouse.rows(
    `SELECT dataset, rule_zh AS ruleZh, toUInt32(count()) AS findings, arraySlice(arraySort(groupUniqArray(${MOST_NAMED * 20})(subject_no)), 1, ${MOST_NAMED}) AS subjects, toString(any(as_of)) AS asOf
     FROM base.interval_finding WHERE agency = {owner:String} GROUP BY dataset, ruleZh ORDER BY dataset, findings DESC, ruleZh`,
    intervalsToldSchema.omit({ zh: true }),
    { ...LANE, params: { owner } },
  );
  return found.map((one) => ({ ...one, zh: contracts.find(one.dataset)?.zh ?? one.dataset }));
}
