import http from 'node:http';
import https from 'node:https';
import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import { AppError } from '../../../domain/errors.ts';
import { pinnedLookup, type Resolver, resolveAllowed } from '../net-guard.ts';
import { refusedBySource, socketError, unreachable } from '../source-errors.ts';
import { type TlsSettings, trustOf } from '../tls.ts';

export interface HttpCall {
  method: 'GET' | 'POST';
  url: URL;
  headers: Record<string, string>;
  body?: string;
}

export interface HttpAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
  /** The address that answered, after redirects. */
  url: URL;
}

export interface HttpLimits {
  allowedNetworks: readonly string[];
  timeoutMs: number;
  /** Bytes of one answer, unpacked. */
  maxBytes: number;
  tls?: TlsSettings;
  signal: AbortSignal;
  resolver?: Resolver;
}

const MOST_REDIRECTS = 5;

/**
 * HTTP towards addresses that a task's settings, or the other side, chose: only into networks the task may reach, each
 * redirect checked anew, answers bounded in time and size, credentials only for the host they were made for.
 */
export class HttpClient {
  readonly #limits: HttpLimits;
  readonly #plain = new http.Agent({ keepAlive: true, maxSockets: 4 });
  /** With our own certificate for the host it is meant for, and without for others. */
  #secure: { own: https.Agent; other: https.Agent } | null = null;

  constructor(limits: HttpLimits) {
    this.#limits = limits;
  }

  /**
   * @param authorise adds credentials; asked again for a redirect within the host, never for another one
   * @throws AppError `source_unreachable`, `source_refused`
   */
  async send(plain: HttpCall, authorise: (call: HttpCall) => HttpCall = (call) => call): Promise<HttpAnswer> {
    let call = plain;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const isOwnHost = call.url.origin === plain.url.origin || isUpgrade(plain.url, call.url);
      const answer = await this.#once(isOwnHost ? authorise(call) : { ...call, headers: {} }, isOwnHost);
      if (!isRedirect(answer)) return answer;
      call = redirected(plain, call, answer);
    }
    throw refusedBySource(plain.url.hostname, `it redirects more than ${MOST_REDIRECTS} times`);
  }

  close(): void {
    for (const agent of [this.#plain, this.#secure?.own, this.#secure?.other]) agent?.destroy();
  }

  async #agent(protocol: 'http:' | 'https:', isOwnHost: boolean): Promise<http.Agent> {
    if (protocol === 'http:') return this.#plain;
    const { ca, cert, key, rejectUnauthorized } = await trustOf(this.#limits.tls ?? {});
    const common = { keepAlive: true, maxSockets: 4, ca, rejectUnauthorized };
    this.#secure ??= { own: new https.Agent({ ...common, cert, key }), other: new https.Agent(common) };
    return isOwnHost ? this.#secure.own : this.#secure.other;
  }

  async #once(call: HttpCall, isOwnHost: boolean): Promise<HttpAnswer> {
    const { url } = call;
    const { allowedNetworks, resolver, signal, timeoutMs, tls } = this.#limits;
    const protocol = protocolOf(url);
    const agent = await this.#agent(protocol, isOwnHost);
    const pinned = await resolveAllowed(url.hostname, allowedNetworks, resolver);
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
        const request = (protocol === 'https:' ? https : http).request(url, {
          method: call.method,
          headers: {
            accept: 'application/json, application/xml;q=0.9, */*;q=0.5',
            'accept-encoding': 'gzip',
            ...call.headers,
            ...(call.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(call.body)) }),
          },
          // The pool is by host name: a connection in it was made to an address that was checked.
          agent,
          lookup: pinnedLookup(pinned),
          signal: AbortSignal.any([signal, timeout]),
        });
        request.once('error', reject).once('response', resolve).end(call.body);
      });
      const body = await this.#body(response, url.hostname);
      return { status: response.statusCode ?? 0, headers: response.headers, body, url };
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted) throw unreachable(url.hostname, `no answer in ${timeoutMs / 1000} seconds`, error);
      throw socketError(url.hostname, error, tls?.caFile);
    }
  }

  async #body(response: http.IncomingMessage, host: string): Promise<Buffer> {
    const packed = response.headers['content-encoding'] === 'gzip';
    let stream: Readable = response;
    if (packed) {
      const gunzip = createGunzip();
      response.once('error', (error) => gunzip.destroy(error));
      stream = response.pipe(gunzip);
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > this.#limits.maxBytes) {
        response.destroy();
        throw refusedBySource(host, `its answer has more than ${this.#limits.maxBytes} bytes`, {
          fix: 'Ask for smaller pages, or raise maxResponseBytes of the task.',
        });
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}

function protocolOf(url: URL): 'http:' | 'https:' {
  if (url.protocol === 'http:' || url.protocol === 'https:') return url.protocol;
  throw refusedBySource(url.hostname, `it leads to ${url.protocol}, which is not HTTP`);
}

const isRedirect = ({ status, headers }: HttpAnswer): boolean =>
  [301, 302, 303, 307, 308].includes(status) && headers.location !== undefined;

/** The same host, from HTTP to HTTPS, both on their usual port. */
const isUpgrade = (from: URL, to: URL): boolean =>
  from.protocol === 'http:' && to.protocol === 'https:' && from.hostname === to.hostname && to.port === '';

/** @throws AppError `source_refused` for a way down to HTTP, or a body that would leave for another host or as another method */
function redirected(first: HttpCall, call: HttpCall, { status, headers, url }: HttpAnswer): HttpCall {
  const location = headers.location ?? '';
  const host = url.hostname;
  if (!URL.canParse(location, url.href))
    throw refusedBySource(host, 'it redirects to something that is no address');
  const target = new URL(location, url);
  target.username = '';
  target.password = '';
  if (protocolOf(url) === 'https:' && protocolOf(target) === 'http:')
    throw refusedBySource(host, 'it redirects from HTTPS to HTTP');
  if (first.method === 'POST') {
    const keepsBody = status === 307 || status === 308;
    if (!keepsBody || !(target.origin === first.url.origin || isUpgrade(first.url, target)))
      throw refusedBySource(host, 'it redirects a request with a body', {
        fix: 'Give the final address in the task.',
      });
  }
  return { ...call, url: target };
}

/** Text of an answer in the encoding it says, UTF-8 unless told otherwise. */
export function textOf({ body, headers, url }: HttpAnswer): string {
  const declared =
    /charset\s*=\s*"?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1] ??
    /^[^>]{0,80}encoding\s*=\s*["']([\w-]+)/i.exec(body.toString('latin1', 0, 200))?.[1] ??
    'utf-8';
  try {
    return new TextDecoder(declared, { fatal: true }).decode(body);
  } catch (error) {
    throw new AppError('source_refused', `${url.hostname} sent text that is not ${declared}.`, {
      where: { host: url.hostname, encoding: declared },
      cause: error,
    });
  }
}
