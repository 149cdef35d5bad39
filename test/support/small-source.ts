/** A source for collection tasks: a real HTTP server that gives numbered marriage records, and the connector that asks it. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { connector } from '../../ingestion/connectors/connector.ts';

export interface SmallSource {
  url: string;
  /** Number of the last record it has. */
  last: number;
  /** Requests it has had. */
  asked: number;
  /** How it answers: as asked, with a failure, not until it is asked to, or with a row that breaks the contract. */
  mood: 'well' | 'failing' | 'waiting' | 'spoilt';
  /** What the last request brought as its key. */
  key: string | undefined;
  close(): Promise<void>;
}

export async function startSmallSource(): Promise<SmallSource> {
  const server = createServer((request, response) => {
    source.asked += 1;
    source.key = request.headers.authorization;
    if (source.mood === 'waiting') return;
    if (source.mood === 'failing') return void response.writeHead(503).end();
    const number = Number(new URL(request.url ?? '/', source.url).searchParams.get('after')) + 1;
    if (number > source.last) return void response.writeHead(204).end();
    response.end(record(number, source.mood === 'spoilt' ? '' : `M${number}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const source: SmallSource = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    last: 0,
    asked: 0,
    mood: 'well',
    key: undefined,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return source;
}

/** Two records, the second of which breaks the contract when it has no number. */
const record = (number: number, secondNo: string): string =>
  [`${number}`, secondNo]
    .map((no) => ({
      登记证号: no,
      男方姓名: '张三',
      男方证件号码: '110101199003070011',
      女方姓名: '李四',
      女方证件号码: '110101199003070003',
      婚姻状况: '已婚',
      登记日期: '2020-01-01',
      离婚日期: '',
      登记机关: '民政局',
    }))
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');

export const smallConnector = connector({
  kind: 'small',
  zh: '测试',
  settings: z.strictObject({ url: z.url() }),
  secrets: ['key'],
  async test({ settings, signal }) {
    const started = performance.now();
    const response = await fetch(settings.url, { signal });
    await response.arrayBuffer();
    return { roundTripMs: performance.now() - started, detail: `HTTP ${response.status}` };
  },
  async *collect({ settings, secrets, signal, position, directory }) {
    for (let after = Number(position?.['after'] ?? 0); ; after += 1) {
      const response = await fetch(`${settings.url}/?after=${after}`, {
        signal,
        headers: { authorization: secrets['key'] ?? '' },
      });
      const text = await response.text();
      if (response.status === 204) return;
      if (!response.ok) {
        throw new AppError(
          'source_unreachable',
          `HTTP ${response.status} for ${secrets['key'] ?? 'nobody'}.`,
        );
      }
      const path = join(directory, `${after}.jsonl`);
      await writeFile(path, text);
      yield {
        dataset: 'civil_affairs.marriage',
        path,
        fileName: `marriage_${after}.jsonl`,
        position: { after: after + 1 },
        requested: 1,
        returned: 2,
      };
    }
  },
});
