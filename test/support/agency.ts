/** An agency's lookup service as agencies are: real HTTP, and with its moods. Keeps what it was asked. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface AskedOfAgency {
  url: string;
  authorization: string | undefined;
  dataset: string;
  ids: string[];
}

export interface Agency {
  url: string;
  asked: AskedOfAgency[];
  /** Most requests it had at the same time. */
  mostAtOnce: number;
  /** What it has on record of an id number. */
  records: Map<string, Record<string, string>[]>;
  /** The next requests are answered with 429. */
  busy: number;
  /** Answers no more people than this in one request. */
  patience: number;
  /** A batch with this number breaks it. */
  poison: string;
  isDown: boolean;
  close(): Promise<void>;
}

export async function startAgency(): Promise<Agency> {
  let atOnce = 0;
  const server = createServer((request, response) => {
    atOnce += 1;
    agency.mostAtOnce = Math.max(agency.mostAtOnce, atOnce);
    response.once('close', () => (atOnce -= 1));
    void json(request).then(async (body) => {
      const { dataset, queries } = body as { dataset: string; queries: { id_number: string }[] };
      const ids = queries.map((query) => query.id_number);
      agency.asked.push({
        url: request.url ?? '',
        authorization: request.headers.authorization,
        dataset,
        ids,
      });
      // It takes its time: others may ask meanwhile.
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (agency.isDown || ids.includes(agency.poison)) return response.writeHead(500).end(ids.join());
      if (agency.busy > 0) {
        agency.busy -= 1;
        return response.writeHead(429, { 'retry-after': '0' }).end();
      }
      const results = ids
        .slice(0, agency.patience)
        .map((id) => ({ id_number: id, records: agency.records.get(id) ?? [] }));
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agency: Agency = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/lookup`,
    asked: [],
    mostAtOnce: 0,
    records: new Map(),
    busy: 0,
    patience: Infinity,
    poison: '',
    isDown: false,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return agency;
}
