/** How much memory a process and its children had at most. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const SAMPLE_MS = 50;

/**
 * Resident memory of this process and its descendants (the embedded operational store is one), added up. The kernel keeps each
 * one's own peak; the sum is sampled, for peaks at different times are no need of the machine.
 */
export class PeakMemory {
  #peak = 0;
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.reset();
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
    this.#timer.unref();
  }

  /** Forgets what was before: the part to be measured begins. */
  reset(): void {
    this.#peak = 0;
    try {
      writeFileSync('/proc/self/clear_refs', '5');
    } catch {
      // Not Linux, or not allowed: the samples alone then count.
    }
  }

  /** Mebibytes at most since the last `reset`. */
  mib(): number {
    this.#sample();
    return Math.round(Math.max(this.#peak, ownPeak()) / 1024);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    this.#peak = Math.max(this.#peak, treeResident());
  }
}

/** KiB of one line of a process's `status`, 0 when it is gone. */
function statusOf(pid: number | 'self', name: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  } catch {
    return 0; // ended meanwhile, or a system without /proc
  }
}

const ownPeak = (): number => statusOf('self', 'VmHWM') || process.resourceUsage().maxRSS;

function treeResident(): number {
  let sum = 0;
  for (const pid of [process.pid, ...descendants(process.pid)]) sum += statusOf(pid, 'VmRSS');
  return sum || Math.round(process.memoryUsage.rss() / 1024);
}

function descendants(root: number): number[] {
  const children: number[] = [];
  try {
    for (const task of readdirSync(`/proc/${root}/task`)) {
      const list = readFileSync(`/proc/${root}/task/${task}/children`, 'utf8');
      children.push(...list.split(' ').filter(Boolean).map(Number));
    }
  } catch {
    return children;
  }
  return children.flatMap((child) => [child, ...descendants(child)]);
}
