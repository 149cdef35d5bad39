import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { copyFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Manifest } from '../../pipelines/exports/manifest.ts';
import { type Instance, startInstance } from '../support/instance.ts';
import { type Home, newHome } from '../support/platform.ts';
import {
  count,
  fillMart,
  type Made,
  type Parts,
  renameEntry,
  type Taken,
  trust,
  unzip,
  zip,
} from '../support/packages.ts';
import { temporaryDirectory } from '../support/platform.ts';

describe('packages between two instances', () => {
  let cityHome: Home;
  let provinceHome: Home;
  let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
  let city: Instance;
  let province: Instance;
  let first: Made;
  let second: Made;
  let third: Made;

  beforeAll(async () => {
    cityHome = await newHome();
    provinceHome = await newHome();
    scratch = await temporaryDirectory();
    city = await startInstance(cityHome.path);
    province = await startInstance(provinceHome.path);
    await fillMart(city, 1200);
    first = await city.call<Made>('export', 'contracts');
    await fillMart(city, 1300, 510);
    second = await city.call<Made>('export', 'contracts');
    third = await city.call<Made>('export', 'contracts');
  });
  afterAll(async () => {
    await city?.stop();
    await province?.stop();
    for (const home of [cityHome, provinceHome, scratch]) await home?.dispose();
  });

  const senderKey = () => city.call<{ instance: string; publicKey: string }>('key');
  const receiverKey = () => province.call<{ instance: string; publicKey: string }>('key');
  const inScratch = (name: string) => path.join(scratch.path, name);
  /** A package the sender itself might have made: a changed manifest, signed with its key. */
  const signedAnew = async (
    from: Made,
    change: (manifest: Manifest) => Manifest,
    name: string,
  ): Promise<string> => {
    const parts = await unzip(from.path);
    const manifest = JSON.parse(String(parts.get('manifest.json'))) as Manifest;
    const document = Buffer.from(JSON.stringify(change(manifest)));
    const key = createPrivateKey(await readFile(path.join(cityHome.path, 'keys', 'instance.key')));
    parts.set('manifest.json', document).set('manifest.sig', sign(null, document, key));
    return zip(inScratch(name), parts);
  };

  test('a package is numbered, chained, signed and holds what its manifest says', async () => {
    expect([first, second, third].map(({ sequence, rows }) => [sequence, rows])).toEqual([
      [1, 1200],
      [2, 1300],
      [3, 1300],
    ]);
    const parts = await unzip(second.path);
    expect([...parts.keys()]).toEqual(['manifest.json', 'manifest.sig', 'data.parquet']);
    const manifest = JSON.parse(String(parts.get('manifest.json'))) as Manifest;
    expect(manifest).toMatchObject({
      from: { instance: (await senderKey()).instance },
      previous: first.packageId,
      asOf: '2026-10-31',
      rows: 1300,
    });
    expect(manifest.schema.columns).toContainEqual({ name: 'contract_kind', type: 'String', zh: '合同类型' });
    expect(manifest.schema.columns).toContainEqual({
      name: 'ends_on',
      type: 'Nullable(Date32)',
      zh: '租赁结束日期',
    });
    const data = parts.get('data.parquet') ?? Buffer.alloc(0);
    expect(manifest.files[0]).toEqual({
      name: 'data.parquet',
      bytes: data.length,
      sha256: createHash('sha256').update(data).digest('hex'),
    });
    expect(
      createHash('sha256')
        .update(await readFile(second.path))
        .digest('hex'),
    ).toBe(second.sha256);
  });

  test('the signature is verified by openssl as docs/integrators.md says', async () => {
    const parts = await unzip(first.path);
    for (const [name, content] of parts) await writeFile(inScratch(name), content);
    const verify = () =>
      execFileSync('openssl', [
        ...['pkeyutl', '-verify', '-pubin', '-rawin'],
        ...['-inkey', path.join(cityHome.path, 'keys', 'instance.pem')],
        ...['-in', inScratch('manifest.json'), '-sigfile', inScratch('manifest.sig')],
      ]).toString();
    expect(verify()).toContain('Signature Verified Successfully');
    await writeFile(inScratch('manifest.json'), `${String(parts.get('manifest.json'))} `);
    expect(verify).toThrow();
  });

  test('keys are for their owner only', async () => {
    const { mode } = await stat(path.join(cityHome.path, 'keys', 'instance.key'));
    expect(mode & 0o777).toBe(0o600);
    expect(
      JSON.parse(await readFile(path.join(cityHome.path, 'keys', 'instance.json'), 'utf8')),
    ).not.toHaveProperty('privateKey');
  });

  test('an unknown sender is refused, with the way to trust it', async () => {
    const { instance } = await senderKey();
    await expect(province.call('import', first.path)).rejects.toMatchObject({
      code: 'bad_package',
      message: expect.stringContaining(instance),
      fix: expect.stringMatching(/instance\.pem.*keys\/trusted/),
    });
  });

  describe('once the receiver trusts the sender', () => {
    beforeAll(async () => trust(provinceHome.path, 'city', (await senderKey()).publicKey));

    test('a package from the future names the missing ones', async () => {
      await expect(province.call('import', third.path)).rejects.toMatchObject({
        code: 'bad_package',
        message: 'This is package 3 of contracts; package 1 to 2 are missing.',
        where: { expected: 1 },
      });
    });

    test('data, manifest, signature or names that were tampered with are refused and load nothing', async () => {
      const good = await unzip(first.path);
      const changed = (name: string, change: (content: Buffer) => Buffer): Parts =>
        new Map([...good].map(([one, content]) => [one, one === name ? change(content) : content]));
      const flipped = (content: Buffer) => {
        const copy = Buffer.from(content);
        const at = copy.length >> 1;
        copy[at] = (copy[at] ?? 0) ^ 1;
        return copy;
      };
      const otherKey = generateKeyPairSync('ed25519').privateKey;
      const attempts: [string, Iterable<[string, Buffer]>, RegExp][] = [
        ['data', changed('data.parquet', flipped), /not the data the manifest was signed for/],
        ['signature', changed('manifest.sig', flipped), /signature does not fit/],
        [
          'manifest',
          changed('manifest.json', (content) =>
            Buffer.from(String(content).replace('"rows": 1200', '"rows": 1201')),
          ),
          /signature does not fit/,
        ],
        [
          'key',
          changed('manifest.sig', () => sign(null, good.get('manifest.json') ?? Buffer.alloc(0), otherKey)),
          /signature does not fit/,
        ],
        ['missing', [...good].slice(0, 2), /holds 2 files where 3 belong/],
        ['extra', [...good, ['readme.txt', Buffer.from('x')]], /holds 4 files where 3 belong/],
        [
          'other name',
          [...good].map(([name, content]): [string, Buffer] => [
            name === 'data.parquet' ? 'evil.parquet' : name,
            content,
          ]),
          /does not belong/,
        ],
      ];
      for (const [name, parts, message] of attempts) {
        const file = await zip(inScratch(`${name}.zip`), parts);
        await expect(province.call('import', file)).rejects.toMatchObject({
          code: 'bad_package',
          message: expect.stringMatching(message),
        });
      }
      expect(await province.call('ledger', 'select * from import_package')).toEqual([]);
      expect(
        await province.call('rows', "SELECT name FROM system.tables WHERE database = 'exchange_in'"),
      ).toEqual([]);
    });

    test('a zip that reaches outside, a bomb, a cut-off file and no zip at all are refused', async () => {
      const good = await unzip(first.path);
      const whole = await readFile(first.path);
      await writeFile(inScratch('outside.zip'), renameEntry(whole, 'data.parquet', '../a.parquet'));
      await writeFile(inScratch('cut.zip'), whole.subarray(0, whole.length - 100));
      await writeFile(inScratch('text.zip'), 'not a zip');
      await writeFile(inScratch('empty.zip'), '');
      const bomb = new Map(good).set('data.parquet', Buffer.alloc(64 * 1024 * 1024));
      await zip(inScratch('bomb.zip'), bomb, true);
      for (const name of ['outside', 'cut', 'text', 'empty', 'bomb'])
        await expect(province.call('import', inScratch(`${name}.zip`))).rejects.toMatchObject({
          code: 'bad_package',
        });
      await expect(province.call('import', inScratch('nowhere.zip'))).rejects.toMatchObject({
        code: 'bad_request',
      });
    });

    test('signed untruths are found in the rows, and dangerous names and types in the manifest', async () => {
      const columns =
        (type: string, name = 'contract_no') =>
        (manifest: Manifest): Manifest => ({
          ...manifest,
          schema: {
            ...manifest.schema,
            columns: manifest.schema.columns.map((one) =>
              one.name === 'contract_no' ? { ...one, name, type } : one,
            ),
          },
        });
      const attempts: [(manifest: Manifest) => Manifest, RegExp][] = [
        [(manifest) => ({ ...manifest, rows: 7 }), /has 1200 rows and the manifest says 7/],
        [
          (manifest) => ({ ...manifest, contentHash: '0123456789ABCDEF-1200' }),
          /not those the manifest was made for/,
        ],
        [
          (manifest) => ({ ...manifest, schema: { ...manifest.schema, key: ['as_of'] } }),
          /1199 rows repeat the key/,
        ],
        [columns('AggregateFunction(count)'), /not of a form/],
        [columns("String DEFAULT file('x')"), /not of a form/],
        [columns('String', 'a` String) ENGINE = Null --'), /not of a form/],
        [columns('String', '_sender'), /not of a form/],
        [(manifest) => ({ ...manifest, package: '../raw' }), /not of a form/],
        [
          (manifest) => ({ ...manifest, to: { tier: 'province', instance: 'f'.repeat(32) } }),
          /addressed to the instance/,
        ],
      ];
      for (const [index, [change, message]] of attempts.entries()) {
        const file = await signedAnew(first, change, `untrue-${index}.zip`);
        await expect(province.call('import', file)).rejects.toMatchObject({
          code: 'bad_package',
          message: expect.stringMatching(message),
        });
      }
      expect(await province.call('ledger', 'select * from import_package')).toEqual([]);
      expect(
        await province.call('rows', "SELECT name FROM system.tables WHERE database = 'exchange_stage'"),
      ).toEqual([]);
    });

    test('the true package is loaded once, equal in content, and repeated with the same receipt', async () => {
      const taken = await province.call<Taken>('import', first.path);
      expect(taken).toMatchObject({ sequence: 1, state: 'loaded', rows: 1200 });
      const receipt = await readFile(taken.receiptPath);
      const copy = inScratch('a-copy.zip');
      await copyFile(first.path, copy);
      await rm(taken.receiptPath);
      expect(await province.call<Taken>('import', copy)).toEqual({ ...taken, state: 'repeat' });
      expect(await readFile(taken.receiptPath)).toEqual(receipt);
      expect(await count(province, 'exchange_in.contracts')).toBe(1200);
      const [row] = await province.call<Record<string, unknown>[]>(
        'rows',
        "SELECT * FROM exchange_in.contracts WHERE contract_no = 'HT000007'",
      );
      expect(row).toMatchObject({
        tenant_name: '承租人7',
        ends_on: '2027-02-28',
        terminated_on: null,
        monthly_rent: '500',
        overdue_amount: '499.5',
        _sequence: '1',
        _sender: (await senderKey()).instance,
        _as_of: '2026-10-31',
      });
    });

    test('other content under a number taken is refused', async () => {
      const file = await signedAnew(
        first,
        (manifest) => ({ ...manifest, createdAt: '2026-11-20T00:00:00Z' }),
        'twin.zip',
      );
      await expect(province.call('import', file)).rejects.toMatchObject({
        message: 'Package 1 of contracts was taken already, with other content.',
      });
    });

    test('a package that does not follow the one taken is refused', async () => {
      const file = await signedAnew(
        second,
        (manifest) => ({ ...manifest, previous: 'a'.repeat(64) }),
        'chain.zip',
      );
      await expect(province.call('import', file)).rejects.toMatchObject({
        message: expect.stringContaining('does not follow'),
      });
    });

    test('a receipt closes the circle: only a trusted one, only for our package', async () => {
      const { receiptPath } = await province.call<Taken>('import', first.path);
      const receiver = await receiverKey();
      await expect(city.call('receipt', receiptPath)).rejects.toMatchObject({
        code: 'bad_package',
        message: expect.stringContaining(receiver.instance),
      });
      await trust(cityHome.path, 'city-office', receiver.publicKey);
      const parts = await unzip(receiptPath);
      const forged = new Map(parts).set(
        'receipt.json',
        Buffer.from(String(parts.get('receipt.json')).replace('"rows": 1200', '"rows": 1199')),
      );
      await expect(city.call('receipt', await zip(inScratch('forged.zip'), forged))).rejects.toMatchObject({
        message: expect.stringContaining('signature does not fit'),
      });
      const filed = { packageId: first.packageId, package: 'contracts', sequence: 1, state: 'received' };
      expect(await city.call('receipt', receiptPath)).toEqual(filed);
      expect(await city.call('receipt', receiptPath)).toEqual(filed);
      expect(
        await city.call('ledger', 'select sequence, state from export_package order by sequence'),
      ).toEqual([
        { sequence: 1, state: 'received' },
        { sequence: 2, state: 'made' },
        { sequence: 3, state: 'made' },
      ]);
      await expect(province.call('receipt', receiptPath)).rejects.toMatchObject({ code: 'bad_package' });
    });

    test('killed at any point, an import leaves nothing half and ends in one copy and one receipt', async () => {
      for (const fault of ['import-before-attach', 'import-before-receipt']) {
        await province.stop();
        const doomed = await startInstance(provinceHome.path, { ANJU_FAULT: fault });
        await expect(doomed.call('import', second.path)).rejects.toThrow('the instance died');
        expect(await doomed.died).toBe('SIGKILL');
        province = await startInstance(provinceHome.path);
        expect([0, 1300]).toContain(await count(province, 'exchange_in.contracts WHERE _sequence = 2'));
        await expect(province.call('import', third.path)).rejects.toMatchObject({
          message: 'Package 2 of contracts was begun and not finished.',
        });
      }
      expect(await province.call<Taken>('import', second.path)).toMatchObject({
        state: 'loaded',
        rows: 1300,
      });
      expect(await province.call<Taken>('import', second.path)).toMatchObject({ state: 'repeat' });
      expect(await province.call<Taken>('import', third.path)).toMatchObject({ state: 'loaded' });
      expect(await count(province, 'exchange_in.contracts')).toBe(1200 + 1300 + 1300);
      expect(
        await province.call('rows', "SELECT name FROM system.tables WHERE database = 'exchange_stage'"),
      ).toEqual([]);
    });

    test('killed at any point, an export neither skips a number nor uses one twice', async () => {
      for (const fault of ['export-before-ledger', 'export-before-rename']) {
        await city.stop();
        const doomed = await startInstance(cityHome.path, { ANJU_FAULT: fault });
        await expect(doomed.call('export', 'contracts')).rejects.toThrow('the instance died');
        expect(await doomed.died).toBe('SIGKILL');
        city = await startInstance(cityHome.path);
      }
      const next = await city.call<Made>('export', 'contracts');
      expect(next.sequence).toBe(5);
      const packages = (await readdir(path.join(cityHome.path, 'outbox'))).filter((file) =>
        file.endsWith('.zip'),
      );
      expect(packages).toEqual([1, 2, 3, 4, 5].map((number) => `contracts-00000${number}.zip`));
      for (const number of [4, 5])
        expect(
          await province.call<Taken>(
            'import',
            path.join(cityHome.path, 'outbox', `contracts-00000${number}.zip`),
          ),
        ).toMatchObject({ sequence: number, state: 'loaded' });
    });

    test('a receiver whose key is known gets a series of its own, addressed to it', async () => {
      await trust(cityHome.path, 'province', (await receiverKey()).publicKey);
      const made = await city.call<Made>('export', 'contracts');
      expect(made.sequence).toBe(1);
      expect(path.basename(made.path)).toBe(
        `contracts-${(await receiverKey()).instance.slice(0, 8)}-000001.zip`,
      );
      expect(await province.call('import', made.path)).toMatchObject({ sequence: 1, state: 'loaded' });
      await expect(city.call('import', made.path)).rejects.toMatchObject({ code: 'bad_package' });
    });

    test('an empty table makes an empty package, which is taken like any other', async () => {
      await fillMart(city, 0);
      const made = await city.call<Made>('export', 'contracts');
      expect(made).toMatchObject({ sequence: 2, rows: 0 });
      expect(await province.call('import', made.path)).toMatchObject({ state: 'loaded', rows: 0 });
    });

    test('rows that repeat a key are not exported', async () => {
      await city.call('run', 'INSERT INTO mart_contract.contract SELECT * FROM mart_contract.contract');
      await fillMart(city, 2);
      await city.call('run', 'INSERT INTO mart_contract.contract SELECT * FROM mart_contract.contract');
      await expect(city.call('export', 'contracts')).rejects.toMatchObject({ code: 'quality_gate' });
    });
  });
});
