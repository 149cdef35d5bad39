/** How a request says who asks: bearer, basic, a key in a header, an HMAC over the request, or the appKey/appSecret sign of Chinese gateways. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../domain/errors.ts';
import type { HttpCall } from './client.ts';

const headerName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be the name of a header');
const parameterName = z.string().regex(/^[\w.-]{1,64}$/, 'must be the name of a parameter');

/** What is signed, each on a line of its own. `query` is sorted by name. */
const SIGNED = ['method', 'host', 'path', 'query', 'timestamp', 'nonce', 'bodyHash'] as const;

export const authSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('bearer') }),
    z.strictObject({ kind: z.literal('basic'), user: z.string().min(1) }),
    /** The secret `token` as the value of a header of the agency's choice. */
    z.strictObject({ kind: z.literal('header'), header: headerName }),
    z.strictObject({
      kind: z.literal('hmac'),
      algorithm: z.enum(['sha256', 'sha512', 'sm3']).default('sha256'),
      encoding: z.enum(['hex', 'base64']).default('hex'),
      keyId: z.string().optional(),
      keyHeader: headerName.default('X-Key'),
      signatureHeader: headerName.default('X-Signature'),
      timestampHeader: headerName.default('X-Timestamp'),
      nonceHeader: headerName.default('X-Nonce'),
      /** Parts in order, joined by line feeds. */
      signed: z
        .array(z.enum(SIGNED))
        .min(1)
        .default(['method', 'path', 'query', 'timestamp', 'nonce', 'bodyHash']),
    }),
    z.strictObject({
      kind: z.literal('app_key'),
      appKey: z.string().min(1),
      /** The digest of the parameters in order of their names. */
      algorithm: z.enum(['md5', 'sha256', 'sm3', 'hmac-sha256', 'hmac-sm3']).default('md5'),
      /** `pairs`: `a=1&b=2&key=SECRET`; `wrapped`: `SECRETa1b2SECRET`. With an HMAC the secret is the key and stands in neither. */
      style: z.enum(['pairs', 'wrapped']).default('pairs'),
      letters: z.enum(['upper', 'lower']).default('upper'),
      timestamp: z.enum(['ms', 's', 'text']).default('ms'),
      names: z
        .object({
          appKey: parameterName.default('appKey'),
          timestamp: parameterName.default('timestamp'),
          nonce: parameterName.default('nonce'),
          sign: parameterName.default('sign'),
          /** A JSON body takes part in the sign as this parameter; not at all when ''. */
          body: z.union([parameterName, z.literal('')]).default(''),
        })
        .prefault({}),
      /** Where the four go. */
      in: z.enum(['query', 'header']).default('query'),
    }),
  ])
  .default({ kind: 'none' });
export type Auth = z.output<typeof authSchema>;

export const AUTH_SECRETS = ['token', 'password', 'hmacKey', 'appSecret'] as const;

export interface Moment {
  now: Date;
  nonce: string;
}
const thisMoment = (): Moment => ({ now: new Date(), nonce: randomBytes(16).toString('hex') });

/** @throws AppError `bad_configuration` when the task lacks the secret */
export function authorised(
  auth: Auth,
  secrets: Readonly<Record<string, string>>,
  call: HttpCall,
  moment: Moment = thisMoment(),
): HttpCall {
  const secret = (name: (typeof AUTH_SECRETS)[number]): string => {
    const found = secrets[name];
    if (found) return found;
    throw new AppError(
      'bad_configuration',
      `The task has no secret “${name}”, which its way of signing in needs.`,
      {
        where: { secret: name },
      },
    );
  };
  const withHeaders = (headers: Record<string, string>): HttpCall => ({
    ...call,
    headers: { ...call.headers, ...headers },
  });
  switch (auth.kind) {
    case 'none':
      return call;
    case 'bearer':
      return withHeaders({ authorization: `Bearer ${secret('token')}` });
    case 'basic':
      return withHeaders({
        authorization: `Basic ${Buffer.from(`${auth.user}:${secret('password')}`).toString('base64')}`,
      });
    case 'header':
      return withHeaders({ [auth.header]: secret('token') });
    case 'hmac':
      return withHeaders(hmacHeaders(auth, secret('hmacKey'), call, moment));
    case 'app_key':
      return appKeySigned(auth, secret('appSecret'), call, moment);
  }
}

function hmacHeaders(
  auth: Extract<Auth, { kind: 'hmac' }>,
  key: string,
  call: HttpCall,
  { now, nonce }: Moment,
): Record<string, string> {
  const timestamp = String(now.getTime());
  const query = new URLSearchParams(call.url.searchParams);
  query.sort();
  const parts: Record<(typeof SIGNED)[number], string> = {
    ...{ method: call.method, host: call.url.host, path: call.url.pathname, query: query.toString() },
    ...{ timestamp, nonce },
    bodyHash: createHash(auth.algorithm)
      .update(call.body ?? '')
      .digest('hex'),
  };
  const text = auth.signed.map((part) => parts[part]).join('\n');
  return {
    ...(auth.keyId === undefined ? {} : { [auth.keyHeader]: auth.keyId }),
    [auth.timestampHeader]: timestamp,
    [auth.nonceHeader]: nonce,
    [auth.signatureHeader]: createHmac(auth.algorithm, key).update(text).digest(auth.encoding),
  };
}

function appKeySigned(
  auth: Extract<Auth, { kind: 'app_key' }>,
  secret: string,
  call: HttpCall,
  { now, nonce }: Moment,
): HttpCall {
  const { names } = auth;
  const own = {
    [names.appKey]: auth.appKey,
    [names.timestamp]: stamp(auth.timestamp, now),
    [names.nonce]: nonce,
  };
  const isForm = call.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const parameters = new Map<string, string>([
    ...call.url.searchParams,
    ...(isForm ? new URLSearchParams(call.body) : []),
    ...(call.body !== undefined && !isForm && names.body !== '' ? [[names.body, call.body] as const] : []),
    ...Object.entries(own),
  ]);
  parameters.delete(names.sign);
  // By code unit, as the gateways do: a locale would order letters otherwise. Empty values take no part.
  const sorted = [...parameters].filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  const isHmac = auth.algorithm.startsWith('hmac-');
  const hash = auth.algorithm.replace('hmac-', '');
  const text =
    auth.style === 'pairs'
      ? sorted.map(([name, value]) => `${name}=${value}`).join('&') + (isHmac ? '' : `&key=${secret}`)
      : wrapped(sorted.map(([name, value]) => name + value).join(''), isHmac ? '' : secret);
  const digest = (isHmac ? createHmac(hash, secret) : createHash(hash)).update(text).digest('hex');
  const added = { ...own, [names.sign]: auth.letters === 'upper' ? digest.toUpperCase() : digest };
  if (auth.in === 'header') return { ...call, headers: { ...call.headers, ...added } };
  const url = new URL(call.url);
  for (const [name, value] of Object.entries(added)) url.searchParams.set(name, value);
  return { ...call, url };
}

const wrapped = (text: string, secret: string): string => `${secret}${text}${secret}`;

/** `text` is the gateways' `yyyy-MM-dd HH:mm:ss`, in Beijing's time. */
function stamp(form: 'ms' | 's' | 'text', now: Date): string {
  if (form === 'ms') return String(now.getTime());
  if (form === 's') return String(Math.floor(now.getTime() / 1000));
  return new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' },
  }).format(now);
}
