/** Every benchmark by name, and how one is run: `anju bench NAME`. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { Bench, BenchResult, BenchSettings } from './bench.ts';
import { PeakMemory } from './memory.ts';

/** One line a benchmark: loaded only when it is run, for each brings engines and clients of its own. */
const BENCHMARKS: Readonly<Record<string, () => Promise<{ bench: Bench }>>> = {
  base: () => import('./base.ts'),
  build: () => import('./build.ts'),
  cdc: () => import('./cdc.ts'),
  detect: () => import('./detect.ts'),
  elements: () => import('./elements.ts'),
  faults: () => import('./faults.ts'),
  ingest: () => import('./ingest.ts'),
  iot: () => import('./iot.ts'),
  link: () => import('./link.ts'),
  metrics: () => import('./metrics.ts'),
  search: () => import('./search.ts'),
};

export const benchNames = (): string[] => Object.keys(BENCHMARKS).sort();

export interface BenchRequest {
  name: string;
  scale?: number;
  seed?: number;
  data?: string;
  args?: readonly string[];
  options?: BenchSettings;
  say?: (line: string) => void;
}

/**
 * Runs one benchmark in a temporary home.
 * @throws AppError `not_found` when there is none of that name
 */
export async function runBench(request: BenchRequest): Promise<BenchResult> {
  const { name, seed = 1, args = [], options, say = () => {} } = request;
  const load = BENCHMARKS[name];
  if (!load) {
    throw new AppError('not_found', `There is no benchmark “${name}”.`, {
      fix: `There are: ${benchNames().join(', ')}.`,
    });
  }
  const home = await mkdtemp(join(tmpdir(), 'anju-bench-'));
  const memory = new PeakMemory();
  try {
    const data = request.data === undefined ? join(home, 'input') : resolve(request.data);
    await mkdir(data, { recursive: true });
    const { bench } = await load();
    const scale = request.scale ?? bench.defaultScale ?? 1;
    const measured = await bench.run({
      scale,
      seed,
      home,
      data,
      isDataGiven: request.data !== undefined,
      options,
      args,
      say,
      memory,
    });
    return { name, scale, ...measured, rss_mib: measured.rss_mib ?? memory.mib() };
  } finally {
    memory.stop();
    await rm(home, { recursive: true, force: true });
  }
}
