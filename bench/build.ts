/**
 * All models over a landed sample city: built by Anju, beside the same SQL (models and their tests) sent by hand; and one more day beside building everything.
 * `--scale` is the city's own. Landing is no part of what is measured: a home in `--data DIR` stays landed, and every run in it takes
 * one of the two days that were held back when it was made. `anju bench build machines` measures meters and doors alone.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { addDays } from '../domain/calendar.ts';
import { buildModels } from '../pipelines/dbt/build.ts';
import { landDeliveries } from '../pipelines/land.ts';
import { buildLinked } from '../pipelines/linkage/build.ts';
import { latestBusinessDate } from '../pipelines/plan.ts';
import { projectOf } from '../pipelines/runner.ts';
import { loadConfig } from '../warehouse/config.ts';
import { openPlatform, type Platform } from '../warehouse/platform.ts';
import { type Bench, type BenchCall, type Measured, rounded, seconds } from './bench.ts';
import { byHand, statementsOf } from './build-bare.ts';
import { built, type Built, MOST_OVERHEAD, overhead, round } from './build-measured.ts';
import { runMachines } from './build-machines.ts';
import { deliverDay, makeBuildHome, nextDay } from './build-home.ts';

/** What a day may take of building everything. */
const MOST_SHARE = 0.03;

export const bench: Bench = {
  name: 'build',
  summary: 'all models beside the same SQL sent by hand, and a day beside all of it',
  run: (call) => (call.args[0] === 'machines' ? runMachines(call) : runCity(call)),
};

async function runCity({ scale, seed, data, say, memory }: BenchCall): Promise<Measured> {
  const home = join(data, `build-${scale}-${seed}`);
  say(`making the city (scale ${scale})`);
  const generated = await makeBuildHome(home, scale, seed);
  const queries = new QueryTimes();
  const platform = await openPlatform(
    loadConfig({ ...process.env, ANJU_HOME: home, ANJU_PORT: '0', ANJU_INBOX_SETTLE_SECONDS: '0' }),
    { log: pino({ level: 'debug' }, queries) },
  );
  try {
    say('landing');
    const landing = await landed(platform);
    const day = await nextDay(home);
    const before = day === undefined ? await latestBusinessDate(platform.store) : addDays(day, -1);
    if (before === null) throw new RangeError('nothing was landed');
    const project = await projectOf(platform);
    const bring = async (asOf: string): Promise<Built> =>
      built(() => buildLinked(platform, project, { asOf }));
    say(`bringing the models up to ${before}`);
    const first = await bring(before);
    const asOf = day ?? before;
    const incremental =
      day === undefined ? undefined : await oneDay(platform, home, day, () => bring(day), say);
    if (incremental) say(`the day: ${told(incremental.build)}`);
    say('everything anew');
    memory.reset();
    queries.reset();
    const full = await built(async () => ({
      models: await buildModels(platform, project, { asOf, full: true }),
    }));
    const peak = memory.mib();
    const byKind = queries.seconds();
    say(`everything: ${told(full)}`);
    say('the same by hand');
    const statements = await statementsOf(platform, project, asOf);
    const bare = await byHand(platform, project, statements);
    const share = incremental && incremental.build.seconds / full.seconds;
    const failed = [...first.failed, ...(incremental?.build.failed ?? []), ...full.failed];
    const isSame = incremental && JSON.stringify(incremental.build.hashes) === JSON.stringify(full.hashes);
    const ratio = rounded(bare.all.seconds / full.seconds);
    return {
      ours: {
        ...round(full),
        models: full.hashes.length,
        failed,
        overhead: overhead(full, bare),
        query_seconds: byKind,
        slowest: full.slowest,
        day: incremental && {
          as_of: day,
          landing: incremental.landing,
          ...round(incremental.build),
          share: rounded(incremental.build.seconds / full.seconds, 4),
          share_cpu: rounded(incremental.build.cpu / full.cpu, 4),
          models: incremental.build.states,
          slowest: incremental.build.slowest,
          is_same_as_full: isSame,
        },
        first: { ...round(first), models: first.states },
        city: generated,
        landing,
        rows: await layerRows(platform),
      },
      peer: {
        name: 'the same SQL sent by hand',
        statements: [...statements.values()].flatMap(({ selects, tests }) => [...selects, ...tests]).length,
        ...round(bare.all),
        selects_alone: round(bare.selects),
        dbt: dbtVersion(),
      },
      ratio,
      rss_mib: peak,
      ok:
        failed.length === 0 &&
        isSame === true &&
        full.seconds <= bare.all.seconds * (1 + MOST_OVERHEAD) &&
        share !== undefined &&
        share <= MOST_SHARE,
    };
  } finally {
    await platform.close();
  }
}

/** Said as soon as it is known: what comes after may take as long again. */
const told = ({ seconds, cpu, slowest }: Built): string =>
  `${rounded(seconds)} s, ${rounded(cpu)} CPU s; ${Object.entries(slowest)
    .map(([model, took]) => `${model} ${took}`)
    .join(', ')}`;

interface Landing {
  rows: number;
  seconds: number;
  rows_per_second: number;
}

async function landed(platform: Platform): Promise<Landing> {
  let rows = 0;
  const wall = await seconds(async () => {
    const accounts = await landDeliveries(platform, {});
    rows = accounts.reduce((sum, account) => sum + account.landed, 0);
  });
  return { rows, seconds: rounded(wall), rows_per_second: Math.round(rows / wall) };
}

/** A day more: what its landing took is told, but not counted. */
async function oneDay(
  platform: Platform,
  home: string,
  day: string,
  bring: () => Promise<Built>,
  say: (line: string) => void,
): Promise<{ landing: Landing; build: Built }> {
  say(`one more day, ${day}`);
  await deliverDay(home, day);
  const landing = await landed(platform);
  return { landing, build: await bring() };
}

const layerRows = async ({ warehouse }: Platform): Promise<Record<string, number>> => {
  const layers = await warehouse.rows(
    `SELECT multiIf(startsWith(database, 'mart_'), 'marts', database) AS layer, sum(total_rows) AS rows, sum(total_bytes) AS bytes
     FROM system.tables WHERE (database IN ('raw', 'base') OR startsWith(database, 'mart_')) AND total_rows IS NOT NULL GROUP BY layer ORDER BY layer`,
    z.object({ layer: z.string(), rows: z.coerce.number(), bytes: z.coerce.number() }),
    { lane: 'batch', tag: 'bench' },
  );
  return Object.fromEntries(
    layers.flatMap(({ layer, rows, bytes }) => [
      [layer, rows],
      [`${layer}_mib`, Math.round(bytes / 2 ** 20)],
    ]),
  );
};

/** The dbt command line needs a server to speak to, which the embedded engine is not. */
function dbtVersion(): string {
  const { status, stdout } = spawnSync('dbt', ['--version'], { encoding: 'utf8' });
  return status === 0
    ? `installed, not measured (needs a ClickHouse server): ${stdout.trim()}`
    : 'not installed';
}

const queryLine = z.object({ tag: z.string(), ms: z.number() });

/** Seconds of statements by the first word of their tag, from the warehouse's log; two run at once, so they add up to more than the clock. */
class QueryTimes {
  #spent = new Map<string, number>();

  reset(): void {
    this.#spent = new Map();
  }

  /** As a stream of the log. */
  write(line: string): void {
    const { success, data } = queryLine.safeParse(JSON.parse(line));
    if (!success) return;
    const [kind = ''] = data.tag.split(' ');
    this.#spent.set(kind, (this.#spent.get(kind) ?? 0) + data.ms / 1000);
  }

  seconds(): Record<string, number> {
    const sorted = [...this.#spent].toSorted(([, a], [, b]) => b - a);
    return Object.fromEntries(sorted.map(([kind, spent]) => [kind, rounded(spent)]));
  }
}
