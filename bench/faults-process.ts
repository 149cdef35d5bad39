/** One start of the landing process (`faults-lander.ts`), seen from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { account, environmentOf } from './faults-home.ts';
import type { Fault } from './faults-kinds.ts';
import { type Order, type Told, toldSchema } from './faults-lander.ts';

/** A landing that takes longer hangs; the longest here takes a few seconds, and a starved machine a hundred times that. */
const HUNG_MS = 600_000;

export class Lander {
  readonly #child: ChildProcess;
  readonly #told: AsyncIterator<string>;
  readonly #ended: Promise<string>;
  #complaints = '';

  constructor(program: string, home: string, postgresUrl?: string) {
    this.#child = spawn(process.execPath, [program], {
      env: { PATH: process.env.PATH, HOME: home, ...environmentOf(home, postgresUrl) },
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

  /** @throws Error when an undisturbed order fails */
  async calm(order: Order): Promise<void> {
    this.#order(order);
    const told = await this.#within(this.#next());
    if (told === 'hung' || told?.event !== 'landed')
      throw new Error(
        `${JSON.stringify(order)} undisturbed: ${JSON.stringify(told)} ${this.#complaints.slice(0, 1500)}`,
      );
  }

  /** Lands under a fault, and ends; gives what became of it. */
  async suffer({ before, order, killAfter, onProcess, during }: Fault): Promise<string> {
    if (before) await this.calm(before);
    await onProcess?.(this.#child.pid ?? 0);
    this.#order(order);
    const timer =
      killAfter === undefined ? undefined : setTimeout(() => this.#child.kill('SIGKILL'), killAfter);
    const ended = new AbortController();
    const meanwhile = during?.(ended.signal);
    const told = await this.#within(this.#next());
    ended.abort();
    await meanwhile;
    clearTimeout(timer);
    this.#child.stdin?.end();
    const end = await this.#within(this.#ended);
    if (told === 'hung' || end === 'hung') {
      this.#child.kill('SIGKILL');
      await this.#ended;
      return 'hung';
    }
    if (told?.event === 'stopped') return `stopped: ${told.error}`;
    if (told?.event === 'landed') {
      const outcome = told.refused > 0 ? 'refused' : told.loaded > 0 ? 'landed' : 'left alone';
      return told.after === undefined ? outcome : `${outcome} after ${told.after}`;
    }
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
