import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type request from 'supertest';
import { z } from 'zod';
import { addDays, chinaDayOf } from '../../domain/calendar.ts';
import { homePaths } from '../../warehouse/home.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';
import { contractsMart, trust } from '../support/packages.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
  for (const statement of await contractsMart(25)) await api.platform.warehouse.run(statement);
});
afterAll(async () => api.close());

const admin = () => api.as('administrator');
const file = (response: request.Request): request.Request =>
  response.buffer(true).parse((stream, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => done(null, Buffer.concat(chunks)));
  });
const upload = (path: string, content: Buffer, type = 'application/zip') =>
  admin().post(path).set('Content-Type', type).send(content);

describe('packages over HTTP', () => {
  const id = z.object({ packageId: z.string() });

  test('go out, come in once, and are answered, all in the audit log', async () => {
    const made = await admin().post('/api/exports').send({ name: 'contracts' });
    expect([made.status, made.body]).toMatchObject([201, { name: 'contracts', sequence: 1, rows: 25 }]);
    const { packageId } = id.parse(made.body);
    const download = await file(admin().get(`/api/exports/${packageId}/package`));
    expect(download.type).toBe('application/zip');
    expect(download.get('Content-Disposition')).toContain('contracts-000001.zip');
    const zip = download.body as Buffer;
    expect(createHash('sha256').update(zip).digest('hex')).toBe((made.body as { sha256: string }).sha256);

    expect(problemOf(await upload('/api/imports', zip))).toMatchObject({ status: 422, code: 'bad_package' });
    const { body: self } = await admin().get('/api/instance');
    // An instance may trust itself: then the whole way can be walked in one home.
    await trust(api.platform.config.home, 'self', (self as { publicKey: string }).publicKey);
    expect((await upload('/api/imports', zip)).body).toMatchObject({ packageId, state: 'loaded', rows: 25 });
    expect((await upload('/api/imports', zip)).body).toMatchObject({ packageId, state: 'repeat', rows: 25 });
    const receipt = await file(admin().get(`/api/imports/${packageId}/receipt`));
    const other = 'f'.repeat(64);
    expect((await upload(`/api/exports/${other}/receipt`, receipt.body as Buffer)).status).toBe(422);
    const filed = await upload(`/api/exports/${packageId}/receipt`, receipt.body as Buffer);
    expect(filed.body).toEqual({ packageId, sequence: 1, state: 'received' });
    expect((await admin().get('/api/exports')).body).toMatchObject({
      definitions: [{ name: 'contracts', receiver: 'province', level: 4 }],
      exports: [{ packageId, state: 'received', asOf: '2026-10-31' }],
    });
    expect((await admin().get('/api/imports')).body).toMatchObject({
      imports: [{ packageId, state: 'loaded' }],
    });

    const statistics = await api.as('leader').get('/api/flow-statistics?from=2020-01-01&to=2020-12-31');
    expect(statistics.body).toMatchObject({ rows: [], total: { pushed: 0, taken: 0 } });
    const today = chinaDayOf(new Date());
    const span = `from=${addDays(today, -1)}&to=${today}&by=package`;
    expect((await api.as('leader').get(`/api/flow-statistics?${span}`)).body).toMatchObject({
      rows: [
        { key: 'contracts', pushed: 1, received: 1, outstanding: 0, pushedRows: 25, taken: 1, takenRows: 25 },
      ],
      total: { pushed: 1, taken: 1, unfinished: 0 },
      previous: { pushed: 0 },
    });
    expect((await api.as('leader').get('/api/flow-statistics?from=2020-01-01&to=2022-01-01')).status).toBe(
      400,
    );

    const { body } = await api.as('auditor').get('/api/audit?limit=100');
    const { entries } = body as { entries: { action: string; outcome: string }[] };
    const seen = entries
      .filter(({ action }) => /package|receipt/.test(action))
      .map(({ action, outcome }) => `${action} ${outcome}`);
    expect(seen.toReversed()).toEqual([
      'package-make ok',
      'package-download ok',
      'package-import refused',
      'package-import ok',
      'package-import ok',
      'receipt-file refused',
      'receipt-file ok',
    ]);
  });

  test('of no definition, no id or no zip are refused', async () => {
    expect(problemOf(await admin().post('/api/exports').send({ name: '../../etc' }))).toMatchObject({
      status: 404,
      fix: 'There are: contracts.',
    });
    expect((await admin().get('/api/exports/..%2f..%2fowner.json/package')).status).toBe(400);
    expect((await admin().get(`/api/exports/${'a'.repeat(64)}/package`)).status).toBe(404);
    expect((await admin().get(`/api/imports/${'a'.repeat(64)}/receipt`)).status).toBe(404);
    expect(problemOf(await upload('/api/imports', Buffer.from('PK no zip')))).toMatchObject({
      code: 'bad_package',
    });
    expect(problemOf(await upload('/api/imports', Buffer.from('{}'), 'application/json'))).toMatchObject({
      status: 400,
    });
  });

  test('leave nothing behind in the spool, whatever became of them', async () => {
    expect(await readdir(homePaths(api.platform.config.home).spool)).toEqual([]);
  });

  test('larger than the limit are refused before they are read', async () => {
    const agent = admin()
      .post('/api/imports')
      .set('Content-Type', 'application/zip')
      .set('Content-Length', String(3 * 1024 ** 3));
    expect(problemOf(await agent.send(Buffer.from('PK')).timeout({ response: 5000 }))).toMatchObject({
      status: 413,
      code: 'too_large',
    });
  });
});
