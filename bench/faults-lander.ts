/**
 * The process the benchmark disturbs: opens the home and finishes what is there, says so, and lands once more as it is told on
 * standard input. What it is told may kill it (`fault`), set its clock elsewhere, or withdraw again what it landed.
 */
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { landInbox, withdrawBatch } from '../ingestion/landing/index.ts';
import type { FaultPoint } from '../ingestion/landing/fault-points.ts';
import { isAppError } from '../domain/errors.ts';
import { loadConfig } from '../warehouse/config.ts';
import { errorCode, errorMessage } from '../warehouse/error-code.ts';
import { createLog } from '../warehouse/log.ts';
import { openPlatform } from '../warehouse/platform.ts';

const orderSchema = z.object({
  fault: z.string().optional(),
  /** Milliseconds the process's clock jumps by. */
  clockJump: z.number().optional(),
  withdraw: z.boolean().optional(),
});
export type Order = z.infer<typeof orderSchema>;

export const toldSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('finished') }),
  z.object({ event: z.literal('landed'), loaded: z.number(), refused: z.number() }),
  z.object({ event: z.literal('stopped'), error: z.string() }),
]);
export type Told = z.infer<typeof toldSchema>;

/** Everything in JavaScript that asks for the time gets it moved; the engines' own clocks stay. */
function jump(milliseconds: number): void {
  const RealDate = Date;
  class JumpedDate extends RealDate {
    constructor(...given: [] | [string | number | Date]) {
      super(...((given.length === 0 ? [RealDate.now() + milliseconds] : given) as [number]));
    }
    static override now(): number {
      return RealDate.now() + milliseconds;
    }
    static override [Symbol.hasInstance](value: unknown): boolean {
      return Object.prototype.toString.call(value) === '[object Date]';
    }
  }
  globalThis.Date = JumpedDate as DateConstructor;
}

async function main(): Promise<void> {
  const tell = (told: Told): Promise<void> =>
    new Promise((resolve) => process.stdout.write(`${JSON.stringify(told)}\n`, () => resolve()));
  const platform = await openPlatform(loadConfig(process.env), { log: createLog({ logLevel: 'silent' }) });
  await landInbox(platform);
  const orders = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  await tell({ event: 'finished' });
  const { value, done } = await orders.next();
  if (done !== true) {
    const order = orderSchema.parse(JSON.parse(value));
    if (order.clockJump !== undefined) jump(order.clockJump);
    const config = { ...platform.config, fault: order.fault as FaultPoint | undefined };
    const disturbed = { ...platform, config };
    const batches: number[] = [];
    let refused = 0;
    try {
      await landInbox(disturbed, {
        onProgress: ({ result }) => {
          if (result.state === 'refused') refused += 1;
          else batches.push(result.batchId);
        },
      });
      if (order.withdraw === true)
        for (const batchId of batches)
          await withdrawBatch(disturbed, { batchId, reason: 'a fault', by: 'anju' });
      await tell({ event: 'landed', loaded: batches.length, refused });
    } catch (error) {
      const code = isAppError(error) ? error.code : errorCode(error);
      await tell({ event: 'stopped', error: code ?? errorMessage(error).slice(0, 80) });
      // As a supervisor would see it: the process is gone, nothing is closed.
      process.exit(1);
    }
  }
  await platform.close();
  process.exit(0);
}

// The benchmark imports the types and the schema alone.
if (process.argv[1]?.endsWith('faults-lander.ts')) await main();
