import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { errorCode } from './error-code.ts';
import { homePaths, makeHome } from './home.ts';

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  /** Clock ticks from boot to the start of the process, so that a pid used again is not taken for the owner. */
  pidStartTime: z.string().optional(),
  bootId: z.string().optional(),
  host: z.string(),
  startedAt: z.string(),
  /** Where the owner's HTTP server listens, once it does. */
  url: z.string().optional(),
  /** Opens the owner's `/internal/*` endpoints; the file is readable by its owner only. */
  token: z.string(),
});
export type Owner = z.infer<typeof ownerSchema>;

/**
 * One process owns an ANJU_HOME: neither engine can share its directory, and PGlite does not even notice.
 *
 * `owner.json` is created by `link`, which fails when it exists. The lock of a dead process is taken over through a
 * claim file named after the dead owner's token: only one starter can ever create it, so only one may replace
 * `owner.json`. If that starter dies too, its claim is claimed in turn.
 */
export class OwnerLock {
  #released = false;

  private constructor(
    readonly home: string,
    readonly owner: Owner,
  ) {}

  /** @throws AppError `home_in_use` when a living process owns the home */
  static async take(home: string): Promise<OwnerLock> {
    await makeHome(home);
    const owner = await describeThisProcess();
    const draft = join(home, `owner.${owner.token}.tmp`);
    await writeFile(draft, JSON.stringify(owner), { mode: 0o600 });
    try {
      for (;;) {
        if (await linked(draft, homePaths(home).owner)) return new OwnerLock(home, owner);
        if (await takeOver(home, draft, owner)) return new OwnerLock(home, owner);
      }
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** Publishes the address other `anju` commands send their work to. */
  async setUrl(url: string): Promise<void> {
    this.owner.url = url;
    const draft = join(this.home, `owner.${this.owner.token}.tmp`);
    await writeFile(draft, JSON.stringify(this.owner), { mode: 0o600 });
    await rename(draft, homePaths(this.home).owner);
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    const current = await readOwner(homePaths(this.home).owner);
    if (current?.token === this.owner.token) await rm(homePaths(this.home).owner, { force: true });
  }
}

/** The living owner of a home, or null: then the caller may open the platform itself. */
export async function findOwner(home: string): Promise<Owner | null> {
  const owner = await readOwner(homePaths(home).owner);
  return owner && (await isAlive(owner)) ? owner : null;
}

/** False when the situation changed meanwhile and the whole attempt must start again. */
async function takeOver(home: string, draft: string, owner: Owner): Promise<boolean> {
  const ownerFile = homePaths(home).owner;
  const dead = await readOwner(ownerFile);
  if (!dead) return false; // released since
  const claims: string[] = [];
  let holder = dead;
  for (;;) {
    if (await isAlive(holder)) throw inUse(home, holder);
    const claim = join(home, `owner.claim.${holder.token}`);
    claims.push(claim);
    if (await linked(draft, claim)) break;
    const claimant = await readOwner(claim);
    if (!claimant) return false; // the claim was served and removed
    holder = claimant;
  }
  // A served claim is removed after owner.json was replaced, so a late starter could create it again: look again.
  const ownClaim = claims.at(-1) ?? '';
  if ((await readOwner(ownerFile))?.token !== dead.token) {
    await rm(ownClaim, { force: true });
    return false;
  }
  const replacement = join(home, `owner.${owner.token}.new.tmp`);
  await writeFile(replacement, JSON.stringify(owner), { mode: 0o600 });
  await rename(replacement, ownerFile);
  for (const claim of claims) await rm(claim, { force: true });
  return true;
}

function inUse(home: string, owner: Owner): AppError {
  const place = owner.url ? ` at ${owner.url}` : '';
  const elsewhere = owner.host === hostname() ? '' : ` on the machine ${owner.host}`;
  return new AppError(
    'home_in_use',
    `${home} is in use by process ${owner.pid}${elsewhere}${place}, started at ${owner.startedAt}.`,
    {
      where: { home, pid: owner.pid },
      fix: elsewhere
        ? `If ${owner.host} no longer runs it, delete owner.json.`
        : 'Use that process, stop it, or choose another ANJU_HOME.',
      retriable: true,
    },
  );
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(path: string): Promise<Owner | null> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new AppError('home_in_use', `${path} cannot be read as the record of an owner.`, {
      where: { path },
      fix: 'If no Anju process uses this home, delete the file.',
      cause: error,
    });
  }
}

async function describeThisProcess(): Promise<Owner> {
  return {
    pid: process.pid,
    pidStartTime: await startTimeOf(process.pid),
    bootId: await textOf('/proc/sys/kernel/random/boot_id'),
    host: hostname(),
    startedAt: new Date().toISOString(),
    token: randomUUID(),
  };
}

/** A process on another machine cannot be asked: it counts as alive. */
async function isAlive(owner: Owner): Promise<boolean> {
  if (owner.host !== hostname()) return true;
  if (owner.bootId && owner.bootId !== (await textOf('/proc/sys/kernel/random/boot_id'))) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    if (errorCode(error) !== 'EPERM') throw error;
  }
  const startTime = await startTimeOf(owner.pid);
  return !owner.pidStartTime || !startTime || owner.pidStartTime === startTime;
}

/** Field 22 of /proc/<pid>/stat; the second field is a name in parentheses that may hold anything. Undefined off Linux. */
async function startTimeOf(pid: number): Promise<string | undefined> {
  const stat = await textOf(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
