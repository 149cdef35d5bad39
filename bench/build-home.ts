/** The home `anju bench build` measures in: a sample city, landed up to the days that are held back to come one by one. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addDays } from '../domain/calendar.ts';
import { datasetId } from '../ingestion/contract.ts';
import { datasets } from '../ingestion/contracts/index.ts';
import { businessDateOf } from '../ingestion/landing/delivery.ts';
import { LAST_BUSINESS_DATE, makeCity } from '../ingestion/sample-city/index.ts';
import { homePaths } from '../warehouse/home.ts';
import { rounded } from './bench.ts';

/** A day is what those send that send daily: readings, events of doors, repairs, complaints. */
const DAILY = datasets.filter(({ cadence }) => cadence === 'daily').map(datasetId);
/** The last three days come as files of their own; the first of them holds the whole tables. */
const HELD_DAYS = [addDays(LAST_BUSINESS_DATE, -1), LAST_BUSINESS_DATE];

/** Days still to come, the next first. */
const heldRoot = (home: string): string => join(home, 'held');

export interface Generated {
  rows: number;
  bytes: number;
  seconds: number;
}

/** Makes the city where there is none yet, and takes the held days out of its inbox. */
export async function makeBuildHome(
  home: string,
  scale: number,
  seed: number,
): Promise<Generated | undefined> {
  let generated: Generated | undefined;
  if (!existsSync(join(homePaths(home).truth, 'city.json'))) {
    const { files, seconds } = await makeCity({ home, scale, seed });
    const total = (size: 'rows' | 'bytes'): number => files.reduce((sum, file) => sum + file[size], 0);
    generated = { rows: total('rows'), bytes: total('bytes'), seconds: rounded(seconds) };
  }
  // Also of a day that a run before took out and did not come to land.
  for (const day of HELD_DAYS) await moveDay(homePaths(home).inbox, join(heldRoot(home), day), day);
  return generated;
}

/** The day that comes next; undefined when all have come. */
export async function nextDay(home: string): Promise<string | undefined> {
  for (const day of HELD_DAYS) {
    const files = await filesOf(join(heldRoot(home), day), day);
    if (files.length > 0) return day;
  }
  return undefined;
}

/** Puts what the agencies send that day into the inbox. */
export const deliverDay = (home: string, day: string): Promise<void> =>
  moveDay(join(heldRoot(home), day), homePaths(home).inbox, day);

async function moveDay(from: string, to: string, day: string): Promise<void> {
  for (const file of await filesOf(from, day)) {
    const target = join(to, file);
    await mkdir(dirname(target), { recursive: true });
    await rename(join(from, file), target);
  }
}

/** Files of that day of the data sets that come daily, by `<source>/<dataset>/<name>`. */
async function filesOf(root: string, day: string): Promise<string[]> {
  const found: string[] = [];
  for (const id of DAILY) {
    const folder = id.replace('.', '/');
    if (!existsSync(join(root, folder))) continue;
    for (const name of await readdir(join(root, folder)))
      if (businessDateOf(name, new Date()) === day) found.push(join(folder, name));
  }
  return found;
}
