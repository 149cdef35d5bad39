import { lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppError } from '../../domain/errors.ts';
import { errorCode } from '../../warehouse/error-code.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { Config } from '../../warehouse/config.ts';
import { CONTROL_FILE, controlsAgreed } from '../certificate/control.ts';
import { contractsOf } from '../contracts/home.ts';
import type { Dataset } from '../contract.ts';

export interface WaitingFile {
  path: string;
  name: string;
  bytes: number;
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
      found.push({ path: join(directory, name), name, bytes: stats.size, dataset });
    }
  }
  return found;
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
