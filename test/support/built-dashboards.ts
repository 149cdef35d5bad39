import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(root, 'package-lock.json')));
  const names = await readdir(join(root, 'dashboards'), { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(join(root, 'dashboards/dist')))
    .sort();
  for (const path of files) hash.update(path.slice(root.length)).update(await readFile(path));
  return hash.digest('hex').slice(0, 16);
}

/**
 * A directory with the dashboards built from the sources as they are now. Built once a state of the sources, beside
 * `dashboards/dist`: test workers must neither see an old build nor write over each other's.
 */
export async function builtDashboards(): Promise<string> {
  const target = join(tmpdir(), `anju-dashboards-${await sourceHash()}`);
  if (existsSync(target)) return target;
  const own = `${target}.${process.pid}`;
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const config = join(root, 'dashboards/vite.config.ts');
  await promisify(execFile)(
    process.execPath,
    [vite, 'build', '--config', config, '--outDir', own, '--emptyOutDir', '--logLevel', 'warn'],
    {
      cwd: root,
    },
  );
  await rename(own, target).catch(async (error: NodeJS.ErrnoException) => {
    // Another worker was first: its build is the same.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(own, { recursive: true });
  });
  return target;
}
