import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

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

/** A service of an agency on 127.0.0.1, which answers as the test says and remembers what it was asked. */
export async function startHttpService(answer: (request: AskedRequest) => ServiceAnswer) {
  const asked: AskedRequest[] = [];
  const server = createServer((request, response) => void serve(request, response));
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
    url: `http://127.0.0.1:${address.port}`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
