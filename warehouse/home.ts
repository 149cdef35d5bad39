import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The layout of ANJU_HOME, docs/architecture.md §3. All paths are absolute when `home` is. */
export const homePaths = (home: string) => ({
  owner: join(home, 'owner.json'),
  warehouse: join(home, 'warehouse'),
  /** The embedded engine's generated configuration. */
  engineConfig: join(home, 'engine'),
  operational: join(home, 'operational'),
  inbox: join(home, 'inbox'),
  truth: join(home, 'truth'),
  /** Contracts made at run time, `<source>/<dataset>.json`. */
  contracts: join(home, 'contracts'),
  outbox: join(home, 'outbox'),
  keys: join(home, 'keys'),
  /** Results on their way out; emptied at every start. */
  spool: join(home, 'spool'),
  /** Copies of objects of a far object store; may be emptied at any time. */
  objectCache: join(home, 'object-cache'),
  /** Files landing works on; removed when it is done with them. */
  work: join(home, 'work'),
});

/** Creates the home with the directories people look into; engines make their own. */
export async function makeHome(home: string): Promise<void> {
  const paths = homePaths(home);
  await mkdir(home, { recursive: true });
  for (const path of [paths.inbox, paths.outbox]) await mkdir(path, { recursive: true });
}
