import { z } from 'zod';
import { landDeliveries } from '../../pipelines/land.ts';
import { runPipeline } from '../../pipelines/runner.ts';
import { importResources } from '../resources/import.ts';
import { operation } from './operation.ts';

const refusal = z.object({ file: z.string(), rule: z.string(), message: z.string() });
const account = z.object({
  dataset: z.string(),
  landed: z.number(),
  loaded: z.number(),
  quarantined: z.number(),
  deduplicated: z.number(),
  deleted: z.number(),
  deliveries: z.number(),
  refused: z.array(refusal),
});

/** `anju run`: land, build, check; cases new in the base layer become staff's to work on. */
export const run = operation({
  params: z.object({
    select: z.string().max(1000).optional(),
    full: z.boolean().optional(),
    asOf: z.iso.date().optional(),
  }),
  result: z.object({
    ok: z.boolean(),
    runId: z.string(),
    asOf: z.string(),
    seconds: z.record(z.string(), z.number()),
    datasets: z.array(account),
    layers: z.record(z.string(), z.number()),
    models: z.array(
      z.object({
        model: z.string(),
        rows: z.number(),
        hash: z.string(),
        status: z.string(),
        reason: z.string().optional(),
      }),
    ),
    metrics: z.record(z.string(), z.number().nullable()),
  }),
  run: async (platform, { select, full, asOf }, context) => {
    const result = await runPipeline(platform, {
      ...context,
      select: select?.split(/\s+/).filter((part) => part !== ''),
      full,
      asOf,
      land: landDeliveries,
    });
    if (result.ok) await importResources(platform);
    return {
      ...result,
      seconds: Object.fromEntries(
        Object.entries(result.seconds).filter(([, seconds]) => seconds !== undefined),
      ) as Record<string, number>,
    };
  },
});
