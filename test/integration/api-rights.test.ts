import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import type { Endpoint } from '../../api/endpoint.ts';
import { endpointsOf } from '../../api/endpoints.ts';
import { hasRight } from '../../api/auth/rights.ts';
import type { Role } from '../../warehouse/operational/tables/identity.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';

const ROLES: Role[] = ['leader', 'analyst', 'staff', 'auditor', 'administrator'];
let api: TestApi;
let endpoints: Endpoint[];
beforeAll(async () => {
  api = await testApi();
  // Signing out ends the session the other tests use.
  endpoints = endpointsOf(api.services).filter(({ path }) => path !== '/api/sign-out');
});
afterAll(async () => api.close());

const pathOf = ({ path }: Endpoint): string => path.replaceAll(/:[A-Za-z]+/g, 'x');
const send = (agent: ReturnType<TestApi['as']>, endpoint: Endpoint) =>
  endpoint.method === 'get' ? agent.get(pathOf(endpoint)) : agent[endpoint.method](pathOf(endpoint)).send({});

describe('every endpoint', () => {
  test('but health and sign-in wants a session', async () => {
    const open: string[] = [];
    for (const endpoint of endpoints) {
      const response = await send(api.as(null), endpoint);
      if (response.status === 401) expect(problemOf(response)).toMatchObject({ code: 'unauthenticated' });
      else open.push(`${endpoint.method} ${endpoint.path}`);
    }
    expect(open.toSorted()).toEqual(['get /healthz', 'post /api/sign-in']);
  });

  test.each(ROLES)('lets %s do what the role may and nothing else', async (role) => {
    const refused: string[] = [];
    const expected: string[] = [];
    for (const endpoint of endpoints) {
      const { right } = endpoint;
      const name = `${endpoint.method} ${endpoint.path}`;
      if (right !== 'public' && right !== 'session' && !hasRight(role, right)) expected.push(name);
      const response = await send(api.as(role), endpoint);
      if (right !== 'public') expect([name, response.status]).not.toEqual([name, 401]);
      if (response.status === 403) refused.push(name);
    }
    expect(refused).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
  });

  test('tells the auditor of every refusal', async () => {
    await api.as('leader').get('/api/audit').expect(403);
    const { body } = await api.as('auditor').get('/api/audit?action=right&limit=1');
    expect(body).toMatchObject({
      entries: [
        {
          user: api.users.leader.user,
          object: 'audit:read',
          outcome: 'refused',
          detail: { path: '/api/audit' },
        },
      ],
    });
  });
});

describe('the roles', () => {
  test('keep cases, users and audit apart', () => {
    for (const role of ROLES)
      expect(
        [
          hasRight(role, 'users:manage'),
          hasRight(role, 'resources:write'),
          hasRight(role, 'audit:read'),
        ].filter(Boolean).length,
      ).toBeLessThanOrEqual(1);
  });
});

describe('the address of other anju commands', () => {
  test('wants the token of owner.json, not a session', async () => {
    const attempts = [
      {},
      { Authorization: `Bearer ${api.users.administrator.token}` },
      { Authorization: 'Bearer ' },
    ];
    for (const headers of attempts) {
      const response = await request(api.app).post('/internal/status').set(headers).send({});
      expect(problemOf(response)).toMatchObject({ status: 403, code: 'forbidden' });
    }
  });

  test('answers in lines with the token', async () => {
    const { token } = api.platform.lock.owner;
    const ask = (name: string, params: object) =>
      request(api.app).post(`/internal/${name}`).set('Authorization', `Bearer ${token}`).send(params);
    const status = await ask('status', {});
    expect(status.type).toBe('application/x-ndjson');
    expect(JSON.parse(status.text.trim())).toHaveProperty('result');
    expect(JSON.parse((await ask('import', { path: 'relative' })).text)).toMatchObject({
      error: { code: 'bad_request' },
    });
    expect(problemOf(await ask('constructor', {}))).toMatchObject({ status: 404 });
  });
});
