import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { openssl, temporaryAuthority } from '../support/authority.ts';
import { outcome, readings, readingsLoaded, task as newTask } from '../support/collecting.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';
import { describeWith } from '../support/servers/server.ts';
import { type AskedRequest, type ServiceAnswer, startHttpService } from '../support/servers/http-service.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(() => platform.close());

let service: Awaited<ReturnType<typeof startHttpService>>;
afterEach(() => service.stop());
const serve = async (answer: (request: AskedRequest) => ServiceAnswer): Promise<void> => {
  service = await startHttpService(answer);
};
const task = (settings: Record<string, unknown>, secrets?: Record<string, string>) =>
  newTask(
    () => platform,
    'soap',
    {
      ...{ allowedNetworks: ['127.0.0.0/8'], requestsPerSecond: 1000, record: '行' },
      ...{ retry: { attempts: 2, firstMs: 1 }, ...settings },
    },
    secrets,
  );

const rowsXml = (from: number, to: number): string =>
  readings(from, to)
    .map(
      (row) =>
        `<行>${Object.entries(row)
          .map(([name, value]) => `<${name}>${value}</${name}>`)
          .join('')}</行>`,
    )
    .join('');
const reply = (body: string): ServiceAnswer => ({
  headers: { 'content-type': 'text/xml; charset=utf-8' },
  body: `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`,
});

/** A document/literal service with one operation, as Java and .NET describe theirs. */
const wsdl = (address: string): string => `<?xml version="1.0"?>
<definitions name="Meters" targetNamespace="urn:meters" xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:tns="urn:meters"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <types><xsd:schema targetNamespace="urn:meters" elementFormDefault="qualified">
    <xsd:element name="query"><xsd:complexType><xsd:sequence>
      <xsd:element name="area" type="xsd:string"/><xsd:element name="pageNo" type="xsd:int"/>
    </xsd:sequence></xsd:complexType></xsd:element>
    <xsd:element name="queryResponse"><xsd:complexType><xsd:sequence><xsd:element name="return" type="xsd:string"/></xsd:sequence></xsd:complexType></xsd:element>
  </xsd:schema></types>
  <message name="in"><part name="parameters" element="tns:query"/></message>
  <message name="out"><part name="parameters" element="tns:queryResponse"/></message>
  <portType name="Port"><operation name="query"><input message="tns:in"/><output message="tns:out"/></operation></portType>
  <binding name="Binding" type="tns:Port"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="query"><soap:operation soapAction="urn:query"/><input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
  </binding>
  <service name="Meters"><port name="Port" binding="tns:Binding"><soap:address location="${address}"/></port></service>
</definitions>`;

const pageIn = (body: string): number => Number(/<(?:\w+:)?pageNo>(\d+)</.exec(body)?.[1]);

test('by WSDL: pages of XML inside of XML, signed, the description read once', async () => {
  await serve((request) => {
    if (request.method === 'GET') return { body: wsdl(`${service.url}/meters`) };
    const page = pageIn(request.body);
    const inner = page > 2 ? '' : `<数据>${rowsXml(page * 5 - 4, page * 5)}</数据>`;
    return reply(
      `<queryResponse xmlns="urn:meters"><return>${inner.replaceAll('<', '&lt;')}</return></queryResponse>`,
    );
  });
  const { run } = task(
    {
      ...{ wsdl: `${service.url}/meters?wsdl`, operation: 'query', within: 'return', auth: { kind: 'hmac' } },
      arguments: { area: '岳麓 & <西>', pageNo: '{{pageNo}}' },
      paging: { kind: 'page', parameter: 'pageNo', size: 5 },
    },
    { hmacKey: 'k' },
  );
  expect(outcome(await run())).toEqual([10]);
  expect(await readingsLoaded(platform, 1, 10)).toBe(10);
  expect(service.asked.map(({ method }) => method)).toEqual(['GET', 'POST', 'POST', 'POST']);
  expect(service.asked[1]).toMatchObject({
    headers: { soapaction: '"urn:query"', 'x-signature': expect.any(String) },
  });
  expect(service.asked[1]?.body).toContain('岳麓 &amp; &lt;西&gt;');
});

test('by an envelope of our own: parameters escaped, what is new, a fault, entities', async () => {
  await serve(({ body, url }) => {
    if (url.pathname === '/fault')
      return {
        ...reply(
          '<s:Fault><faultcode>s:Client</faultcode><faultstring>证件号码 430104</faultstring></s:Fault>',
        ),
        status: 500,
      };
    if (url.pathname === '/bomb') return { body: '<!DOCTYPE e [<!ENTITY a "b">]><e>&a;</e>' };
    if (url.pathname === '/proxy') return { status: 500, body: 'oops' };
    return reply(body.includes('<since></since>') ? rowsXml(21, 23) : rowsXml(23, 24));
  });
  const settings = {
    url: `${service.url}/x`,
    envelope: '<q><since>{{since}}</since></q>',
    action: 'urn:q',
    version: '1.2',
    incremental: {
      kind: 'timestamp',
      field: '抄表日期',
      parameter: 'since',
      format: 'date',
      overlapSeconds: 86400,
    },
  };
  const { run } = task(settings);
  expect(outcome(await run())).toEqual([3]);
  expect(outcome(await run())).toEqual([1]);
  expect(service.asked[1]?.body).toContain('<s:Body><q><since>2026-01-30</since></q></s:Body>');
  expect(service.asked[1]?.headers['content-type']).toBe(
    'application/soap+xml; charset=utf-8; action="urn:q"',
  );
  const fails = async (path: string): Promise<string> =>
    task({ ...settings, url: service.url + path })
      .run()
      .then(() => 'loaded', String);
  expect(await fails('/fault')).toMatch(/fault \(s:Client\)/);
  expect(await fails('/fault')).not.toContain('430104');
  expect(await fails('/bomb')).toContain('may define entities');
  expect(await fails('/proxy')).toContain('no well-formed XML');
});

test('a WSDL that leads where the task may not go, has entities or lacks the operation is refused', async () => {
  await serve(({ url }) => {
    if (url.pathname === '/inside') return { body: wsdl('http://10.0.0.8/meters') };
    if (url.pathname === '/imports')
      return {
        body: wsdl('x').replace(
          '<types>',
          '<import namespace="n" location="http://169.254.169.254/x.wsdl"/><types>',
        ),
      };
    if (url.pathname === '/file')
      return {
        body: wsdl('x').replace('<types>', '<import namespace="n" location="file:///etc/passwd"/><types>'),
      };
    if (url.pathname === '/bomb')
      return { body: wsdl('x').replace('<definitions', '<!DOCTYPE d><definitions') };
    return { body: wsdl(`${service.url}/meters`) };
  });
  const fails = (path: string, operation = 'query'): Promise<string> =>
    task({ wsdl: service.url + path, operation })
      .test()
      .then(() => 'went through', String);
  expect(await fails('/inside')).toContain('10.0.0.8 is in a network this task may not reach');
  expect(await fails('/imports')).toContain('may not reach');
  expect(await fails('/file')).toContain('its WSDL cannot be used');
  expect(await fails('/bomb')).toContain('may define entities');
  expect(await fails('/plain', 'other')).toContain('no operation other');
  expect(service.asked.every(({ method }) => method === 'GET')).toBe(true);
  expect(() => task({ url: service.url }).test()).toThrow(/needs wsdl and operation/);
});

describeWith(openssl)('soap', () => {
  test('over TLS by an authority of the agency’s own, who we are said by certificate', async () => {
    const authority = await temporaryAuthority();
    const own = await authority.issue('anju', []);
    service = await startHttpService(
      ({ method }) => (method === 'GET' ? { body: wsdl(service.url) } : reply(rowsXml(71, 72))),
      await authority.issue('service', ['DNS:localhost']),
    );
    const settings = { wsdl: `${service.url}/?wsdl`, operation: 'query' };
    expect(outcome(await task({ ...settings, ...own }).run())).toEqual([2]);
    await expect(task(settings).test()).rejects.toMatchObject({ where: { rule: 'certificate_authority' } });
    await authority.dispose();
  });
});
