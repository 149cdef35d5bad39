/**
 * `anju bench faults`: 200 seeded faults over the whole path from a delivered file to `raw`. After each the process is started
 * again and finishes. In the end every home must hold what an undisturbed one holds: no row lost, none twice.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Bench, type BenchCall, type Measured, rounded } from './bench.ts';
import {
  account,
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
import { type Fault, faultKinds } from './faults-kinds.ts';
import { type Order, type Told, toldSchema } from './faults-lander.ts';
import { drawsOf } from '../test/support/draws.ts';

const FAULTS = 200;
/** Faults one home goes through. */
const PER_HOME = 20;
/** A landing that takes longer hangs; the longest here takes a few seconds. */
const HUNG_MS = 60_000;
const program = fileURLToPath(new URL('./faults-lander.ts', import.meta.url));

async function run(call: BenchCall): Promise<Measured> {
  const faults = Math.max(1, Math.round(FAULTS * call.scale));
  const draw = drawsOf(call.seed);
  const deliveries = Array.from({ length: PER_HOME }, (_, day) => deliveryOf(day, draw));
  await chmod(call.home, 0o711);
  const template = join(call.home, 'template');
  await mkdir(template);
  await makeTemplate(template);
  const kinds = faultKinds();
  const plan = shuffled(planOf(faults, kinds), draw);
  const table = new Map<string, Map<string, number>>();
  const total = { lost: 0, twice: 0, differing: 0, left: 0, hung: 0, notFinished: 0 };
  const rows = { ours: 0, peer: 0 };
  const startedAt = performance.now();
  let injected = 0;
  for (let number = 0; injected < plan.length; number += 1) {
    const part = plan.slice(injected, injected + PER_HOME);
    const expected = await undisturbed(call, template, deliveries.slice(0, part.length));
    const path = join(call.home, `home-${number}`);
    const home = await newHome(template, path);
    try {
      let lander = new Lander(path);
      for (const [day, wanted] of part.entries()) {
        const kind = kinds[wanted]?.needsDisk === true && !home.isDisk ? INSTEAD : wanted;
        if (!(await lander.isFinished())) total.notFinished += 1;
        const fault = await kinds[kind]?.arrange(path, deliveries[day] as Delivery, draw);
        if (!fault) throw new Error(`no kind ${kind}`);
        const outcome = await lander.suffer(fault);
        if (outcome === 'hung') total.hung += 1;
        await fault.mend();
        count(table, kind, outcome);
        call.say(
          `fault ${injected + day + 1}: ${kind}${fault.order.fault ? `, ${fault.order.fault}` : ''}: ${outcome}`,
        );
        lander = new Lander(path);
      }
      if (!(await lander.isFinished())) total.notFinished += 1;
      await lander.leave();
      const found = await contentOf(path);
      const { lost, twice, in: tables } = compare(expected, found);
      const left = Object.values(found.left).reduce((sum, each) => sum + each, 0);
      total.lost += lost;
      total.twice += twice;
      total.left += left;
      if (found.hash !== expected.hash) total.differing += 1;
      rows.ours += rowsIn(found);
      rows.peer += rowsIn(expected);
      injected += part.length;
      const isRight = lost + twice + left === 0 && found.hash === expected.hash;
      const about = isRight ? 'as undisturbed' : JSON.stringify({ lost, twice, tables, ...found.left });
      call.say(`${injected} of ${plan.length} faults: home ${number + 1} is ${about}`);
    } finally {
      await home.dispose();
    }
  }
  for (const line of linesOf(table)) call.say(line);
  const ours = {
    faults: injected,
    seconds: rounded((performance.now() - startedAt) / 1000, 0),
    rows: rows.ours,
    rowsLost: total.lost,
    rowsTwice: total.twice,
    homesThatDiffer: total.differing,
    hung: total.hung,
    startsThatDidNotFinish: total.notFinished,
    leftOver: total.left,
    kinds: Object.fromEntries([...table].map(([kind, outcomes]) => [kind, Object.fromEntries(outcomes)])),
  };
  const ok = Object.values(total).every((each) => each === 0);
  return {
    ours,
    peer: { name: 'the same deliveries undisturbed', rows: rows.peer },
    ratio: rounded((rows.ours - total.twice) / rows.peer, 4),
    ok,
  };
}

const INSTEAD = 'kill -9 at a random moment';

/** Kinds by their share, each at least once where there is room. */
function planOf(faults: number, kinds: ReturnType<typeof faultKinds>): string[] {
  const plan = Object.entries(kinds).flatMap(([kind, { share }]) =>
    Array<string>(Math.max(1, Math.round(share * faults))).fill(kind),
  );
  const [first = INSTEAD] = Object.keys(kinds);
  while (plan.length < faults) plan.push(first);
  return plan.slice(plan.length - faults);
}

function shuffled<T>(list: T[], draw: () => number): T[] {
  return list
    .map((each) => ({ each, at: draw() }))
    .sort((one, other) => one.at - other.at)
    .map(({ each }) => each);
}

const calm = new Map<number, Content>();
/** The content after the same deliveries, one after the other, in one process without a fault. */
async function undisturbed(call: BenchCall, template: string, deliveries: Delivery[]): Promise<Content> {
  const known = calm.get(deliveries.length);
  if (known) return known;
  const path = join(call.home, `calm-${deliveries.length}`);
  const home = await newHome(template, path);
  try {
    // In the order of their days, as the disturbed ones come: names within a data set sort by date.
    for (const delivery of deliveries) await put(path, delivery);
    const lander = new Lander(path);
    if (!(await lander.isFinished())) throw new Error('the undisturbed landing did not finish');
    await lander.leave();
    const content = await contentOf(path);
    calm.set(deliveries.length, content);
    return content;
  } finally {
    await home.dispose();
  }
}

/** One start of the landing process. */
class Lander {
  readonly #child: ChildProcess;
  readonly #told: AsyncIterator<string>;
  readonly #ended: Promise<string>;
  #complaints = '';

  constructor(home: string) {
    this.#child = spawn(process.execPath, ['--import', 'tsx', program], {
      env: { PATH: process.env.PATH, HOME: home, ANJU_HOME: home, UV_THREADPOOL_SIZE: '16' },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...account,
    });
    const { stdin, stdout, stderr } = this.#child;
    if (!stdin || !stdout || !stderr) throw new Error('a process without its pipes');
    stdin.on('error', () => undefined); // it died: its end says so
    stderr.on('data', (chunk: Buffer) => (this.#complaints += chunk.toString()));
    this.#told = createInterface({ input: stdout })[Symbol.asyncIterator]();
    this.#ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (code, signal) => resolve(signal ?? String(code)));
    });
  }

  /** Has it finished all that was left to it when it was started? */
  async isFinished(): Promise<boolean> {
    const told = await this.#within(this.#next());
    if (told !== 'hung' && told?.event === 'finished') return true;
    this.#child.kill('SIGKILL');
    process.stderr.write(`not finished: ${this.#complaints.slice(0, 1500)}\n`);
    return false;
  }

  /** Lands under a fault; gives what became of it. */
  async suffer({ order, killAfter }: Fault): Promise<string> {
    this.#order(order);
    const timer =
      killAfter === undefined ? undefined : setTimeout(() => this.#child.kill('SIGKILL'), killAfter);
    const told = await this.#within(this.#next());
    clearTimeout(timer);
    const end = await this.#within(this.#ended);
    if (told === 'hung' || end === 'hung') {
      this.#child.kill('SIGKILL');
      await this.#ended;
      return 'hung';
    }
    if (told?.event === 'stopped') return `stopped: ${told.error}`;
    if (told?.event === 'landed')
      return told.refused > 0 ? 'refused' : told.loaded > 0 ? 'landed' : 'left alone';
    return end === 'SIGKILL' ? 'killed' : `died with ${end}`;
  }

  async leave(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }

  #order(order: Order): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  async #next(): Promise<Told | null> {
    const { value, done } = await this.#told.next();
    return done === true ? null : toldSchema.parse(JSON.parse(value));
  }

  #within<T>(work: Promise<T>): Promise<T | 'hung'> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<'hung'>((resolve) => (timer = setTimeout(() => resolve('hung'), HUNG_MS)));
    return Promise.race([work, limit]).finally(() => clearTimeout(timer));
  }
}

function count(table: Map<string, Map<string, number>>, kind: string, outcome: string): void {
  const outcomes = table.get(kind) ?? new Map<string, number>();
  table.set(kind, outcomes);
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}

const linesOf = (table: Map<string, Map<string, number>>): string[] =>
  [...table].sort().map(([kind, outcomes]) => {
    const all = [...outcomes.values()].reduce((sum, each) => sum + each, 0);
    return `${kind.padEnd(48)}${String(all).padStart(4)}  ${[...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(', ')}`;
  });

export const bench: Bench = {
  name: 'faults',
  summary: '200 faults from file to raw, the process started again after each; no row lost, none twice',
  run,
};
