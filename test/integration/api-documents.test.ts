import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { endpointsOf } from '../../api/endpoints.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(async () => api.close());

describe('what is wrong with a request', () => {
  const staff = () => api.as('staff');

  test('is said as a problem document, with the field', async () => {
    const response = await api
      .as('administrator')
      .post('/api/users')
      .send({ user: 'Ä', name: 'x', role: 'staff' });
    expect(problemOf(response)).toEqual({
      type: 'urn:anju:problem:bad_request',
      title: 'bad request',
      status: 400,
      detail: expect.stringMatching(/^user: /),
      code: 'bad_request',
      where: { field: 'user' },
    });
    const query = await staff().get('/api/complaints?limit=1000000');
    expect(problemOf(query)).toMatchObject({ status: 400, where: { field: 'limit' } });
  });

  test('broken JSON, a JSON that is no object, and a body that is too large', async () => {
    const post = (body: string) =>
      staff().post('/api/complaints').set('Content-Type', 'application/json').send(body);
    for (const body of ['{"record":', '[1', '"text"', '{"a":1}}'])
      expect(problemOf(await post(body))).toMatchObject({ status: 400, code: 'bad_request' });
    const large = await post(JSON.stringify({ record: { content: 'x'.repeat(5 * 1024 * 1024) } }));
    expect(problemOf(large)).toMatchObject({ status: 413, code: 'too_large' });
    const form = await staff().post('/api/complaints').type('form').send('record=1');
    expect(problemOf(form)).toMatchObject({ status: 400 });
  });

  test('an unknown address of the API, in any method, and a path that cannot be decoded', async () => {
    for (const response of [
      await staff().get('/api/nothing?name=张三'),
      await staff().post('/api/nothing').send({}),
      await staff().delete('/api/sign-in').send({}),
    ]) {
      expect(problemOf(response)).toMatchObject({ status: 404, code: 'not_found' });
      expect(response.text).not.toContain('张三');
    }
    expect((await staff().get('/api/contracts/%E0%A4%A')).status).toBe(400);
  });

  test('a name that is a property of every object is no field of a record', async () => {
    for (const record of ['{"__proto__": {"x": "y"}}', '{"constructor": "x"}', '{"toString": "x"}']) {
      const response = await staff()
        .post('/api/complaints')
        .set('Content-Type', 'application/json')
        .send(`{"record": ${record}}`);
      expect(response.status).toBe(400);
    }
  });

  test('our own mistake says nothing of itself', async () => {
    const { warehouse } = api.platform;
    expect(warehouse.kind).toBe('embedded');
    // No mart is built in this home: the endpoint's SQL fails in the engine.
    const response = await api.as('leader').get('/api/violations');
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.text).not.toMatch(/SELECT|DB::Exception|node_modules|\.ts:/);
  });
});

describe('every answer', () => {
  test('has a number, forbids foreign scripts, and does not say what it runs on', async () => {
    for (const path of ['/healthz', '/docs', '/api/me', '/', '/nothing/here']) {
      const { headers } = await request(api.app).get(path);
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers['content-security-policy']).toContain("script-src 'self'");
      expect(headers['content-security-policy']).not.toMatch(/unsafe-eval|https?:/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBeDefined();
      expect(headers).not.toHaveProperty('x-powered-by');
    }
  });

  test('health is public and true', async () => {
    expect((await request(api.app).get('/healthz')).body).toMatchObject({ ok: true });
  });
});

type Json = Record<string, unknown>;

describe('the contract at /openapi.json', () => {
  let contract: Json & { paths: Record<string, Record<string, Json>> };
  beforeAll(async () => {
    contract = (await request(api.app).get('/openapi.json')).body as typeof contract;
  });

  test('has every endpoint with its parameters, an answer and a right', () => {
    expect(contract['openapi']).toBe('3.1.0');
    const ids = new Set<string>();
    for (const endpoint of endpointsOf(api.services)) {
      const path = endpoint.path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
      const operation = contract.paths[path]?.[endpoint.method] as
        | (Json & { operationId: string; parameters: { name: string; in: string; required: boolean }[] })
        | undefined;
      expect([path, operation?.['summary']]).toEqual([path, endpoint.summary]);
      expect(ids.has(operation?.operationId ?? '')).toBe(false);
      ids.add(operation?.operationId ?? '');
      const inPath = operation?.parameters.filter((one) => one.in === 'path').map((one) => one.name);
      expect([path, inPath]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)]);
      expect(Object.keys(operation?.['responses'] as Json)).toContain('default');
      if (endpoint.right !== 'public')
        expect(operation?.['security']).toEqual([{ session: [] }, { bearer: [] }]);
      if (endpoint.method !== 'get')
        expect(operation?.parameters).toContainEqual(
          expect.objectContaining({ name: 'X-Anju-Request', required: true }),
        );
    }
  });

  test('every reference in it leads somewhere', () => {
    const references = [...JSON.stringify(contract).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, reference]) => reference ?? '',
    );
    expect(references.length).toBeGreaterThan(0);
    for (const reference of new Set(references)) {
      const target = reference
        .replace(/^#\//, '')
        .split('/')
        .reduce<unknown>((at, key) => (at as Json | undefined)?.[key], contract);
      expect([reference, typeof target]).toEqual([reference, 'object']);
    }
  });

  test('a record’s fields have their Chinese names', () => {
    expect(JSON.stringify(contract.paths['/api/contracts']?.['post'])).toContain('承租人姓名');
  });

  test('the page for people comes whole from this machine', async () => {
    const page = await request(api.app).get('/docs');
    expect(page.text).not.toMatch(/https?:\/\//);
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part ?? '');
    expect(parts.length).toBe(3);
    for (const part of parts) await request(api.app).get(part).expect(200);
    expect((await request(api.app).get('/docs/start.js')).text).toContain('validatorUrl: null');
  });
});
