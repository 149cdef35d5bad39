/** Tables nobody has a contract for: directories of the inbox with files waiting. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAppError } from '../../domain/errors.ts';
import type { Config } from '../../warehouse/config.ts';
import { errorCode } from '../../warehouse/error-code.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { CONTROL_FILE } from '../certificate/control.ts';
import { type Contracts, contractsOf, isContractName, saveContract } from '../contracts/home.ts';
import { type Dataset, datasetId } from '../contract.ts';
import { UNFINISHED } from '../landing/inbox.ts';
import { draftContract, profile } from '../profile/index.ts';
import type { Drift } from './change.ts';
import type { TablePolicy } from './policy.ts';
import { reportDrift } from './reports.ts';

export interface UnknownTable {
  source: string;
  dataset: string;
  /** The files waiting, by name. */
  paths: string[];
}

/** Files tried for a draft before a table is left waiting. */
const MOST_TRIED = 5;

export async function unknownTables(config: Config): Promise<UnknownTable[]> {
  const contracts = await contractsOf(config);
  const inbox = homePaths(config.home).inbox;
  const found: UnknownTable[] = [];
  for (const source of (await namesIn(inbox, 'directory')).filter(isContractName)) {
    for (const dataset of (await namesIn(join(inbox, source), 'directory')).filter(isContractName)) {
      const id = `${source}.${dataset}`;
      if (contracts.find(id) || contracts.broken.some((each) => each.dataset === id)) continue;
      const directory = join(inbox, source, dataset);
      const files = (await namesIn(directory, 'file')).filter(
        (name) => !UNFINISHED.test(name) && !name.endsWith(CONTROL_FILE),
      );
      if (files.length > 0)
        found.push({ source, dataset, paths: files.map((name) => join(directory, name)) });
    }
  }
  return found;
}

/** What the contracts of its source say of a new table, the most careful of those that let it come; of a new source the setting. */
function tablePolicy({ all }: Contracts, config: Config, source: string): TablePolicy {
  const said = new Set(all.filter((one) => one.source === source).map(({ drift }) => drift.table));
  if (said.size === 0) return config.unknownSources;
  return (['quarantine', 'evolve'] as const).find((policy) => said.has(policy)) ?? 'freeze';
}

/**
 * Deals with tables without a contract by their source's policy. `evolve`: a draft is made and the table lands like any other;
 * `quarantine`: it lands under a draft that is held, and each delivery is reported as it lands; `freeze`, or no file of it can be
 * read: its files wait.
 */
export async function noticeTables(platform: Platform): Promise<void> {
  const unknown = await unknownTables(platform.config);
  if (unknown.length === 0) return;
  for (const table of unknown) {
    const policy = tablePolicy(await contractsOf(platform.config), platform.config, table.source);
    const waits = `Files wait for ${table.source}.${table.dataset}, for which there is no contract`;
    const report = (done: TablePolicy, detail: string): Promise<void> =>
      reportDrift(platform, { ...table, version: 1 }, null, [unknownTable(done, detail)]);
    if (policy !== 'quarantine') await report(policy, `${waits}.`);
    if (policy === 'freeze' || (await draftTable(platform, table, policy))) continue;
    await report('freeze', `${waits}, and none of them can be read as a table.`);
  }
}

/** A delivery of a table that is held. */
export const reportHeld = (platform: Platform, dataset: Dataset, deliveryId: string): Promise<void> =>
  reportDrift(platform, dataset, deliveryId, [
    unknownTable('quarantine', `Nobody has accepted the table ${datasetId(dataset)}: its rows wait.`),
  ]);

const unknownTable = (policy: TablePolicy, detail: string): Drift => ({
  entity: 'table',
  column: '',
  change: 'unknown_table',
  detail,
  share: 1,
  policy,
});

/**
 * A draft contract from the first of the waiting files that can be read; held under `quarantine`. It says of further tables of its
 * source what was said of it, and its owner is the source's, where that is one.
 * @returns whether there is one now; else the files go on waiting
 */
export async function draftTable(
  platform: Platform,
  table: UnknownTable,
  policy: TablePolicy,
): Promise<boolean> {
  const { all } = await contractsOf(platform.config);
  const { source, dataset } = table;
  const owner = ownerOfSource(all, source);
  for (const path of table.paths.slice(0, MOST_TRIED)) {
    try {
      await saveContract(platform.config, {
        ...draftContract(await profile(platform, path), { source, dataset }),
        ...(policy === 'quarantine' ? { state: 'held' as const } : {}),
        ...(owner === undefined ? {} : { owner }),
        drift: { table: policy },
      });
      return true;
    } catch (error) {
      if (!isAppError(error) || !NO_DRAFT.has(error.code)) throw error;
      platform.log.warn({ dataset: `${source}.${dataset}`, err: error }, 'no draft contract');
    }
  }
  return false;
}

/** What profiling and saving say of a file that cannot be read, has no rows, or names columns no contract may have. */
const NO_DRAFT: ReadonlySet<string> = new Set(['refused_delivery', 'bad_request']);

/** The agency of all contracts of a source; undefined where there is none, or several. */
export function ownerOfSource(all: readonly Dataset[], source: string): string | undefined {
  const owners = new Set(all.filter((one) => one.source === source).map(({ owner }) => owner));
  return owners.size === 1 ? [...owners][0] : undefined;
}

async function namesIn(directory: string, kind: 'directory' | 'file'): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => (kind === 'file' ? entry.isFile() : entry.isDirectory()))
    .map(({ name }) => name)
    .sort();
}
