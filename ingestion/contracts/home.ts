/**
 * Contracts made at run time: `ANJU_HOME/contracts/<source>/<dataset>.json`, the same words as a contract in the code. They
 * never take the place of one in the code, and hold nothing a template or the engine would read as its own: the files may
 * follow from a delivery nobody has looked at.
 */
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import type { Config } from '../../warehouse/config.ts';
import { errorCode } from '../../warehouse/error-code.ts';
import { homePaths } from '../../warehouse/home.ts';
import { type Dataset, datasetId, type DatasetInput, defineDataset } from '../contract.ts';
import { datasets as inTheCode } from './index.ts';

type Home = Pick<Config, 'home'>;

export interface Contracts {
  /** Those in the code in the order the pipeline lands them, then those of the home by name. */
  all: readonly Dataset[];
  ofHome: readonly Dataset[];
  /** Files that are no contract, with the reason; they hold up nobody else. */
  broken: readonly { dataset: string; reason: string }[];
  find(id: string): Dataset | undefined;
  /** @throws AppError `not_found`, with the reason when the contract is there and broken */
  get(id: string): Dataset;
}

/** A name of a directory and of half a table: no `__`, which stands between the halves. */
export const isContractName = (name: string): boolean => NAME.test(name) && name.length <= LONGEST_NAME;
const NAME = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
const LONGEST_NAME = 48;
const LARGEST_FILE = 4 * 2 ** 20;
/** Our own store's changes: rows there become cases of staff. */
const RESERVED_SOURCES = new Set(['anju']);

/** Every contract that holds in this home, now. */
export async function contractsOf(config: Home): Promise<Contracts> {
  const ofHome: Dataset[] = [];
  const broken: { dataset: string; reason: string }[] = [];
  for (const { source, dataset, path } of await contractFiles(config)) {
    try {
      ofHome.push(await readContract(config, path, source, dataset));
    } catch (error) {
      if (!(error instanceof Error) || errorCode(error) !== undefined) throw error;
      broken.push({ dataset: `${source}.${dataset}`, reason: error.message });
    }
  }
  const all = [...inTheCode, ...ofHome];
  const byId = new Map(all.map((each) => [datasetId(each), each]));
  return {
    all,
    ofHome,
    broken,
    find: (id) => byId.get(id),
    get: (id) => {
      const found = byId.get(id);
      if (found) return found;
      const reason = broken.find((each) => each.dataset === id)?.reason;
      throw new AppError('not_found', reason ?? `There is no contract ${id}.`, {
        where: { dataset: id },
        fix: reason ? 'Mend the file.' : 'Name it as source.dataset; anju profile FILE --write makes one.',
      });
    },
  };
}

async function contractFiles(config: Home): Promise<{ source: string; dataset: string; path: string }[]> {
  const root = homePaths(config.home).contracts;
  const found: { source: string; dataset: string; path: string }[] = [];
  for (const source of await entries(root, 'directory')) {
    if (!isContractName(source)) continue;
    for (const file of await entries(join(root, source), 'file')) {
      const dataset = file.endsWith('.json') ? file.slice(0, -'.json'.length) : '';
      if (isContractName(dataset)) found.push({ source, dataset, path: join(root, source, file) });
    }
  }
  return found;
}

async function entries(directory: string, kind: 'directory' | 'file'): Promise<string[]> {
  const found = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return found
    .filter((entry) => (kind === 'file' ? entry.isFile() : entry.isDirectory()))
    .map((entry) => entry.name)
    .sort();
}

/** Contracts by file, read again only when the file is another one; forgotten with the configuration. */
const read = new WeakMap<Home, Map<string, { stamp: string; contract: Dataset }>>();

async function readContract(config: Home, path: string, source: string, dataset: string): Promise<Dataset> {
  const stats = await stat(path);
  const stamp = `${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`;
  const known = read.get(config) ?? new Map<string, { stamp: string; contract: Dataset }>();
  read.set(config, known);
  const before = known.get(path);
  if (before?.stamp === stamp) return before.contract;
  if (stats.size > LARGEST_FILE) throw new Error(`contract ${source}.${dataset}: the file is too large`);
  const contract = defineHomeDataset(JSON.parse(await readFile(path, 'utf8')));
  if (contract.source !== source || contract.dataset !== dataset) {
    throw new Error(`contract ${datasetId(contract)}: the file is named as ${source}.${dataset}`);
  }
  known.set(path, { stamp, contract });
  return contract;
}

/**
 * A contract made at run time, checked like one in the code and for what only such a one could bring.
 * @throws Error naming the data set and what is wrong
 */
export function defineHomeDataset(input: unknown): Dataset {
  const contract = defineDataset(input as DatasetInput);
  const id = datasetId(contract);
  for (const name of [contract.source, contract.dataset]) {
    if (!isContractName(name))
      throw new Error(
        `contract ${id}: a name has at most ${LONGEST_NAME} letters, single underscores between`,
      );
  }
  if (RESERVED_SOURCES.has(contract.source)) throw new Error(`contract ${id}: the source is reserved`);
  if (inTheCode.some((each) => datasetId(each) === id))
    throw new Error(`contract ${id}: a contract of that name is in the code`);
  if (contract.checks.length > 0)
    throw new Error(
      `contract ${id}: rules in SQL belong into a contract in the code, where they are reviewed`,
    );
  const columns = new Set<string>();
  for (const { source } of contract.fields) {
    const column = source.normalize('NFKC').toLowerCase();
    if (source.startsWith('_')) throw new Error(`contract ${id}: columns starting with _ are landing's own`);
    if (columns.has(column)) throw new Error(`contract ${id}: two columns differ in case or width only`);
    columns.add(column);
  }
  for (const text of textsOf(contract)) {
    // It stands in a comment of generated SQL, and in a template.
    if (/\p{Cc}|\u2028|\u2029|\{[{%#]|[}%#]\}/u.test(text))
      throw new Error(`contract ${id}: control characters and template marks ({{ {% {#) may not stand in it`);
  }
  return contract;
}

const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
};

/**
 * Writes a contract into the home, in one step; the one before is replaced.
 * @throws AppError `bad_request` when it contradicts itself or takes a name it may not have
 */
export async function saveContract(config: Home, input: DatasetInput): Promise<Dataset> {
  let contract: Dataset;
  try {
    contract = defineHomeDataset(input);
  } catch (error) {
    throw new AppError('bad_request', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
  const path = join(homePaths(config.home).contracts, contract.source, `${contract.dataset}.json`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, `${JSON.stringify(input, null, 2)}\n`, { flush: true });
  await rename(`${path}.part`, path);
  return contract;
}
