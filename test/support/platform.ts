import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { loadConfig, type Config } from '../../warehouse/config.ts';
import { errorCode } from '../../warehouse/error-code.ts';
import { homePaths } from '../../warehouse/home.ts';
import { migrationDirectories, readMigrations } from '../../warehouse/migrate.ts';
import { openPlatform, type Platform } from '../../warehouse/platform.ts';

/** Tests log nothing unless ANJU_TEST_LOG_LEVEL asks. */
export const testLog = pino({ level: process.env.ANJU_TEST_LOG_LEVEL ?? 'silent' }, pino.destination(2));

/** A new temporary directory; `dispose` removes it. */
export async function temporaryDirectory(): Promise<Home> {
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
  return openTestPlatform(await newHome(), env);
}

async function openTestPlatform(home: Home, env: NodeJS.ProcessEnv): Promise<TestPlatform> {
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

export interface Home {
  path: string;
  dispose: () => Promise<void>;
}

/** A home of its own as its first opening leaves it: both stores are there, migrated and empty. */
export async function newHome(): Promise<Home> {
  const home = await temporaryDirectory();
  const { operational, warehouse } = homePaths(await homeTemplate());
  // Of 1,600 files: a fifth of what Node's own copy costs.
  await promisify(execFile)('cp', ['-RP', operational, warehouse, home.path]);
  return home;
}

/**
 * Making and migrating the stores takes some seconds, copying them a tenth of that: one home is kept for each version of the engines
 * and of the migrations. Several workers may make it at once; the first rename wins.
 */
async function homeTemplate(): Promise<string> {
  const template = join(tmpdir(), `anju-home-template-${await templateVersion()}`);
  const isMade = await stat(template).then(
    () => true,
    () => false,
  );
  if (isMade) return template;
  const draft = await mkdtemp(`${template}-`);
  const platform = await openPlatform(testConfig(draft), { log: testLog });
  await platform.close();
  try {
    await rename(draft, template);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
  }
  return template;
}

async function templateVersion(): Promise<string> {
  const hash = createHash('sha256');
  for (const engine of ['@electric-sql/pglite', 'chdb'])
    hash.update(await readFile(new URL(`../../node_modules/${engine}/package.json`, import.meta.url)));
  for (const directory of Object.values(migrationDirectories))
    for (const { name, checksum } of await readMigrations(directory)) hash.update(`${name} ${checksum}\n`);
  return hash.digest('hex').slice(0, 16);
}
