/** A day after everything was linked: half of a percent of the records is new or has changed, and only that is linked again. */
import type { Specification } from '../pipelines/linkage/specification.ts';
import { relink } from '../pipelines/linkage/relink.ts';
import { identifier } from '../warehouse/engine/sql.ts';
import type { Warehouse } from '../warehouse/engine/warehouse.ts';
import { rounded, seconds } from './bench.ts';

export interface DayResult {
  changed: number;
  pairs: number;
  isWhole: boolean;
  seconds: number;
  cpuSeconds: number;
  /** Of the whole linkage's seconds. */
  share: number;
}

/** One in so many has another telephone, and of as many another record comes. */
const ONE_IN = 400;

/** @param name of the linkage that linked `table` whole */
export async function measureDay(
  warehouse: Warehouse,
  {
    name,
    table,
    columns,
    specification,
  }: { name: string; table: string; columns: readonly string[]; specification: Specification },
  whole: number,
): Promise<DayResult> {
  const day = `${table}_day`;
  const drawn = (what: string): string => `sipHash64(record, '${what}') % ${ONE_IN} = 0`;
  const otherPhone = `concat('154', leftPad(toString(sipHash64(record, 'phone of the day') % 100000000), 8, '0'))`;
  await warehouse.run(
    `CREATE OR REPLACE TABLE ${day} ENGINE = MergeTree ORDER BY record AS
     SELECT * REPLACE (if(${drawn('moved')}, ${otherPhone}, phone) AS phone) FROM ${table}
     UNION ALL SELECT * REPLACE (concat('day-', record) AS record, ${otherPhone} AS phone) FROM ${table} WHERE ${drawn('again')}`,
    { lane: 'batch', tag: 'make a day' },
  );
  const before = process.resourceUsage();
  let done: Awaited<ReturnType<typeof relink>> | undefined;
  const took = await seconds(async () => {
    const records = `SELECT record, side, ${columns.map(identifier).join(', ')} FROM ${day}`;
    done = await relink(warehouse, { name, records, specification });
  });
  const after = process.resourceUsage();
  if (!done) throw new Error('nothing was linked');
  return {
    ...{ changed: done.changed, pairs: done.pairs, isWhole: done.isWhole, seconds: rounded(took) },
    cpuSeconds: rounded(
      (after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime) / 1e6,
    ),
    share: rounded(took / whole, 4),
  };
}
