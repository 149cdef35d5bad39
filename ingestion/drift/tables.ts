/** Tables nobody has a contract for: directories of the inbox with files waiting. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../warehouse/config.ts';
import { errorCode } from '../../warehouse/error-code.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { contractsOf, isContractName, saveContract } from '../contracts/home.ts';
import { UNFINISHED } from '../landing/inbox.ts';
import { draftContract, profile } from '../profile/index.ts';
import { reportDrift } from './reports.ts';

export interface UnknownTable {
  source: string;
  dataset: string;
  /** The first file waiting. */
  path: string;
  files: number;
}

export async function unknownTables(config: Config): Promise<UnknownTable[]> {
  const contracts = await contractsOf(config);
  const inbox = homePaths(config.home).inbox;
  const found: UnknownTable[] = [];
  for (const source of (await namesIn(inbox, 'directory')).filter(isContractName)) {
    for (const dataset of (await namesIn(join(inbox, source), 'directory')).filter(isContractName)) {
      const id = `${source}.${dataset}`;
      if (contracts.find(id) || contracts.broken.some((each) => each.dataset === id)) continue;
      const files = (await namesIn(join(inbox, source, dataset), 'file')).filter(
        (name) => !UNFINISHED.test(name),
      );
      if (files[0] !== undefined)
        found.push({ source, dataset, path: join(inbox, source, dataset, files[0]), files: files.length });
    }
  }
  return found;
}

/**
 * Reports tables without a contract. Where the source's contracts say `evolve`, a draft is made from the first file and the
 * table lands like any other; else its files wait.
 */
export async function noticeTables(platform: Platform): Promise<void> {
  const unknown = await unknownTables(platform.config);
  if (unknown.length === 0) return;
  const { all } = await contractsOf(platform.config);
  for (const table of unknown) {
    const policy = all.some(({ source, drift }) => source === table.source && drift.table === 'evolve')
      ? 'evolve'
      : 'freeze';
    await reportDrift(platform, { ...table, version: 1 }, null, [
      {
        entity: 'table',
        column: '',
        change: 'unknown_table',
        detail: `Files wait for ${table.source}.${table.dataset}, for which there is no contract.`,
        share: 1,
        policy,
      },
    ]);
    if (policy === 'evolve') await draftTable(platform, table);
  }
}

/** A draft contract from the first file that waits. A file that cannot be read gives none, and goes on waiting. */
export async function draftTable(platform: Platform, table: UnknownTable): Promise<void> {
  await saveContract(platform.config, draftContract(await profile(platform, table.path), table));
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
