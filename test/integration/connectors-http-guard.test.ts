import { createHash, createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { HttpClient } from '../../ingestion/connectors/http/client.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { task as newTask } from '../support/collecting.ts';
import { type AskedRequest, type ServiceAnswer, startHttpService } from '../support/servers/http-service.ts';

type Service = Awaited<ReturnType<typeof startHttpService>>;
const services: Service[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});
async function serviceOf(answer: (request: AskedRequest) => ServiceAnswer): Promise<Service> {
  const service: Service = await startHttpService(answer);
  services.push(service);
  return service;
}

const noPlatform = (): Platform => {
  throw new Error('a connection test needs no platform');
};
const task = (settings: Record<string, unknown>, secrets?: Record<string, string>) =>
  newTask(
    noPlatform,
    'rest',
    { allowedNetworks: ['127.0.0.0/8'], requestsPerSecond: 1000, ...settings },
    secrets,
  );

describe('who asks', () => {
  test('is said by token, password, HMAC or appKey sign; secrets stand in no error', async () => {
    const service = await serviceOf(() => ({ status: 401 }));
    const SECRET = 'not-to-be-seen';
    const ask = async (
      settings: Record<string, unknown>,
      secrets: Record<string, string>,
    ): Promise<AskedRequest> => {
      const error = await task({ url: `${service.url}/q?b=2&a=1`, ...settings }, secrets)
        .test()
        .then(() => null, String);
      expect(error).toContain('401');
      expect(error).not.toContain(SECRET);
      const [request] = service.asked.splice(0);
      if (!request) throw new Error('nothing was asked');
      return request;
    };
    const bearer = await ask({ auth: { kind: 'bearer' } }, { token: SECRET });
    expect(bearer.headers.authorization).toBe(`Bearer ${SECRET}`);
    const basic = await ask({ auth: { kind: 'basic', user: 'anju' } }, { password: SECRET });
    expect(basic.headers.authorization).toBe(`Basic ${Buffer.from(`anju:${SECRET}`).toString('base64')}`);

    const signed = await ask(
      { auth: { kind: 'hmac', keyId: 'k1' }, method: 'POST', body: { 证件号码: '1' } },
      { hmacKey: SECRET },
    );
    const hashed = createHash('sha256').update(signed.body).digest('hex');
    const { 'x-timestamp': time, 'x-nonce': nonce, 'x-signature': signature, 'x-key': key } = signed.headers;
    const text = ['POST', '/q', 'a=1&b=2', String(time), String(nonce), hashed].join('\n');
    expect(signature).toBe(createHmac('sha256', SECRET).update(text).digest('hex'));
    expect(key).toBe('k1');

    const sign = await ask({ auth: { kind: 'app_key', appKey: 'housing' } }, { appSecret: SECRET });
    const sent = [...sign.url.searchParams]
      .filter(([name]) => name !== 'sign')
      .sort(([a], [b]) => (a < b ? -1 : 1));
    expect(sent.map(([name]) => name)).toEqual(['a', 'appKey', 'b', 'nonce', 'timestamp']);
    expect(sign.url.searchParams.get('sign')).toBe(
      createHash('md5')
        .update(`${sent.map(([name, value]) => `${name}=${value}`).join('&')}&key=${SECRET}`)
        .digest('hex')
        .toUpperCase(),
    );
    await expect(task({ url: service.url, auth: { kind: 'bearer' } }).test()).rejects.toMatchObject({
      code: 'bad_configuration',
    });
  });
});

describe('where a task may go', () => {
  test('not to this machine, private networks or metadata, by whatever name, unless its settings allow the network', async () => {
    const service = await serviceOf(() => ({ body: [] }));
    const { port } = service;
    for (const host of [
      '127.0.0.1',
      'localhost',
      '2130706433',
      '0x7f.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '10.1.2.3',
      '169.254.169.254',
      '0.0.0.0',
      '100.100.100.200',
    ]) {
      await expect(
        task({
          url: `http://${host}:${port}/`,
          allowedNetworks: ['192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'],
        }).test(),
      ).rejects.toMatchObject({ code: 'source_refused', message: expect.stringContaining('may not reach') });
    }
    expect(service.asked).toEqual([]);
    await expect(task({ url: `http://localhost:${port}/` }).test()).resolves.toMatchObject({
      roundTripMs: expect.any(Number),
    });
    expect(() => task({ url: service.url, allowedNetworks: ['0.0.0.0/0'] }).test()).toThrow(/at least/);
  });

  test('a redirect is checked like the first address, and credentials do not follow it to another host', async () => {
    const other = await serviceOf(() => ({ body: [] }));
    const service = await serviceOf(({ url }) => {
      const to = url.searchParams.get('to');
      return to ? { status: 302, headers: { location: to } } : { body: [] };
    });
    const { port } = service;
    const url = (to: string): string => `${service.url}/?to=${encodeURIComponent(to)}`;
    const auth = { auth: { kind: 'bearer' } };
    const secrets = { token: 't' };
    for (const target of [
      'http://169.254.169.254/latest/meta-data/',
      'http://10.0.0.8/',
      'file:///etc/passwd',
      'http://[::1]/',
    ])
      await expect(task({ url: url(target), ...auth }, secrets).test()).rejects.toMatchObject({
        code: 'source_refused',
      });
    await task({ url: url('/own'), ...auth }, secrets).test();
    expect(service.asked.at(-1)).toMatchObject({ headers: { authorization: 'Bearer t' } });
    await task({ url: url(`${other.url}/`), ...auth, headers: { 'X-Api': 'mine' } }, secrets).test();
    expect(other.asked).toHaveLength(1);
    expect(other.asked[0]?.headers).not.toHaveProperty('authorization');
    expect(other.asked[0]?.headers).not.toHaveProperty('x-api');
    await expect(
      task({ url: url(`http://127.0.0.1:${port}/`), method: 'POST' }).test(),
    ).rejects.toMatchObject({
      message: expect.stringContaining('request with a body'),
    });
    const round = await serviceOf(() => ({ status: 307, headers: { location: '/again' } }));
    await expect(task({ url: round.url }).test()).rejects.toMatchObject({
      message: expect.stringContaining('more than 5 times'),
    });
  });

  test('a name that changes its address after the check leads to the address checked', async () => {
    const service = await serviceOf(() => ({ body: 'here' }));
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    const client = new HttpClient({
      ...{
        allowedNetworks: ['127.0.0.0/8'],
        timeoutMs: 5000,
        maxBytes: 1000,
        signal: new AbortController().signal,
      },
      resolver: (name) => {
        expect(name).toBe('rebinding.example');
        return Promise.resolve((answers.shift() ?? []).map((address) => ({ address })));
      },
    });
    const call = {
      method: 'GET',
      url: new URL(`http://rebinding.example:${service.port}/`),
      headers: {},
    } as const;
    expect(String((await client.send(call)).body)).toBe('here');
    await expect(client.send(call)).rejects.toMatchObject({ code: 'source_refused' });
    client.close();
  });
});
