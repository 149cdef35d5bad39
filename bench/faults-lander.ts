/**
 * The process the benchmark disturbs: opens the home and finishes what is there, says so, and does what it is told, line by line, on
 * standard input. What it is told may kill it (`fault`) or set its clock elsewhere.
 */
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { collectAndLand } from '../ingestion/connectors/collect.ts';
import { directory } from '../ingestion/connectors/directory.ts';
import type { FaultPoint } from '../ingestion/landing/fault-points.ts';
import { landInbox, withdrawBatch } from '../ingestion/landing/index.ts';
import { act, settleActions } from '../ingestion/quarantine/index.ts';
import { isAppError } from '../domain/errors.ts';
import { loadConfig } from '../warehouse/config.ts';
import { errorCode, errorMessage } from '../warehouse/error-code.ts';
import { createLog } from '../warehouse/log.ts';
import { openPlatform, type Platform } from '../warehouse/platform.ts';

const repairSchema = z.object({
  kind: z.enum(['mend', 'accept', 'return']),
  dataset: z.string(),
  /** The delivery whose first row of that rule is meant. */
  file: z.string(),
  rule: z.string(),
  corrections: z.record(z.string(), z.string()).optional(),
});
export type RepairOrder = z.infer<typeof repairSchema>;

const orderSchema = z.object({
  fault: z.string().optional(),
  /** Milliseconds the process's clock jumps by. */
  clockJump: z.number().optional(),
  /** Withdraw again what lands. */
  withdraw: z.boolean().optional(),
  /** Withdraw the delivery of this name before anything else; the fault waits for that. */
  withdrawFile: z.string().optional(),
  /** How long a file must lie still. */
  settleSeconds: z.number().optional(),
  repair: repairSchema.optional(),
  /** Fetch from a directory while the clock jumps forth and back by so many milliseconds. */
  collect: z.object({ from: z.string(), dataset: z.string(), clockJumps: z.number() }).optional(),
  /** After an error go on in the same process, as `anju serve` does at its next look. */
  again: z.boolean().optional(),
});
export type Order = z.infer<typeof orderSchema>;

export const toldSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('finished') }),
  z.object({
    event: z.literal('landed'),
    loaded: z.number(),
    refused: z.number(),
    /** The error before it went on. */
    after: z.string().optional(),
  }),
  z.object({ event: z.literal('stopped'), error: z.string() }),
]);
export type Told = z.infer<typeof toldSchema>;

const MOST_TRIES = 40;

/** Everything in JavaScript that asks for the time gets it moved; the engines' own clocks stay. */
function moveClock(offset: () => number): void {
  const RealDate = Date;
  class JumpedDate extends RealDate {
    constructor(...given: [] | [string | number | Date]) {
      super(...((given.length === 0 ? [RealDate.now() + offset()] : given) as [number]));
    }
    static override now(): number {
      return RealDate.now() + offset();
    }
    static override [Symbol.hasInstance](value: unknown): boolean {
      return Object.prototype.toString.call(value) === '[object Date]';
    }
  }
  globalThis.Date = JumpedDate as DateConstructor;
}

/** Forward, back before now, and right again, a few looks at the clock each. */
function jumpForthAndBack(by: number): void {
  let looks = 0;
  moveClock(() => [0, by, -by][Math.floor((looks += 1) / 5) % 3] ?? 0);
}

interface Landed {
  loaded: number;
  refused: number;
}

async function carryOut(platform: Platform, order: Order): Promise<Landed> {
  const landed: Landed = { loaded: 0, refused: 0 };
  const batches: number[] = [];
  if (order.withdrawFile !== undefined) {
    const batchId = await batchOf(platform, order.withdrawFile);
    await withdrawBatch(platform, { batchId, reason: 'a fault', by: 'anju' });
  }
  await landInbox(platform, {
    onProgress: ({ result }) => {
      if (result.state === 'refused') landed.refused += 1;
      else batches.push(result.batchId);
    },
  });
  if (order.withdraw === true)
    for (const batchId of batches) await withdrawBatch(platform, { batchId, reason: 'a fault', by: 'anju' });
  landed.loaded += batches.length;
  if (order.collect) {
    const { from, dataset, clockJumps } = order.collect;
    if (clockJumps !== 0) jumpForthAndBack(clockJumps);
    const results = await collectAndLand(platform, {
      ...{ taskId: 'exchange', connector: directory, secrets: {}, datasets: [dataset] },
      settings: { directory: from, include: `${dataset.split('.')[1] ?? ''}_*.csv`, settleSeconds: 0.1 },
      signal: new AbortController().signal,
    });
    landed.loaded += results.filter(({ state }) => state !== 'refused').length;
  }
  if (order.repair) await repair(platform, order.repair);
  return landed;
}

/** Asked twice for the same it does it once: people ask again when the machine went down under their hands. */
async function repair(
  platform: Platform,
  { kind, dataset, file, rule, corrections }: RepairOrder,
): Promise<void> {
  const batchId = await batchOf(platform, file);
  const rowNo = await platform.warehouse.value(
    'SELECT min(row_no) FROM meta.quarantine WHERE batch_id = {batch:UInt64} AND rule = {rule:String}',
    z.coerce.number().positive(),
    { params: { batch: batchId, rule } },
  );
  const selection = { batchId, rowNos: [rowNo] };
  await act(platform, { kind, dataset, selection, corrections, author: 'somebody', reason: 'a fault' });
}

async function batchOf({ store }: Platform, fileName: string): Promise<number> {
  const { batch_id } = await store.db
    .selectFrom('batch')
    .innerJoin('delivery', 'delivery.delivery_id', 'batch.delivery_id')
    .select('batch_id')
    .where('file_name', '=', fileName)
    .where('batch.state', '=', 'loaded')
    .executeTakeFirstOrThrow();
  return batch_id;
}

async function main(): Promise<void> {
  const tell = (told: Told): Promise<void> =>
    new Promise((resolve) => process.stdout.write(`${JSON.stringify(told)}\n`, () => resolve()));
  const platform = await openPlatform(loadConfig(process.env), { log: createLog({ logLevel: 'silent' }) });
  await settleActions(platform);
  await landInbox(platform);
  await tell({ event: 'finished' });
  for await (const line of createInterface({ input: process.stdin })) {
    const order = orderSchema.parse(JSON.parse(line));
    if (order.clockJump !== undefined) moveClock(() => order.clockJump ?? 0);
    const { config } = platform;
    const inboxSettleSeconds = order.settleSeconds ?? config.inboxSettleSeconds;
    const fault = order.fault as FaultPoint | undefined;
    const disturbed = { ...platform, config: { ...config, inboxSettleSeconds, fault } };
    let after: string | undefined;
    for (let tries = 1; ; tries += 1) {
      try {
        const landed = await carryOut(disturbed, order);
        await tell({ event: 'landed', ...landed, after });
        break;
      } catch (error) {
        after = (isAppError(error) ? error.code : errorCode(error)) ?? errorMessage(error).slice(0, 80);
        if (order.again === true && tries < MOST_TRIES) continue;
        await tell({ event: 'stopped', error: after });
        // As a supervisor would see it: the process is gone, nothing is closed.
        process.exit(1);
      }
    }
  }
  await platform.close();
  process.exit(0);
}

// The benchmark imports the types and the schema alone.
if (/faults-lander\.(ts|js)$/.test(process.argv[1] ?? '')) await main();
