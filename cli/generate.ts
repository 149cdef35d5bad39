/** `npm run generate`: writes every generated file; with `--check` changes nothing and fails when one is out of date. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCode } from '../warehouse/error-code.ts';
import { shippedAlertFiles } from '../pipelines/alerts/generate.ts';
import { alertCoveragePage } from '../pipelines/alerts/page.ts';
import { shippedCreditFiles } from '../pipelines/credit/shipped.ts';
import { prereviewCoveragePage } from '../pipelines/eligibility/page.ts';
import { generatedMetricFiles } from '../pipelines/metrics/generate.ts';
import { metricCoveragePage } from '../pipelines/metrics/page.ts';
import { themeCoveragePage } from '../pipelines/metrics/theme-page.ts';
import { resourcePage } from '../pipelines/catalog/page.ts';
import { PROVINCES } from '../domain/division-periods.ts';
import { divisionSeed } from '../pipelines/divisions/list.ts';
import { coveragePage } from '../pipelines/standards/page.ts';
import { shippedTagFiles } from '../pipelines/tags/generate.ts';
import { contractFiles, GENERATED, type GeneratedFile } from '../ingestion/generate/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Who generates files. A new generator joins here. */
const generators: (() => GeneratedFile[] | Promise<GeneratedFile[]>)[] = [
  contractFiles,
  async () => {
    const alerts = await shippedAlertFiles(join(root, 'models'));
    const made = [...alerts, ...(await shippedTagFiles(join(root, 'models')))];
    const metrics = await generatedMetricFiles(join(root, 'models'), made);
    return [...made.map(({ path, content }) => ({ path: `models/${path}`, content })), ...metrics];
  },
  async () => [await coveragePage(join(root, 'models'))],
  async () => [await alertCoveragePage(join(root, 'models'))],
  async () => [await metricCoveragePage(join(root, 'models')), await themeCoveragePage(join(root, 'models'))],
  () => shippedCreditFiles(join(root, 'models')),
  async () => [await prereviewCoveragePage(join(root, 'models'))],
  async () => [await resourcePage(join(root, 'models'))],
  () => [divisionSeed(PROVINCES)].map(({ path, content }) => ({ path: `models/${path}`, content })),
];

/** Folders in which a generated file nobody makes any more is removed. */
const OWNED = [
  'models/base/generated',
  'models/seeds',
  'models/marts/decision/generated',
  'models/marts/supervision/generated',
  'models/marts/tag/generated',
];

const current = (path: string): Promise<string | null> =>
  readFile(join(root, path), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });

async function leftovers(wanted: Set<string>): Promise<string[]> {
  const found: string[] = [];
  for (const directory of OWNED) {
    for (const name of await readdir(join(root, directory)).catch(() => [])) {
      const path = `${directory}/${name}`;
      if (wanted.has(path)) continue;
      const isOurs =
        /^code_.*\.csv$/.test(name) || (await current(path))?.split('\n', 1)[0]?.includes(GENERATED);
      if (isOurs) found.push(path);
    }
  }
  return found;
}

const files = (await Promise.all(generators.map((generate) => generate()))).flat();
const stale = [];
for (const file of files) if ((await current(file.path)) !== file.content) stale.push(file);
const gone = await leftovers(new Set(files.map(({ path }) => path)));

if (process.argv.includes('--check')) {
  for (const path of [...stale.map((file) => file.path), ...gone])
    process.stderr.write(`out of date: ${path}\n`);
  if (stale.length + gone.length > 0) {
    process.stderr.write('Run npm run generate and commit what it writes.\n');
    process.exitCode = 1;
  }
} else {
  for (const { path, content } of stale) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  for (const path of gone) await rm(join(root, path));
  process.stderr.write(`${files.length} generated files, ${stale.length} written, ${gone.length} removed\n`);
}
