/**
 * Real servers for tests, from the machine's own packages: a private one a test file, on a free port, in a directory of its own.
 * Where the package is not installed the tests that need it are skipped, and counted so.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { describe as Describe } from '@jest/globals';

const PLACES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * Path of a program; null where it is not installed.
 * @param versions directory with one folder a version, of which the newest counts: `/usr/lib/postgresql` with `15/bin/initdb` in it
 */
export function programAt(name: string, versions?: string): string | null {
  const places = versions ? foldersOf(versions).map((version) => join(versions, version, 'bin')) : PLACES;
  return places.map((place) => join(place, name)).find(isExecutable) ?? null;
}

const foldersOf = (directory: string): string[] =>
  existsSync(directory) ? readdirSync(directory).sort((a, b) => Number(b) - Number(a)) : [];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `describe` where the program is there, `describe.skip` where not. Jest's global one: benchmarks start servers without Jest. */
export function describeWith(program: string | null): typeof Describe.skip {
  const { describe } = globalThis as unknown as { describe: typeof Describe };
  return program === null ? describe.skip : (describe as unknown as typeof Describe.skip);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export interface RunningServer {
  readonly port: number;
  readonly pid: number;
  /** Asks it to stop, and waits until it has. */
  stop: (signal?: NodeJS.Signals) => Promise<void>;
}

export interface ServerCommand {
  program: string;
  args: string[];
  port: number;
  env?: Record<string, string>;
  cwd?: string;
  uid?: number;
  gid?: number;
  /** Signal of an orderly stop. */
  stopSignal?: NodeJS.Signals;
  /** Does it serve? A port that takes connections when absent: not every server that listens answers yet. */
  serves?: () => Promise<boolean>;
}

/**
 * Starts a server and waits until it serves.
 * @throws Error with the end of its output when it ends before
 */
export async function startServer(command: ServerCommand): Promise<RunningServer> {
  const child = spawn(command.program, command.args, {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    uid: command.uid,
    gid: command.gid,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let failed: Error | null = null;
  child.once('error', (error) => (failed = error));
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null || failed !== null;
  const serves = command.serves ?? (() => takesConnections(command.port));
  while (!(await serves())) {
    if (hasEnded()) throw new Error(`${command.program} ended: ${String(failed ?? '')} ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    port: command.port,
    pid: child.pid ?? 0,
    stop: async (signal = command.stopSignal ?? 'SIGTERM') => {
      if (!hasEnded()) child.kill(signal);
      await ended;
    },
  };
}

const takesConnections = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
