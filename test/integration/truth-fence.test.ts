/**
 * No code of the pipeline reads the sample city's truth: by its imports, by its text, and by what a run gives without it.
 * (test/fault/run-kill.test.ts holds the whole city's run without the truth against the demo's with it.)
 */
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { makeCity } from '../../ingestion/sample-city/index.ts';
import { homePaths } from '../../warehouse/home.ts';
import { anju, hashesOf, newHome, runAnswer, SMALLEST_CITY } from '../support/anju.ts';
import { temporaryDirectory } from '../support/platform.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = ['domain', 'warehouse', 'ingestion', 'pipelines', 'api', 'cli'];
const cruised = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

/** What the dependency check of CI says of a tree, and how many modules it looked at. */
function fenceBreakers(tree: string, folders: string[]): { modules: number; from: string[] } {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json'],
      ...folders,
    ],
    { cwd: tree, encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  if (stdout === '') throw new Error(stderr);
  const { summary } = cruised.parse(JSON.parse(stdout));
  const breaks = summary.violations.filter(({ rule }) => rule.name === 'pipeline-never-reads-the-truth');
  return { modules: summary.totalCruised, from: breaks.map(({ from }) => from) };
}

test('the dependency rule lets nobody but the demo command import the sample city', async () => {
  const { modules, from } = fenceBreakers(root, FOLDERS);
  expect(modules).toBeGreaterThan(200);
  expect(from).toEqual([]);
  // A rule that finds nothing may look at nothing: in a small tree with two offenders it must name both.
  const tree = await temporaryDirectory();
  const files = {
    'tsconfig.json': await readFile(join(root, 'tsconfig.json'), 'utf8'),
    'ingestion/sample-city/deliver/truth.ts': 'export const account = 1;\n',
    'pipelines/peek.ts':
      "import { account } from '../ingestion/sample-city/deliver/truth.ts';\nexport const x = account;\n",
    'ingestion/landing/peek.ts':
      "import { account } from '../sample-city/deliver/truth.ts';\nexport const x = account;\n",
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(tree.path, name)), { recursive: true });
    await writeFile(join(tree.path, name), content);
  }
  expect(fenceBreakers(tree.path, ['pipelines', 'ingestion']).from.sort()).toEqual([
    'ingestion/landing/peek.ts',
    'pipelines/peek.ts',
  ]);
  await tree.dispose();
});

test('no file of the pipeline names the truth’s directory', async () => {
  const naming: string[] = [];
  for (const folder of [...FOLDERS, 'models'])
    for (const name of await readdir(join(root, folder), { recursive: true }))
      if (
        /\.(ts|mjs|sql|ya?ml)$/.test(name) &&
        /[./'"`]truth\b/.test(await readFile(join(root, folder, name), 'utf8'))
      )
        naming.push(`${folder}/${name}`);
  const others = naming.filter((name) => !name.startsWith('ingestion/sample-city/'));
  // home.ts says where it is; the demo command asks whether the city has been made.
  expect(others.sort()).toEqual(['cli/commands/demo.ts', 'warehouse/home.ts']);
});

test('a run gives the same with the truth beside it and without', async () => {
  const withTruth = await newHome();
  const without = await newHome();
  await makeCity({ home: withTruth.path, ...SMALLEST_CITY });
  const { inbox, truth } = homePaths(withTruth.path);
  // The agencies with the most rows play no part in the models selected here.
  for (const source of ['utilities', 'access_control', 'social_insurance', 'housing_fund'])
    await rm(join(inbox, source), { recursive: true });
  await cp(inbox, homePaths(without.path).inbox, { recursive: true, preserveTimestamps: true });
  expect((await readdir(truth)).length).toBeGreaterThan(3);
  const select = ['--select', '+mart_contract.contract +mart_tenant.tenant'];
  const runIn = async (path: string) => runAnswer(await anju(path, ['run', '--json', ...select]));
  const [known, unknown] = await Promise.all([runIn(withTruth.path), runIn(without.path)]);
  expect(Object.keys(hashesOf(known)).length).toBeGreaterThan(10);
  expect(unknown).toEqual({ ...known, seconds: expect.anything() });
  await Promise.all([withTruth.dispose(), without.dispose()]);
});
