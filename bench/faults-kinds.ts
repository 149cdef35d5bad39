/** The kinds of faults: how each is brought about around one landing, and what people or machines do about it afterwards. */
import { chmod, rename, rm, statfs, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultPoint } from '../ingestion/landing/fault-points.ts';
import { type Delivery, pathOf, put } from './faults-home.ts';
import type { Order } from './faults-lander.ts';

export interface Fault {
  order: Order;
  /** Milliseconds after the order at which the process is killed. */
  killAfter?: number;
  /** What ends the fault, before the process is started again: afterwards the whole delivery is there, or has been. */
  mend: () => Promise<void>;
}

type Arrange = (home: string, delivery: Delivery, draw: () => number) => Promise<Fault>;
const nothing = (): Promise<void> => Promise.resolve();
const oneOf = <T>(from: readonly T[], draw: () => number): T => from[Math.floor(draw() * from.length)] as T;
const bytesOf = ({ content }: Delivery): Buffer => Buffer.from(content);

const LANDING_POINTS: readonly FaultPoint[] = [
  ...(['received-part', 'after-receive', 'after-read', 'after-stage'] as const),
  ...(['stage-1', 'stage-2', 'stage-3', 'stage-4', 'stage-5', 'stage-6'] as const),
  ...(['after-attach-quarantine', 'after-attach', 'before-commit', 'after-commit'] as const),
];
const WITHDRAWAL_POINTS: readonly FaultPoint[] = [
  ...(['withdraw-planned', 'withdraw-quarantine-removed', 'withdraw-removed', 'withdraw-let-go'] as const),
];
const DAY = 86_400_000;
/** Longest landing of one delivery here; a kill later than that mostly finds nothing to do. */
const LANDING_MS = 700;

/** Every point comes once before one comes again. */
function pointAfterPoint(points: readonly FaultPoint[]): () => FaultPoint {
  let next = 0;
  return () => points[next++ % points.length] as FaultPoint;
}

/** Kind → share of all faults, and how it is done. Made anew for each run, for the points are gone through in order. */
export function faultKinds(): Record<string, { share: number; arrange: Arrange; needsDisk?: boolean }> {
  const nextPoint = pointAfterPoint(LANDING_POINTS);
  const nextWithdrawal = pointAfterPoint(WITHDRAWAL_POINTS);
  return {
    'kill -9 at a step of landing': {
      share: 0.4,
      arrange: async (home, delivery) => {
        await put(home, delivery);
        return { order: { fault: nextPoint() }, mend: nothing };
      },
    },
    'kill -9 at a random moment': {
      share: 0.2,
      arrange: async (home, delivery, draw) => {
        await put(home, delivery);
        return { order: {}, killAfter: Math.round(draw() * LANDING_MS), mend: nothing };
      },
    },
    'kill -9 at a step of a withdrawal': {
      share: 0.06,
      arrange: async (home, delivery) => {
        await put(home, delivery);
        // The bytes come again, after all.
        const mend = async (): Promise<void> => void (await put(home, delivery));
        return { order: { fault: nextWithdrawal(), withdraw: true }, mend };
      },
    },
    'disk full': {
      share: 0.1,
      needsDisk: true,
      arrange: async (home, delivery, draw) => {
        await put(home, delivery);
        const ballast = join(home, 'ballast');
        const { bavail, bsize } = await statfs(home);
        await writeFile(ballast, Buffer.alloc(Math.max(0, bavail * bsize - Math.floor(draw() * 2 ** 19))));
        return { order: {}, mend: () => rm(ballast) };
      },
    },
    'permission denied': {
      share: 0.08,
      arrange: async (home, delivery, draw) => {
        const path = await put(home, delivery);
        const [denied, before] = oneOf(
          [
            [path, 0o600],
            [join(home, 'objects'), 0o755],
            [join(home, 'inbox', delivery.source, delivery.dataset), 0o755],
            [join(home, 'work'), 0o755],
          ] as const,
          draw,
        );
        await chmod(denied, 0o000);
        return { order: {}, mend: () => chmod(denied, before) };
      },
    },
    'truncated delivery, withdrawn, then the whole': {
      share: 0.06,
      arrange: async (home, delivery, draw) => {
        const bytes = bytesOf(delivery);
        await put(home, delivery, bytes.subarray(0, Math.floor(draw() * bytes.length)));
        const mend = async (): Promise<void> => void (await put(home, delivery));
        return { order: { withdraw: true }, mend };
      },
    },
    'repeated delivery': {
      share: 0.04,
      arrange: async (home, delivery) => {
        await put(home, delivery);
        // Behind the first by name: what quarantine holds names the file it came in first.
        await put(home, { ...delivery, name: delivery.name.replace('.csv', '_again.csv') });
        return { order: {}, mend: async () => void (await put(home, delivery)) };
      },
    },
    'delivery still being written (.part)': {
      share: 0.03,
      arrange: async (home, delivery, draw) => {
        const part = { ...delivery, name: `${delivery.name}.part` };
        const bytes = bytesOf(delivery);
        const path = await put(home, part, bytes.subarray(0, Math.floor(draw() * bytes.length)));
        const mend = async (): Promise<void> => {
          await put(home, part, bytes);
          await rename(path, pathOf(home, delivery));
        };
        return { order: {}, mend };
      },
    },
    'clock jump (process clock and file times)': {
      share: 0.03,
      arrange: async (home, delivery, draw) => {
        const path = await put(home, delivery);
        const days = Math.round((draw() - 0.5) * 4000);
        const at = oneOf([new Date(0), new Date(Date.UTC(2099, 0, 1))], draw);
        await utimes(path, at, at);
        return { order: { clockJump: days * DAY }, mend: nothing };
      },
    },
  };
}
