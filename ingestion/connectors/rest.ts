/** A REST service (A0-3): pages of JSON or XML records, all of them or what is new, as JSON lines under the contract's columns. */
import { z } from 'zod';
import { jsonAnswer, xmlAnswer } from './http/answer.ts';
import { type HttpCall, textOf } from './http/client.ts';
import { pagedConnector } from './http/paged.ts';
import type { Cursor, PageAnswer } from './http/paging.ts';
import { type HttpSource, httpSourceShape, httpUrl } from './http/source.ts';
import { walkShape } from './http/walk.ts';
import { refusedBySource } from './source-errors.ts';

export const restSettings = z.strictObject({
  ...httpSourceShape,
  ...walkShape,
  url: httpUrl,
  method: z.enum(['GET', 'POST']).default('GET'),
  /** Constant parameters. Nothing personal: addresses are written into logs all over the world. */
  query: z.record(z.string(), z.string()).default({}),
  /** Constant values of a POST's body; parameters of paging and of the increment go in beside them. */
  body: z.record(z.string(), z.json()).default({}),
  bodyAs: z.enum(['json', 'form']).default('json'),
  /** Where parameters of paging and of the increment go; the body for POST unless told otherwise. */
  parametersIn: z.enum(['query', 'body']).optional(),
  format: z.enum(['json', 'xml']).default('json'),
  /** JSON: path of the list of records, '' when the answer is the list. XML: name of the record elements. */
  records: z.string().max(200).default(''),
  /** Services that answer 200 and say in the body whether it went well: path of the code, and the codes that mean yes. */
  success: z.strictObject({ path: z.string().min(1), values: z.array(z.string()).min(1) }).optional(),
});
export type RestSettings = z.output<typeof restSettings>;

export const rest = pagedConnector<RestSettings>(
  { kind: 'rest', zh: 'REST 接口', settings: restSettings },
  (settings, source) => (parameters, cursor) => askPage(settings, source, parameters, cursor),
);

async function askPage(
  settings: RestSettings,
  source: HttpSource,
  parameters: Record<string, string>,
  cursor: Cursor,
): Promise<PageAnswer> {
  const answer = await source.send(requestOf(settings, parameters, cursor));
  const host = answer.url.hostname;
  const text = textOf(answer);
  const { records, value } =
    settings.format === 'json'
      ? jsonAnswer(host, text, settings.records)
      : await xmlAnswer(host, text, settings.records);
  const { success } = settings;
  if (success && !success.values.includes(value(success.path) ?? ''))
    // Only the code: what the service writes beside it may quote what it was asked for.
    throw refusedBySource(host, `it answers with the code ${(value(success.path) ?? 'none').slice(0, 40)}`);
  const { link } = answer.headers;
  return { records, value, url: answer.url, link: Array.isArray(link) ? link.join(', ') : link };
}

/** The request of a page, before it is signed. */
export function requestOf(
  settings: RestSettings,
  parameters: Record<string, string>,
  cursor: Cursor,
): HttpCall {
  const { method, bodyAs } = settings;
  const isLinked = settings.paging.kind === 'link' && cursor.at !== '';
  const url = new URL(isLinked ? cursor.at : settings.url);
  const inBody =
    (settings.parametersIn ?? (method === 'POST' ? 'body' : 'query')) === 'body' && method === 'POST';
  if (!isLinked) {
    for (const [name, value] of Object.entries({ ...settings.query, ...(inBody ? {} : parameters) }))
      url.searchParams.set(name, value);
  }
  if (method === 'GET') return { method, url, headers: {} };
  const values = { ...settings.body, ...(inBody ? parameters : {}) };
  if (bodyAs === 'json')
    return {
      ...{ method, url, headers: { 'content-type': 'application/json; charset=utf-8' } },
      body: JSON.stringify(nested(values)),
    };
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  return {
    ...{ method, url, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    body: form.toString(),
  };
}

/** `{'page.no': '2'}` → `{page: {no: '2'}}`: bodies have their parameters where the service wants them. */
function nested(values: Record<string, unknown>): Record<string, unknown> {
  const tree = new Map<string, unknown>();
  for (const [path, value] of Object.entries(values)) {
    const [name = '', ...rest] = path.split('.');
    const held = tree.get(name);
    if (rest.length === 0) tree.set(name, value);
    else {
      const inner = typeof held === 'object' && held !== null ? (held as Record<string, unknown>) : {};
      tree.set(name, nested({ ...inner, [rest.join('.')]: value }));
    }
  }
  return Object.fromEntries(tree);
}
