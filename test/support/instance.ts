import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

type Call = 'run' | 'rows' | 'ledger' | 'key' | 'export' | 'import' | 'receipt';

export interface Instance {
  home: string;
  /** Rejects with `{code, message, where, fix}` as the platform said it, or when the process dies. */
  call<T = unknown>(call: Call, argument?: string): Promise<T>;
  /** Ends the process in an orderly way. */
  stop(): Promise<void>;
  /** Resolves with the signal it died of. */
  died: Promise<string | null>;
}

/** Opens a home in a process of its own: one process can hold only one data directory of the engine. */
export async function startInstance(home: string, env: NodeJS.ProcessEnv = {}): Promise<Instance> {
  const main = fileURLToPath(new URL('./instance-main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: {
      PATH: process.env.PATH,
      ANJU_HOME: home,
      ANJU_PORT: '0',
      ANJU_LOG_LEVEL: 'silent',
      UV_THREADPOOL_SIZE: '16',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const died = once(child, 'exit').then(([, signal]) => signal as string | null);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the instance died: ${await died}`);
    const line = JSON.parse(value) as { result?: unknown; error?: unknown };
    if (line.error !== undefined) throw line.error;
    return line.result;
  };
  await next();
  return {
    home,
    died,
    call: <T>(call: Call, argument = '') => {
      child.stdin.write(`${JSON.stringify({ call, argument })}\n`);
      return next() as Promise<T>;
    },
    stop: async () => {
      child.stdin.end();
      await died;
    },
  };
}
