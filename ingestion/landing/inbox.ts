import { lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppError } from '../../domain/errors.ts';
import { errorCode } from '../../warehouse/error-code.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { Config } from '../../warehouse/config.ts';
import { CONTROL_FILE, controlsAgreed } from '../certificate/control.ts';
import { contractsOf } from '../contracts/home.ts';
import type { Dataset } from '../contract.ts';
import { originOf } from './receive.ts';

export interface WaitingFile {
  path: string;
  name: string;
  bytes: number;
  /** Milliseconds since 1970 of its last change. */
  modified: number;
  /** Which file it is, as it is now (`originOf`). */
  origin: string;
  dataset: Dataset;
}

/** What senders write to while they write, and what systems leave behind. */
export const UNFINISHED = /^\.|\.(part|tmp|filepart|crdownload|writing)$|~$/i;

/** Files in `inbox/<source>/<dataset>/`, in order of their names, data sets in the order of the contracts. */
export async function waitingFiles(config: Config): Promise<WaitingFile[]> {
  const found: WaitingFile[] = [];
  for (const dataset of (await contractsOf(config)).all) {
    const directory = join(homePaths(config.home).inbox, dataset.source, dataset.dataset);
    const names: string[] = await readdir(directory).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    });
    for (const name of names.sort()) {
      const stats = await lstat(join(directory, name));
      if (UNFINISHED.test(name) || stats.isDirectory()) continue;
      if (name.endsWith(CONTROL_FILE)) continue; // its delivery takes it along, and may come after it
      const isAlone = !names.includes(`${name}${CONTROL_FILE}`);
      if (isAlone && controlsAgreed(dataset).manifest === 'required') continue;
      const about = { bytes: stats.size, modified: stats.mtimeMs, origin: originOf(stats) };
      found.push({ path: join(directory, name), name, ...about, dataset });
    }
  }
  return found;
}

/** Whose files are whole when they have their name: we rename them ourselves. */
const OUR_SOURCE = 'anju';

/** Milliseconds until a file that does not change any more counts as whole. One from the future is looked at as if it were new. */
export function unsettledFor({ dataset, modified }: WaitingFile, { inboxSettleSeconds }: Config): number {
  const settle = dataset.source === OUR_SOURCE ? 0 : inboxSettleSeconds * 1000;
  const age = Date.now() - modified;
  return age < 0 ? settle : Math.max(0, settle - age);
}

/**
 * The files that are whole, as far as one can see: those that had not changed for `inboxSettleSeconds`, or do not while we wait
 * for that. Senders ought to write under another name and rename; many write under the final one.
 * @returns path → `origin` of each
 */
export async function settledFiles(config: Config, signal?: AbortSignal): Promise<Map<string, string>> {
  const first = await waitingFiles(config);
  const pause = Math.ceil(Math.max(0, ...first.map((file) => unsettledFor(file, config))));
  const originsOf = (files: WaitingFile[]): Map<string, string> =>
    new Map(files.map(({ path, origin }) => [path, origin]));
  if (pause === 0) return originsOf(first);
  await delay(pause, undefined, { signal });
  const now = originsOf(await waitingFiles(config));
  return originsOf(first.filter(({ path, origin }) => now.get(path) === origin));
}

/** Out of the way of the next run, with the reason beside it. A file of the same name is not overwritten. */
export async function setAside(
  config: Config,
  file: WaitingFile,
  deliveryId: string,
  refusal: AppError,
): Promise<void> {
  const { source, dataset } = file.dataset;
  const directory = join(homePaths(config.home).inbox, '.refused', source, dataset, deliveryId);
  await mkdir(directory, { recursive: true });
  const reason = { file: file.name, message: refusal.message, where: refusal.where, fix: refusal.fix };
  await writeFile(join(directory, `${file.name}.reason.json`), `${JSON.stringify(reason, null, 2)}\n`);
  await rename(file.path, join(directory, file.name));
  await rename(`${file.path}${CONTROL_FILE}`, join(directory, `${file.name}${CONTROL_FILE}`)).catch(
    unlessAbsent,
  );
}

const unlessAbsent = (error: unknown): void => {
  if (errorCode(error) !== 'ENOENT') throw error;
};

/** The control file first: left behind it would be taken for a delivery. */
export async function remove(file: WaitingFile): Promise<void> {
  await rm(`${file.path}${CONTROL_FILE}`, { force: true });
  await rm(file.path, { force: true });
}
