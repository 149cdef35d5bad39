/** What a build took, and what became of its models. */
import type { ModelResult } from '../pipelines/dbt/build.ts';
import { rounded, type Taken, taken } from './bench.ts';
import type { Part } from './build-bare.ts';

/** Ours may take this much more than the bare engine. */
export const MOST_OVERHEAD = 0.1;
const SLOWEST = 10;

export interface Built extends Taken {
  states: { built: number; skipped: number };
  failed: string[];
  /** A view's hash is of its text and inputs, and says the same however it was built. */
  hashes: string[];
  /** By dbt's name. */
  rows: Record<string, number>;
  /** Seconds by table. */
  slowest: Record<string, number>;
}

export async function built(work: () => Promise<{ models: ModelResult[] }>): Promise<Built> {
  let models: ModelResult[] = [];
  const took = await taken(async () => {
    ({ models } = await work());
  });
  const inState = (...states: ModelResult['status'][]): ModelResult[] =>
    models.filter(({ status }) => states.includes(status));
  return {
    ...took,
    states: { built: inState('built').length, skipped: inState('skipped').length },
    failed: inState('failed', 'blocked').map(({ model, reason }) => `${model}: ${reason}`),
    hashes: models.map(({ model, hash }) => `${model} ${hash}`).toSorted(),
    rows: Object.fromEntries(models.map(({ name, rows }) => [name, rows])),
    slowest: Object.fromEntries(
      models
        .toSorted((a, b) => b.seconds - a.seconds)
        .slice(0, SLOWEST)
        .map(({ model, seconds }) => [model, rounded(seconds)]),
    ),
  };
}

export const round = ({ seconds, cpu }: Taken): Taken => ({ seconds: rounded(seconds), cpu: rounded(cpu) });

/** What ours takes more than the same SQL by hand, and than the SELECTs of the models without their tests, as shares of these. */
export const overhead = (ours: Taken, { all, selects }: Record<Part, Taken>) => ({
  ...more(ours, all),
  over_selects_alone: more(ours, selects),
});

const more = (ours: Taken, bare: Taken): { wall: number; cpu: number } => ({
  wall: rounded(ours.seconds / bare.seconds - 1, 3),
  cpu: rounded(ours.cpu / bare.cpu - 1, 3),
});
