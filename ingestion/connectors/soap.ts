/** A Web Service (A0-1, A0-3): by its WSDL, or by an envelope of our own where a WSDL is missing or wrong. */
import { z } from 'zod';
import { xmlAnswer } from './http/answer.ts';
import { textOf } from './http/client.ts';
import { pagedConnector } from './http/paged.ts';
import type { PageAnswer } from './http/paging.ts';
import { type HttpSource, httpSourceShape, httpUrl } from './http/source.ts';
import { walkShape } from './http/walk.ts';
import { envelopeOf, filled } from './soap/envelope.ts';
import { type SoapMessage, WsdlWriter } from './soap/wsdl.ts';
import { refusedBySource } from './source-errors.ts';

export const soapSettings = z
  .object({
    ...httpSourceShape,
    ...walkShape,
    /** Address of the service; with a WSDL, only where the WSDL names a wrong one. */
    url: httpUrl.optional(),
    wsdl: httpUrl.optional(),
    /** Name of the operation in the WSDL. */
    operation: z.string().min(1).max(200).optional(),
    /** What the operation is called with. In texts `{{name}}` is a parameter of paging or of the increment. */
    arguments: z.record(z.string(), z.json()).default({}),
    /** Without a WSDL: the envelope, or only what stands in its body, with `{{name}}` for parameters. */
    envelope: z
      .string()
      .max(2 ** 20)
      .optional(),
    action: z.string().max(1000).default(''),
    version: z.enum(['1.1', '1.2']).default('1.1'),
    /** Name of the elements that are records. */
    record: z.string().min(1).max(200),
    /** The records stand as text in this element: many services return XML inside of XML. */
    within: z.string().min(1).max(200).optional(),
  })
  .refine(({ wsdl, operation, url, envelope }) => (wsdl && operation) || (url && envelope), {
    message: 'needs wsdl and operation, or url and envelope',
  });
export type SoapSettings = z.output<typeof soapSettings>;

export const soap = pagedConnector<SoapSettings>(
  { kind: 'soap', zh: 'WebService（SOAP）', settings: soapSettings },
  (settings, source) => {
    const write = writerOf(settings, source);
    return async (parameters) => askPage(settings, source, await write(parameters));
  },
);

/** Writes the message of a page. */
function writerOf(
  { wsdl, operation, url, envelope, version, action, ...settings }: SoapSettings,
  source: HttpSource,
): (parameters: Record<string, string>) => Promise<SoapMessage> {
  if (wsdl !== undefined && operation !== undefined) {
    const writer = new WsdlWriter(source, { wsdl, operation, url, version });
    return (parameters) => writer.message(filled(settings.arguments, parameters));
  }
  return (parameters) =>
    Promise.resolve({
      url: new URL(url ?? ''),
      action,
      body: envelopeOf(envelope ?? '', version, parameters),
    });
}

async function askPage(
  { version, record, within }: SoapSettings,
  source: HttpSource,
  message: SoapMessage,
): Promise<PageAnswer> {
  const answer = await source.send(
    {
      method: 'POST',
      url: message.url,
      headers:
        version === '1.1'
          ? { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${message.action}"` }
          : { 'content-type': `application/soap+xml; charset=utf-8; action="${message.action}"` },
      body: message.body,
    },
    // A fault comes with 500; a proxy's error page does too, which is told apart below.
    [500],
  );
  const host = answer.url.hostname;
  const outer = await xmlAnswer(host, textOf(answer), record);
  const fault = outer.value('faultcode') ?? outer.value('Code');
  if (answer.status === 500 || outer.value('Fault') !== undefined)
    // Only its code: the sentence beside it may quote what was asked for.
    throw refusedBySource(
      host,
      `the service answers with a fault (${(fault ?? 'unknown').trim().slice(0, 60)})`,
    );
  if (within === undefined) return { ...outer, url: answer.url };
  const inner = outer.value(within) ?? '';
  return { ...(await xmlAnswer(host, inner === '' ? '<none/>' : inner, record)), url: answer.url };
}
