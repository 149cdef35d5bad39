import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TlsSettings, trustOf } from '../../ingestion/connectors/tls.ts';
import { type Issued, openssl, temporaryAuthority, type TemporaryAuthority } from '../support/authority.ts';
import { temporaryDirectory } from '../support/platform.ts';
import { describeWith } from '../support/servers/server.ts';

describeWith(openssl)('files of TLS', () => {
  let authority: TemporaryAuthority;
  let own: Issued;
  let other: Issued;
  let directory: { path: string; dispose: () => Promise<void> };
  beforeAll(async () => {
    directory = await temporaryDirectory();
    authority = await temporaryAuthority();
    [own, other] = await Promise.all([authority.issue('own', []), authority.issue('other', [])]);
  });
  afterAll(async () => {
    await authority.dispose();
    await directory.dispose();
  });

  test('are read once for a settings object', async () => {
    const settings = { ...own };
    const trust = await trustOf(settings);
    expect(trust).toMatchObject({
      rejectUnauthorized: true,
      cert: expect.stringContaining('BEGIN CERTIFICATE'),
    });
    expect(await trustOf(settings)).toBe(trust);
    expect(await trustOf({})).toEqual({ rejectUnauthorized: true });
  });

  test.each<[string, string, (files: { key: string; text: string; torn: string }) => TlsSettings]>([
    ['readable', 'caFile', ({ text }) => ({ caFile: `${text}.gone` })],
    ['pem_certificate', 'caFile', ({ text }) => ({ caFile: text })],
    ['pem_certificate', 'caFile', ({ torn }) => ({ caFile: torn })],
    ['pem_certificate', 'certFile', ({ key }) => ({ certFile: key, keyFile: key })],
    ['pem_private_key', 'keyFile', ({ text }) => ({ ...own, keyFile: text })],
    ['key_of_certificate', 'keyFile', () => ({ ...own, keyFile: other.keyFile })],
    ['certificate_with_key', 'certFile', () => ({ certFile: own.certFile })],
  ])(
    'break the rule %s of %s, and are named without a word of what is in them',
    async (rule, setting, of) => {
      const text = join(directory.path, 'text');
      const torn = join(directory.path, 'torn');
      await writeFile(text, 'secret text');
      await writeFile(torn, '-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----\n');
      const settings = of({ key: own.keyFile, text, torn });
      const refusal = trustOf(settings);
      await expect(refusal).rejects.toMatchObject({ code: 'bad_configuration', where: { rule, setting } });
      await expect(refusal).rejects.not.toThrow(/secret text|c2Vj/);
      await expect(refusal).rejects.toThrow(setting);
    },
  );
});
