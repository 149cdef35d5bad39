/**
 * `anju bench faults`: 200 seeded faults over the whole path from a delivered file to `raw`. After each the process is started
 * again and finishes. In the end every home must hold what an undisturbed one holds: no row lost, none twice.
 */
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bench, type BenchCall, type Measured, rounded } from './bench.ts';
import { withDisturbedLogs } from './cdc.ts';
import {
  canLimitFileSize,
  compare,
  type Content,
  contentOf,
  type Delivery,
  deliveryOf,
  makeTemplate,
  newHome,
  put,
  rowsIn,
} from './faults-home.ts';
import { KINDS, STORES } from './faults-kinds.ts';
import { earlierOf, INSTEAD, PER_HOME, type PlannedHome, planOf } from './faults-plan.ts';
import { Lander } from './faults-process.ts';
import { bundleLander } from './faults-program.ts';
import { repairOf } from './faults-repairs.ts';
import { FaultStore } from './faults-store.ts';
import { drawsOf } from '../test/support/draws.ts';
import { mariadbProgram } from '../test/support/servers/mariadb-server.ts';

const FAULTS = 200;
const CHANGES_IN_LOGS = 2000;

interface World {
  call: BenchCall;
  program: string;
  template: string;
  deliveries: readonly Delivery[];
  store: FaultStore | null;
  /** What an undisturbed landing takes. */
  landingMs: number;
  table: Map<string, Map<string, number>>;
  done: {
    faults: number;
    lost: number;
    twice: number;
    differing: number;
    left: number;
    hung: number;
    unfinished: number;
  };
  rows: { ours: number; peer: number };
}

async function run(call: BenchCall): Promise<Measured> {
  const faults = Math.max(1, Math.round(FAULTS * call.scale));
  const draw = drawsOf(call.seed);
  const deliveries = Array.from({ length: PER_HOME }, (_, day) => deliveryOf(day, draw));
  await chmod(call.home, 0o711);
  const program = await bundleLander(join(call.home, 'program'));
  const store = await FaultStore.start();
  try {
    const template = join(call.home, 'template');
    await mkdir(template);
    if (store) await makeTemplate(`${template}-server`, store.template);
    await makeTemplate(template);
    const can = { server: store !== null, prlimit: canLimitFileSize };
    const homes = planOf(faults, KINDS, can, deliveries, draw).filter(({ number }) =>
      isAsked(number, call.args),
    );
    const done = { faults: 0, lost: 0, twice: 0, differing: 0, left: 0, hung: 0, unfinished: 0 };
    const rows = { ours: 0, peer: 0 };
    const world: World = {
      ...{ call, program, template, deliveries, store, done, rows },
      landingMs: 0,
      table: new Map(),
    };
    const calm = new Map<string, Content>();
    const startedAt = performance.now();
    for (const home of homes) {
      const late = daysOfLate(home);
      const days = home.faults.length;
      const same = `${days} ${late.join(' ')}`;
      if (!calm.has(same)) calm.set(same, await undisturbed(world, days, late));
      await disturbed(world, home, calm.get(same) as Content);
    }
    // Behind the last home: the sources fall, not we.
    if (store && mariadbProgram !== null && isAsked(Math.ceil(faults / PER_HOME), call.args))
      await disturbedLogs(world);
    for (const line of linesOf(world.table)) call.say(line);
    const seconds = (performance.now() - startedAt) / 1000;
    const kinds = Object.fromEntries(
      [...world.table].map(([kind, found]) => [kind, Object.fromEntries(found)]),
    );
    const { faults: injected, lost, twice, differing, left, hung, unfinished } = done;
    return {
      ours: {
        faults: injected,
        seconds: rounded(seconds, 0),
        secondsAFault: rounded(seconds / injected),
        rows: rows.ours,
        rowsLost: lost,
        rowsTwice: twice,
        homesThatDiffer: differing,
        hung,
        startsThatDidNotFinish: unfinished,
        leftOver: left,
        kinds,
      },
      peer: { name: 'the same deliveries and repairs undisturbed', rows: rows.peer },
      ratio: rounded((rows.ours - twice) / rows.peer, 4),
      ok: lost + twice + differing + left + hung + unfinished === 0,
    };
  } finally {
    await store?.stop();
  }
}

/** Databases of agencies that fall in the middle of their change streams, and the collector with them. */
async function disturbedLogs({ call, table, done, rows }: World): Promise<void> {
  const home = join(call.home, 'logs');
  await mkdir(home);
  const changes = Math.max(200, Math.round(CHANGES_IN_LOGS * call.scale));
  const { faults, replays } = await withDisturbedLogs({ ...call, home }, changes, (logs) =>
    Promise.resolve(logs),
  );
  const { collectorKilled, serversCrashed } = faults;
  done.faults += collectorKilled + serversCrashed;
  count(table, 'kill -9 in the middle of a change stream', 'killed', collectorKilled);
  count(table, 'source database crashed in the middle of a change stream', 'read on', serversCrashed);
  for (const [source, { changes, wrongRows, lost, twice }] of Object.entries(replays)) {
    done.lost += lost;
    done.twice += twice;
    done.differing += Number(wrongRows > 0);
    rows.peer += changes;
    rows.ours += changes - lost + twice;
    call.say(
      `${source}: ${changes} changes, ${lost} lost, ${twice} twice, ${wrongRows} rows are not the source's`,
    );
  }
}

/** Words behind the name: the first and the last home of the plan to go through, so that it can be shared among processes. */
const isAsked = (number: number, [first = '0', last = 'Infinity']: readonly string[]): boolean =>
  number >= Number(first) && number <= Number(last);

/** One home through its days, a fault each. */
async function disturbed(world: World, planned: PlannedHome, expected: Content): Promise<void> {
  const { call, deliveries, done, rows, table, landingMs, program } = world;
  const { number, isServer } = planned;
  const path = join(call.home, `home-${number}`);
  const store = isServer ? world.store : null;
  const url = await store?.database(`home_${number}`);
  const disks = STORES.filter((one) => !isServer || one !== 'operational');
  const home = await newHome(isServer ? `${world.template}-server` : world.template, path, disks);
  const draw = drawsOf(call.seed * 1000 + number);
  try {
    let lander = new Lander(program, path, url);
    if (!(await lander.isFinished())) done.unfinished += 1;
    for (const [day, { kind: wanted, index }] of planned.faults.entries()) {
      const name = KINDS[wanted]?.needs === 'disks' && !home.hasDisks ? INSTEAD : wanted;
      const delivery = deliveries[day] as Delivery;
      const earlier = earlierOf(deliveries, day);
      const scene = { home: path, day, delivery, earlier, index, draw, store, landingMs };
      const fault = await KINDS[name]?.arrange(scene);
      if (!fault) throw new Error(`no kind ${name}`);
      const outcome = await lander.suffer(fault);
      await fault.mend();
      done.faults += 1;
      if (outcome === 'hung') done.hung += 1;
      count(table, name, outcome);
      call.say(
        `fault ${done.faults} (home ${number}, day ${day}): ${name}${fault.order.fault ? `, ${fault.order.fault}` : ''}: ${outcome}`,
      );
      lander = new Lander(program, path, url);
      if (!(await lander.isFinished())) {
        done.unfinished += 1;
        lander = new Lander(program, path, url);
        await lander.isFinished();
      }
      if (fault.afterwards) await lander.calm(fault.afterwards);
    }
    await lander.leave();
    const found = await contentOf(path, url);
    const { lost, twice, in: tables } = compare(expected, found);
    const left = Object.values(found.left).reduce((sum, each) => sum + each, 0);
    done.lost += lost;
    done.twice += twice;
    done.left += left;
    if (found.hash !== expected.hash) done.differing += 1;
    rows.ours += rowsIn(found);
    rows.peer += rowsIn(expected);
    const isRight = lost + twice + left === 0 && found.hash === expected.hash;
    const about = isRight ? 'as undisturbed' : JSON.stringify({ lost, twice, tables, ...found.left });
    call.say(`${done.faults} faults: home ${number}${isServer ? ' (PostgreSQL)' : ''} is ${about}`);
  } finally {
    await home.dispose();
  }
}

/**
 * Days on which the delivery before is withdrawn and comes again. It comes late then, without any fault: a later one, landed again
 * behind it, keeps what was news when it came (docs/decisions/0007-two-axes.md), so that its peer must do the same.
 */
const daysOfLate = ({ faults }: PlannedHome): number[] =>
  faults.flatMap(({ kind }, day) => (KINDS[kind]?.needs === 'earlier' ? [day] : []));

/** The content after the same deliveries, withdrawals and repairs, day by day, in one process without a fault. */
async function undisturbed(world: World, days: number, late: readonly number[]): Promise<Content> {
  const path = join(world.call.home, `calm-${[days, ...late].join('-')}`);
  const home = await newHome(world.template, path, []);
  try {
    const lander = new Lander(world.program, path);
    if (!(await lander.isFinished())) throw new Error('the undisturbed landing did not begin');
    let landing = 0;
    for (const [day, delivery] of world.deliveries.slice(0, days).entries()) {
      await put(path, delivery);
      const startedAt = performance.now();
      await lander.calm({});
      landing += performance.now() - startedAt;
      const earlier = late.includes(day) ? earlierOf(world.deliveries, day) : null;
      if (earlier) {
        await lander.calm({ withdrawFile: earlier.name });
        await put(path, earlier);
        await lander.calm({});
      }
      const repair = repairOf(day, delivery);
      if (repair) await lander.calm({ repair });
    }
    world.landingMs = landing / days;
    await lander.leave();
    return await contentOf(path);
  } finally {
    await home.dispose();
  }
}

function count(table: World['table'], kind: string, outcome: string, times = 1): void {
  const outcomes = table.get(kind) ?? new Map<string, number>();
  table.set(kind, outcomes);
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times);
}

const linesOf = (table: World['table']): string[] =>
  [...table].sort().map(([kind, outcomes]) => {
    const all = [...outcomes.values()].reduce((sum, each) => sum + each, 0);
    return `${kind.padEnd(56)}${String(all).padStart(4)}  ${[...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(', ')}`;
  });

export const bench: Bench = {
  name: 'faults',
  summary: '200 faults from file to raw, the process started again after each; no row lost, none twice',
  run,
};
