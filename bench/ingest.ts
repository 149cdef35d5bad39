/**
 * Rows a second from a delivered CSV to `raw` — hash, checks, row numbers, quarantine, ledger — beside the engines' own best. Three
 * landings: 5 million readings (UTF-8), the building table of a million dwellings (GB18030, 2 % bad rows), and twice the readings,
 * which must need no more memory.
 */
import { spawn } from 'node:child_process';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { type Bench, type BenchCall, type Measured, rounded } from './bench.ts';
import { type BenchFile, registryFile, waterFile } from './ingest-files.ts';

const LEAST_RATIO = 0.6;
const MOST_MIB = 1536;
/** Twice the rows may need this much more memory and still count as flat: what engines keep free varies. */
const FLAT = 1.25;

const oursSchema = z.object({
  seconds: z.number(),
  cpu_seconds: z.number(),
  rss_mib: z.number(),
  landed: z.object({
    landed: z.number(),
    loaded: z.number(),
    quarantined: z.number(),
    deduplicated: z.number(),
  }),
});
const peerSchema = z.object({
  seconds: z.number(),
  transcoding: z.number(),
  reading: z.number(),
  inserting: z.number(),
  loaded: z.number(),
  cpu_seconds: z.number(),
  rss_mib: z.number(),
});

interface Landed {
  ours: Record<string, unknown> & { rss_mib: number };
  peer: Record<string, unknown> | null;
  ratio: number | null;
  isWhole: boolean;
}

export const bench: Bench = {
  name: 'ingest',
  summary: 'rows a second through landing, beside the bare engines',
  run: async (call) => {
    const million = (count: number): number => Math.max(1000, Math.round(count * 1_000_000 * call.scale));
    const water = await land(call, 'utilities.water_reading', million(5), waterFile, true);
    const registry = await land(call, 'property.house_registry', million(1), registryFile, true);
    const twice = await land(call, 'utilities.water_reading', million(10), waterFile, false);
    const ratio = Math.min(water.ratio ?? 0, registry.ratio ?? 0);
    const rss = Math.max(water.ours.rss_mib, registry.ours.rss_mib, twice.ours.rss_mib);
    const isFlat = twice.ours.rss_mib <= water.ours.rss_mib * FLAT;
    const isWhole = water.isWhole && registry.isWhole && twice.isWhole;
    return {
      ours: { water: water.ours, registry: registry.ours, water_twice: twice.ours, isFlat, isWhole },
      peer: {
        name: 'DuckDB CSV → Parquet → ClickHouse INSERT SELECT FROM file(), no checks',
        water: water.peer,
        registry: registry.peer,
      },
      ratio,
      rss_mib: rss,
      ok: isWhole && isFlat && ratio >= LEAST_RATIO && rss < MOST_MIB,
    } satisfies Measured;
  },
};

async function land(
  call: BenchCall,
  dataset: string,
  rows: number,
  make: (path: string, rows: number) => Promise<BenchFile>,
  hasPeer: boolean,
): Promise<Landed> {
  const path = join(call.data, `${dataset}-${rows}.csv`);
  call.say(`making ${rows} rows of ${dataset}`);
  const file = await make(path, rows);
  const bytes = (await stat(path)).size;
  const home = (side: string): string => join(call.home, side);
  try {
    for (const side of hasPeer ? ['ours', 'peer'] : ['ours'])
      await part('prepare', dataset, path, home(side));
    call.say('landing them');
    const ours = oursSchema.parse(await part('ours', dataset, path, home('ours')));
    call.say(`${rounded(ours.seconds)} s; now the bare engines`);
    const peer = hasPeer ? peerSchema.parse(await part('peer', dataset, path, home('peer'))) : null;
    const { landed, loaded, quarantined, deduplicated } = ours.landed;
    const isWhole =
      landed === rows &&
      landed === loaded + quarantined + deduplicated &&
      quarantined === file.bad &&
      deduplicated === 0;
    const speed = (taken: number): Record<string, number> => ({
      seconds: rounded(taken),
      rows_per_second: Math.round(rows / taken),
    });
    return {
      ours: {
        rows,
        bytes,
        ...speed(ours.seconds),
        cpu_seconds: rounded(ours.cpu_seconds),
        ...ours.landed,
        rss_mib: ours.rss_mib,
      },
      peer: peer && {
        ...peer,
        ...speed(peer.seconds),
        cpu_seconds: rounded(peer.cpu_seconds),
        transcoding: rounded(peer.transcoding),
        reading: rounded(peer.reading),
        inserting: rounded(peer.inserting),
      },
      ratio: peer && rounded(peer.seconds / ours.seconds),
      isWhole,
    };
  } finally {
    for (const side of ['ours', 'peer']) await rm(home(side), { recursive: true, force: true });
  }
}

/** Runs `ingest-part.ts` in a process of its own and takes the object it prints. */
async function part(...args: string[]): Promise<unknown> {
  const script = fileURLToPath(new URL('./ingest-part.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '24' },
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  const printed = await text(child.stdout);
  const code = await ended;
  if (code !== 0)
    throw new AppError('bug', `The measured part ended with ${code}.`, { where: { args: args.join(' ') } });
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '');
}
