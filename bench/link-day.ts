/**
 * Days after everything was linked. On the first half of a percent of the records is new or has changed, and only that is linked
 * again; on the second a single record has changed: what that costs a day costs whatever happens, the rest goes with the change.
 */
import type { Specification } from '../pipelines/linkage/specification.ts';
import { relink } from '../pipelines/linkage/relink.ts';
import { identifier } from '../warehouse/engine/sql.ts';
import type { Warehouse } from '../warehouse/engine/warehouse.ts';
import { rounded, type Taken, taken } from './bench.ts';

interface Day {
  /** Records new, changed or gone: one that changed is two. */
  changed: number;
  pairs: number;
  isWhole: boolean;
  seconds: number;
  cpuSeconds: number;
}
export interface DayResult extends Day {
  /** Of the whole linkage, on the wall and in CPU seconds. */
  share: number;
  cpuShare: number;
  /** What the day of one record takes: everything is read, whatever changed. */
  fixedSeconds: number;
  fixedCpuSeconds: number;
  /** What a thousand changed records add to it. */
  secondsPerThousand: number;
}

interface DayTask {
  /** Of the linkage that linked `table` whole. */
  name: string;
  table: string;
  columns: readonly string[];
  specification: Specification;
}

/** One in so many has another telephone, and of as many another record comes. */
const ONE_IN = 400;
const OTHER_PHONE = `concat('154', leftPad(toString(sipHash64(record, 'phone of the day') % 100000000), 8, '0'))`;
const drawn = (what: string): string => `sipHash64(record, '${what}') % ${ONE_IN} = 0`;
const changedWhere = (where: string, table: string): string =>
  `SELECT * REPLACE (if(${where}, ${OTHER_PHONE}, phone) AS phone) FROM ${table}`;

/** @param whole what linking everything took */
export async function measureDay(warehouse: Warehouse, task: DayTask, whole: Taken): Promise<DayResult> {
  const [day, next] = [`${task.table}_day`, `${task.table}_next`];
  const make = (table: string, rows: string): Promise<void> =>
    warehouse.run(`CREATE OR REPLACE TABLE ${table} ENGINE = MergeTree ORDER BY record AS ${rows}`, {
      lane: 'batch',
      tag: 'make a day',
    });
  await make(
    day,
    `${changedWhere(drawn('moved'), task.table)}
     UNION ALL SELECT * REPLACE (concat('day-', record) AS record, ${OTHER_PHONE} AS phone) FROM ${task.table} WHERE ${drawn('again')}`,
  );
  const first = await linkDay(warehouse, task, day);
  await make(next, changedWhere(`record = (SELECT min(record) FROM ${task.table})`, day));
  const second = await linkDay(warehouse, task, next);
  const more = first.changed - second.changed;
  return {
    ...first,
    share: rounded(first.seconds / whole.seconds, 4),
    cpuShare: rounded(first.cpuSeconds / whole.cpu, 4),
    fixedSeconds: second.seconds,
    fixedCpuSeconds: second.cpuSeconds,
    secondsPerThousand: more > 0 ? rounded((1000 * (first.seconds - second.seconds)) / more, 3) : 0,
  };
}

async function linkDay(
  warehouse: Warehouse,
  { name, columns, specification }: DayTask,
  table: string,
): Promise<Day> {
  let done: Awaited<ReturnType<typeof relink>> | undefined;
  const took = await taken(async () => {
    const records = `SELECT record, side, ${columns.map(identifier).join(', ')} FROM ${table}`;
    done = await relink(warehouse, { name, records, specification });
  });
  if (!done) throw new Error('nothing was linked');
  const { changed, pairs, isWhole } = done;
  return { changed, pairs, isWhole, seconds: rounded(took.seconds), cpuSeconds: rounded(took.cpu) };
}
