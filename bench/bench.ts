/** What a benchmark is. Each has its peer in the same run, and its result says the ratio. */
import type { PeakMemory } from './memory.ts';

export interface BenchCall {
  /** 1 is the size the issue names; 0.01 a quick look. */
  scale: number;
  seed: number;
  /** A fresh directory for an `ANJU_HOME` (or several, below it); removed afterwards. */
  home: string;
  /** Where input is made, and looked for first: kept between runs when a person gave it (`--data`), else inside `home`. */
  data: string;
  /** Was `data` given by a person? */
  isDataGiven?: boolean;
  /** Settings of single benchmarks (`--mapping`, `--records`, `--duplicates`). */
  options?: BenchSettings;
  /** Words behind the name, each benchmark's own. */
  args: readonly string[];
  /** A line of progress for a person, on standard error. */
  say: (line: string) => void;
  /** Set to zero with `reset()` when the part to be measured begins. */
  memory: PeakMemory;
}

export interface BenchSettings {
  /** What the columns of the files in `data` are. */
  mapping?: string;
  /** Records to invent. */
  records?: number;
  /** Share of them that are somebody's second. */
  duplicates?: number;
}

/** What a benchmark measured; `name`, `scale` and the memory are filled in by `runBench`. */
export interface Measured {
  ours: Record<string, unknown>;
  /** What it is held against, in the same run; its `name` says what it is. */
  peer: { name: string } & Record<string, unknown>;
  /** Ours by the peer's, so that more is better. */
  ratio: number;
  /** Is what the issue asks reached? Correctness always counts, speed where a number is promised. */
  ok: boolean;
  /** Most memory of the process and its children, where the benchmark measured it itself. */
  rss_mib?: number;
}

export interface BenchResult extends Measured {
  name: string;
  scale: number;
  rss_mib: number;
}

export interface Bench {
  name: string;
  /** One line for the list. */
  summary: string;
  /** Without `--scale`; 1 where it says nothing. */
  defaultScale?: number;
  run: (call: BenchCall) => Promise<Measured>;
}

/** Seconds a piece of work takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

export const milliseconds = async (work: () => Promise<unknown>): Promise<number> =>
  (await seconds(work)) * 1000;

/** What a piece of work took: seconds on the wall, and of the process's CPU, in which the embedded engine runs. */
export interface Taken {
  seconds: number;
  cpu: number;
}

export async function taken(work: () => Promise<unknown>): Promise<Taken> {
  const before = process.cpuUsage();
  const wall = await seconds(work);
  const { user, system } = process.cpuUsage(before);
  return { seconds: wall, cpu: (user + system) / 1e6 };
}

/** The value below which that share of the values lies; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** To `digits` behind the point: a result is read by people too. */
export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));
