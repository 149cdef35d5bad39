/** The command itself, as a person starts it: `bin/anju demo` in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AT_ONCE, temporaryDirectory } from './platform.ts';

export interface StartOptions {
  scale: number;
  seed?: number;
  /** Kept afterwards when given, else a temporary one is made and removed by `stop`. */
  home?: string;
  /** Further arguments of `anju demo`, for example `--days 60`. */
  args?: string[];
  env?: NodeJS.ProcessEnv;
}

export interface FirstUser {
  user: string;
  role: string;
  password: string;
}

export interface RunningAnju {
  url: string;
  /** Generated at the first start of a home; empty afterwards. */
  users: FirstUser[];
  home: string;
  /** The whole JSON line it printed. */
  result: Record<string, unknown>;
  /** Ends it in an orderly way; gives its exit code. */
  stop(): Promise<number | null>;
  /** As a power cut would. */
  kill(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Makes (or opens) a city and serves it on a free port; resolves when it serves. */
export async function startAnju({
  scale,
  seed = 1,
  home,
  args = [],
  env = {},
}: StartOptions): Promise<RunningAnju> {
  const temporary = home === undefined ? await temporaryDirectory() : undefined;
  const where = home ?? temporary?.path ?? '';
  const child = spawn(
    process.execPath,
    [
      'bin/anju',
      'demo',
      '--json',
      '--scale',
      String(scale),
      '--seed',
      String(seed),
      '--home',
      where,
      ...args,
    ],
    {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ANJU_PORT: '0',
        ANJU_LOG_LEVEL: 'warn',
        UV_THREADPOOL_SIZE: '24',
        ...AT_ONCE,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-8000);
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [code] = await exited;
    await temporary?.dispose();
    return code;
  };
  // The one line on standard output is the result; progress goes to standard error.
  for await (const line of createInterface({ input: child.stdout })) {
    const result = JSON.parse(line) as Record<string, unknown> & { url: string; users: FirstUser[] };
    child.stdout.resume();
    return {
      url: result.url,
      users: result.users,
      home: where,
      result,
      stop: () => end('SIGTERM'),
      kill: async () => void (await end('SIGKILL')),
    };
  }
  const [code] = await exited;
  await temporary?.dispose();
  throw new Error(`anju demo ended with ${code} before it served:\n${said}`);
}
