/** Clusters into the engine, where they can be joined. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { tableName } from '../../warehouse/engine/sql.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { LINKAGE_DATABASE } from './blocks.ts';
import type { Linked } from './link.ts';

/** Writes `<name>_cluster (id UInt32, cluster UInt32)`, records of clusters of one left out; the name of the table. */
export async function writeClusters(
  { warehouse, config }: Pick<Platform, 'warehouse' | 'config'>,
  name: string,
  { clusters }: Pick<Linked, 'clusters'>,
): Promise<string> {
  const table = tableName(LINKAGE_DATABASE, `${name}_cluster`);
  const options = { lane: 'batch' as const, tag: `link ${name} clusters` };
  await warehouse.run(`DROP TABLE IF EXISTS ${table}`, options);
  await warehouse.run(
    `CREATE TABLE ${table} (id UInt32, cluster UInt32) ENGINE = MergeTree ORDER BY id`,
    options,
  );
  const pairs = [...clusters.members].flatMap(([root, members]) => members.map((id) => [id, root] as const));
  if (pairs.length === 0) return table;
  const bytes = Buffer.alloc(pairs.length * 8);
  pairs.forEach(([id, root], i) => {
    bytes.writeUInt32LE(id, i * 8);
    bytes.writeUInt32LE(root, i * 8 + 4);
  });
  const directory = homePaths(config.home).work;
  await mkdir(directory, { recursive: true });
  const path = join(directory, `clusters-${randomUUID()}.bin`);
  try {
    await writeFile(path, bytes, { mode: 0o600 });
    await warehouse.insertFile(
      'RowBinary',
      table,
      ['id', 'cluster'],
      path,
      'id UInt32, cluster UInt32',
      (source) => `SELECT id, cluster FROM ${source}`,
      options,
    );
  } finally {
    await rm(path, { force: true });
  }
  return table;
}
