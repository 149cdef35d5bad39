import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { openPlatform } from '../../warehouse/platform.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { deliver, fixtureProject, prepareRaw } from '../support/dbt-fixture.ts';
import { newHome, testConfig, testLog } from '../support/platform.ts';

let home: { path: string; dispose: () => Promise<void> };
let platform: Platform;

const open = async (): Promise<Platform> => openPlatform(testConfig(home.path), { log: testLog });
const build = async () => buildModels(platform, await loadProject(fixtureProject), { asOf: '2026-02-28' });
const hashes = (results: Awaited<ReturnType<typeof build>>): Record<string, string> =>
  Object.fromEntries(results.map((result) => [result.name, result.hash]));
const readings = async (): Promise<number> =>
  platform.warehouse.value('SELECT toUInt32(count()) FROM t_base.reading', z.number());

beforeEach(async () => {
  home = await newHome();
  platform = await open();
  await prepareRaw(platform);
  await deliver(platform, 'city.dwelling', 1, "('A', '1', '3', 1), ('B', '2', '2', 1)");
  await deliver(platform, 'city.reading', 2, "('A', '2026-01-01', '1.5', 2), ('A', '2026-01-31', '4', 2)");
  await build();
  await deliver(platform, 'city.reading', 3, "('A', '2026-02-10', '9', 3), ('B', '2026-02-11', '7', 3)");
});
afterEach(async () => {
  await platform.close();
  await home.dispose();
});

async function buildAndDie(when: string, statement: string): Promise<void> {
  await platform.close();
  const script = fileURLToPath(new URL('../support/killed-build.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, home.path, when, statement], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  platform = await open();
}

describe('a build killed anywhere', () => {
  test.each([
    ['after', 'CLONE AS', 2],
    ['after', 'ATTACH PARTITION ALL FROM', 2],
    ['after', 'EXCHANGE TABLES `t_base__build`.`reading`', 4],
    ['before', 'EXCHANGE TABLES `mart_t__build`.`latest`', 4],
  ])(
    '%s %s: the published table is whole, and the next build ends as an undisturbed one',
    async (when, statement, rows) => {
      await buildAndDie(when, statement);
      expect(await readings()).toBe(rows);
      const resumed = await build();
      expect(resumed.every((result) => result.status === 'built' || result.status === 'skipped')).toBe(true);
      // Appended once, not twice: an increment published before the crash is recognised by its fingerprint.
      expect(await readings()).toBe(4);
      const undisturbed = await buildModels(platform, await loadProject(fixtureProject), {
        asOf: '2026-02-28',
        full: true,
      });
      expect(hashes(resumed)).toEqual(hashes(undisturbed));
    },
  );
});
