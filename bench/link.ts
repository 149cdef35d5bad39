/**
 * `anju bench link --data DIR [--mapping FILE]`: precision, recall, F1 and seconds of the platform's linkage on anybody's files;
 * `--records 1000000 --duplicates 0.05`: seconds and memory on invented persons. The peer is the best exact join on the columns of any block.
 */
import { join } from 'node:path';
import { readMapping, specificationOf } from '../pipelines/linkage/mapping.ts';
import { loadConfig } from '../warehouse/config.ts';
import { createLog } from '../warehouse/log.ts';
import { openWarehouse } from '../warehouse/engine/open.ts';
import type { Platform } from '../warehouse/platform.ts';
import { type Bench, type BenchCall, type Measured, rounded } from './bench.ts';
import { loadTask, tasksOf } from './link-files.ts';
import { GENERATED, makePersons } from './link-generated.ts';
import { type DayResult, measureDay } from './link-day.ts';
import { measureTask, TASK, type TaskResult } from './link-task.ts';

export const RECORDS = 1_000_000;
export const DUPLICATES = 0.05;
/** What the issue asks of a million records on two cores. */
const MOST_SECONDS = 300;
const MOST_MIB = 4096;
/** Of the whole, for a day in which half a percent changes. */
const MOST_OF_A_DAY = 0.03;
const TABLE = 'default.bench_link';

type Engine = Pick<Platform, 'warehouse' | 'config'>;

async function run(call: BenchCall): Promise<Measured> {
  const config = loadConfig({ ANJU_HOME: call.home, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE });
  // A linkage needs no operational store, and the home is this run's own.
  const platform = { config, warehouse: await openWarehouse(config, createLog({ logLevel: 'silent' })) };
  try {
    return call.isDataGiven === true && !call.options?.records
      ? await ofFiles(call, platform)
      : await ofGenerated(call, platform);
  } finally {
    await platform.warehouse.close();
  }
}

async function ofFiles(call: BenchCall, platform: Engine): Promise<Measured> {
  const { mapping: path } = call.options ?? {};
  const given = path === undefined ? undefined : await readMapping(path);
  const results: Record<string, TaskResult> = {};
  for (const task of await tasksOf(call.data, given)) {
    const work = join(call.home, 'bench', String(Object.keys(results).length));
    const mapping = await loadTask(platform, { directory: call.data, task, table: TABLE, work }, given);
    const name = task.files.join(' + ');
    const result = await measureTask(platform, TABLE, Object.keys(mapping.columns), specificationOf(mapping));
    results[name] = result;
    call.say(
      `${name}: precision ${result.precision}, recall ${result.recall}, F1 ${result.f1}, ${result.seconds} s`,
    );
  }
  const all = Object.values(results);
  const least = Math.min(...all.map((each) => each.f1));
  const exact = Math.min(...all.map((each) => each.exactJoin.f1));
  return {
    ours: {
      leastF1: least,
      seconds: rounded(all.reduce((sum, each) => sum + each.seconds, 0)),
      files: results,
    },
    peer: { name: 'the best exact join on any block of columns', leastF1: exact },
    ratio: rounded(least / Math.max(exact, 0.001), 3),
    ok: least > exact,
  };
}

/** Links invented persons, and a day after it: what that took, of which memory, and whether it is what the issue asks. */
export async function measureGenerated(
  { warehouse, config }: Engine,
  { records, duplicates }: { records: number; duplicates: number },
  { seed, memory, say }: Pick<BenchCall, 'seed' | 'memory' | 'say'>,
): Promise<{ linked: TaskResult; day: DayResult; mib: number; isAsAsked: boolean }> {
  await makePersons(warehouse, TABLE, { records, duplicates, seed });
  say(`${records} persons made`);
  memory.reset();
  const [columns, specification] = [Object.keys(GENERATED.columns), specificationOf(GENERATED)];
  const linked = await measureTask({ warehouse, config }, TABLE, columns, specification);
  const mib = memory.mib();
  const task = { name: TASK, table: TABLE, columns, specification };
  const day = await measureDay(warehouse, task, { seconds: linked.seconds, cpu: linked.cpuSeconds });
  say(
    `a day: ${day.changed} records, ${day.seconds} s, ${(100 * day.share).toFixed(1)} % of the whole (fixed ${day.fixedSeconds} s, each thousand ${day.secondsPerThousand} s)`,
  );
  const isAsAsked = linked.seconds < MOST_SECONDS && mib < MOST_MIB && linked.f1 > linked.exactJoin.f1;
  return { linked, day, mib, isAsAsked };
}

async function ofGenerated(call: BenchCall, platform: Engine): Promise<Measured> {
  const records = Math.round(Number(call.options?.records ?? RECORDS) * call.scale);
  const duplicates = Number(call.options?.duplicates ?? DUPLICATES);
  const { linked, day, mib, isAsAsked } = await measureGenerated(platform, { records, duplicates }, call);
  const { exactJoin, ...ours } = linked;
  return {
    ours: { duplicates, ...ours, day },
    peer: { name: 'the best exact join on any block of columns', ...exactJoin },
    ratio: rounded(ours.f1 / Math.max(exactJoin.f1, 0.001), 3),
    rss_mib: mib,
    ok: isAsAsked && day.share <= MOST_OF_A_DAY,
  };
}

export const bench: Bench = {
  name: 'link',
  summary:
    'linkage on files of your own (precision, recall, F1), or on a million invented persons (seconds, memory)',
  run,
};
