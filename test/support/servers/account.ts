import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whom a server runs as: servers refuse to be root, so root becomes the package's own user; anyone else stays. */
export function accountOf(user: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === user);
  if (!entry) throw new Error(`There is no user ${user}.`);
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** Runs a program to its end, as that account. */
export async function runAs(
  account: { uid?: number; gid?: number },
  program: string,
  args: string[],
  cwd: string,
): Promise<void> {
  await run(program, args, { ...account, cwd, env: { ...process.env, HOME: cwd } });
}
