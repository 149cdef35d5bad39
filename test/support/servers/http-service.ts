import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Issued } from '../authority.ts';

export interface AskedRequest {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: string;
}
export interface ServiceAnswer {
  status?: number;
  headers?: Record<string, string | string[]>;
  /** An object is sent as JSON. */
  body?: unknown;
  /** The connection is cut instead of answering. */
  isCut?: boolean;
}

/**
 * A service of an agency on 127.0.0.1, which answers as the test says and remembers what it was asked.
 * @param tls makes it HTTPS, for clients with a certificate of the same authority only
 */
export async function startHttpService(answer: (request: AskedRequest) => ServiceAnswer, tls?: Issued) {
  const asked: AskedRequest[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    void serve(request, response);
  const server = tls
    ? createSecureServer(
        {
          ...{
            ca: readFileSync(tls.caFile),
            cert: readFileSync(tls.certFile),
            key: readFileSync(tls.keyFile),
          },
          ...{ requestCert: true, rejectUnauthorized: true },
        },
        listener,
      )
    : createServer(listener);
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const about = { method: request.method ?? '', url, headers: request.headers, body };
    asked.push(about);
    const { status = 200, headers = {}, body: content = '', isCut } = answer(about);
    if (isCut) return void request.socket.destroy();
    const isData = typeof content === 'string' || Buffer.isBuffer(content);
    response.writeHead(status, isData ? headers : { 'content-type': 'application/json', ...headers });
    response.end(isData ? content : JSON.stringify(content));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    url: tls ? `https://localhost:${address.port}` : `http://127.0.0.1:${address.port}`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
