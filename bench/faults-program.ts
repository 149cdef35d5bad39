/** The landing process in one file, so that starting it again 200 times costs a start and not reading a thousand modules. */
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bundles `faults-lander.ts` into `directory`; gives the program's path. What it does is the same code, and its start a real one. */
export async function bundleLander(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  await build({
    ...{ root, configFile: false, publicDir: false, logLevel: 'error' },
    build: { ssr: 'bench/faults-lander.ts', outDir: directory, emptyOutDir: false, target: 'node20' },
    // These find files beside themselves.
    ssr: { noExternal: true, external: ['chdb', '@electric-sql/pglite', '@duckdb/node-api'] },
  });
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  await cp(join(root, 'warehouse/migrations'), join(directory, 'migrations'), { recursive: true });
  const worker = 'pglite-worker.mjs';
  await cp(join(root, 'warehouse/operational', worker), join(directory, worker));
  return join(directory, 'faults-lander.js');
}
