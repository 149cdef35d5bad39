/** `domain/` as the package it can be published as: packed, unpacked where nothing of the platform is, and used by a plain program. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const manifest = z.object({
  dependencies: z.record(z.string(), z.string()).optional(),
  exports: z.record(z.string(), z.object({ types: z.string(), default: z.string() })),
});

let place = '';
const packed = (...parts: string[]): string => join(place, 'user/node_modules/@anju/domain', ...parts);

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'anju-domain-'));
  // Of a copy, for packing writes beside the sources.
  await cp(join(ROOT, 'domain'), join(place, 'domain'), { recursive: true });
  await cp(join(ROOT, 'tsconfig.json'), join(place, 'tsconfig.json'));
  await symlink(join(ROOT, 'node_modules'), join(place, 'node_modules'));
  await run('npm', ['pack', '--pack-destination', place], { cwd: join(place, 'domain') });
  const [archive = ''] = (await readdir(place)).filter((name) => name.endsWith('.tgz'));
  await mkdir(packed(), { recursive: true });
  await run('tar', ['-xzf', join(place, archive), '-C', packed(), '--strip-components=1']);
}, 120_000);
afterAll(() => rm(place, { recursive: true, force: true }));

test('it depends on nothing, has its licence, and holds every file it exports', async () => {
  const { dependencies, exports } = manifest.parse(
    JSON.parse(await readFile(packed('package.json'), 'utf8')),
  );
  expect(dependencies).toBeUndefined();
  expect(await readFile(packed('LICENSE'), 'utf8')).toBe(await readFile(join(ROOT, 'LICENSE'), 'utf8'));
  const files = Object.values(exports).flatMap(({ types, default: code }) => [types, code]);
  for (const file of files) expect((await readFile(packed(file), 'utf8')).length).toBeGreaterThan(0);
});

test('a program that knows nothing of the platform uses each part of it', async () => {
  const { exports } = manifest.parse(JSON.parse(await readFile(packed('package.json'), 'utf8')));
  const names = Object.keys(exports).map((name) => name.replace(/^\./, '@anju/domain'));
  const program = join(place, 'user/use.mjs');
  await writeFile(
    program,
    `import { checkElement, elements, mapCode } from '@anju/domain';
     const parts = await Promise.all(${JSON.stringify(names)}.map((name) => import(name)));
     console.log(JSON.stringify({
       empty: ${JSON.stringify(names)}.filter((_, i) => Object.keys(parts[i]).length === 0),
       rule: checkElement(elements.id_number, '110105194912310021').rule,
       date: elements.date.normalise('二〇二四年一月五日'),
       money: elements.money.parse(elements.money.normalise('壹万贰仟元整')),
       sex: mapCode('sex', '男'),
     }));`,
  );
  const { stdout } = await run(process.execPath, [program], { cwd: join(place, 'user') });
  expect(JSON.parse(stdout)).toEqual({
    empty: [],
    rule: 'checksum',
    date: '2024-01-05',
    money: 12000,
    sex: '1',
  });
});
