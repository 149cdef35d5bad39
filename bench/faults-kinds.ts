/** The kinds of faults: how each is brought about around one landing, and what people or machines do about it afterwards. */
import { appendFileSync } from 'node:fs';
import { chmod, rename, rm, statfs, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultPoint } from '../ingestion/landing/fault-points.ts';
import { type Delivery, limitFileSize, pathOf, put, putBeside } from './faults-home.ts';
import type { Order } from './faults-lander.ts';
import { repairOf } from './faults-repairs.ts';
import type { FaultStore } from './faults-store.ts';

/** Where a fault falls. */
export interface Scene {
  home: string;
  day: number;
  delivery: Delivery;
  /** The delivery of its data set before this one, where that may be withdrawn. */
  earlier: Delivery | null;
  /** How many of its kind came before it: points are gone through one after the other. */
  index: number;
  draw: () => number;
  /** The operational store, where it is a server. */
  store: FaultStore | null;
  /** What one landing takes undisturbed. */
  landingMs: number;
}

export interface Fault {
  /** Done undisturbed first. */
  before?: Order;
  order: Order;
  /** Milliseconds after the order at which the process is killed. */
  killAfter?: number;
  /** Done to the process before the order. */
  onProcess?: (pid: number) => Promise<void>;
  /** Happens while the process works; it ends when the signal comes. */
  during?: (ended: AbortSignal) => Promise<void>;
  /** What ends the fault, before the process is started again: afterwards the whole delivery is there, or has been. */
  mend: () => Promise<void>;
  /** Asked of the process started again, as the person would who had asked before. */
  afterwards?: Order;
}

export interface Kind {
  /** Weight among the others. */
  share: number;
  needs?: 'disks' | 'server' | 'prlimit' | 'earlier' | 'repair';
  arrange: (scene: Scene) => Promise<Fault>;
}

const nothing = (): Promise<void> => Promise.resolve();
const oneOf = <T>(from: readonly T[], draw: () => number): T => from[Math.floor(draw() * from.length)] as T;
const nth = <T>(from: readonly T[], index: number): T => from[index % from.length] as T;
const bytesOf = ({ content }: Delivery): Buffer => Buffer.from(content);
const partOf = (delivery: Delivery, draw: () => number): Buffer =>
  bytesOf(delivery).subarray(0, Math.floor((0.05 + 0.9 * draw()) * bytesOf(delivery).length));

const LANDING_POINTS: readonly FaultPoint[] = [
  ...(['received-part', 'after-receive', 'after-read', 'after-stage'] as const),
  ...(['stage-1', 'stage-2', 'stage-3', 'stage-4', 'stage-5', 'stage-6'] as const),
  ...(['after-attach-quarantine', 'after-attach', 'before-commit', 'after-commit'] as const),
];
const WITHDRAWAL_POINTS: readonly FaultPoint[] = [
  ...(['withdraw-planned', 'withdraw-repairs-forgotten', 'withdraw-quarantine-removed'] as const),
  ...(['withdraw-removed', 'withdraw-let-go'] as const),
];
/** In the landing again of what was decided against a withdrawn batch. */
const REPLAY_POINTS: readonly FaultPoint[] = [
  ...WITHDRAWAL_POINTS,
  'after-stage',
  'after-attach',
  'before-commit',
];
const REPAIR_POINTS: readonly FaultPoint[] = [
  ...(['repair-entered', 'repair-states', 'repair-before-land', 'after-receive', 'after-read'] as const),
  ...(['after-stage', 'after-attach', 'before-commit', 'after-commit', 'repair-after-land'] as const),
];
const DAY = 86_400_000;
/** The stores that can each have a disk of their own. */
export const STORES = ['warehouse', 'operational', 'objects', 'work'] as const;

const diskFull = (store: (typeof STORES)[number]): Kind => ({
  share: 0.025,
  needs: 'disks',
  arrange: async ({ home, delivery, draw }) => {
    await put(home, delivery);
    const ballast = join(home, store, 'ballast');
    const { bavail, bsize } = await statfs(join(home, store));
    // Enough for some of what is written there and not for all.
    const left = Math.floor(draw() * (store === 'warehouse' || store === 'operational' ? 2 ** 16 : 2 ** 12));
    await writeFile(ballast, Buffer.alloc(Math.max(0, bavail * bsize - left)));
    return { order: {}, mend: () => rm(ballast) };
  },
});

const storeFalls = (how: 'restart' | 'kill', again: boolean): Kind => ({
  share: 0.025,
  needs: 'server',
  arrange: async ({ home, delivery, draw, store, landingMs }) => {
    await put(home, delivery);
    const during = async (): Promise<void> => {
      await delay(draw() * landingMs);
      await store?.[how]();
    };
    return { order: { again }, during, mend: nothing };
  },
});

export const KINDS: Record<string, Kind> = {
  'kill -9 at a step of landing': {
    share: 0.26,
    arrange: async ({ home, delivery, index }) => {
      await put(home, delivery);
      return { order: { fault: nth(LANDING_POINTS, index) }, mend: nothing };
    },
  },
  'kill -9 at a random moment': {
    share: 0.12,
    arrange: async ({ home, delivery, draw, landingMs }) => {
      await put(home, delivery);
      return { order: {}, killAfter: Math.round(draw() * landingMs), mend: nothing };
    },
  },
  'kill -9 in a withdrawal of the last delivery': {
    share: 0.04,
    arrange: async ({ home, delivery, index }) => {
      await put(home, delivery);
      // The bytes come again, after all.
      const mend = async (): Promise<void> => void (await put(home, delivery));
      return { order: { fault: nth(WITHDRAWAL_POINTS, index), withdraw: true }, mend };
    },
  },
  'kill -9 in a withdrawal that lands later ones again': {
    share: 0.05,
    needs: 'earlier',
    arrange: async ({ home, delivery, earlier, index }) => {
      await put(home, delivery);
      const mend = async (): Promise<void> => void (earlier && (await put(home, earlier)));
      return {
        before: {},
        order: { fault: nth(REPLAY_POINTS, index), withdrawFile: earlier?.name },
        mend,
      };
    },
  },
  'kill -9 in a mend, an acceptance, a return': {
    share: 0, // comes on its own days
    needs: 'repair',
    arrange: async ({ home, delivery, day, index }) => {
      await put(home, delivery);
      const repair = repairOf(day, delivery);
      const points = repair?.kind === 'return' ? REPAIR_POINTS.slice(0, 2) : REPAIR_POINTS;
      return {
        before: {},
        order: { repair, fault: nth(points, index) },
        mend: nothing,
        afterwards: { repair },
      };
    },
  },
  ...Object.fromEntries(STORES.map((store) => [`disk full: ${store}`, diskFull(store)])),
  'no file may grow further (RLIMIT_FSIZE)': {
    share: 0.03,
    needs: 'prlimit',
    arrange: async ({ home, delivery, draw }) => {
      await put(home, delivery);
      const bytes = Math.floor(draw() * 30_000);
      return { order: {}, onProcess: (pid) => limitFileSize(pid, bytes), mend: nothing };
    },
  },
  'permission denied': {
    share: 0.05,
    arrange: async ({ home, delivery, draw }) => {
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
  'PostgreSQL store restarted, landing stops': storeFalls('restart', false),
  'PostgreSQL store restarted, landing goes on': storeFalls('restart', true),
  'PostgreSQL store kill -9, landing stops': storeFalls('kill', false),
  'PostgreSQL store kill -9, landing goes on': storeFalls('kill', true),
  'delivery cut short, withdrawn, then the whole': {
    share: 0.03,
    arrange: async ({ home, delivery, draw }) => {
      await put(home, delivery, partOf(delivery, draw));
      const mend = async (): Promise<void> => void (await put(home, delivery));
      return { order: { withdraw: true }, mend };
    },
  },
  'delivery cut short, then the whole': {
    share: 0.05,
    arrange: async ({ home, delivery, draw }) => {
      await put(home, delivery, partOf(delivery, draw));
      return { order: {}, mend: async () => void (await put(home, delivery)) };
    },
  },
  'sender writes slowly under the final name': {
    share: 0.04,
    arrange: async ({ home, delivery, draw }) => {
      const bytes = bytesOf(delivery);
      const part = partOf(delivery, draw);
      const path = await put(home, delivery, part);
      let at = part.length;
      const during = async (ended: AbortSignal): Promise<void> => {
        while (!ended.aborted && at < bytes.length - 1) {
          appendFileSync(path, bytes.subarray(at, (at += 1)));
          await delay(30);
        }
      };
      return { order: { settleSeconds: 1 }, during, mend: async () => void (await put(home, delivery)) };
    },
  },
  'delivery still being written (.part)': {
    share: 0.02,
    arrange: async ({ home, delivery, draw }) => {
      const part = { ...delivery, name: `${delivery.name}.part` };
      await put(home, part, partOf(delivery, draw));
      const mend = async (): Promise<void> => {
        await rename(await put(home, part, bytesOf(delivery)), pathOf(home, delivery));
      };
      return { order: {}, mend };
    },
  },
  'repeated delivery': {
    share: 0.03,
    arrange: async ({ home, delivery }) => {
      await put(home, delivery);
      // Behind the first by name: what quarantine holds names the file it came in first.
      await put(home, { ...delivery, name: delivery.name.replace('.csv', '_again.csv') });
      return { order: {}, mend: async () => void (await put(home, delivery)) };
    },
  },
  'clock jump (process clock and file times)': {
    share: 0.02,
    arrange: async ({ home, delivery, draw }) => {
      const path = await put(home, delivery);
      const days = Math.round((draw() - 0.5) * 4000);
      const at = oneOf([new Date(0), new Date(Date.UTC(2099, 0, 1))], draw);
      await utimes(path, at, at);
      return { order: { clockJump: days * DAY }, mend: nothing };
    },
  },
  'clock jumps forth and back during collection': {
    share: 0.04,
    arrange: async ({ home, delivery, draw }) => {
      const from = await putBeside(home, delivery);
      const dataset = `${delivery.source}.${delivery.dataset}`;
      const collect = { from, dataset, clockJumps: Math.round(draw() * 4000) * DAY };
      return { order: { collect }, mend: nothing, afterwards: { collect: { ...collect, clockJumps: 0 } } };
    },
  },
};
