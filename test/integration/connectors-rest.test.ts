import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { positionOf } from '../../ingestion/connectors/collect.ts';
import { outcome, reading, readings, task as newTask } from '../support/collecting.ts';
import { openssl, temporaryAuthority } from '../support/authority.ts';
import { rowsOf } from '../support/deliveries.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';
import { describeWith } from '../support/servers/server.ts';
import { type AskedRequest, type ServiceAnswer, startHttpService } from '../support/servers/http-service.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(() => platform.close());

type Service = Awaited<ReturnType<typeof startHttpService>>;
const services: Service[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});
async function serviceOf(
  answer: (request: AskedRequest, service: Service) => ServiceAnswer,
): Promise<Service> {
  const service: Service = await startHttpService((request) => answer(request, service));
  services.push(service);
  return service;
}

const LOCAL = {
  allowedNetworks: ['127.0.0.0/8'],
  requestsPerSecond: 1000,
  retry: { attempts: 3, firstMs: 1, mostMs: 2 },
};
const task = (settings: Record<string, unknown>, secrets?: Record<string, string>) =>
  newTask(() => platform, 'rest', { ...LOCAL, ...settings }, secrets);
const numberOf = (request: AskedRequest, name: string): number => Number(request.url.searchParams.get(name));
const metersBetween = async (from: number, to: number): Promise<string[]> =>
  (
    await rowsOf(
      platform,
      `SELECT \`表号\` AS meter FROM raw.utilities__water_reading WHERE \`表号\` BETWEEN '${reading(from).表号}' AND '${reading(to).表号}' ORDER BY meter`,
    )
  ).map(({ meter }) => String(meter));
const meters = (from: number, to: number): string[] => readings(from, to).map(({ 表号 }) => 表号);

describeWith(openssl)('over TLS by an authority of the agency’s own', () => {
  test('who we are said by certificate, and no environment switches the check off', async () => {
    const [authority, other] = await Promise.all([temporaryAuthority(), temporaryAuthority('Other Root')]);
    const own = await authority.issue('anju', []);
    const answer = (): ServiceAnswer => ({ body: readings(901, 902) });
    const elsewhere = await startHttpService(answer, await authority.issue('elsewhere', ['DNS:localhost']));
    services.push(elsewhere);
    const service = await startHttpService(
      ({ url }) =>
        url.pathname === '/away' ? { status: 302, headers: { location: elsewhere.url } } : answer(),
      await authority.issue('service', ['DNS:localhost']),
    );
    services.push(service);
    const { url } = service;
    expect(outcome(await task({ url, ...own }).run())).toEqual([2]);
    await expect(task({ url: url.replace('localhost', '127.0.0.1'), ...own }).test()).rejects.toMatchObject({
      code: 'source_refused',
      where: { rule: 'certificate_name', file: own.caFile },
    });
    const untrusted = task({ url, ...own, caFile: other.caFile });
    const refused = { code: 'source_refused', where: { rule: 'certificate_authority', file: other.caFile } };
    await expect(untrusted.test()).rejects.toMatchObject(refused);
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      await expect(untrusted.test()).rejects.toMatchObject(refused);
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
    expect(() => task({ url, rejectUnauthorized: false }).test()).toThrow(/rejectUnauthorized/);
    await expect(task({ url, caFile: own.caFile }).test()).rejects.toMatchObject({
      where: { rule: 'client_certificate' },
    });
    // Another host, which would take our certificate, is not shown it.
    await expect(task({ url: `${url}/away`, ...own }).test()).rejects.toMatchObject({
      where: { rule: 'client_certificate' },
    });
    await Promise.all([authority.dispose(), other.dispose()]);
  });
});

describe('pages', () => {
  test('by number: a walk interrupted behind a committed page goes on there, no row is lost and none is twice', async () => {
    const service = await serviceOf((request) => {
      const page = numberOf(request, 'page');
      return { body: { data: { list: page > 5 ? [] : readings(page * 10 - 9, page * 10) } } };
    });
    const { run, taskId } = task({
      url: `${service.url}/meters`,
      records: 'data.list',
      paging: { kind: 'page', size: 10, sizeParameter: 'size' },
      pagesPerFile: 1,
    });
    const controller = new AbortController();
    const first = await run({
      signal: controller.signal,
      onDelivery: (result) => {
        if (result.fileName.includes('2-2')) controller.abort();
      },
    });
    expect(outcome(first)).toEqual([10, 10]);
    expect(await positionOf(platform, taskId)).toMatchObject({ walk: { cursor: { at: '3', read: 20 } } });
    const before = service.asked.length;
    const second = await run();
    expect(service.asked[before]?.url.searchParams.get('page')).toBe('3');
    // The walk is finished, and a new one finds nothing that is not known.
    expect(outcome(second)).toEqual([10, 10, 10, 0, 0, 0, 0, 0]);
    expect(await metersBetween(1, 50)).toEqual(meters(1, 50));
    expect(service.asked[0]?.url.search).toBe('?size=10&page=1');
  });

  test('by offset with less than asked for, by a token in the body, by a Link header, as one file', async () => {
    const service = await serviceOf((request): ServiceAnswer => {
      const { pathname } = request.url;
      if (pathname === '/offset') {
        const offset = numberOf(request, 'offset');
        return { body: { total: 25, rows: readings(101 + offset, Math.min(110 + offset, 125)) } };
      }
      if (pathname === '/cursor') {
        const at = Number(JSON.parse(request.body).after ?? 0);
        return { body: { items: readings(201 + at, 205 + at), next: at < 10 ? String(at + 5) : null } };
      }
      const page = numberOf(request, 'p');
      const link = `</link?p=0>; rel="first"${page < 2 ? `, </link?p=${page + 1}>; rel="next"` : ''}`;
      return { body: readings(301 + page * 5, 305 + page * 5), headers: { link } };
    });
    const offset = task({
      url: `${service.url}/offset`,
      records: 'rows',
      paging: { kind: 'offset', size: 500, total: 'total' },
    });
    expect(outcome(await offset.run())).toEqual([25]);
    const cursor = task({
      url: `${service.url}/cursor`,
      method: 'POST',
      body: { idNumber: 'kept out of addresses' },
      records: 'items',
      paging: { kind: 'cursor', parameter: 'after', next: 'next' },
    });
    const counted: unknown[] = [];
    await cursor.run({ onDelivery: (_result, asked) => void counted.push(asked) });
    expect(counted).toEqual([{ requested: 3, returned: 15 }]);
    expect(
      service.asked.filter(({ url }) => url.pathname === '/cursor').map(({ url }) => url.search),
    ).toEqual(['', '', '']);
    const link = task({ url: `${service.url}/link?p=0`, paging: { kind: 'link' } });
    expect(outcome(await link.run())).toEqual([15]);
    expect(await metersBetween(101, 399)).toEqual([
      ...meters(101, 125),
      ...meters(201, 215),
      ...meters(301, 315),
    ]);
  });

  test('a next page on another host, where credentials must not go, is refused', async () => {
    const other = await serviceOf(() => ({ body: readings(801, 801) }));
    const service = await serviceOf(() => ({
      body: readings(801, 801),
      headers: { link: `<${other.url}/>; rel="next"` },
    }));
    await expect(task({ url: service.url, paging: { kind: 'link' } }).run()).rejects.toMatchObject({
      message: expect.stringContaining('another host'),
    });
    expect(other.asked).toEqual([]);
  });

  test('a service that knows no paging, and one that never ends, are an error and not for ever', async () => {
    const service = await serviceOf(() => ({ body: readings(401, 402) }));
    const { run } = task({ url: service.url, paging: { kind: 'page' } });
    await expect(run()).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('same page'),
    });
    const other = task({ url: service.url, paging: { kind: 'page' }, maxPages: 2 });
    await expect(other.run()).rejects.toMatchObject({
      code: 'source_refused',
      message: expect.stringContaining('2 pages'),
    });
    expect(await metersBetween(401, 402)).toEqual([]);
  });

  test('the whole of a table is one delivery, and what is gone is deleted', async () => {
    let housing = Array.from({ length: 20 }, (_, i) => i);
    const service = await serviceOf((request) => {
      const offset = numberOf(request, 'offset');
      const page = housing.slice(offset, offset + 7);
      return { body: page.map((n) => ({ no: `Z${n}`, who: { name: '张三', card: 'K' }, rent: 100 + n })) };
    });
    const { run } = task({
      url: service.url,
      paging: { kind: 'offset' },
      pagesPerFile: 1,
      omitsEmpty: true,
      mapping: { no: '租赁证号', 'who.name': '承租人', 'who.card': '证件号码', rent: '月租金' },
    });
    const datasets = ['housing_security.direct_managed_housing'];
    expect(await run({ datasets })).toMatchObject([{ landed: 20, loaded: 20, deleted: 0 }]);
    housing = housing.filter((n) => n !== 7);
    expect(await run({ datasets })).toMatchObject([{ landed: 19, loaded: 0, deduplicated: 19, deleted: 1 }]);
  });
});

describe('what is new', () => {
  test('is asked for by the largest value seen less an overlap, and rows seen late are taken once', async () => {
    const rows = [
      { ...reading(501), updated: '2026-03-01 08:00:00' },
      { ...reading(502), updated: '2026-03-01 09:00:00' },
    ];
    const service = await serviceOf((request) => {
      const since = request.url.searchParams.get('since') ?? '';
      return { body: rows.filter(({ updated }) => updated >= since) };
    });
    const { run, taskId } = task({
      url: service.url,
      incremental: { kind: 'timestamp', field: 'updated', parameter: 'since', overlapSeconds: 3600 },
    });
    expect(outcome(await run())).toEqual([2]);
    expect(await positionOf(platform, taskId)).toEqual({ since: '2026-03-01 09:00:00' });
    rows.push(
      { ...reading(503), updated: '2026-03-01 08:30:00' },
      { ...reading(504), updated: '2026-03-01 10:00:00' },
    );
    expect(outcome(await run())).toEqual([2]);
    expect(service.asked.map(({ url }) => url.searchParams.get('since'))).toEqual([
      null,
      '2026-03-01 08:00:00',
    ]);
    expect(await metersBetween(501, 504)).toEqual(meters(501, 504));
  });

  test('by number: beyond 2^53 nothing is rounded', async () => {
    const body = `[{"id": 9007199254740993, ${JSON.stringify(reading(511)).slice(1)}]`;
    const service = await serviceOf(() => ({ body }));
    const { run, taskId } = task({
      url: service.url,
      incremental: { kind: 'number', field: 'id', parameter: 'after', overlap: 1 },
    });
    await run();
    await run();
    expect(await positionOf(platform, taskId)).toEqual({ since: '9007199254740993' });
    expect(service.asked[1]?.url.search).toBe('?after=9007199254740992');
  });
});

describe('a service that fails', () => {
  test('is tried again after 503, a cut connection and 429 with Retry-After; what it does not know is refused at once', async () => {
    const failures: ServiceAnswer[] = [{ status: 503 }, { isCut: true }];
    const service = await serviceOf((request) => {
      if (request.url.pathname === '/gone') return { status: 404, body: 'secret words' };
      if (request.url.pathname === '/busy' && service.asked.length < 5)
        return { status: 429, headers: { 'retry-after': '0' } };
      return failures.shift() ?? { body: readings(601, 602) };
    });
    expect(outcome(await task({ url: `${service.url}/a` }).run())).toEqual([2]);
    expect(service.asked).toHaveLength(3);
    expect(outcome(await task({ url: `${service.url}/busy` }).run())).toEqual([0]);
    const gone = task({ url: `${service.url}/gone` });
    await expect(gone.run()).rejects.toMatchObject({ code: 'source_refused', where: { status: 404 } });
    await expect(gone.run()).rejects.not.toThrow(/secret/);
    await expect(gone.test()).rejects.toMatchObject({ code: 'source_refused' });
    failures.push({ status: 500 }, { status: 500 }, { status: 500 });
    await expect(task({ url: `${service.url}/b` }).run()).rejects.toMatchObject({
      code: 'source_unreachable',
      retriable: true,
    });
    const { url } = service;
    await services.pop()?.stop();
    await expect(task({ url }).test()).rejects.toMatchObject({
      code: 'source_unreachable',
      message: '127.0.0.1 cannot be reached: nothing listens there.',
    });
  });

  test('with answers too large, packed bombs, no JSON, an error code of its own, entities in XML', async () => {
    const service = await serviceOf(({ url }) => {
      switch (url.pathname) {
        case '/large':
          return { body: 'x'.repeat(5000) };
        case '/bomb':
          return { body: gzipSync(Buffer.alloc(2 ** 22)), headers: { 'content-encoding': 'gzip' } };
        case '/code':
          return { body: { code: 1001, msg: 'sign error' } };
        case '/xml':
          return { body: '<!DOCTYPE a [<!ENTITY b "c">]><a><row>&b;</row></a>' };
        default:
          return { body: '<html>' };
      }
    });
    const refusedAs = (path: string, reason: string, more = {}): Promise<void> =>
      expect(task({ url: service.url + path, maxResponseBytes: 4096, ...more }).run()).rejects.toMatchObject({
        code: 'source_refused',
        message: expect.stringContaining(reason),
      });
    await refusedAs('/large', 'more than 4096 bytes');
    await refusedAs('/bomb', 'more than 4096 bytes');
    await refusedAs('/html', 'no JSON');
    await refusedAs('/code', 'the code 1001', { success: { path: 'code', values: ['0'] } });
    await refusedAs('/xml', 'may define entities', { format: 'xml', records: 'row' });
  });

  test('with single records nobody can read: they go to quarantine, the others are loaded', async () => {
    const service = await serviceOf(() => ({
      body: { a: [reading(701), null, 'text', { ...reading(702), 用量: { deep: 1 } }] },
    }));
    expect(await task({ url: service.url, records: 'a' }).run()).toMatchObject([
      { landed: 4, loaded: 1, quarantined: 3 },
    ]);
  });

  test('XML records in GB18030, found by name', async () => {
    const { default: iconv } = await import('iconv-lite');
    const fields = (row: Record<string, string>): string =>
      Object.entries(row)
        .map(([name, value]) => `<${name}>${value}</${name}>`)
        .join('');
    const xml = `<?xml version="1.0" encoding="GB18030"?><r:回复 xmlns:r="u"><数据>${readings(711, 712)
      .map((row) => `<行>${fields(row)}</行>`)
      .join('')}</数据></r:回复>`;
    const service = await serviceOf(() => ({ body: iconv.encode(xml, 'gb18030') }));
    expect(outcome(await task({ url: service.url, format: 'xml', records: '行' }).run())).toEqual([2]);
  });
});

test('requests are spaced as the task says', async () => {
  const service = await serviceOf((request) => ({
    body: numberOf(request, 'page') < 4 ? [reading(901)] : [],
  }));
  const started = performance.now();
  await task({ url: service.url, paging: { kind: 'page' }, requestsPerSecond: 20 }).run();
  // Four requests have three gaps; measured from before the first, they can only take longer.
  expect(service.asked).toHaveLength(4);
  expect(performance.now() - started).toBeGreaterThanOrEqual(145);
});
