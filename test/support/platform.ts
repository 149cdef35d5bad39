import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadConfig, type Config } from '../../warehouse/config.ts';
import { errorCode } from '../../warehouse/error-code.ts';
import { homePaths } from '../../warehouse/home.ts';
import { PgliteProcess } from '../../warehouse/operational/pglite-process.ts';
import { openPlatform, type Platform } from '../../warehouse/platform.ts';

/** Tests log nothing unless ANJU_TEST_LOG_LEVEL asks. */
export const testLog = pino({ level: process.env.ANJU_TEST_LOG_LEVEL ?? 'silent' }, pino.destination(2));

/** A new temporary directory; `dispose` removes it. */
export async function temporaryDirectory(): Promise<{ path: string; dispose: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'anju-test-'));
  return { path, dispose: () => rm(path, { recursive: true, force: true }) };
}

/** Tests write whole files, which need not lie still for a while before they are taken. */
export const AT_ONCE = { ANJU_INBOX_SETTLE_SECONDS: '0' };
/** A screen's question may take long on a machine that does much else; how long it takes is for the benchmarks. */
const PATIENT = { ANJU_INTERACTIVE_SECONDS: '300' };

/** A configuration for embedded stores in `home`, whatever the environment says. */
export const testConfig = (home: string, env: NodeJS.ProcessEnv = {}): Config =>
  loadConfig({
    ANJU_HOME: home,
    ANJU_PORT: '0',
    UV_THREADPOOL_SIZE: '16',
    ANJU_LOG_LEVEL: 'silent',
    ...AT_ONCE,
    ...PATIENT,
    ...env,
  });

/**
 * A platform on real embedded engines in its own temporary home. Close it (`afterEach`, `afterAll`): the engine allows
 * one data directory at a time in a process, so only one platform can be open in a test file.
 * `close()` also removes the home; `reopen()` closes, keeps the home and opens it again.
 */
export interface TestPlatform extends Platform {
  reopen(): Promise<TestPlatform>;
}

export async function testPlatform(env: NodeJS.ProcessEnv = {}): Promise<TestPlatform> {
  const home = await temporaryDirectory();
  await cp(await operationalTemplate(), homePaths(home.path).operational, { recursive: true });
  return openTestPlatform(home, env);
}

async function openTestPlatform(
  home: { path: string; dispose: () => Promise<void> },
  env: NodeJS.ProcessEnv,
): Promise<TestPlatform> {
  const platform = await openPlatform(testConfig(home.path, env), { log: testLog });
  return {
    ...platform,
    reopen: async () => {
      await platform.close();
      return openTestPlatform(home, env);
    },
    close: async () => {
      await platform.close();
      await home.dispose();
    },
  };
}

/**
 * Creating a PGlite database takes about five seconds, copying one a tenth of that: one is kept for each version of
 * PGlite. Several workers may make it at once; the first rename wins.
 */
export async function operationalTemplate(): Promise<string> {
  const manifest = new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url);
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  const template = join(tmpdir(), `anju-pglite-template-${version}`);
  const isMade = await readFile(join(template, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (isMade) return template;
  const draft = await mkdtemp(`${template}-`);
  await mkdir(draft, { recursive: true });
  const database = await PgliteProcess.open(draft);
  await database.close();
  try {
    await rename(draft, template);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
  }
  return template;
}
